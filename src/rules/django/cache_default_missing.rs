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
    for found in checks.iter().filter(|check| check.id == "caches.E001") {
        sink.push(
            Finding::error(
                "CACHES has no \"default\": manage.py refuses to run, and what uses the cache fails",
                found.place.unwrap_or(project.settings.opening()),
                "no cache is the default one",
            )
            .help("name one of them \"default\""),
        );
    }
}
