use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for (server, pass) in configuration.servers_without_port() {
        let Some(word) = server.argument(0) else {
            continue;
        };
        let host = word.text();
        sink.push(
            Finding::warning(
                format!(
                    "{} asks {host} at port 80, for want of another",
                    pass.name()
                ),
                word.span(),
                "no port",
            )
            .label(pass.header_span(), "passed from here")
            .help(format!("server {host}:8000;")),
        );
    }
}
