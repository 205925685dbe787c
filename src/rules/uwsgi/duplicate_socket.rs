use crate::deployment::backend::At;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for (first, second) in workspace.duplicate_listeners() {
        let (message, help) = match &second.at {
            At::File(..) => (
                "two instances make the same socket: the one that starts last takes it away, and the other one runs on without requests",
                "give each instance a socket of its own",
            ),
            _ => (
                "two instances ask for the same port: the one that starts last ends with \"Address already in use\"",
                "give each instance a port of its own",
            ),
        };
        sink.push(
            Finding::error(message, second.span, "asked for twice")
                .label(first.span, "here first")
                .help(help),
        );
    }
}
