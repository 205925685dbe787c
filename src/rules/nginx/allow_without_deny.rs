use crate::finding::{Finding, Safety, Sink};
use crate::fix::layout;
use crate::nginx::{Configuration, Node};
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for first in nginx.open_lists() {
        let siblings = first.parent().into_iter().flat_map(Node::children);
        let last = siblings
            .filter(|node| node.is("allow") && node.source().id() == first.source().id())
            .last()
            .unwrap_or(first);
        sink.push(
            Finding::warning(
                "everybody is let in: who is on no line of allow and deny is, and nothing is denied here",
                first.header_span(),
                "allows what is allowed anyway",
            )
            .help("deny all;")
            .fix(
                Safety::Unsafe,
                "deny everybody else",
                vec![layout::after(last.source(), last.span(), "deny all;")],
            ),
        );
    }
}
