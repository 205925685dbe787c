use crate::deployment::backend::At;
use crate::deployment::front::{End, Target};
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Sink};
use crate::launch::HOST;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    if deployment.purpose != Purpose::Production {
        return;
    }
    for (_, link) in &deployment.links {
        match &link.end {
            End::NoSuchName(name) => sink.push(
                Finding::error(
                    format!("no service is called {name}: nginx does not start (host not found in upstream)"),
                    link.place,
                    "no service of this name in the compose project",
                )
                .help(names(workspace, deployment)),
            ),
            End::OutOfReach(_, listener) => sink.push(
                Finding::error(
                    "the server listens for its own container alone: nginx gets no connection, 502 for each request",
                    listener.span,
                    "reached from inside of its container only",
                )
                .label(link.place, "nginx asks from another container")
                .help(match &listener.at {
                    At::Port { port, .. } => format!("{} = :{port}", listener.written_as),
                    _ => String::new(),
                }),
            ),
            _ => {}
        }
    }
    apart(workspace, deployment, sink);
}

/// A loopback address that means nginx's own container or host, where the server is in another one.
fn apart(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    let topology = workspace.topology();
    for stray in deployment.strays(topology) {
        let Target::Port {
            network,
            port,
            by_loopback: true,
            ..
        } = stray.target
        else {
            continue;
        };
        let elsewhere = stray.listeners.iter().find(|listener| {
            matches!(&listener.at, At::Port { network: Some(own), port: bound, .. } if own != network && bound == port)
        });
        let (Some(listener), Some(service)) = (elsewhere, topology.service(stray.backend.machine))
        else {
            continue;
        };
        let (message, label, help) = match *network == HOST {
            true => (
                format!(
                    "port {port} of the container is not published: nobody listens on it on the host, 502 for each request"
                ),
                "nginx asks for a port of the host",
                format!(
                    "in the compose file, under {}: ports: [\"127.0.0.1:{port}:{port}\"]",
                    service.name
                ),
            ),
            false => (
                format!(
                    "127.0.0.1 is nginx's own container, where nobody listens on port {port}: 502 for each request"
                ),
                "nginx's own container",
                format!("{}:{port}", service.name),
            ),
        };
        sink.push(
            Finding::error(message, stray.link.place, label)
                .label(
                    listener.span,
                    format!("the server listens in the service {}", service.name),
                )
                .help(help),
        );
    }
}

fn names(workspace: &Workspace, deployment: &Deployment) -> String {
    let launch = workspace.launch();
    let mut services: Vec<&str> = deployment
        .backends
        .iter()
        .filter_map(|backend| launch.service(backend.machine))
        .map(|service| service.name.as_str())
        .collect();
    services.dedup();
    match services.as_slice() {
        [] => "write the name of the service that runs the application".to_owned(),
        names => format!("the application runs in: {}", names.join(", ")),
    }
}
