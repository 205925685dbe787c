use super::edits;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let topology = workspace.topology();
    let unit = workspace
        .backend_of(instance)
        .and_then(|backend| backend.unit(topology));
    let is_handed_sockets =
        unit.is_some_and(|unit| topology.launch().sockets_of(&unit.name).next().is_some());
    if is_handed_sockets {
        return;
    }
    if let Some(place) = instance.chmod_without_file() {
        sink.push(
            Finding::advice(
                "a mode says who may open a file, and every socket here is a port: it protects nothing",
                place,
                "no socket is a file",
            )
            .help("socket = /run/uwsgi/app.sock, or leave `chmod-socket` out")
            .fix_if_any(
                Safety::Safe,
                "leave the mode out",
                edits::without(workspace, instance, place),
            ),
        );
    }
}
