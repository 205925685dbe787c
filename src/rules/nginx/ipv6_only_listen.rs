use crate::finding::{Finding, Safety, Sink};
use crate::fix::layout;
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for (server, listen) in nginx.servers_without_ipv4() {
        let Some(node) = listen.node else {
            continue;
        };
        let port = listen.port.unwrap_or(80);
        let tls = if listen.tls { " ssl" } else { "" };
        sink.push(
            Finding::warning(
                format!("only clients with IPv6 get here: [::]:{port} takes no IPv4 connections"),
                node.header_span(),
                "IPv6 alone",
            )
            .label(server.name_span(), "this server has no other listen")
            .help(format!("listen {port}{tls};"))
            .fix(
                Safety::Unsafe,
                "listen on IPv4 too",
                vec![layout::before(
                    node.source(),
                    node.span(),
                    &format!("listen {port}{tls};"),
                )],
            ),
        );
    }
}
