//! The fixes of one report that may be applied.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::rewrite::Replacement;
use super::{Done, HeldBack, Limits, template_of};
use crate::finding::{Fix, Safety, Severity};
use crate::report::{Report, Reported};
use crate::workspace::Workspace;

/// A fix, with what is asked of it afterwards.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) done: Done,
    pub(super) severity: Severity,
    /// Where the finding stands, in the file of `done`.
    pub(super) place: Range<usize>,
    pub(super) edits: BTreeMap<PathBuf, Vec<Replacement>>,
    pub(super) mode: Option<(PathBuf, u32)>,
    pub(super) fingerprint: String,
}

/// What a report offers.
#[derive(Debug, Default)]
pub(super) struct Offered {
    pub(super) candidates: Vec<Candidate>,
    pub(super) held_back: Vec<(String, HeldBack)>,
    pub(super) unsafe_left: usize,
}

/// The fixes of the findings that are told, without those that were dropped before.
pub(super) fn offered(
    workspace: &Workspace,
    report: &Report<'_>,
    limits: &Limits,
    dropped: &BTreeSet<String>,
) -> Offered {
    let mut offered = Offered::default();
    for reported in &report.findings {
        let Some(fix) = &reported.finding.fix else {
            continue;
        };
        if dropped.contains(&reported.fingerprint) {
            continue;
        }
        if fix.safety == Safety::Unsafe && limits.safety == Safety::Safe {
            offered.unsafe_left += 1;
            continue;
        }
        let candidate = candidate(workspace, reported, fix);
        match kept_from(workspace, &candidate, fix, limits) {
            None => offered.candidates.push(candidate),
            Some(why) => {
                let held_back = HeldBack {
                    fix: candidate.done,
                    why,
                };
                offered.held_back.push((candidate.fingerprint, held_back));
            }
        }
    }
    offered
}

fn candidate(workspace: &Workspace, reported: &Reported, fix: &Fix) -> Candidate {
    let finding = &reported.finding;
    let source = workspace.files().get(finding.primary.span.file);
    let place = finding.primary.span.range();
    let mut edits: BTreeMap<PathBuf, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let file = workspace.files().get(edit.span.file);
        let text = edit.text.as_bytes().to_vec();
        edits
            .entry(file.path().to_owned())
            .or_default()
            .push((edit.span.range(), text));
    }
    let mut files: Vec<PathBuf> = edits.keys().cloned().collect();
    files.extend(fix.mode.iter().map(|(path, _)| path.clone()));
    Candidate {
        done: Done {
            files,
            rule: finding.rule,
            path: source.path().to_owned(),
            line: source.line_of(place.start),
            title: fix.title.clone(),
        },
        severity: finding.severity,
        place,
        edits,
        mode: fix.mode.clone(),
        fingerprint: reported.fingerprint.clone(),
    }
}

/// Why a fix may not be applied whatever comes of it.
fn kept_from(
    workspace: &Workspace,
    candidate: &Candidate,
    fix: &Fix,
    limits: &Limits,
) -> Option<String> {
    let mut changed = candidate.done.files.iter();
    if let Some(only) = &limits.only
        && changed.any(|path| path != only)
    {
        return Some("only standard input is changed".to_owned());
    }
    for edit in &fix.edits {
        let source = workspace.files().get(edit.span.file);
        if let Some(why) = kept_as_it_is(workspace, source.path(), Some(source.bytes())) {
            return Some(why.to_owned());
        }
        let range = edit.span.range();
        let mut lines = source.line_of(range.start)..=source.line_of(range.end);
        if let Some(why) = lines.find_map(|line| template_of(&source, line)) {
            return Some(why.to_owned());
        }
        if edit.text.contains(char::REPLACEMENT_CHARACTER) {
            return Some("its text is not known byte by byte".to_owned());
        }
    }
    // In another context the same words may be right as they are.
    let shared = fix
        .edits
        .iter()
        .any(|edit| fix.safety == Safety::Unsafe && workspace.contexts_of(edit.span.file) > 1);
    if shared {
        return Some("the file is included in more than one place".to_owned());
    }
    let (path, _) = fix.mode.as_ref()?;
    kept_as_it_is(workspace, path, None).map(str::to_owned)
}

/// Why a file is not ours to change. `read` is what was taken for its text.
fn kept_as_it_is(workspace: &Workspace, path: &Path, read: Option<&[u8]>) -> Option<&'static str> {
    let tree = workspace.files().tree();
    if !tree.is_inside(path) {
        return Some("the file lies outside of what is checked");
    }
    match (tree.read(path), read) {
        (Err(_), _) => Some("what was read is no file of its own"),
        (Ok(there), Some(read)) if there != read => Some("what was read is no file of its own"),
        _ => None,
    }
}
