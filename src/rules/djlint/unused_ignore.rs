use crate::engine::Comments;
use crate::engine::comment::Place;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, comments: &Comments, sink: &mut Sink) {
    for comment in comments.all() {
        // One that stands where it cannot count is another rule's.
        if matches!(comment.place, Place::InsideValue(_)) {
            continue;
        }
        let unused = comment
            .names
            .iter()
            .filter(|name| name.was_asked && !name.is_used);
        for name in unused {
            sink.push(
                Finding::advice(
                    format!("{} finds nothing here", name.text),
                    name.span,
                    "silences nothing",
                )
                .help("remove it, so that the next finding is heard"),
            );
        }
    }
}
