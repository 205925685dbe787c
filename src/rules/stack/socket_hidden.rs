use std::path::Path;

use crate::deployment::backend::At;
use crate::deployment::front::End;
use crate::deployment::stray::{Apart, shown};
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Sink};
use crate::launch::HOST;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    let topology = workspace.topology();
    for stray in deployment.strays(topology) {
        if stray.apart() != Some(Apart::ByFileSystem) {
            continue;
        }
        let launch = topology.launch();
        let mut finding = Finding::error(
            format!(
                "nginx does not see the socket: {} and {} have each a file system of their own, 502 for each request",
                launch.name_of(stray.front.machine),
                launch.name_of(stray.backend.machine)
            ),
            stray.link.place,
            "nginx looks into its own file system",
        );
        for listener in &stray.listeners {
            finding = finding.label(listener.span, "the socket is made in another one");
        }
        if let Some(At::File(Some(path), _)) = stray.listeners.first().map(|first| &first.at)
            && let Some(directory) = path.parent()
        {
            finding = finding.help(format!(
                "mount one volume into both: volumes: [\"sockets:{}\"]",
                directory.display()
            ));
        }
        sink.push(finding);
    }
    private_tmp(workspace, deployment, sink);
}

/// systemd gives a service with PrivateTmp a /tmp that no other one sees.
fn private_tmp(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    let topology = workspace.topology();
    if deployment.purpose != Purpose::Production {
        return;
    }
    for (front, link) in &deployment.links {
        let End::Listener(backend, listener) = &link.end else {
            continue;
        };
        let At::File(Some(path), _) = &listener.at else {
            continue;
        };
        let in_tmp = [Path::new("/tmp"), Path::new("/var/tmp")]
            .iter()
            .any(|tmp| path.starts_with(tmp));
        let unit = deployment.backends[*backend].unit(topology);
        let Some((true, private)) = unit.and_then(|unit| unit.private_tmp) else {
            continue;
        };
        if !in_tmp || deployment.fronts[*front].machine != HOST {
            continue;
        }
        sink.push(
            Finding::error(
                format!(
                    "nginx does not see {}: systemd gives the service a /tmp of its own, 502 for each request",
                    shown(&listener.at)
                ),
                listener.span,
                "lies in the service's own /tmp",
            )
            .label(private, "makes it private")
            .label(link.place, "nginx looks into the host's /tmp")
            .help("put the socket below /run: RuntimeDirectory=NAME in the unit makes /run/NAME"),
        );
    }
}
