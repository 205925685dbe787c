//! What djlint makes of uWSGI's configuration, beside what `uwsgi --show-config` prints.
//!
//! `cases.jsonl` holds files with the answers of uWSGI 2.0.31: `cargo test` holds djlint to them without
//! uWSGI. With the feature `live` uWSGI is asked again, and about files that are made up on the way;
//! `DJLINT_UPDATE=1` writes its answers down, `DJLINT_KEEP=20` keeps that many of the made-up files.

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
mod oracle;
#[cfg(feature = "live")]
#[path = "../random.rs"]
mod random;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use djlint::files::Files;
use djlint::host::{Completeness, PathMap};
use djlint::launch::word::Word;
use djlint::tree::Memory;
use djlint::uwsgi::{Conditions, Instance, Setting, Start};
use serde::{Deserialize, Serialize};

const CASES: &str = "tests/conformance/uwsgi/cases.jsonl";
/// How many files are made up in one run.
#[cfg(feature = "live")]
const RUNS: usize = 100;
/// The directory of a case; its last name is another one each time uWSGI is asked.
const DIRECTORY: &str = "/tmp/HERE";

/// Files, a command line, an environment, and what uWSGI makes of them. Each character of a
/// file's text is one byte.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Case {
    files: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
    #[serde(default, skip_serializing_if = "Build::is_pip")]
    build: Build,
    /// What djlint does not know: options whose value only the host knows, or why all that
    /// follows is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undecided: Vec<String>,
    answer: Option<Answer>,
}

/// Who built the uWSGI that answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Build {
    /// pip, with uWSGI's own readers of XML and YAML and none of JSON.
    #[default]
    Pip,
    /// Debian 12, with libxml2, libyaml and yajl.
    Debian,
}

impl Build {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_pip(&self) -> bool {
        *self == Self::Pip
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// The options, as `--show-config` prints them.
    Options(Vec<(String, String)>),
    /// uWSGI ends, hangs or crashes before it comes to that; its last words.
    Refused(String),
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(CASES).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn bytes(text: &str) -> Vec<u8> {
    text.chars()
        .map(|character| u8::try_from(u32::from(character)).expect("a byte"))
        .collect()
}

/// Holds djlint to the answer; what it says instead where they differ.
fn compare(case: &Case) -> Result<(), String> {
    let answer = case.answer.as_ref().expect("an answer");
    with_instance(case, |instance| {
        let refused = instance.refused().map(|refused| refused.why.to_string());
        let options = match (answer, &refused) {
            (Answer::Refused(_), Some(_)) => return Ok(()),
            // It hangs on the release, as the case says.
            (Answer::Refused(_), None) if instance.is_open() && !case.undecided.is_empty() => {
                return Ok(());
            }
            (Answer::Refused(_), None) => return Err("it would start".to_owned()),
            (Answer::Options(_), Some(why)) => return Err(format!("it would not start: {why}")),
            (Answer::Options(options), None) => options,
        };
        let settings = instance.settings().iter().filter(|it| it.is_shown());
        let ours: Vec<(String, Option<String>)> = settings.flat_map(shown).collect();
        let agrees = |(key, value): &(String, Option<String>), theirs: &(String, String)| {
            let known = value.as_ref().is_some_and(|value| *value == theirs.1);
            *key == theirs.0 && (known || (value.is_none() && case.undecided.contains(key)))
        };
        // What is not known may bring anything behind what is known.
        let is_open = instance.is_open();
        let same_length = ours.len() == options.len() && !is_open;
        let is_start = ours.len() <= options.len() && is_open && !case.undecided.is_empty();
        let all_agree = ours
            .iter()
            .zip(options)
            .all(|(ours, theirs)| agrees(ours, theirs));
        match all_agree && (same_length || is_start) {
            true => Ok(()),
            false => Err(format!("open: {is_open}, {ours:?}")),
        }
    })
}

/// A case that djlint takes otherwise, for people.
fn fault(case: &Case) -> Option<String> {
    let fault = compare(case).err()?;
    Some(format!(
        "{}\n  {fault}",
        serde_json::to_string(case).unwrap()
    ))
}

/// A setting as it is printed: the second line of a value looks like an option where it has a ` = `.
fn shown(setting: &Setting) -> Vec<(String, Option<String>)> {
    let value = setting.value();
    let value = value.get().filter(|_| !setting.is_conditional());
    let latin = |text: &str| -> String { text.bytes().map(char::from).collect() };
    let mut printed = vec![(latin(setting.key()), None)];
    for (at, line) in value
        .map(|value| latin(value))
        .iter()
        .flat_map(|value| value.split('\n'))
        .enumerate()
    {
        match (line.split_once(" = "), printed.last_mut()) {
            (Some((key, value)), _) if at > 0 => {
                printed.push((key.to_owned(), Some(value.to_owned())));
            }
            (_, Some((_, Some(value)))) => *value += &format!("\n{line}"),
            (_, Some((_, value))) => *value = Some(line.to_owned()),
            (_, None) => {}
        }
    }
    printed
}

fn with_instance<T>(case: &Case, ask: impl FnOnce(&Instance) -> T) -> T {
    let mut tree = Memory::new();
    for (name, text) in &case.files {
        tree = tree.file(Path::new(DIRECTORY).join(name), bytes(text), 0o644);
    }
    let mut paths = PathMap::new();
    paths.add("/", "/", Completeness::Host);
    let files = Files::new(tree, paths);
    let file = files.intern("/start.sh".into(), b"uwsgi".to_vec());
    let words: Vec<Word> = ["--show-config".to_owned()]
        .iter()
        .chain(&case.arguments)
        .map(|word| Word::literal(word, file.span(0..0)))
        .collect();
    let directory = PathBuf::from(DIRECTORY);
    let instance = Instance::start(
        &files,
        &Start {
            arguments: &words,
            program: file.span(0..5),
            file: Arc::clone(&file),
            conditions: Conditions {
                environment: &case.environment,
                is_whole_environment: true,
                directory: Some(&directory),
                in_place: false,
            },
            resolve: &|path| {
                let path = directory.join(path);
                files.tree().stat(&path).is_ok().then_some(path)
            },
        },
    );
    ask(&instance)
}

#[test]
fn each_case_is_read_as_uwsgi_reads_it() {
    let cases = cases();
    assert!(cases.len() >= 300, "{}", cases.len());
    let faults: Vec<String> = cases.iter().filter_map(fault).collect();
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        cases.len(),
        faults.join("\n")
    );
}

#[cfg(feature = "live")]
#[test]
fn uwsgi_still_answers_so() {
    let mut cases = cases();
    let mut changed = Vec::new();
    for case in &mut cases {
        if !oracle::is_here(case.build) {
            continue;
        }
        let answer = oracle::ask(case);
        if case.answer.as_ref() != Some(&answer) {
            changed.push(serde_json::to_string(case).unwrap());
            case.answer = Some(answer);
        }
    }
    if std::env::var_os("DJLINT_UPDATE").is_some() {
        return write(&cases);
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[cfg(feature = "live")]
#[test]
fn made_up_files_are_read_as_uwsgi_reads_them() {
    let keep: usize = std::env::var("DJLINT_KEEP")
        .ok()
        .and_then(|keep| keep.parse().ok())
        .unwrap_or(0);
    let mut random = crate::random::Random::seeded();
    let mut made = Vec::new();
    let mut faults = Vec::new();
    let runs = std::env::var("DJLINT_RUNS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    let is_debians_here = oracle::is_here(Build::Debian);
    for _ in 0..keep.max(runs) {
        let build = match is_debians_here && random.chance(2) {
            true => Build::Debian,
            false => Build::Pip,
        };
        let mut case = generate::case(&mut random, build);
        let answer = oracle::ask(&case);
        // A block that nothing ends has swallowed `--show-config`, and uWSGI has started.
        if matches!(&answer, Answer::Refused(last) if last.starts_with("The -s/--socket option")) {
            continue;
        }
        case.answer = Some(answer);
        faults.extend(fault(&case));
        made.push(case);
    }
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    if keep > 0 {
        let mut all = cases();
        all.extend(made);
        write(&all);
    }
}

#[cfg(feature = "live")]
fn write(cases: &[Case]) {
    let lines: Vec<String> = cases
        .iter()
        .map(|case| serde_json::to_string(case).unwrap() + "\n")
        .collect();
    std::fs::write(CASES, lines.concat()).unwrap();
}
