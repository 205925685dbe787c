use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Location};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if instance.is_garbled("home") {
        return;
    }
    let home = instance.virtualenv();
    let Some(only) = home.single().filter(|only| only.guards.is_empty()) else {
        return;
    };
    let (Some(Location::Host(directory)), Some(span)) = (&only.value, only.origin.span()) else {
        return;
    };
    // A checkout never holds the virtualenv.
    if workspace.is_missing(instance, directory) {
        sink.push(
            Finding::error(
                format!(
                    "uWSGI does not start: there is no virtualenv {}",
                    directory.display()
                ),
                span,
                "does not exist",
            )
            .help(format!("python3 -m venv {}", directory.display())),
        );
    }
}
