use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for (node, word) in nginx.relative_roots() {
        let text = word.text();
        sink.push(
            Finding::warning(
                format!("{text} is looked for below the directory that nginx was built with, not beside this file"),
                word.span(),
                format!("Debian's nginx opens /usr/share/nginx/{text}"),
            )
            .help(format!("write the whole path: {} /…/{text};", node.name())),
        );
    }
}
