use super::edits;
use crate::deployment::Deployment;
use crate::deployment::backend::At;
use crate::finding::{Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    let topology = workspace.topology();
    for stray in deployment.strays(topology) {
        let Some((network, port)) = stray.port() else {
            continue;
        };
        // What listens in another network is out of reach at every port.
        let in_reach = |at: &At| match at {
            At::Port { network: own, .. } => *own == Some(network),
            At::File(..) => stray.front.machine == stray.backend.machine,
            At::Abstract(_) | At::Unknown(_) => false,
        };
        if !stray
            .listeners
            .iter()
            .all(|listener| in_reach(&listener.at))
        {
            continue;
        }
        let mut finding = Finding::error(
            format!("nobody listens on port {port}, where nginx passes requests: 502 for each"),
            stray.link.place,
            "nginx asks for this port",
        );
        for listener in &stray.listeners {
            finding = finding.label(listener.span, "the server listens here");
        }
        finding.help = stray.help(topology);
        finding = finding.fix_if_any(
            Safety::Unsafe,
            "ask where the server listens",
            edits::address(&stray, topology, workspace),
        );
        sink.push(finding);
    }
}
