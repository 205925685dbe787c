use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for found in nginx.weak_origins() {
        let origin = &found.lets_in;
        sink.push(
            Finding::warning(
                format!("pages of {origin} may read answers too: the regex lets in whatever has its text in it"),
                found.regex.span(),
                format!("matches {origin}"),
            )
            .help("begin it with ^https:// and end it with $"),
        );
    }
}
