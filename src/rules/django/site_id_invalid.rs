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
    for (_, place) in checks.filter(|(check, _)| check.id == "sites.E101") {
        sink.push(
            Finding::error(
                "SITE_ID is no number: manage.py refuses to run",
                place,
                "no number",
            )
            .help("SITE_ID = 1"),
        );
    }
}
