use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Address;
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for socket in configuration.socket_words() {
        let Address::UnixSocket(path) = &socket.address else {
            continue;
        };
        let path = path.display().to_string();
        let Some((file, _)) = path.split_once(':') else {
            continue;
        };
        let raw = socket.word.text();
        let Some(cut) = raw
            .get(5..)
            .and_then(|rest| rest.find(':'))
            .map(|at| at + 5)
        else {
            continue;
        };
        let finding = Finding::error(
            format!("nginx looks for a socket called {path}: only proxy_pass cuts off what stands behind a second colon"),
            socket.word.span(),
            "all of it is the file's name",
        )
        .help(format!("{} unix:{file};", socket.node.name()));
        // Only where the text is written as it is read can it be cut.
        let span = socket.word.inner_span();
        let is_plain = span.range().len() == raw.len();
        sink.push(match is_plain {
            true => finding.fix(
                Safety::Safe,
                "cut off what stands behind the socket",
                vec![Edit {
                    span: crate::source::Span {
                        start: span.start + u32::try_from(cut).unwrap_or(0),
                        ..span
                    },
                    text: String::new(),
                }],
            ),
            false => finding,
        });
    }
}
