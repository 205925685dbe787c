use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for missed in workspace.missed() {
        let source = workspace.files().get(missed.url.file);
        let (url, expected) = (source.text(missed.url), source.text(missed.expect));
        let message = format!(
            "{} {}, and {} is expected",
            unquoted(&url),
            missed.instead,
            unquoted(&expected)
        );
        sink.push(
            Finding::error(message, missed.expect, "expected here")
                .label(missed.url, "of this request")
                .label_if_any(missed.by, "it ends here")
                .help(format!(
                    "djlint trace -v {} shows the way it takes",
                    unquoted(&url)
                )),
        );
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}
