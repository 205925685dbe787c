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
    for found in checks.iter().filter(|check| check.id == "templates.E002") {
        sink.push(
            Finding::error(
                "string_if_invalid of TEMPLATES is no text: manage.py refuses to run",
                found.place.unwrap_or(project.settings.opening()),
                "no text",
            )
            .help("\"string_if_invalid\": \"\""),
        );
    }
}
