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
    for (_, place) in checks.filter(|(check, _)| check.id == "templates.E002") {
        sink.push(
            Finding::error(
                "string_if_invalid of TEMPLATES is no text: manage.py refuses to run",
                place,
                "no text",
            )
            .help("\"string_if_invalid\": \"\""),
        );
    }
}
