use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    let Some(node) = nginx.told_version() else {
        return;
    };
    let (span, label) = match node.is_block() {
        true => (node.name_span(), "no server_tokens in here"),
        false => (node.header_span(), "says so"),
    };
    sink.push(
        Finding::advice(
            "every answer and every error page tells the version of nginx",
            span,
            label,
        )
        .help("server_tokens off;"),
    );
}
