use super::edits;
use super::unix_sockets;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let sockets = unix_sockets(instance);
    let Some(socket) = sockets.iter().find(|socket| socket.guards.is_empty()) else {
        return;
    };
    if !instance.is_on("vacuum").is_no() || !workspace.is_put_to_use(instance) {
        return;
    }
    let message = "the socket stays behind when uWSGI stops: `vacuum` is not on";
    let finding = match instance.last("vacuum") {
        Some(off) => Finding::advice(message, off.value_span(), "switches it off"),
        None => Finding::advice(
            message,
            instance.header_span(),
            "no `vacuum` in this section",
        ),
    };
    sink.push(
        finding
            .label(socket.value_span, "this file")
            .help("vacuum = true")
            .fix_if_any(
                Safety::Unsafe,
                "switch vacuum on",
                edits::set(workspace, instance, "vacuum", "true"),
            ),
    );
}
