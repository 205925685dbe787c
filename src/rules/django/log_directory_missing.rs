use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for (log, directory) in deployment.logs_without_directory(workspace, project) {
        sink.push(
            Finding::warning(
                format!(
                    "the handler {:?} opens a file in {}, which is not there: Django does not load until it is made",
                    log.handler,
                    workspace.within_project(&directory)
                ),
                log.span,
                "in no directory",
            )
            .help("make the directory before the process starts, or write to the console"),
        );
    }
}
