use super::unix_sockets;
use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let chmod = instance.chmod_socket();
    let Some(alternative) = chmod.single() else {
        return;
    };
    let (Some(mode), Some(place)) = (alternative.value, alternative.origin.span()) else {
        return;
    };
    let sockets = unix_sockets(instance);
    let Some(socket) = sockets.iter().find(|socket| socket.guards.is_empty()) else {
        return;
    };
    // connect() asks for the right to write, and for nothing else.
    if mode & 0o002 == 0 || !workspace.is_put_to_use(instance) {
        return;
    }
    let severity = match workspace.is_in_container(instance) {
        true => Severity::Advice,
        false => Severity::Warning,
    };
    sink.push(
        Finding::new(
            severity,
            format!("every local user may talk to the application: the socket gets mode {mode:03o}, and 660 is enough"),
            place,
            "lets everyone connect",
        )
        .label(socket.value_span, "this socket")
        .help("chmod-socket = 660, and chown-socket = USER:www-data (nginx's group)"),
    );
}
