//! The commands of a page, run as its reader would run them, one after the other.
//!
//! ```text
//! <!-- start: DIRECTORY -->   a copy of it is what follows is run in; `empty` is an empty one
//! ```TOML file=NAME           is written there
//! ```diff apply               is applied there
//! ```console                  is run there; what follows a `$ ` is the command, and what follows
//!                             that is what it prints. `…` alone on a line stands for any lines.
//! ```sh by=TEST               cannot be run here: that test does
//! ```

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use regex::Regex;

use crate::common::{copy, text};

/// Between what two commands print.
const MARK: char = '\u{1e}';

/// Runs all of a page. Gives the page as it should be.
pub(crate) fn run(page: &Path) -> String {
    let written = fs::read_to_string(page).unwrap();
    let name = page.display();
    let mut place: Option<tempfile::TempDir> = None;
    let mut should = String::new();
    let mut lines = written.lines();
    while let Some(line) = lines.next() {
        should.push_str(line);
        should.push('\n');
        if let Some(from) = directive(line, "start") {
            place = Some(start(from));
            continue;
        }
        let (fence, info) = line.split_at(line.len() - line.trim_start_matches('`').len());
        if fence.len() < 3 {
            continue;
        }
        // What is printed may have fences of its own: more of them are around it.
        let body = lines.by_ref().take_while(|line| *line != fence);
        let body: Vec<&str> = body.collect();
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default();
        let attribute = words.next().unwrap_or_default();
        let here = || {
            let place = place.as_ref();
            place
                .unwrap_or_else(|| panic!("{name}: nowhere to run {body:?}"))
                .path()
        };
        let mut shown = body.join("\n");
        match (
            language,
            attribute.split_once('=').unwrap_or((attribute, "")),
        ) {
            (_, ("file", file)) => write(&here().join(file), &shown),
            ("diff", ("apply", _)) => apply(here(), &shown, &name.to_string()),
            ("console", _) => shown = console(here(), &body, &name.to_string()),
            ("sh" | "bash", ("by", test)) => {
                assert!(Path::new(test).exists(), "{name}: {test} runs {body:?}");
            }
            ("sh" | "bash" | "shell", _) => panic!("{name}: nothing runs {body:?}"),
            _ => {}
        }
        should.push_str(&format!("{shown}\n{fence}\n"));
    }
    should
}

fn directive<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let inner = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    let (found, value) = inner.split_once(": ")?;
    (found == name).then_some(value)
}

fn start(from: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    if from != "empty" {
        copy(Path::new(from), place.path());
    }
    // git keeps no other mode, and a clone made under another umask has others.
    for entry in walkdir::WalkDir::new(place.path()).min_depth(1) {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        let mode = if entry.file_type().is_dir() {
            0o755
        } else {
            0o644
        };
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode)).unwrap();
    }
    place
}

fn write(path: &Path, body: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{body}\n")).unwrap();
}

fn apply(place: &Path, diff: &str, name: &str) {
    let mut child = Command::new("git")
        .args(["apply", "--whitespace=nowarn", "-"])
        .current_dir(place)
        .env("GIT_CEILING_DIRECTORIES", place)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(format!("{diff}\n").as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{name}: {}", text(&output.stderr));
}

/// Runs the commands of a block in one shell, and gives the block with what they print.
fn console(place: &Path, body: &[&str], name: &str) -> String {
    let mut commands: Vec<(String, Vec<&str>)> = Vec::new();
    for line in body {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), Vec::new())),
            (None, Some((_, expected))) => expected.push(line),
            (None, None) => panic!("{name}: no command before {line:?}"),
        }
    }
    let mut script = String::from("exec 2>&1\n");
    for (command, _) in &commands {
        script.push_str(&format!(
            "{command}\nlast=$?; printf '%s' '{MARK}'; (exit $last)\n"
        ));
    }
    let program = PathBuf::from(env!("CARGO_BIN_EXE_djlint"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &script])
        .current_dir(place)
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("LC_ALL", "C.UTF-8"),
            ("COLUMNS", "80"),
        ])
        .output()
        .unwrap();
    let printed = text(&output.stdout);
    let printed: Vec<&str> = printed.split(MARK).collect();
    assert_eq!(printed.len(), commands.len() + 1, "{name}: {printed:?}");
    let mut shown = Vec::new();
    for ((command, expected), printed) in commands.iter().zip(printed) {
        shown.push(format!("$ {command}"));
        let lines: Vec<String> = printed
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        match fits(expected, &lines) {
            true => shown.extend(expected.iter().map(|line| (*line).to_owned())),
            false => shown.extend(lines),
        }
    }
    shown.join("\n")
}

/// Whether it is what was printed, with any lines for each `…`.
fn fits(expected: &[&str], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"…", rest)) => (0..=printed.len()).any(|at| fits(rest, &printed[at..])),
        Some((line, rest)) => match printed.split_first() {
            Some((first, others)) => uncounted(first) == uncounted(line) && fits(rest, others),
            None => false,
        },
    }
}

/// A line without the number of what is only advice: each new rule would change every page.
fn uncounted(line: &str) -> String {
    static ADVICE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\d+( advice hidden| known by the baseline| findings to )").unwrap()
    });
    ADVICE.replace_all(line, "N$1").into_owned()
}
