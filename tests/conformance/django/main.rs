//! The settings that djlint knows, beside what Python has when it has imported the module.
//!
//! `cases.jsonl` holds modules with what Python 3.11 and the libraries of that year bind their
//! names to: `cargo test` holds djlint to them without Python. With the feature `live` Python is asked
//! again, and about modules that are made up on the way; `DJLINT_UPDATE=1` writes its answers down,
//! `DJLINT_KEEP=20` keeps that many of the made-up modules.
//!
//! `DJLINT_FIELD=projects.jsonl` asks about the settings modules of projects on disk, each line
//! `{"directory": …, "module": …, "environment": {}}`, and prints how much of them is known.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod answer;
#[cfg(feature = "live")]
mod defaults;
#[cfg(feature = "live")]
mod field;
#[cfg(feature = "live")]
mod generate;
#[cfg(feature = "live")]
mod oracle;
#[cfg(feature = "live")]
#[path = "../random.rs"]
mod random;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use djlint::django::Settings;
use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Memory;
use serde::{Deserialize, Serialize};

use answer::{Answer, disagreements};

const CASES: &str = "tests/conformance/django/cases.jsonl";
/// Where the files of a case lie.
const HERE: &str = "/tmp/site";
/// How many modules are made up in one run.
#[cfg(feature = "live")]
const RUNS: usize = 120;

/// Files, the settings module among them, an environment, and what Python makes of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Case {
    files: BTreeMap<String, String>,
    module: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    environment: BTreeMap<String, String>,
    /// What stands for `#STATEMENTS` in the files; those that raise an exception are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    statements: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Answer>,
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(CASES).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn settings(case: &Case) -> Settings {
    let tree = case.files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.file(Path::new(HERE).join(path), text.as_str(), 0o644)
    });
    let files = Files::new(tree, PathMap::new());
    let module = case.module.replace('.', "/");
    let candidates = [format!("{module}.py"), format!("{module}/__init__.py")];
    let source = candidates
        .iter()
        .find_map(|path| files.open(&Path::new(HERE).join(path)).ok())
        .expect("the module");
    Settings::load(&files, &source, &[PathBuf::from(HERE)], &case.environment)
}

/// What djlint says otherwise than Python, for people.
fn fault(case: &Case) -> Option<String> {
    let names = case.answer.as_ref()?.names.as_ref()?;
    let settings = settings(case);
    let wrong = disagreements(&settings, names);
    (!wrong.is_empty()).then(|| {
        let text: Vec<String> = case
            .files
            .iter()
            .map(|(path, text)| format!("--- {path}\n{text}"))
            .collect();
        format!(
            "{}\n{:?}\n{}",
            text.join("\n"),
            case.environment,
            wrong.join("\n")
        )
    })
}

#[test]
fn every_value_that_is_known_is_the_one_that_python_has() {
    let cases = cases();
    let faults: Vec<String> = cases.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(cases.len() > 50, "only {} cases", cases.len());
}

#[cfg(feature = "live")]
#[test]
fn python_still_says_so_and_of_modules_that_nobody_thought_of() {
    let mut kept = cases();
    let mut made: Vec<Case> = Vec::new();
    let count = std::env::var("DJLINT_RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(RUNS);
    let mut random = random::Random::seeded();
    for _ in 0..count {
        made.push(generate::case(&mut random));
    }
    oracle::ask(&mut made);
    let mut coverage = answer::Coverage::default();
    for case in &made {
        if let Some(names) = case
            .answer
            .as_ref()
            .and_then(|answer| answer.names.as_ref())
        {
            coverage.count(&settings(case), names);
        }
    }
    println!("{coverage}");
    let faults: Vec<String> = made.iter().filter_map(fault).collect();
    assert!(
        faults.is_empty(),
        "{} of {} modules:\n{}",
        faults.len(),
        made.len(),
        faults[..faults.len().min(10)].join("\n\n")
    );
    assert!(
        coverage.bindings > count,
        "the modules bind next to nothing"
    );

    let before: Vec<Option<Answer>> = kept.iter().map(|case| case.answer.clone()).collect();
    oracle::ask(&mut kept);
    for (case, before) in kept.iter_mut().zip(&before) {
        // A library that is not installed here: `DJLINT_PYTHON` may name a Python that has it.
        let raised = case
            .answer
            .as_ref()
            .and_then(|answer| answer.raised.as_ref());
        if raised.is_some_and(|raised| raised.starts_with("ModuleNotFoundError")) {
            case.answer.clone_from(before);
        }
    }
    if std::env::var_os("DJLINT_UPDATE").is_some() {
        let keep = std::env::var("DJLINT_KEEP").ok();
        let keep = keep.and_then(|keep| keep.parse().ok()).unwrap_or(0);
        kept.extend(made.into_iter().take(keep));
        let lines: Vec<String> = kept
            .iter()
            .filter(|case| {
                case.answer
                    .as_ref()
                    .is_some_and(|answer| answer.names.is_some())
            })
            .map(|case| serde_json::to_string(case).unwrap() + "\n")
            .collect();
        std::fs::write(CASES, lines.concat()).unwrap();
        return;
    }
    for (case, before) in kept.iter().zip(before) {
        assert_eq!(case.answer, before, "{case:?}");
    }
}
