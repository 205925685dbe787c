use crate::deployment::backend::At;
use crate::deployment::front::End;
use crate::deployment::{Deployment, Purpose};
use crate::finding::{Finding, Safety, Sink};
use crate::launch::HOST;
use crate::rules::uwsgi;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    if deployment.purpose != Purpose::Production {
        return;
    }
    let topology = workspace.topology();
    for (front, link) in &deployment.links {
        let End::Listener(backend, listener) = &link.end else {
            continue;
        };
        let front = &deployment.fronts[*front];
        let backend = &deployment.backends[*backend];
        if front.machine != HOST || !matches!(listener.at, At::File(..)) || !listener.is_certain {
            continue;
        }
        let user = front.nginx.user();
        let (Some(user), Some(access)) = (user.single(), backend.socket_access(topology, listener))
        else {
            continue;
        };
        if access.admits(workspace, &user.value) != Some(false) {
            continue;
        }
        let place = access.mode_at.unwrap_or(listener.span);
        let mut finding = Finding::error(
            format!(
                "nginx may not connect to the socket: it belongs to {} with mode {:03o}, and nginx runs as {}: 502 for each request",
                access.owner, access.mode, user.value
            ),
            place,
            format!(
                "mode {:03o}: only {} may connect",
                access.mode, access.owner
            ),
        );
        if let Some(instance) = backend.instance()
            && listener.socket_unit.is_none()
            && !backend.is_started_as_user(topology)
        {
            let owner = format!("{}:{}", access.owner, user.value);
            let lines = [("chmod-socket", "660"), ("chown-socket", &*owner)];
            if let Some(edits) = uwsgi::edits::set_all(workspace, instance, &lines) {
                finding = finding.fix(Safety::Unsafe, "give the socket to nginx's group", edits);
            }
        }
        if place != listener.span {
            finding = finding.label(listener.span, "this socket");
        }
        sink.push(
            finding
                .label_if_any(access.owner_at, "its owner")
                .label_if_any(user.origin.span(), "nginx's user")
                .label(link.place, "nginx connects here")
                .help(match backend.is_started_as_user(topology) {
                    _ if listener.socket_unit.is_some() => format!(
                        "SocketMode=0660\nSocketGroup={}\nin the socket unit",
                        user.value
                    ),
                    // Without root, uWSGI gives its socket to nobody else.
                    true => format!("chmod-socket = 660\nin the unit: Group={}", user.value),
                    false => format!(
                        "chmod-socket = 660\nchown-socket = {}:{}",
                        access.owner, user.value
                    ),
                }),
        );
    }
}
