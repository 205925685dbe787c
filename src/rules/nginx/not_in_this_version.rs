use crate::finding::{Edit, Finding, Safety, Sink};
use crate::fix::layout;
use crate::nginx::{Configuration, Node, RefusalKind};
use crate::workspace::Workspace;

use super::refused;

pub(crate) fn check(workspace: &Workspace, configuration: &Configuration, sink: &mut Sink) {
    refused::report(
        workspace,
        configuration,
        RefusalKind::NotInThisVersion,
        sink,
    );
    for ending in configuration.endings() {
        let directive = ending.directive;
        let (name, removed) = (directive.name(), ending.removed);
        let message = format!("nginx refuses `{name}` from {removed} on");
        let label = "the next upgrade stops here";
        let finding = match configuration.release() {
            None => Finding::warning(message, directive.name_span(), label),
            Some(_) => Finding::advice(message, directive.name_span(), label),
        };
        sink.push(fixed(finding.help(ending.instead), directive));
    }
}

/// The finding, with the fix that moves what a directive says to the `listen`s of its server.
pub(super) fn fixed(finding: Finding, directive: Node<'_>) -> Finding {
    let Some(moved) = directive.configuration().at_listens(directive) else {
        return finding;
    };
    let mut edits = vec![layout::without(directive.source(), directive.span())];
    edits.extend(moved.listens.iter().map(|listen| {
        let end = listen.header_span();
        Edit::insert(end.file, end.range().end, format!(" {}", moved.option))
    }));
    let title = match moved.listens.is_empty() {
        true => format!("take `{}` out", directive.name()),
        false => format!("say `{}` at the `listen`", moved.option),
    };
    finding.fix(Safety::Safe, title, edits)
}
