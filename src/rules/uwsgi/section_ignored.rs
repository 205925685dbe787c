use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let severity = match instance.is_application() || instance.is_open() {
        true => Severity::Warning,
        false => Severity::Error,
    };
    for header in instance.ignored_headers() {
        sink.push(
            Finding::new(
                severity,
                "uWSGI reads nothing of what stands below this header: it is not that of the section that it looks for",
                header.span,
                "another section's name to uWSGI",
            )
            .help("[uwsgi], with nothing behind it on the line and nothing before it in the file"),
        );
    }
}
