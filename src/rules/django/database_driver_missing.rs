use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    _deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let missing = project
        .settings
        .missing_drivers(workspace.files(), &project.directory);
    for missing in missing {
        sink.push(
            Finding::warning(
                format!(
                    "{} needs {}, and no list of requirements has it: nothing loads where it is not installed otherwise",
                    missing.path, missing.package
                ),
                missing.span,
                "what it imports is not asked for",
            )
            .help(format!("write {} into the requirements", missing.package)),
        );
    }
}
