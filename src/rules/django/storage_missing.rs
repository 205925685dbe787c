use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for missing in project.settings.missing_storages() {
        let (severity, consequence) = match (missing.alias, missing.is_certain) {
            ("staticfiles", true) => (
                Severity::Error,
                "every page with a static file fails with 500, and manage.py refuses to run",
            ),
            ("staticfiles", false) => (
                Severity::Warning,
                "since Django 4.2 every page with a static file fails with 500",
            ),
            _ => (Severity::Warning, "what saves or reads an upload fails"),
        };
        let backend = match missing.alias {
            "staticfiles" => "django.contrib.staticfiles.storage.StaticFilesStorage",
            _ => "django.core.files.storage.FileSystemStorage",
        };
        sink.push(
            Finding::new(
                severity,
                format!("STORAGES has no {:?}: {consequence}", missing.alias),
                missing.place,
                "this takes the place of Django's own, and adds nothing to it",
            )
            .help(format!(
                "\"{}\": {{\"BACKEND\": \"{backend}\"}}",
                missing.alias
            )),
        );
    }
}
