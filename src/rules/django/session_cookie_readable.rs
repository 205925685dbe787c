use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (found, place) in super::system_checks(project) {
        if !matches!(
            found.id,
            "security.W013" | "security.W014" | "security.W015"
        ) {
            continue;
        }
        sink.push(
            Finding::warning(
                "SESSION_COOKIE_HTTPONLY is off: a script that slips into a page reads the session and takes it over",
                place,
                "scripts may read it",
            )
            .help("take it out: Django's own value is True"),
        );
    }
}
