use crate::finding::{Finding, Sink};
use crate::host::Existence;
use crate::uwsgi::{Instance, Location};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let chdir = instance.chdir();
    let Some(only) = chdir.single().filter(|only| only.guards.is_empty()) else {
        return;
    };
    let (Some(Location::Host(directory)), Some(span)) = (&only.value, only.origin.span()) else {
        return;
    };
    if instance.is_garbled("chdir") {
        return;
    }
    if workspace.existence_for(instance, directory) != Existence::Absent {
        return;
    }
    let mut finding = Finding::error(
        format!(
            "uWSGI does not start: there is no directory {}",
            directory.display()
        ),
        span,
        "does not exist",
    );
    if let Some(project) = workspace.directory_for(instance) {
        finding = finding.help(format!("chdir = {}", project.display()));
    }
    sink.push(finding);
}
