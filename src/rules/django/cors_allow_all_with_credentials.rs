use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
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
    // Browsers send no cookie with another site's request but one that says so.
    let severity = match project.settings.sends_session_to_other_sites() {
        true => Severity::Warning,
        false => Severity::Advice,
    };
    sink.push(
        Finding::new(
            severity,
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
