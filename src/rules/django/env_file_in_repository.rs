use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for file in workspace.tracked_env_files() {
        sink.push(
            Finding::warning(
                format!("git tracks this file, and {} in it is a secret: whoever has the code has it", file.variable),
                file.place,
                "a secret in the repository",
            )
            .help("git rm --cached the file, name it in .gitignore, keep an example without values, and replace the secret"),
        );
    }
}
