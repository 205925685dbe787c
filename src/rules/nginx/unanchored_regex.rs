use crate::finding::{Finding, Sink};
use crate::nginx::Configuration;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for location in nginx.unanchored_endings() {
        let Some(matcher) = location.matcher() else {
            continue;
        };
        let pattern = matcher.text();
        sink.push(
            Finding::advice(
                format!("this location is for the end of a file's name, and answers wherever {pattern} stands in the path"),
                matcher.span,
                "does not end with $",
            )
            .help(format!("location {}{pattern}$", matcher.modifier_shown())),
        );
    }
}
