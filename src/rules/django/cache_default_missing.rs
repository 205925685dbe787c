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
    for (_, place) in checks.filter(|(check, _)| check.id == "caches.E001") {
        sink.push(
            Finding::error(
                "CACHES has no \"default\": manage.py refuses to run, and what uses the cache fails",
                place,
                "no cache is the default one",
            )
            .help("name one of them \"default\""),
        );
    }
}
