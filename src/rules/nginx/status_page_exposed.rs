use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for node in nginx.open_status_pages() {
        sink.push(
            Finding::warning(
                "everybody may look at how busy this nginx is: nothing keeps visitors from its status page",
                node.header_span(),
                "answers everybody",
            )
            .help("allow 127.0.0.1;\ndeny all;\nin this location"),
        );
    }
}
