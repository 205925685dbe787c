use crate::deployment::Deployment;
use crate::deployment::backend::At;
use crate::deployment::hidden::Why;
use crate::deployment::stray::shown;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    let launch = workspace.launch();
    for hidden in deployment.hidden_sockets(workspace) {
        let Some(listener) = hidden.listeners.first() else {
            continue;
        };
        let pass = hidden.link.place;
        sink.push(match hidden.why {
            Why::OtherMachine(nginx, server) => {
                let finding = Finding::error(
                    format!(
                        "nginx does not see the socket: {} and {} have each a file system of their own, 502 for each request",
                        launch.name_of(nginx),
                        launch.name_of(server)
                    ),
                    pass,
                    "nginx looks into its own file system",
                );
                let finding = hidden.listeners.iter().fold(finding, |finding, listener| {
                    finding.label(listener.span, "the socket is made in another one")
                });
                match &listener.at {
                    At::File(Some(path), _) => finding.help(format!(
                        "mount one volume into both: volumes: [\"sockets:{}\"]",
                        path.parent().unwrap_or(path).display()
                    )),
                    _ => finding,
                }
            }
            Why::PrivateTmp(private) => Finding::error(
                format!(
                    "nginx does not see {}: systemd gives the service a /tmp of its own, 502 for each request",
                    shown(&listener.at)
                ),
                listener.span,
                "lies in the service's own /tmp",
            )
            .label(private, "makes it private")
            .label(pass, "nginx looks into the host's /tmp")
            .help("put the socket below /run: RuntimeDirectory=NAME in the unit makes /run/NAME"),
            Why::NotMade { directory, unit } => Finding::warning(
                format!(
                    "nothing makes {} when the host starts, and uWSGI does not: it ends, 502 for each request",
                    directory.display()
                ),
                listener.span,
                "the socket is to lie there",
            )
            .label(unit, "the unit does not ask for it")
            .help(format!(
                "RuntimeDirectory={}\nin the unit's [Service]",
                directory.strip_prefix("/run").unwrap_or(&directory).display()
            )),
        });
    }
}
