use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, MAX_SOCKET_PATH};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for (option, length, place) in instance.overlong_sockets() {
        sink.push(
            Finding::error(
                format!("uWSGI does not start: the socket's path has {length} bytes, and {MAX_SOCKET_PATH} are the most"),
                place,
                "invalid socket name",
            )
            .help(format!("{option} = /run/uwsgi/app.sock")),
        );
    }
}
