use super::edits;
use crate::deployment::backend::{At, Bound, Spoken};
use crate::deployment::front::End;
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Safety, Sink};
use crate::launch::HOST;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    if deployment.purpose != Purpose::Production {
        return;
    }
    for (_, link) in &deployment.links {
        let End::Listener(backend, listener) = &link.end else {
            continue;
        };
        let backend = &deployment.backends[*backend];
        let crate::nginx::Address::Tcp { host, .. } = &link.address else {
            continue;
        };
        let At::Port {
            bound: Bound::Everywhere,
            port,
            network,
        } = &listener.at
        else {
            continue;
        };
        let by_loopback = crate::deployment::backend::is_loopback(host);
        // What nothing here starts may run in one of the containers that are here.
        let launch = workspace.launch();
        let in_container = backend
            .instance()
            .is_none_or(|instance| workspace.is_in_container(instance))
            || (backend.process.is_none() && launch.machines.len() > 1);
        if in_container || *network != Some(HOST) || !by_loopback {
            continue;
        }
        let what = match listener.spoken {
            Spoken::Uwsgi => "whoever reaches the port can run code in uWSGI",
            _ => "clients may go round nginx",
        };
        sink.push(
            Finding::warning(
                format!(
                    "uWSGI listens on every address, and nginx asks on the loopback one: {what}"
                ),
                listener.span,
                "on every address",
            )
            .label(link.place, "nginx needs no more than this")
            .help(format!("{} = 127.0.0.1:{port}", listener.written_as))
            .fix_if_any(
                Safety::Unsafe,
                "listen on the loopback address alone",
                backend.instance().and_then(|instance| {
                    let address = format!("127.0.0.1:{port}");
                    edits::valued(workspace, instance, listener.span, &address)
                }),
            ),
        );
    }
}
