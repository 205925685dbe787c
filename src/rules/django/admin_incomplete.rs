use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    // A list that has nothing of what the admin needs is an excerpt.
    let settings = &project.settings;
    let is_excerpt = ["django.contrib.auth", "django.contrib.contenttypes"]
        .iter()
        .all(|name| !settings.is_installed(name).is_yes());
    if is_excerpt {
        return;
    }
    // Most of these are looked for since 2.2.
    let (severity_of_most, refuses) = match settings.releases().is_since((2, 2)).is_yes() {
        true => (Severity::Error, "manage.py refuses to run"),
        false => (
            Severity::Warning,
            "since Django 2.2 manage.py refuses to run",
        ),
    };
    for found in settings.system_checks() {
        let about = &found.about;
        let class = about.rsplit('.').next().unwrap_or(about);
        let (severity, message, help) = match found.id {
            "admin.E401" | "admin.E405" | "admin.E406" => (
                severity_of_most,
                format!("the admin needs {about}, which is not installed: {refuses}"),
                format!("write \"{about}\" into INSTALLED_APPS"),
            ),
            "admin.E403" => (
                Severity::Error,
                "the admin's pages are templates of Django's, and TEMPLATES has no such engine: they fail, and manage.py refuses to run".to_owned(),
                "\"BACKEND\": \"django.template.backends.django.DjangoTemplates\", \"APP_DIRS\": True".to_owned(),
            ),
            "admin.E402" | "admin.E404" => (
                Severity::Error,
                format!("the admin's templates need the context processor {about}: manage.py refuses to run"),
                format!("write \"{about}\" into \"context_processors\""),
            ),
            "admin.W411" => (
                Severity::Advice,
                "the admin's sidebar needs the context processor for the request".to_owned(),
                format!("write \"{about}\" into \"context_processors\""),
            ),
            "admin.E408" | "admin.E409" | "admin.E410" => (
                severity_of_most,
                format!("the admin needs {class}, which is not in MIDDLEWARE: its pages fail with 500, and {refuses}"),
                format!("write \"{about}\" into MIDDLEWARE"),
            ),
            _ => continue,
        };
        // What is set nowhere may be set by what is not here.
        let Some(place) = found.place else {
            continue;
        };
        sink.push(
            Finding::new(severity, message, place, "what the admin needs is not here").help(help),
        );
    }
}
