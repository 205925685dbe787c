use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if !workspace.is_put_to_use(instance) {
        return;
    }
    for log in instance.growing_logs() {
        let option = &log.option;
        sink.push(
            Finding::advice(
                format!("the file of `{option}` grows for ever, and uWSGI goes on writing to it when logrotate has moved it away"),
                log.value_span,
                "never begun anew",
            )
            .help("log-maxsize = 100000000, or touch-logreopen = FILE for logrotate's `postrotate`"),
        );
    }
}
