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
            OpenedBy::Published(published) => Finding::warning(
                format!("uWSGI's port is published on every address of the host: {what}"),
                published.span,
                "opens it to everybody",
            )
            .label(listener.span, "speaks uwsgi there")
            .help("leave the entry out: within the network nginx reaches the port without it"),
            OpenedBy::PublishedEverywhere(published) => Finding::warning(
                format!("uWSGI's port is published on every address of the host: {what}"),
                published.span,
                "opens it to everybody",
            )
            .label(listener.span, "speaks uwsgi there")
            .help(
                match published.published.as_ref().and_then(|own| own.get()) {
                    Some(own) => format!("127.0.0.1:{own}:{port}"),
                    None => format!("127.0.0.1:…:{port}"),
                },
            ),
        };
        sink.push(finding.label(public.link.place, "nginx needs no more than this"));
    }
}
