use super::edits;
use crate::deployment::Deployment;
use crate::deployment::backend::Spoken;
use crate::deployment::public::OpenedBy;
use crate::finding::{Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    for public in deployment.public_ports(workspace) {
        let (listener, port) = (public.listener, public.port);
        let what = match listener.spoken {
            Spoken::Uwsgi => "whoever reaches the port can run code in uWSGI",
            _ => "clients may go round nginx",
        };
        let address = format!("127.0.0.1:{port}");
        let finding = match public.opened_by {
            OpenedBy::Listener => Finding::warning(
                format!(
                    "uWSGI listens on every address, and nginx asks on the loopback one: {what}"
                ),
                listener.span,
                "on every address",
            )
            .help(format!("{} = {address}", listener.written_as))
            .fix_if_any(
                Safety::Unsafe,
                "listen on the loopback address alone",
                public.backend.instance().and_then(|instance| {
                    edits::valued(workspace, instance, listener.span, &address)
                }),
            ),
            OpenedBy::Published { entry, from_host } => {
                let published = entry.published.as_ref().and_then(|own| own.get());
                let help = match (from_host, published) {
                    (true, Some(own)) => format!("127.0.0.1:{own}:{port}"),
                    (true, None) => format!("127.0.0.1:…:{port}"),
                    (false, _) => {
                        "leave the entry out: within the network nginx reaches the port without it"
                            .to_owned()
                    }
                };
                Finding::warning(
                    format!("uWSGI's port is published on every address of the host: {what}"),
                    entry.span,
                    "opens it to everybody",
                )
                .label(listener.span, "speaks uwsgi there")
                .help(help)
            }
        };
        sink.push(finding.label(public.link.place, "nginx needs no more than this"));
    }
}
