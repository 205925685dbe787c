//! Rounds of fixes: what does not touch each other at once, the rest in the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::candidate::{self, Candidate};
use super::judge::{self, Found};
use super::rewrite::Rewrite;
use super::{Changed, HeldBack, Limits, Mended};
use crate::engine::{self, Selection};
use crate::tree::Buffer;
use crate::workspace::Workspace;

/// Fixes that need more rounds than this call for each other.
const MAX_ROUNDS: usize = 10;
/// How often a round is tried without those that failed in it, before each is tried alone.
const MAX_TRIES: usize = 4;

/// The files as they are so far.
#[derive(Clone, Default)]
struct State {
    files: BTreeMap<PathBuf, Changed>,
}

/// Mends what `selection` tells, as far as `limits` allow, in a workspace that `open` makes of what
/// lies on disk with some files replaced.
pub fn mend(
    open: &dyn Fn(Vec<Buffer>) -> Workspace,
    selection: &Selection,
    limits: &Limits,
) -> Mended {
    let mut mended = Mended::default();
    let mut state = State::default();
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let workspace = open(state.buffers());
        let report = engine::check(&workspace, selection);
        let offered = candidate::offered(&workspace, &report, limits, &dropped);
        mended.unsafe_left = offered.unsafe_left;
        for (fingerprint, held_back) in offered.held_back {
            if dropped.insert(fingerprint) {
                mended.held_back.push(held_back);
            }
        }
        if offered.candidates.is_empty() {
            mended.has_ended = true;
            break;
        }
        let round = Round {
            open,
            before: judge::all(&workspace),
            workspace: &workspace,
            state: &state,
        };
        let (accepted, failed) = round.apply(&offered.candidates);
        for (candidate, why) in failed {
            dropped.insert(candidate.fingerprint.clone());
            let fix = candidate.done.clone();
            mended.held_back.push(HeldBack { fix, why });
        }
        if let Some((next, applied)) = accepted {
            state = next;
            mended
                .done
                .extend(applied.iter().map(|candidate| candidate.done.clone()));
        }
    }
    mended
        .done
        .sort_by(|one, other| (&one.path, one.line).cmp(&(&other.path, other.line)));
    mended.files = state.files.into_values().collect();
    mended
}

struct Round<'a> {
    open: &'a dyn Fn(Vec<Buffer>) -> Workspace,
    workspace: &'a Workspace,
    before: Vec<Found>,
    state: &'a State,
}

/// What a round comes to: the new state with what was applied, and what failed.
type Applied<'c> = Option<(State, Vec<&'c Candidate>)>;

impl Round<'_> {
    fn apply<'c>(
        &self,
        candidates: &'c [Candidate],
    ) -> (Applied<'c>, Vec<(&'c Candidate, String)>) {
        let mut left = apart(candidates);
        let mut failed = Vec::new();
        for _ in 0..MAX_TRIES {
            if left.is_empty() {
                return (None, failed);
            }
            let Some((next, wrong)) = self.tried(&left) else {
                break;
            };
            if wrong.is_empty() {
                return (Some((next, left)), failed);
            }
            for (index, why) in wrong.into_iter().rev() {
                failed.push((left.remove(index), why));
            }
        }
        // They spoil each other: one of them, then, and the others in the next round.
        for candidate in left {
            match self.tried(&[candidate]) {
                Some((next, wrong)) if wrong.is_empty() => {
                    return (Some((next, vec![candidate])), failed);
                }
                Some((_, wrong)) => {
                    let why = wrong.into_iter().next().map(|(_, why)| why);
                    failed.push((candidate, why.unwrap_or_default()));
                }
                None => failed.push((candidate, "it cannot be applied".to_owned())),
            }
        }
        (None, failed)
    }

    /// The state with all of them applied, and which of them fail then.
    fn tried(&self, candidates: &[&Candidate]) -> Option<(State, Vec<(usize, String)>)> {
        let mut rewrites: BTreeMap<PathBuf, Rewrite> = BTreeMap::new();
        let mut next = self.state.clone();
        for candidate in candidates {
            for (path, edits) in &candidate.edits {
                rewrites.entry(path.clone()).or_default().add(edits);
            }
            if let Some((path, mode)) = &candidate.mode {
                let changed = next.file(self.workspace, path)?;
                let before = self.workspace.files().tree().stat(path).ok()?.mode;
                changed.mode = Some((before, *mode));
            }
        }
        for (path, rewrite) in &rewrites {
            let changed = next.file(self.workspace, path)?;
            changed.after = rewrite.apply(&changed.after)?;
        }
        let after = judge::all(&(self.open)(next.buffers()));
        let failed = judge::failed(&self.before, &after, candidates, &rewrites);
        Some((next, failed))
    }
}

/// Those that do not touch one before them.
fn apart(candidates: &[Candidate]) -> Vec<&Candidate> {
    let mut rewrites: BTreeMap<&PathBuf, Rewrite> = BTreeMap::new();
    let mut modes: BTreeSet<&PathBuf> = BTreeSet::new();
    let mut chosen = Vec::new();
    for candidate in candidates {
        let mut edits = candidate.edits.iter();
        let fits = edits.all(|(path, edits)| rewrites.entry(path).or_default().takes(edits));
        let mode = candidate.mode.as_ref().map(|(path, _)| path);
        if !fits || mode.is_some_and(|path| !modes.insert(path)) {
            continue;
        }
        for (path, edits) in &candidate.edits {
            rewrites.entry(path).or_default().add(edits);
        }
        chosen.push(candidate);
    }
    chosen
}

impl State {
    fn file(&mut self, workspace: &Workspace, path: &PathBuf) -> Option<&mut Changed> {
        if !self.files.contains_key(path) {
            let before = workspace.files().tree().read(path).ok()?;
            let changed = Changed {
                path: path.clone(),
                after: before.clone(),
                before,
                mode: None,
            };
            self.files.insert(path.clone(), changed);
        }
        self.files.get_mut(path)
    }

    fn buffers(&self) -> Vec<Buffer> {
        let buffer = |changed: &Changed| Buffer {
            path: changed.path.clone(),
            bytes: changed.after.clone(),
            mode: changed.mode.map(|(_, mode)| mode),
        };
        self.files.values().map(buffer).collect()
    }
}
