//! The way of a request: nginx's answer, and what we say it is.
//!
//! `cases.txt` holds configurations with requests and nginx's answers to them, and needs no
//! nginx. With the feature `live`, new ones are made up and a running nginx is asked;
//! `DJLINT_RECORD=1` writes those down instead.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod case;
#[cfg(feature = "live")]
mod generate;
#[cfg(feature = "live")]
#[path = "../random.rs"]
mod random;
#[cfg(feature = "live")]
mod running;
#[cfg(feature = "live")]
mod told;

use case::{Case, predicted};

/// What was recorded from nginx.
const CASES: &str = include_str!("cases.txt");

/// How many of a hundred requests must be decided.
const DECIDED: usize = 98;

/// Compares what we say with what nginx answers; gives how many were not decided.
fn compare(case: &Case, disagreements: &mut Vec<String>) -> usize {
    let said = predicted(&case.configuration, &case.requests);
    let mut undecided = 0;
    for ((request, answer), said) in case.requests.iter().zip(&case.answers).zip(said) {
        match said {
            None => undecided += 1,
            Some(said) if said.agrees(request, answer) => {}
            Some(said) => disagreements.push(format!(
                "{request}\n    nginx: {answer}\n    we:    {}",
                said.text
            )),
        }
    }
    undecided
}

#[test]
fn what_was_recorded_from_nginx_is_what_we_say() {
    let cases = Case::read_all(CASES);
    let asked: usize = cases.iter().map(|case| case.requests.len()).sum();
    assert!(cases.len() >= 100, "only {} configurations", cases.len());
    assert!(asked >= 400, "only {asked} requests");
    let mut undecided = 0;
    for case in &cases {
        let mut disagreements = Vec::new();
        undecided += compare(case, &mut disagreements);
        assert!(
            disagreements.is_empty(),
            "{}\n{}",
            case.configuration,
            disagreements.join("\n")
        );
    }
    assert!(
        undecided * 100 <= asked * (100 - DECIDED),
        "{undecided} of {asked} undecided"
    );
}

#[cfg(feature = "live")]
#[test]
fn random_servers_and_locations_answer_as_we_say() {
    use crate::random::Random;

    // What is recorded has many configurations with a few requests each.
    let is_recorded = std::env::var_os("DJLINT_RECORD").is_some();
    let (configurations, requests) = if is_recorded { (120, 6) } else { (40, 30) };

    let mut random = Random::seeded();
    let (mut asked, mut undecided, mut refused) = (0, 0, 0);
    let mut disagreements = Vec::new();
    let mut recorded = String::new();
    while asked < configurations * requests {
        let configuration = generate::configuration(&mut random);
        let requests: Vec<_> = (0..requests)
            .map(|_| generate::request(&mut random))
            .collect();
        let Some(answers) = running::answers(&configuration, &requests) else {
            refused += 1;
            assert!(refused < configurations, "nginx refuses:\n{configuration}");
            continue;
        };
        asked += requests.len();
        let case = Case {
            configuration,
            requests,
            answers,
        };
        let mut of_case = Vec::new();
        undecided += compare(&case, &mut of_case);
        if !of_case.is_empty() {
            disagreements.push(format!("{}\n{}", case.configuration, of_case.join("\n")));
        }
        recorded.push_str(&case.written());
    }
    println!("{asked} requests, {undecided} undecided, {refused} configurations refused");
    if is_recorded {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/conformance/nginx/cases.txt"
        );
        std::fs::write(path, recorded).unwrap();
    }
    assert!(
        disagreements.is_empty(),
        "{} configurations:\n{}",
        disagreements.len(),
        disagreements.join("\n\n")
    );
    assert!(
        undecided * 100 <= asked * (100 - DECIDED),
        "{undecided} of {asked} undecided"
    );
}
