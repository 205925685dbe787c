use crate::finding::{Finding, Sink};
use crate::nginx::{Configuration, Shadow};
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, nginx: &Configuration, sink: &mut Sink) {
    for shadowed in nginx.shadowed_locations() {
        let shown = |matcher: Option<crate::nginx::Matcher<'_>>| {
            matcher.map_or(String::new(), |matcher| matcher.shown())
        };
        let by = shown(shadowed.by.matcher());
        let (why, help) = match shadowed.why {
            Shadow::Everything => (
                format!("the regex {by} matches every path, and comes first"),
                format!("narrow {by}, or write ^~ where a prefix is to win"),
            ),
            Shadow::Same => (
                "the same regex stands before it".to_owned(),
                "make one of the two".to_owned(),
            ),
            Shadow::NoRegex => (
                format!("{by} takes all that it matches, and ^~ keeps regexes from being tried"),
                format!("write it into {by}, or take ^~ away"),
            ),
        };
        sink.push(
            Finding::warning(
                format!(
                    "no request gets to location {}: {why}",
                    shown(shadowed.location.matcher())
                ),
                shadowed.location.header_span(),
                "never asked",
            )
            .label(shadowed.by.header_span(), "answers instead")
            .help(help),
        );
    }
}
