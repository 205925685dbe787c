//! Whether a text that was mended is better than it was.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::candidate::Candidate;
use super::rewrite::Rewrite;
use crate::engine::{self, Selection};
use crate::finding::{Finding, Severity};
use crate::rules;
use crate::workspace::Workspace;

/// A finding, as far as it is asked for here.
#[derive(Clone, Debug)]
pub(super) struct Found {
    rule: &'static str,
    severity: Severity,
    path: PathBuf,
    place: Range<usize>,
    labels: Vec<(PathBuf, Range<usize>)>,
}

/// Everything that any rule finds, whatever was asked for: a fix is to please all of them.
pub(super) fn all(workspace: &Workspace) -> Vec<Found> {
    let selection = Selection {
        min_severity: Severity::Advice,
        ..Selection::default()
    };
    let report = engine::check(workspace, &selection);
    let path = |finding: &Finding| {
        let file = finding.primary.span.file;
        workspace.files().get(file).path().to_owned()
    };
    report
        .findings
        .iter()
        .map(|reported| &reported.finding)
        .map(|finding| Found {
            rule: finding.rule,
            severity: finding.severity,
            path: path(finding),
            place: finding.primary.span.range(),
            labels: finding
                .labels()
                .map(|label| {
                    let source = workspace.files().get(label.span.file);
                    (source.path().to_owned(), label.span.range())
                })
                .collect(),
        })
        .collect()
}

/// The candidates that do not do what they promise, by index, each with the reason.
pub(super) fn failed(
    before: &[Found],
    after: &[Found],
    candidates: &[&Candidate],
    rewrites: &BTreeMap<PathBuf, Rewrite>,
) -> Vec<(usize, String)> {
    let moved = |path: &Path, place: &Range<usize>| match rewrites.get(path) {
        Some(rewrite) => rewrite.moved(place),
        None => place.clone(),
    };
    let known: BTreeSet<(&str, &Path, usize)> = before
        .iter()
        .map(|found| {
            let start = moved(&found.path, &found.place).start;
            (found.rule, found.path.as_path(), start)
        })
        .collect();
    let is_new =
        |found: &&Found| !known.contains(&(found.rule, found.path.as_path(), found.place.start));
    let new: Vec<&Found> = after.iter().filter(is_new).collect();
    let why = |candidate: &Candidate| -> Option<String> {
        let place = moved(&candidate.done.path, &candidate.place);
        let is_still_there = after.iter().any(|found| {
            found.rule == candidate.done.rule
                && found.path == candidate.done.path
                && overlap(&found.place, &place)
        });
        if is_still_there {
            return Some("the finding would stay".to_owned());
        }
        let brought = new.iter().find(|found| {
            let is_refused =
                rules::front(found.rule).is_some_and(|front| front.refused_by.is_some());
            is_refused
                || found.severity >= candidate.severity
                    && found.labels.iter().any(|(path, place)| {
                        candidate.edits.get(path).is_some_and(|edits| {
                            let rewrite = rewrites.get(path);
                            let replaced = rewrite.map(|rewrite| rewrite.replaced(edits));
                            let mut replaced = replaced.into_iter().flatten();
                            replaced.any(|text| overlap(&text, place))
                        })
                    })
        });
        brought.map(|found| format!("{} would be found then", found.rule))
    };
    candidates
        .iter()
        .enumerate()
        .filter_map(|(index, candidate)| Some((index, why(candidate)?)))
        .collect()
}

/// Whether two places share something; an empty one shares what it touches.
fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    match one.is_empty() || other.is_empty() {
        true => one.start <= other.end && other.start <= one.end,
        false => one.start < other.end && other.start < one.end,
    }
}
