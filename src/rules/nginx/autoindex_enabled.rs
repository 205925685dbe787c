use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for node in nginx.listed_directories() {
        sink.push(
            Finding::advice(
                "whoever asks for a directory here is shown all that lies in it",
                node.header_span(),
                "lists directories",
            )
            .help("autoindex off;"),
        );
    }
}
