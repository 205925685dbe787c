use crate::deployment::{Deployment, Project, Purpose};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    if deployment.purpose != Purpose::Production {
        return;
    }
    for found in project.settings.system_checks() {
        if !matches!(
            found.id,
            "security.W013" | "security.W014" | "security.W015"
        ) {
            continue;
        }
        sink.push(
            Finding::warning(
                "SESSION_COOKIE_HTTPONLY is off: a script that slips into a page reads the session and takes it over",
                found.place.unwrap_or(project.settings.opening()),
                "scripts may read it",
            )
            .help("take it out: Django's own value is True"),
        );
    }
}
