use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let checks = super::system_checks(project);
    for (_, place) in checks.filter(|(check, _)| check.id == "security.W003") {
        sink.push(
            Finding::advice(
                "CsrfViewMiddleware is not in MIDDLEWARE: views that trust a cookie take forms that other sites send",
                place,
                "CsrfViewMiddleware is not in it",
            )
            .help("write \"django.middleware.csrf.CsrfViewMiddleware\" into MIDDLEWARE"),
        );
    }
}
