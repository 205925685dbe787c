//! Fixes over whole deployments: they come to an end, doing it again does nothing, and nothing is
//! found afterwards that was not found before.
//!
//! `DJLINT_FOLDER=DIRECTORY` has the files below a directory mended too, each by itself, in memory.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;
#[path = "conformance/random.rs"]
mod random;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::fixtures;
use djlint::engine::{self, Selection};
use djlint::finding::{Safety, Severity};
use djlint::fix::{self, Changed, Limits, Mended};
use djlint::rules::RULES;
use djlint::tree::Buffer;
use djlint::workspace::{Input, Workspace};
use random::Random;

/// How many subsets of the rules each fixture is mended by.
const SUBSETS: usize = 5;

fn buffers(files: &[Changed]) -> Vec<Buffer> {
    files
        .iter()
        .map(|changed| Buffer {
            path: changed.path.clone(),
            bytes: changed.after.clone(),
            mode: changed.mode.map(|(_, mode)| mode),
        })
        .collect()
}

/// A place with files, some of them replaced.
fn open(base: &Path, named: &[PathBuf], mended: Vec<Buffer>) -> Workspace {
    Workspace::open(Input {
        base: base.to_owned(),
        paths: named.to_vec(),
        mended,
        ..Input::default()
    })
}

fn mend(base: &Path, named: &[PathBuf], before: &[Buffer], selection: &Selection) -> Mended {
    let limits = Limits {
        safety: Safety::Unsafe,
        only: None,
    };
    let reopen = |mut buffers: Vec<Buffer>| {
        for buffer in before {
            if !buffers.iter().any(|other| other.path == buffer.path) {
                buffers.push(buffer.clone());
            }
        }
        open(base, named, buffers)
    };
    fix::mend(&reopen, selection, &limits)
}

/// Every rule that finds something, with its severity, as often as it does.
fn found(workspace: &Workspace) -> Vec<(Severity, &'static str)> {
    let everything = Selection {
        min_severity: Severity::Advice,
        ..Selection::default()
    };
    let report = engine::check(workspace, &everything);
    let findings = report.findings.iter().map(|reported| &reported.finding);
    findings
        .map(|finding| (finding.severity, finding.rule))
        .collect()
}

fn converges(base: &Path, named: &[PathBuf], selection: &Selection, what: &str) -> usize {
    let mended = mend(base, named, &[], selection);
    assert!(mended.has_ended, "{what}: no end of it");
    let after = buffers(&mended.files);
    let again = mend(base, named, &after, selection);
    assert!(
        again.done.is_empty(),
        "{what}: done again: {:#?}",
        again.done
    );
    let rules = |workspace: &Workspace| -> BTreeSet<&'static str> {
        let errors = found(workspace).into_iter();
        let errors = errors.filter(|(severity, _)| *severity == Severity::Error);
        errors.map(|(_, rule)| rule).collect()
    };
    let before = rules(&open(base, named, Vec::new()));
    let new: Vec<_> = rules(&open(base, named, after))
        .difference(&before)
        .copied()
        .collect();
    assert!(new.is_empty(), "{what}: {new:?} since {:#?}", mended.done);
    mended.done.len()
}

#[test]
fn every_fixture_comes_to_rest_whatever_is_selected() {
    let mut random = Random::seeded();
    let mut done = 0;
    for fixture in fixtures() {
        let base = fixture.canonicalize().unwrap();
        let everything = Selection {
            min_severity: Severity::Advice,
            ..Selection::default()
        };
        done += converges(&base, &[], &everything, &base.display().to_string());
        for _ in 0..SUBSETS {
            let select: Vec<String> = RULES
                .iter()
                .filter(|_| random.chance(3))
                .map(|rule| rule.id.to_owned())
                .collect();
            let what = format!("{} with {select:?}", base.display());
            let some = Selection {
                select,
                ..everything.clone()
            };
            converges(&base, &[], &some, &what);
        }
    }
    assert!(done > 20, "{done}");
}

#[test]
fn a_folder_comes_to_rest() {
    let Some(folder) = std::env::var_os("DJLINT_FOLDER") else {
        return;
    };
    let everything = Selection {
        min_severity: Severity::Advice,
        ..Selection::default()
    };
    let (mut files, mut done) = (0, 0);
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path().canonicalize().unwrap();
        let base = path.parent().unwrap();
        let what = path.display().to_string();
        files += 1;
        done += converges(base, std::slice::from_ref(&path), &everything, &what);
    }
    println!("{files} files, {done} fixes");
}
