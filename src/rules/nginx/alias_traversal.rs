use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::{Alias, Configuration};
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    siblings(configuration, sink);
    for alias in configuration
        .prefix_aliases()
        .filter(|alias| is_open(configuration, alias))
    {
        let location = alias.location.text().into_owned();
        let path = alias.path.text().into_owned();
        let finding = Finding::error(
            format!("{location}../ leads out of {path}: the alias ends with a slash and its location does not"),
            alias.location.span,
            "no slash at the end",
        )
        .label(alias.path.span(), format!("a request for {location}../x opens {path}../x"));
        let end = alias.location.inner_span;
        sink.push(match one_file(&location) {
            // The directory itself would answer for the file, and it is not what was meant.
            Some(name) => {
                finding.help(format!("location = {location} {{\n    alias {path}{name};"))
            }
            None => finding.help(format!("location {location}/ {{")).fix(
                Safety::Safe,
                "end the location with a slash",
                vec![Edit {
                    span: crate::source::Span {
                        start: end.end,
                        ..end
                    },
                    text: "/".to_owned(),
                }],
            ),
        });
    }
}

/// Neither ends with a slash: what begins with the location's name and goes on otherwise is looked for beside the
/// directory.
fn siblings(configuration: &Configuration, sink: &mut Sink) {
    for alias in configuration.prefix_aliases() {
        let location = alias.location.text().into_owned();
        let is_loose = !alias.is_internal()
            && location.starts_with('/')
            && !location.ends_with('/')
            && one_file(&location).is_none()
            && !alias.names_file()
            && alias.literal_end().is_some_and(|end| end != b'/')
            && configuration.may_answer(alias.node, format!("{location}-old/x").as_bytes())
            && alias.serves_files();
        if !is_loose {
            continue;
        }
        let path = alias.path.text().into_owned();
        sink.push(
            Finding::advice(
                format!("what lies beside {path} and begins with its name is handed out too"),
                alias.location.span,
                "no slash at the end",
            )
            .label(
                alias.path.span(),
                format!("a request for {location}-old/x opens {path}-old/x"),
            )
            .help(format!("location {location}/ {{\n    alias {path}/;")),
        );
    }
}

/// The file that a location is called after, where it is called after one: `/robots.txt`.
fn one_file(location: &str) -> Option<&str> {
    const ENDINGS: [&str; 8] = ["css", "html", "ico", "js", "json", "png", "txt", "xml"];
    let name = location.rsplit('/').next()?;
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty() && ENDINGS.contains(&ending)).then_some(name)
}

fn is_open(configuration: &Configuration, alias: &Alias<'_>) -> bool {
    !alias.is_internal()
        && alias.location.pattern.starts_with(b"/")
        && !alias.location.pattern.ends_with(b"/")
        && alias.literal_end() == Some(b'/')
        && configuration.may_answer(alias.node, &[&*alias.location.pattern, b"../x"].concat())
        && alias.serves_files()
}
