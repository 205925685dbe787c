use crate::finding::{Edit, Finding, Safety, Sink};
use crate::nginx::Configuration;
use crate::suggest;
use crate::workspace::Workspace;

pub(crate) fn check(_: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    judge(configuration, sink);
}

pub(super) fn judge(configuration: &Configuration, sink: &mut Sink) {
    for missing in configuration.missing_named_locations() {
        let name = missing.word.text();
        let when = match missing.directive.is("try_files") {
            true => "every request that try_files does not find a file for",
            false => "every request that this error page stands for",
        };
        let span = missing.word.span();
        let finding = Finding::error(
            format!("{when} is answered 500: the server has no location {name}"),
            span,
            "no location of this name",
        );
        let meant = suggest::nearest(&name, missing.known.iter().map(String::as_str));
        sink.push(match meant {
            Some(meant) => finding.help(format!("did you mean {meant}?")).fix(
                Safety::Unsafe,
                format!("name {meant}"),
                vec![Edit {
                    span: missing.word.inner_span(),
                    text: meant.to_owned(),
                }],
            ),
            None => finding.help(format!("location {name} {{ … }}")),
        });
    }
}
