use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for fallback in configuration.fallbacks_without_slash() {
        let text = fallback.word.text();
        let span = fallback.word.inner_span();
        let message = match (fallback.is_last, fallback.root) {
            (false, Some(root)) => format!(
                "nginx tries {}{text}: it puts the word right behind the root",
                root.text().trim_end_matches('/')
            ),
            _ => format!(
                "what try_files does not find is answered 404 or 500: nginx looks for a location for {text}, and every location begins with a slash"
            ),
        };
        sink.push(
            Finding::error(message, fallback.word.span(), "no slash at the start")
                .label(
                    fallback.node.name_span(),
                    "the words of try_files are paths",
                )
                .help(format!("/{text}"))
                .fix(
                    Safety::Safe,
                    "begin the word with a slash",
                    vec![Edit {
                        span: crate::source::Span {
                            end: span.start,
                            ..span
                        },
                        text: "/".to_owned(),
                    }],
                ),
        );
    }
}
