use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for (node, word, right) in nginx.params_named_as_headers() {
        let name = word.text();
        sink.push(
            Finding::warning(
                format!("{name} reaches Django as a variable of that name, and not as a header: request.headers has none"),
                word.span(),
                "named as a client names it",
            )
            .help(format!("uwsgi_param {right} …;"))
            .fix(
                Safety::Unsafe,
                format!("call it {right}"),
                vec![Edit {
                    span: word.inner_span(),
                    text: right,
                }],
            )
            .label(node.name_span(), "sets a variable of the packet"),
        );
    }
}
