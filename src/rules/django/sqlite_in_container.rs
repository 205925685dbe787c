use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for lost in workspace.databases_lost_with_container(project) {
        sink.push(
            Finding::warning(
                format!(
                    "the database {:?} lies in {} inside of the container: it is gone when the container is made anew, with the next deploy",
                    lost.database.alias,
                    lost.path.display()
                ),
                lost.database.span,
                "in no volume",
            )
            .label(lost.service, "no volume of this service holds it")
            .help("mount a volume over its directory, or use a database server"),
        );
    }
}
