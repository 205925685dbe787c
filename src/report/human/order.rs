//! In which order findings are shown, and which of many alike are.
//!
//! The last lines are what a person sees first: the worst file's worst finding comes last.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};
use crate::report::Report;
use crate::source::FileId;

/// So many findings of a rule are drawn: who has understood them knows the others.
const DRAWN: usize = 3;

/// A finding that is drawn.
pub(super) struct Drawn<'a> {
    /// The finding.
    pub(super) finding: &'a Finding,
    /// Others of its rule and severity that are only named beneath it, as the report sorts them.
    pub(super) alike: Vec<&'a Finding>,
}

/// The findings, each file's together, worst last; of many alike the last few, or all.
pub(super) fn drawn<'a>(report: &'a Report<'_>, all: bool) -> Vec<Drawn<'a>> {
    let mut worst: BTreeMap<FileId, (Severity, usize)> = BTreeMap::new();
    for (at, reported) in report.findings.iter().enumerate() {
        let finding = &reported.finding;
        let of_file = worst
            .entry(finding.primary.span.file)
            .or_insert((finding.severity, at));
        of_file.0 = of_file.0.max(finding.severity);
    }
    let mut order: Vec<&Finding> = report
        .findings
        .iter()
        .map(|reported| &reported.finding)
        .collect();
    // Stable: what is equally bad stays sorted by path and span.
    order.sort_by_key(|finding| (worst.get(&finding.primary.span.file), finding.severity));
    let mut left: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in &order {
        *left.entry(kind(finding)).or_insert(0) += 1;
    }
    // To name one finding takes as much room as it saves.
    left.retain(|_, count| *count > DRAWN + 1 && !all);
    let mut folded: BTreeMap<(&str, Severity), Vec<&Finding>> = BTreeMap::new();
    let mut drawn = Vec::new();
    for finding in order {
        let kind = kind(finding);
        let Some(count) = left.get_mut(&kind) else {
            let alike = Vec::new();
            drawn.push(Drawn { finding, alike });
            continue;
        };
        *count -= 1;
        if *count >= DRAWN {
            folded.entry(kind).or_default().push(finding);
            continue;
        }
        let alike = match count {
            0 => folded.remove(&kind).unwrap_or_default(),
            _ => Vec::new(),
        };
        drawn.push(Drawn { finding, alike });
    }
    drawn
}

fn kind(finding: &Finding) -> (&'static str, Severity) {
    (finding.rule, finding.severity)
}
