use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for first in nginx.open_lists() {
        sink.push(
            Finding::warning(
                "everybody is let in: who is on no line of allow and deny is, and nothing is denied here",
                first.header_span(),
                "allows what is allowed anyway",
            )
            .help("deny all;"),
        );
    }
}
