use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for removed in project
        .settings
        .removed(workspace.files(), &project.directory)
    {
        let (name, since) = (removed.setting, removed.since);
        let severity = match (removed.fails, removed.lost) {
            (true, _) => Severity::Error,
            (false, Some(_)) => Severity::Warning,
            (false, None) => Severity::Advice,
        };
        let message = match removed.lost {
            Some(lost) => format!("Django {since} and later do not read {name}: {lost}"),
            None => format!("Django {since} and later do not read {name}"),
        };
        let finding = Finding::new(severity, message, removed.place, "nothing reads it");
        sink.push(match removed.instead {
            Some(instead) => finding.help(instead),
            None => finding.help("take it out"),
        });
    }
}
