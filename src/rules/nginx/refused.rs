//! What the rules that tell nginx's own refusals have in common.

use crate::finding::{Finding, Sink};
use crate::nginx::{Configuration, Refusal, RefusalKind};
use crate::source::Span;
use crate::workspace::Workspace;

/// Reports every refusal of one kind.
pub(super) fn report(
    workspace: &Workspace,
    configuration: &Configuration,
    kind: RefusalKind,
    sink: &mut Sink,
) {
    for refusal in configuration.refusals() {
        if refusal.kind == kind {
            sink.push(finding(workspace, refusal));
        }
    }
}

fn finding(workspace: &Workspace, refusal: &Refusal) -> Finding {
    let place = refusal.label.span;
    let mut finding = Finding::error(&*refusal.message, place, &*refusal.label.text);
    for other in &refusal.others {
        finding = finding.label(other.span, &*other.text);
    }
    finding.help.clone_from(&refusal.help);
    match refusal.noticed {
        Some(noticed) if line(workspace, noticed) != line(workspace, place) => {
            finding.label(noticed, format!("nginx stops here: {}", refusal.says))
        }
        _ => finding,
    }
}

fn line(workspace: &Workspace, span: Span) -> (u32, usize) {
    let line = workspace.files().get(span.file).line_of(span.range().start);
    (span.file.0, line)
}
