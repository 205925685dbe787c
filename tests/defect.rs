//! What a panic becomes. Each test runs its own binary again, so that a real process panics:
//! the hook is the process's own.

#![allow(
    clippy::exit,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

use std::env;
use std::process::Command;

use djlint::cli::{Outcome, protected};

const INSIDE: &str = "DJLINT_TEST_DEFECT";

/// Exit code and standard error of this program where `run` is all that it does.
fn ran(test: &str, run: fn() -> Outcome) -> (Option<i32>, String) {
    if env::var_os(INSIDE).is_some() {
        std::process::exit(protected(run).code().into());
    }
    let output = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[track_caller]
fn assert_reported(said: &str) {
    let place = format!(
        "({}, {}) has a defect in {}",
        env::consts::OS,
        env::consts::ARCH,
        file!()
    );
    for part in [env!("CARGO_PKG_VERSION"), &place, "Please report it"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_panic_is_exit_code_2_and_repeats_no_secret() {
    let (code, said) = ran("a_panic_is_exit_code_2_and_repeats_no_secret", || {
        panic!("password = hunter2")
    });
    assert_eq!(code, Some(2));
    assert_reported(&said);
}

#[test]
fn a_panic_in_another_thread_is_exit_code_2_though_the_run_goes_on() {
    let test = "a_panic_in_another_thread_is_exit_code_2_though_the_run_goes_on";
    let (code, said) = ran(test, || {
        let thread = std::thread::spawn(|| panic!("password = hunter2"));
        assert!(thread.join().is_err());
        Outcome::Sound
    });
    assert_eq!(code, Some(2));
    assert_reported(&said);
}

#[test]
fn without_a_panic_the_outcome_is_the_runs_own() {
    let test = "without_a_panic_the_outcome_is_the_runs_own";
    let (code, said) = ran(test, || Outcome::Findings);
    assert_eq!((code, said.as_str()), (Some(1), ""));
}
