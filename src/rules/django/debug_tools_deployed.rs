use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (tool, place) in project.settings.developers_tools() {
        sink.push(
            Finding::advice(
                format!("{tool} is for developers, and is deployed: it is loaded by every process, and one setting away from showing visitors what it sees"),
                place,
                "a tool for developers",
            )
            .help("add it in the settings for development alone"),
        );
    }
}
