use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for found in nginx.passes_by_clients_choice() {
        let variable = &found.variable;
        sink.push(
            Finding::error(
                format!("nginx asks whatever host a client names, also those that only it can reach: {variable} is the client's"),
                found.word.span(),
                format!("{variable} names the host"),
            )
            .help("a map from what clients may ask for to the hosts that are meant"),
        );
    }
}
