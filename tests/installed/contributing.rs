//! CONTRIBUTING.md, followed to the letter: the rule that it adds as an example is there
//! afterwards, in a copy of the project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::repository::listed;
use crate::tools::{root, run};

const ID: &str = "uwsgi/nameless-processes";

/// A fenced block, and what its fence says of it.
struct Block {
    info: String,
    text: String,
}

impl Block {
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut words = self.info.split_whitespace();
        words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }
}

/// The blocks of the section, whose fences are `~~~`, or "```" around what a shell runs.
fn blocks() -> Vec<Block> {
    let page = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, section) = page.split_once("\n## A rule in one sitting\n").unwrap();
    let next = "\n## What a release may change\n";
    let (section, _) = section.split_once(next).expect("the next section");
    let mut blocks = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = ["~~~", "```"]
            .into_iter()
            .find(|fence| line.starts_with(fence))
        else {
            continue;
        };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
        blocks.push(Block {
            info: line[fence.len()..].to_owned(),
            text: text.join("\n") + "\n",
        });
    }
    blocks
}

/// A copy that stays from run to run, so that only what changed is built; it begins as the
/// project is.
///
/// It is a member of a workspace: cargo tells packages of one name and version apart by where
/// they lie in theirs, and what is built of the copy must not be taken for the project's.
fn copy() -> PathBuf {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contributing");
    let to = workspace.join("copy");
    fs::create_dir_all(&to).unwrap();
    let manifest = "[workspace]\nmembers = [\"copy\"]\nresolver = \"3\"\n";
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    let files = listed();
    for old in walkdir::WalkDir::new(&to).into_iter().flatten() {
        let name = old.path().strip_prefix(&to).unwrap();
        let is_ours =
            name.starts_with("target") || files.iter().any(|file| Path::new(file) == name);
        if old.file_type().is_file() && !is_ours {
            fs::remove_file(old.path()).unwrap();
        }
    }
    for name in &files {
        let (from, to) = (root().join(name), to.join(name));
        let content = fs::read(from).unwrap();
        // What is written is built anew.
        if fs::read(&to).ok().as_deref() != Some(&content) {
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, content).unwrap();
        }
    }
    to
}

/// Adds the text where what begins like it is sorted.
fn insert(file: &Path, text: &str) {
    let entry =
        Regex::new(r#"(?m)^(?:pub\(super\) mod (\w+);|    Rule \{\n        id: "([^"]+)")"#)
            .unwrap();
    let name = |found: &regex::Captures<'_>| {
        let name = found.get(1).or(found.get(2)).unwrap();
        name.as_str().to_owned()
    };
    let new = name(&entry.captures(text).expect("an entry"));
    let old = fs::read_to_string(file).unwrap();
    let after = entry
        .captures_iter(&old)
        .find(|found| name(found) > new)
        .expect("one that follows");
    let at = after.get(0).unwrap().start();
    fs::write(file, format!("{}{text}{}", &old[..at], &old[at..])).unwrap();
}

#[test]
fn a_rule_is_added_in_one_sitting() {
    let project = copy();
    let mut written = Vec::new();
    let mut commands = String::new();
    for block in blocks() {
        if let Some(name) = block.attribute("file") {
            assert!(!project.join(name).exists(), "{name}");
            fs::write(project.join(name), &block.text).unwrap();
            written.push(name.to_owned());
        } else if let Some(name) = block.attribute("in") {
            insert(&project.join(name), &block.text);
        } else {
            assert_eq!(block.info, "sh");
            commands = block.text;
        }
    }
    assert_eq!(
        written,
        [
            format!("rules/{ID}.md"),
            format!("src/rules/{}.rs", ID.replace('-', "_")),
        ]
    );
    let command = commands.lines().next().unwrap();
    // The crates of this build, and a place of its own for the programs.
    let build = Path::new(env!("CARGO_BIN_EXE_djlint"))
        .ancestors()
        .nth(2)
        .unwrap();
    let said = run(Command::new("bash")
        .current_dir(&project)
        .args(["-c", command])
        .env("CARGO_BUILD_BUILD_DIR", build)
        .env("CARGO_TARGET_DIR", project.join("target"))
        .env("CARGO_NET_OFFLINE", "true"))
    .done();
    assert!(said.contains("test result: ok."), "{said}");

    let read = |name: &str| fs::read_to_string(project.join(name)).unwrap();
    let snapshot = read("tests/snapshots/pages__uwsgi__nameless-processes.snap");
    assert!(snapshot.contains("no `auto-procname`"), "{snapshot}");
    assert!(read("README.md").contains(&format!("\n| [{ID}](rules/{ID}.md) | advice | ps shows")));
    assert!(read("schema/djlint-check.json").contains(ID));
    let program = project.join("target/debug/djlint");
    let explained = run(Command::new(program).args(["explain", ID])).done();
    assert!(explained.contains("auto-procname = true"), "{explained}");
}
