use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for redirect in configuration
        .redirects()
        .chain(configuration.added_headers())
    {
        let Some(name) = redirect.decoded_variables().into_iter().next() else {
            continue;
        };
        let text = redirect.word.text();
        let finding = Finding::error(
            format!("whoever asks for /%0d%0aSet-Cookie:%20a=b sets a header of the answer: ${name} holds the path decoded"),
            redirect.word.span(),
            format!("${name} may hold an end of line"),
        )
        .help(format!("$request_uri holds path and query as they were sent, in place of ${name}"));
        if redirect.node.is("add_header") {
            sink.push(finding);
            continue;
        }
        let variable = format!("${name}");
        let span = redirect.word.inner_span();
        let at = text.find(&variable);
        let is_plain = span.range().len() == text.len();
        let has_query = text.contains("args") || text.contains("query_string");
        sink.push(match at {
            Some(at) if is_plain && !has_query => finding.fix(
                Safety::Unsafe,
                "hand on the path as it was sent",
                vec![Edit {
                    span: crate::source::Span {
                        start: span.start + u32::try_from(at).unwrap_or(0),
                        end: span.start + u32::try_from(at + variable.len()).unwrap_or(0),
                        ..span
                    },
                    text: "$request_uri".to_owned(),
                }],
            ),
            _ => finding,
        });
    }
}
