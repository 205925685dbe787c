use crate::engine::Comments;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, comments: &Comments, sink: &mut Sink) {
    let silent = comments.all().iter().filter(|comment| !comment.has_reason);
    for comment in silent {
        let source = workspace.files().get(comment.request.file);
        let request = source.masked(comment.request.range());
        sink.push(
            Finding::warning(
                "this comment does not say why",
                comment.request,
                "silent for no reason",
            )
            .help(format!("# djlint: {request} why this is right here")),
        );
    }
}
