use crate::deployment::{Deployment, Project};
use crate::django::LoggingFault;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (fault, place) in project.settings.logging_faults() {
        sink.push(match fault {
            LoggingFault::NoVersion => Finding::error(
                "LOGGING has no \"version\": the application does not load",
                place,
                "no version",
            )
            .help("\"version\": 1"),
            LoggingFault::NotThere { what, name } => Finding::error(
                format!("LOGGING names the {what} {name:?}, which it does not have: the application does not load"),
                place,
                format!("no such {what}"),
            )
            .help(format!("write a name of its \"{what}s\"")),
        });
    }
}
