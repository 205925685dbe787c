use crate::finding::{Finding, Sink};
use crate::host::Existence;
use crate::uwsgi::{Instance, Location};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let file = instance.application().file;
    let Some(only) = file.single().filter(|only| only.guards.is_empty()) else {
        return;
    };
    let (Some(Location::Host(path)), Some(span)) = (&only.value, only.origin.span()) else {
        return;
    };
    if instance.is_garbled("wsgi-file") {
        return;
    }
    if workspace.existence_for(instance, path) != Existence::Absent {
        return;
    }
    let mut finding = Finding::error(
        format!(
            "uWSGI finds no application, 500 for every request: there is no file {}",
            path.display()
        ),
        span,
        "does not exist",
    );
    if let Some(there) = workspace.wsgi_file_for(instance) {
        finding = finding.help(format!("wsgi-file = {}", there.display()));
    }
    sink.push(finding);
}
