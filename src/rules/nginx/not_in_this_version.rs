use crate::finding::{Finding, Sink};
use crate::nginx::{Configuration, RefusalKind};
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
        sink.push(finding.help(ending.instead));
    }
}
