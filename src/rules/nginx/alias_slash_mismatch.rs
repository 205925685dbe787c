use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::{Alias, Configuration};
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for alias in configuration.prefix_aliases().filter(is_mismatch) {
        let location = alias.location.text().into_owned();
        let path = alias.path.text().into_owned();
        let end = alias.path.inner_span();
        sink.push(
            Finding::error(
                format!("{location}style.css opens {path}style.css: the location ends with a slash and its alias does not"),
                alias.path.span(),
                "no slash at the end",
            )
            .label(alias.location.span, "this slash is cut off the URI")
            .help(format!("alias {path}/;"))
            .fix(
                Safety::Safe,
                "end the alias with a slash",
                vec![Edit {
                    span: crate::source::Span { start: end.end, ..end },
                    text: "/".to_owned(),
                }],
            ),
        );
    }
}

fn is_mismatch(alias: &Alias<'_>) -> bool {
    alias.location.pattern.ends_with(b"/")
        && alias.literal_end().is_some_and(|end| end != b'/')
        && !alias.names_file()
        && alias.serves_files()
}
