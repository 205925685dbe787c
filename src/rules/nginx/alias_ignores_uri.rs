use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for (location, path, probe) in configuration.fixed_aliases() {
        let text = path.text();
        sink.push(
            Finding::error(
                format!("{probe} opens {text} and not a file in it: an alias in a regex is the whole path"),
                path.span(),
                "the same for every request",
            )
            .label(location.header_span(), "takes many paths")
            .help(format!("take the rest of the path with a group: location ~ ^/…/(.*)$ {{ alias {text}$1; }}")),
        );
    }
}
