use crate::engine::Comments;
use crate::engine::comment::Place;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, comments: &Comments, sink: &mut Sink) {
    for comment in comments.all() {
        let Place::InsideValue(program) = comment.place else {
            continue;
        };
        // uwsgi/inline-comment says what becomes of the value.
        if workspace
            .instances()
            .iter()
            .any(|instance| instance.garbles(comment.span))
        {
            continue;
        }
        sink.push(
            Finding::warning(
                format!(
                    "{program} knows no comment at the end of a line: it takes this one for a part \
                     of what stands before it"
                ),
                comment.span,
                format!("no comment to {program}"),
            )
            .help("move it to a line of its own above this one"),
        );
    }
}
