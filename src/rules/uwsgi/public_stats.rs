use super::edits;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if !workspace.is_put_to_use_on_a_host(instance) {
        return;
    }
    if let Some((port, place)) = instance.public_stats() {
        sink.push(
            Finding::warning(
                "everyone who reaches the port reads what is requested, from where, and uWSGI's whole state",
                place,
                "on every address",
            )
            .help(format!("stats = 127.0.0.1:{port}"))
            .fix_if_any(
                Safety::Unsafe,
                "keep the statistics on this machine",
                edits::valued(workspace, instance, place, &format!("127.0.0.1:{port}")),
            ),
        );
    }
}
