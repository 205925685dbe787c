use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for conflict in configuration.conflicting_names() {
        let (name, address) = (&conflict.name, &conflict.address);
        sink.push(
            Finding::warning(
                format!("requests for {name} at {address} never get to this server: another one has the name already"),
                conflict.ignored.span(),
                "ignored here",
            )
            .label(conflict.counts.span(), "counts here, for it stands first")
            .help(format!("name {name} in one server only, or put both into one")),
        );
    }
}
