use crate::finding::{Finding, Sink};
use crate::uwsgi::{Instance, Location};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for (location, place) in instance.static_directories() {
        let Location::Host(directory) = location else {
            continue;
        };
        // A checkout never holds collected files.
        if workspace.is_missing(instance, &directory) {
            sink.push(
                Finding::warning(
                    format!(
                        "uWSGI finds no file for these requests and hands them to the application: there is no directory {}",
                        directory.display()
                    ),
                    place,
                    "does not exist",
                )
                .help("python3 manage.py collectstatic, or the directory that it writes to"),
            );
        }
    }
}
