use crate::deployment::{Deployment, Project};
use crate::django::usage;
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    if !settings.has_no_static_url() {
        return;
    }
    let admin = usage::admin_in_urls(workspace.files(), settings, &project.directory);
    let (severity, consequence) = match admin {
        Some(_) => (
            Severity::Error,
            "the admin's pages fail with 500, and every page with a static file",
        ),
        None => (
            Severity::Warning,
            "every page with a static file fails with 500",
        ),
    };
    let setting = settings.get("STATIC_URL");
    sink.push(
        Finding::new(
            severity,
            format!(
                "django.contrib.staticfiles is installed, and STATIC_URL is not set: {consequence}"
            ),
            setting.place().unwrap_or(settings.opening()),
            "no URL for static files",
        )
        .label_if_any(admin, "they are used here")
        .help("STATIC_URL = \"static/\""),
    );
}
