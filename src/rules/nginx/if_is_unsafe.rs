use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for found in nginx.untried() {
        let fallback = found
            .tried
            .arguments()
            .last()
            .map(|word| word.text().into_owned());
        let fallback = fallback.unwrap_or_default();
        sink.push(
            Finding::error(
                format!("requests for which this holds never get to {fallback}: an if is a location of its own, and try_files is not handed down to it"),
                found.condition.header_span(),
                "what is no file is answered 404 or 403 here",
            )
            .label(found.tried.header_span(), "not tried then")
            .help("a map in http can choose the value that is to differ; then no if is needed here"),
        );
    }
}
