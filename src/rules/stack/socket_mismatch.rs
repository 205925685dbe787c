use super::edits;
use crate::deployment::Deployment;
use crate::deployment::front::Target;
use crate::deployment::stray::{Apart, shown};
use crate::finding::{Finding, Safety, Sink};
use crate::nginx::Address;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    let topology = workspace.topology();
    for stray in deployment.strays(topology) {
        let (Target::File(_), Some(Apart::ByName), Address::UnixSocket(asked)) =
            (stray.target, stray.apart(), &stray.link.address)
        else {
            continue;
        };
        let mut finding = Finding::error(
            format!(
                "nobody listens on {}, where nginx passes requests: 502 for each",
                asked.display()
            ),
            stray.link.place,
            "nginx asks for this socket",
        );
        for listener in &stray.listeners {
            finding = finding.label(
                listener.span,
                format!("the server listens here: {}", shown(&listener.at)),
            );
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
