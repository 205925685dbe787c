//! What the README shows is what the program does: the picture of its report, and the table of rules.
//!
//! `DJLINT_UPDATE=1 cargo test --test readme` writes both anew.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;
#[path = "readme/terminal.rs"]
mod terminal;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use djlint::rules::RULES;
use serde_json::Value;

use common::{djlint, text};

const DEPLOYMENT: &str = "fixtures/guide/as-written";
const PICTURE: &str = "tests/readme/report.svg";
const COLUMNS: usize = 100;
const BEGIN: &str = "<!-- rules: begin -->\n";
const END: &str = "<!-- rules: end -->";

#[test]
fn the_picture_is_what_the_program_prints() {
    keep_the_modes_of_git();
    let output = djlint(
        Path::new(DEPLOYMENT),
        &["check", "--isolated", "--color", "always"],
    );
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report = format!("\x1b[1m$ djlint check\x1b[0m\n{}", text(&output.stdout));
    compare_or_write(PICTURE, &terminal::picture(&report, COLUMNS));
}

#[test]
fn the_table_lists_every_rule() {
    let readme = fs::read_to_string("README.md").unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("where the table begins");
    let (_, after) = rest.split_once(END).expect("where the table ends");
    let mut table = String::from("| rule | severity | what it finds |\n| --- | --- | --- |\n");
    for rule in RULES {
        let front = rule.page().unwrap().front;
        writeln!(
            table,
            "| [{id}](rules/{id}.md) | {severity} | {summary} |",
            id = rule.id,
            severity = front.severity.as_str(),
            summary = front.summary.replace('|', "\\|"),
        )
        .unwrap();
    }
    compare_or_write("README.md", &format!("{before}{BEGIN}{table}{END}{after}"));
}

#[test]
fn every_format_is_named() {
    let readme = fs::read_to_string("README.md").unwrap();
    for format in common::FORMATS {
        assert!(readme.contains(&format!("\n| `{format}` | ")), "{format}");
    }
    let refused = djlint(Path::new("."), &["check", "--output-format", "none"]);
    let known = format!("[possible values: {}]", common::FORMATS.join(", "));
    assert!(
        text(&refused.stderr).contains(&known),
        "{}",
        text(&refused.stderr)
    );
}

/// A hook, an input or an output that there is not would be found by nobody before it is copied.
#[test]
fn the_ways_in_are_there() {
    let readme = fs::read_to_string("README.md").unwrap();
    let snippets = readme.split("```yaml\n").skip(1);
    let snippets: Vec<Value> = snippets
        .map(|rest| serde_saphyr::from_str(rest.split_once("```").unwrap().0).unwrap())
        .collect();
    let [hooks, workflow] = &snippets[..] else {
        panic!("a hook and a workflow");
    };
    let ours: Value =
        serde_saphyr::from_str(&fs::read_to_string(".pre-commit-hooks.yaml").unwrap()).unwrap();
    let ours = ours.as_array().unwrap();
    for hook in hooks["repos"][0]["hooks"].as_array().unwrap() {
        assert!(ours.iter().any(|our| our["id"] == hook["id"]), "{hook}");
    }
    let release = concat!("v", env!("CARGO_PKG_VERSION"));
    assert_eq!(hooks["repos"][0]["rev"], release);

    let action: Value = serde_saphyr::from_str(&fs::read_to_string("action.yml").unwrap()).unwrap();
    let steps = workflow["jobs"]["djlint"]["steps"].as_array().unwrap();
    let used = |step: &&Value| step["uses"] == format!("OWNER/djlint@{release}");
    let step = steps.iter().find(used).expect("the action");
    for input in step["with"].as_object().unwrap().keys() {
        assert!(!action["inputs"][input].is_null(), "{input}");
    }
    for output in workflow.to_string().split("steps.djlint.outputs.").skip(1) {
        let end = output.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let output = &output[..end.unwrap()];
        assert!(!action["outputs"][output].is_null(), "{output}");
    }
    for output in action["outputs"].as_object().unwrap().keys() {
        assert!(readme.contains(&format!("`{output}`")), "{output}");
    }
}

/// git keeps no mode but 0644; a checkout under another umask would be another deployment.
fn keep_the_modes_of_git() {
    #[cfg(unix)]
    for entry in walkdir::WalkDir::new(DEPLOYMENT) {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}

fn compare_or_write(path: &str, expected: &str) {
    if std::env::var_os("DJLINT_UPDATE").is_some_and(|value| value == "1") {
        fs::write(path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let line = found
        .lines()
        .zip(expected.lines())
        .position(|(found, expected)| without_count(found) != without_count(expected))
        .map_or_else(String::new, |at| {
            let shown = |text: &str| text.lines().nth(at).unwrap_or("").to_owned();
            format!(
                "\nline {}:\n  is:        {}\n  should be: {}",
                at + 1,
                shown(&found),
                shown(expected)
            )
        });
    assert!(
        without_count(&found) == without_count(expected),
        "{path} is not current; `DJLINT_UPDATE=1 cargo test --test readme` writes it anew{line}"
    );
}

/// How much advice is hidden changes with every new rule, and the picture shows the same with one more or less.
fn without_count(text: &str) -> String {
    let lines = text.lines();
    lines
        .filter(|line| !line.contains(" advice hidden"))
        .collect::<Vec<&str>>()
        .join("\n")
}
