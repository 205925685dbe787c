use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::{Alias, Configuration};
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for alias in configuration
        .prefix_aliases()
        .filter(|alias| is_open(configuration, alias))
    {
        let location = alias.location.text().into_owned();
        let path = alias.path.text().into_owned();
        let end = alias.location.inner_span;
        sink.push(
            Finding::error(
                format!("{location}../ leads out of {path}: the alias ends with a slash and its location does not"),
                alias.location.span,
                "no slash at the end",
            )
            .label(alias.path.span(), format!("a request for {location}../x opens {path}../x"))
            .help(format!("location {location}/ {{"))
            .fix(
                Safety::Safe,
                "end the location with a slash",
                vec![Edit {
                    span: crate::source::Span { start: end.end, ..end },
                    text: "/".to_owned(),
                }],
            ),
        );
    }
}

fn is_open(configuration: &Configuration, alias: &Alias<'_>) -> bool {
    alias.serves_files
        && !alias.is_internal()
        && alias.location.pattern.starts_with(b"/")
        && !alias.location.pattern.ends_with(b"/")
        && alias.literal_end() == Some(b'/')
        && configuration.may_answer(alias.node, &[&*alias.location.pattern, b"../x"].concat())
}
