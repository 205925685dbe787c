use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for word in nginx.http2_on_listen() {
        sink.push(
            Finding::advice(
                "nginx warns of http2 behind listen since 1.25.1, and will drop it",
                word.span(),
                "deprecated",
            )
            .help("http2 on;\nin this server, in its place"),
        );
    }
}
