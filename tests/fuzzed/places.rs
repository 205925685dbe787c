//! Where findings are: within their files, whatever these say.

use djlint::engine::{self, Selection};
use djlint::source::Span;
use djlint::workspace::Workspace;

/// Asks every rule, and looks where the findings are. How much was found.
pub(crate) fn found(workspace: &Workspace) -> usize {
    let report = engine::check(workspace, &Selection::default());
    for reported in &report.findings {
        for label in reported.finding.labels() {
            is_within(workspace, label.span);
        }
    }
    report.findings.len()
}

pub(crate) fn is_within(workspace: &Workspace, span: Span) {
    let source = workspace.files().get(span.file);
    let (start, end) = (span.range().start, span.range().end);
    assert!(
        start <= end && end <= source.bytes().len(),
        "{start}..{end}"
    );
}
