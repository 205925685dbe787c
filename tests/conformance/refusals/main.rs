//! Whether djlint says what `nginx -t` says, and on the same line.
//!
//! The recorded cases hold nginx's answers and need no nginx; where the version that gave them
//! is installed, it is asked again. With the feature `live`, configurations are made up, and
//! those of the fixtures and rule pages are changed, and both are asked:
//! `DJLINT_SEED=7 DJLINT_ROUNDS=5000 cargo test --features live --test refusals -- --nocapture`.
//! `DJLINT_CORPUS=DIR` has the files of a folder changed too, `DJLINT_RECORD=1` adds what is new
//! to the recorded cases, and `DJLINT_NGINX=PATH` asks another nginx than the installed one.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod asked;
mod bad;
mod cases;
#[cfg(feature = "live")]
mod generate;
#[cfg(feature = "live")]
mod grammar;
#[cfg(feature = "live")]
mod mutate;
mod oracle;
#[cfg(feature = "live")]
mod patterns;
#[cfg(feature = "live")]
#[path = "../random.rs"]
mod random;
#[cfg(feature = "live")]
mod record;
#[cfg(feature = "live")]
mod table;
mod tally;
#[cfg(feature = "live")]
mod words;

use std::collections::BTreeSet;

use asked::Answer;
use oracle::Oracle;
use tally::Tally;

#[test]
fn the_recorded_answers_are_djlint_s_too() {
    let mut tally = Tally::default();
    for case in cases::read() {
        let own = asked::djlint(&case.text, cases::VERSION);
        tally.count(case.text, case.answer, own);
    }
    assert!(tally.wrong.is_empty(), "{}", tally.wrong);
    assert!(tally.decided() > 99.0, "{}", tally.summary());
}

#[test]
fn the_recorded_answers_of_other_releases_are_djlint_s_too() {
    let mut tally = Tally::default();
    for (version, case) in cases::of_releases() {
        let own = asked::djlint(&case.text, &version);
        tally.count(case.text, case.answer, own);
    }
    assert!(tally.wrong.is_empty(), "{}", tally.wrong);
    assert!(
        tally.agreed > 50 && tally.decided() > 95.0,
        "{}",
        tally.summary()
    );
}

#[test]
fn the_recorded_cases_are_many_and_half_of_them_are_refused() {
    let cases = cases::read();
    let texts: BTreeSet<_> = cases.iter().map(|case| &case.text).collect();
    assert_eq!(texts.len(), cases.len(), "a case stands there twice");
    let is_refused = |case: &&cases::Case| case.answer != Answer::Accepted;
    let refused = cases.iter().filter(is_refused).count();
    assert!(cases.len() >= 600, "{}", cases.len());
    let half = cases.len() * 2 / 5..=cases.len() * 3 / 5;
    assert!(half.contains(&refused), "{refused} of {}", cases.len());
}

/// Another version has answers of its own, and does not count here.
#[test]
fn nginx_still_gives_the_recorded_answers() {
    let Some(oracle) = Oracle::find().filter(|oracle| oracle.version == cases::VERSION) else {
        println!("nginx {} is not installed", cases::VERSION);
        return;
    };
    let own = cases::of_releases().into_iter();
    let own = own.filter(|(version, _)| *version == oracle.version);
    for case in cases::read().into_iter().chain(own.map(|(_, case)| case)) {
        assert_eq!(oracle.ask(&case.text), case.answer, "{}", case.text);
    }
}

/// How many made-up configurations both are asked about.
#[cfg(feature = "live")]
const ROUNDS: usize = 400;

/// Which ones, unless `DJLINT_SEED` says so: new ones every time are for who looks for a
/// disagreement, and not for who builds something else.
#[cfg(feature = "live")]
const SEED: u64 = 7;

/// How many in a hundred djlint must decide.
#[cfg(feature = "live")]
const DECIDED: f64 = 95.0;

#[cfg(feature = "live")]
#[test]
fn nobody_s_configurations_are_answered_as_nginx_answers_them() {
    let mut random = random::Random::seeded_or(SEED);
    let rounds = std::env::var("DJLINT_ROUNDS").ok();
    let rounds = rounds
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(ROUNDS);
    let oracle = Oracle::find().expect("nginx is missing: tests/run installs it");
    let files = mutate::files();
    let mut tally = Tally::default();
    for _ in 0..rounds {
        let text = if random.below(100) < 60 {
            generate::configuration(&mut random)
        } else {
            mutate::one_of(&files, &mut random)
        };
        let nginx = oracle.ask(&text);
        let own = asked::djlint(&text, &oracle.version);
        tally.count(text, nginx, own);
    }
    println!("nginx {}: {}", oracle.version, tally.summary());
    if std::env::var_os("DJLINT_RECORD").is_some() {
        record::add(std::mem::take(&mut tally.cases));
    }
    assert!(tally.wrong.is_empty(), "{}", tally.wrong);
    assert!(tally.decided() >= DECIDED, "{}", tally.summary());
}
