use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for (path, why) in workspace.inventory().unreadable() {
        // There is no text to point at: the finding stands at the start of an empty one.
        let source = workspace.files().intern(path.to_owned(), Vec::new());
        sink.push(
            Finding::warning(
                format!("this file was not checked: {why}"),
                source.whole(),
                "not checked",
            )
            .help("mend or remove it, or name it under `exclude` in djlint-check.toml"),
        );
    }
    for (place, why) in workspace.launch().unreadable(workspace.files()) {
        sink.push(
            Finding::warning(
                format!("this compose file was not checked: {why}"),
                place,
                "not checked",
            )
            .help("mend it, or name it under `exclude` in djlint-check.toml"),
        );
    }
}
