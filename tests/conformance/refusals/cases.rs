//! The recorded cases.

use crate::asked::Answer;

/// The version that gave the recorded answers.
pub(crate) const VERSION: &str = "1.22.1";

const CASES: &str = include_str!("cases.txt");

const MARK: &str = "--- ";

/// What other releases answer: the words behind the mark begin with theirs.
const OF_RELEASES: &str = include_str!("releases.txt");

/// A configuration and nginx's answer.
pub(crate) struct Case {
    pub(crate) text: String,
    pub(crate) answer: Answer,
}

pub(crate) fn read() -> Vec<Case> {
    parse(CASES).into_iter().map(|(_, case)| case).collect()
}

/// Cases whose answers depend on the release, each with the one that gave it.
pub(crate) fn of_releases() -> Vec<(String, Case)> {
    parse(OF_RELEASES)
}

fn parse(text: &str) -> Vec<(String, Case)> {
    let mut cases: Vec<(String, Case)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let Some(head) = line.strip_prefix(MARK) else {
            cases.last_mut().unwrap().1.text.push_str(line);
            continue;
        };
        let (version, head) = match head.starts_with(|letter: char| letter.is_ascii_digit()) {
            true => head.split_once(' ').unwrap(),
            false => (VERSION, head),
        };
        let answer = match head.trim_end().strip_prefix("refused ") {
            Some(rest) => {
                let (at, says) = rest.split_once(": ").unwrap();
                Answer::Refused(at.parse().ok(), says.to_owned())
            }
            None => Answer::Accepted,
        };
        let text = String::new();
        cases.push((version.to_owned(), Case { text, answer }));
    }
    cases
}

/// Replaces the recorded cases.
#[cfg(feature = "live")]
pub(crate) fn write(cases: &[Case]) {
    use std::fmt::Write as _;
    let mut all = String::new();
    for case in cases {
        match &case.answer {
            Answer::Accepted => all.push_str("--- accepted\n"),
            Answer::Refused(line, says) => {
                let line = line.map_or("-".to_owned(), |line| line.to_string());
                writeln!(all, "{MARK}refused {line}: {says}").unwrap();
            }
            Answer::Open(_) => continue,
        }
        all.push_str(&case.text);
        if !case.text.ends_with('\n') {
            all.push('\n');
        }
    }
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/conformance/refusals/cases.txt"
    );
    std::fs::write(path, all).unwrap();
}
