use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some((all, credentials)) = project.settings.any_origin_with_credentials() else {
        return;
    };
    sink.push(
        Finding::warning(
            "any site may ask with a visitor's cookies, and read the answers",
            all,
            "every origin",
        )
        .label(credentials, "with cookies")
        .help(
            "CORS_ALLOWED_ORIGINS = [\"https://www.example.com\"]  # the origins that are to ask",
        ),
    );
}
