use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for node in nginx.logs_called_off() {
        sink.push(
            Finding::warning(
                "errors are written to a file called off: error_log cannot be switched off",
                node.header_span(),
                "names a file",
            )
            .help("error_log /dev/null crit;"),
        );
    }
}
