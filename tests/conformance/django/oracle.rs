//! Python itself.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::Value as Json;

use super::{Answer, Case};

const PROGRAM: &str = include_str!("oracle.py");

/// Asks about each case, and leaves out of it what raises an exception.
pub(crate) fn ask(cases: &mut [Case]) {
    let answers = answers(cases);
    for (case, answer) in cases.iter_mut().zip(answers) {
        let answer: Answer = serde_json::from_value(answer).unwrap();
        if case.statements.take().is_some() {
            let kept = answer.statements.clone().unwrap_or_default().concat();
            for text in case.files.values_mut() {
                *text = text.replace("#STATEMENTS\n", &kept);
            }
        }
        case.answer = Some(Answer {
            statements: None,
            line: None,
            ..answer
        });
    }
}

/// One answer for each question.
pub(crate) fn answers<Q: Serialize>(questions: &[Q]) -> Vec<Json> {
    let mut child = Command::new(python())
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let lines: Vec<String> = questions
        .iter()
        .map(|question| serde_json::to_string(question).unwrap() + "\n")
        .collect();
    let writer = std::thread::spawn(move || {
        for line in lines {
            input.write_all(line.as_bytes()).unwrap();
        }
    });
    let answers = output
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    answers
}

/// The one that tests/run installs Django for; `DJLINT_PYTHON` names another.
fn python() -> PathBuf {
    match std::env::var_os("DJLINT_PYTHON") {
        Some(python) => PathBuf::from(python),
        None => PathBuf::from("target/stack/bin/python"),
    }
}
