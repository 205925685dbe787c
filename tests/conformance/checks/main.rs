//! Django's own system checks and ours: the same settings to both, and the same ids from both, as far as
//! the settings alone decide them.
//!
//! `cases.txt` holds what Django said, and needs no Django to be compared with. With the feature `live` as many
//! again are made up and put to Django; `DJLINT_SEED=… cargo test --features live --test checks` runs the same
//! again, `DJLINT_CASES=3000` makes it that many, and `DJLINT_DJANGO=…/bin/python` asks another Django.
//! `DJLINT_UPDATE=1` writes the cases anew.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

#[cfg(feature = "live")]
mod generate;
#[cfg(feature = "live")]
mod hosts;
#[cfg(feature = "live")]
mod oracle;
#[cfg(feature = "live")]
#[path = "../random.rs"]
mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use djlint::django::Settings;
use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Memory;

const CASES: &str = include_str!("cases.txt");

/// The ids that djlint gives for settings of a project that asks for this Django.
fn ours(settings: &str, django: &str) -> BTreeSet<String> {
    let tree = Memory::new().file("/p/settings.py", settings, 0o644).file(
        "/p/requirements.txt",
        format!("Django=={django}\n"),
        0o644,
    );
    let files = Files::new(tree, PathMap::new());
    let source = files
        .open(&PathBuf::from("/p/settings.py"))
        .expect("it is there");
    let loaded = Settings::load(&files, &source, &[PathBuf::from("/p")], &BTreeMap::new());
    loaded
        .system_checks()
        .iter()
        .map(|check| check.id.to_owned())
        .collect()
}

/// Django's version, its ids, and the settings, of each case: blocks between lines of `###`.
fn cases() -> Vec<(String, BTreeSet<String>, String)> {
    let blocks = CASES.split("### ").skip(1);
    blocks
        .map(|block| {
            let (head, settings) = block.split_once('\n').expect("a line of ids");
            let mut words = head.split_whitespace().map(str::to_owned);
            let django = words.next().expect("a version");
            (django, words.collect(), settings.to_owned())
        })
        .collect()
}

#[test]
fn what_django_said_is_what_we_say() {
    let cases = cases();
    assert!(cases.len() >= 300, "{} cases", cases.len());
    let mut seen = BTreeSet::new();
    let mut wrong = String::new();
    for (django, expected, settings) in cases {
        let found = ours(&settings, &django);
        if found != expected {
            let more: Vec<_> = found.difference(&expected).collect();
            let less: Vec<_> = expected.difference(&found).collect();
            wrong += &format!("### {django}: too many {more:?}, missing {less:?}\n{settings}\n");
        }
        seen.extend(expected);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(seen.len() >= 40, "{} ids are seen: {seen:?}", seen.len());
}

#[cfg(feature = "live")]
#[test]
fn django_says_the_same_of_settings_that_nobody_wrote() {
    let count = std::env::var("DJLINT_CASES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(120);
    let mut random = random::Random::seeded();
    let made: Vec<String> = (0..count)
        .map(|_| generate::settings(&mut random))
        .collect();
    let (django, answers) = oracle::ask(&made);
    let mut wrong = String::new();
    let mut disagreements = 0;
    let mut skipped = 0;
    let mut written = String::new();
    for (settings, answer) in made.iter().zip(answers) {
        let Some(expected) = answer else {
            skipped += 1;
            continue;
        };
        let found = ours(settings, &django);
        let ids: Vec<&str> = expected.iter().map(String::as_str).collect();
        written += &format!("### {django} {}\n{settings}", ids.join(" "));
        if found != expected {
            disagreements += 1;
            let more: Vec<_> = found.difference(&expected).collect();
            let less: Vec<_> = expected.difference(&found).collect();
            wrong += &format!("too many {more:?}, missing {less:?}\n{settings}\n");
        }
    }
    println!(
        "Django {django}: {count} settings, {skipped} that it could not check, {disagreements} disagreements"
    );
    if std::env::var_os("DJLINT_UPDATE").is_some() {
        let kept: String = cases()
            .into_iter()
            .filter(|(other, ..)| *other != django)
            .map(|(other, ids, settings)| {
                let ids: Vec<String> = ids.into_iter().collect();
                format!("### {other} {}\n{settings}", ids.join(" "))
            })
            .collect();
        std::fs::write("tests/conformance/checks/cases.txt", kept + &written)
            .expect("it is written");
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(
        skipped * 4 < count,
        "{skipped} of {count} could not be checked"
    );
}
