use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if workspace.is_in_container(instance) {
        return;
    }
    if let Some((port, place)) = instance.public_stats() {
        sink.push(
            Finding::warning(
                "everyone who reaches the port reads what is requested, from where, and uWSGI's whole state",
                place,
                "on every address",
            )
            .help(format!("stats = 127.0.0.1:{port}")),
        );
    }
}
