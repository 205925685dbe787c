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
    let checks = project.settings.system_checks();
    for found in checks.iter().filter(|check| check.id == "security.W003") {
        sink.push(
            Finding::advice(
                "CsrfViewMiddleware is not in MIDDLEWARE: views that trust a cookie take forms that other sites send",
                found.place.unwrap_or(project.settings.opening()),
                "CsrfViewMiddleware is not in it",
            )
            .help("write \"django.middleware.csrf.CsrfViewMiddleware\" into MIDDLEWARE"),
        );
    }
}
