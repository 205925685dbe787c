use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for setting in instance.variables_without_value() {
        sink.push(
            Finding::warning(
                "`env` sets nothing: there is no `=` behind the variable's name, and the variable is removed",
                setting.value_span(),
                "a name alone",
            )
            .help("env = NAME=VALUE"),
        );
    }
}
