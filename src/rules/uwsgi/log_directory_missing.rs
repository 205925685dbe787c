use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::{Failure, Instance};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    // A checkout never holds the directories of logs.
    if !workspace.is_whole_host() {
        return;
    }
    for log in instance.logs() {
        let Some(path) = log.path.get().filter(|path| path.starts_with('/')) else {
            continue;
        };
        if !log.directory_is_absent(workspace.files(), instance) {
            continue;
        }
        let severity = match log.failure {
            Failure::Ends => Severity::Error,
            Failure::Lost => Severity::Warning,
        };
        let option = &log.option;
        sink.push(
            Finding::new(
                severity,
                format!("`{option}` cannot open {path}: its directory is not there"),
                log.value_span,
                "in no directory",
            )
            .help("make the directory, for the user that opens the file"),
        );
    }
}
