use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    if let Some(place) = project.settings.empty_secret_key() {
        sink.push(
            Finding::error(
                "SECRET_KEY is empty: Django refuses to sign anything, and every request that has a session or a form fails with 500",
                place,
                "no key",
            )
            .help("SECRET_KEY = os.environ[\"SECRET_KEY\"], and set the variable where the process is started"),
        );
    }
}
