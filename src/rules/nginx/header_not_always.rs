use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for node in nginx.headers_not_always() {
        let name = node.argument(0).map(|word| word.text().into_owned());
        let name = name.unwrap_or_default();
        sink.push(
            Finding::advice(
                format!("error pages lack {name}: without `always` nginx adds a header to answers of success and redirects only"),
                node.header_span(),
                "no `always` at the end",
            )
            .help("always\nbehind the value"),
        );
    }
}
