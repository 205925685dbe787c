use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for handlers in configuration.overruled_handlers() {
        let last = handlers.last.name();
        for overruled in handlers.overruled {
            let name = overruled.name();
            sink.push(
                Finding::warning(
                    format!("{name} does nothing: {last} further down takes every request of this location"),
                    overruled.header_span(),
                    "never asked",
                )
                .label(handlers.last.header_span(), "the last one counts")
                .help(format!("keep one of the two: {name} or {last}")),
            );
        }
    }
}
