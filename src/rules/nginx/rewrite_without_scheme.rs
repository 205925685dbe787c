use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for redirect in configuration
        .redirects()
        .filter(|redirect| redirect.lacks_scheme())
    {
        let text = redirect.word.text();
        let span = redirect.word.inner_span();
        sink.push(
            Finding::error(
                format!("clients are sent to a path called {text} of this very site: without a scheme it is no host"),
                redirect.word.span(),
                "no https:// before the host",
            )
            .label(redirect.node.name_span(), "redirects")
            .help(format!("https://{text}"))
            .fix(
                Safety::Unsafe,
                "begin it with https://",
                vec![Edit {
                    span: crate::source::Span {
                        end: span.start,
                        ..span
                    },
                    text: "https://".to_owned(),
                }],
            ),
        );
    }
}
