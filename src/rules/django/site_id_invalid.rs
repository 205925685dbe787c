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
    for found in checks.iter().filter(|check| check.id == "sites.E101") {
        sink.push(
            Finding::error(
                "SITE_ID is no number: manage.py refuses to run",
                found.place.unwrap_or(project.settings.opening()),
                "no number",
            )
            .help("SITE_ID = 1"),
        );
    }
}
