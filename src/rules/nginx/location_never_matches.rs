use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Configuration;
use crate::source::Span;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for (location, matcher) in configuration.locations_without_slash() {
        let text = matcher.text();
        let end = matcher.inner_span.end;
        let length = u32::try_from(matcher.pattern.len()).unwrap_or(0);
        let start = end.saturating_sub(length);
        let finding = Finding::error(
            format!("no request gets to this location: every path begins with a slash, and {text} does not"),
            matcher.span,
            "no slash at the start",
        )
        .label(location.name_span(), "never answers");
        // What begins so is a regex that lost its modifier, and one is as likely meant as the other.
        if matcher.pattern.starts_with(b"^") {
            sink.push(finding.help(format!("location ~ {text} {{  # a regex wants a ~, or ~*")));
            continue;
        }
        sink.push(
            finding
                .help(format!("location {}/{text} {{", matcher.modifier_shown()))
                .fix(
                    Safety::Safe,
                    "begin the location with a slash",
                    vec![Edit {
                        span: Span {
                            start,
                            end: start,
                            ..matcher.inner_span
                        },
                        text: "/".to_owned(),
                    }],
                ),
        );
    }
}
