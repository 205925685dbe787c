use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for log in instance.logs() {
        let Some(word) = log.switch_word() else {
            continue;
        };
        let option = &log.option;
        sink.push(
            Finding::warning(
                format!("`{option}` takes a path: the log is written to a file called {word}"),
                log.value_span,
                "the name of a file",
            )
            .help(format!(
                "{option} = /var/log/uwsgi/app.log, or no `{option}` at all"
            )),
        );
    }
}
