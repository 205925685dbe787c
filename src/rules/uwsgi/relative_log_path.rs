use crate::finding::{Edit, Finding, Safety, Severity, Sink};
use crate::source::Span;
use crate::uwsgi::{Base, Failure, Instance, Written};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for log in instance.logs() {
        let Some(path) = log.relative_path() else {
            continue;
        };
        let (option, prefix) = (&log.option, &log.prefix);
        let base = match log.base {
            Base::Start => "the directory that uWSGI is started in",
            Base::Chdir => "the directory that `chdir` leads to",
        };
        // A logger that cannot open its file drops the lines, and the site goes on.
        let broken = match log.failure {
            Failure::Ends => Severity::Error,
            Failure::Lost => Severity::Warning,
        };
        let finding = if log.has_lost_its_slash(workspace.files(), instance) {
            let message =
                format!("`{option}` cannot open {path}: the path has lost its leading slash");
            let label = format!("relative to {base}");
            let finding = Finding::new(broken, message, log.value_span, label)
                .help(format!("{option} = {prefix}/{path}"));
            with_slash(finding, &log)
        } else if log.directory_is_absent(workspace.files(), instance) {
            let message = format!("`{option}` cannot open {path}: {base} has no such directory");
            Finding::new(
                broken,
                message,
                log.value_span,
                "its directory is not there",
            )
            .help(format!("{option} = {prefix}/var/log/uwsgi/app.log"))
        } else {
            let message = format!("`{option}` writes to {path} in {base}, wherever that is");
            Finding::advice(message, log.value_span, "a relative path")
                .help(format!("{option} = {prefix}/var/log/uwsgi/app.log"))
        };
        sink.push(finding);
    }
}

/// The edit that puts the slash in front, where the path stands as it is.
fn with_slash(finding: Finding, log: &Written) -> Finding {
    if !log.is_literal {
        return finding;
    }
    let start = log.value_span.range().start;
    let edit = Edit {
        span: Span::new(log.value_span.file, start..start),
        text: "/".to_owned(),
    };
    finding.fix(Safety::Safe, "put the slash in front", vec![edit])
}
