use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
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
