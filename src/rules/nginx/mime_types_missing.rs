use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    let Some(node) = nginx.files_without_types() else {
        return;
    };
    sink.push(
        Finding::warning(
            "browsers refuse the style sheets and scripts that nginx hands out: nothing says which type a file has, so that each is text/plain",
            node.header_span(),
            "files are handed out, and mime.types is not included",
        )
        .help("include mime.types;\nin http"),
    );
}
