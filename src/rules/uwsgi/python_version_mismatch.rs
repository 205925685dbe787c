use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for other in workspace.other_pythons(instance) {
        let severity = match other.is_fatal {
            true => Severity::Error,
            false => Severity::Warning,
        };
        let (own, own_at) = &other.own;
        let (directory, found) = (other.directory.display(), &other.found);
        let message = match other.is_overlooked {
            true => format!(
                "uWSGI runs Python {own}, and finds no package in {directory}: they are there for Python {found}"
            ),
            false => format!(
                "uWSGI runs Python {own}, and cannot load what is compiled in {directory}: it is for Python {found}"
            ),
        };
        sink.push(
            Finding::new(severity, message, other.place, "made for another Python")
                .label_if_any(*own_at, "says which Python it is")
                .help(format!("a virtualenv of Python {own}")),
        );
    }
}
