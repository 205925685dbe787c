//! What runs elsewhere is at least read by the linters of its kind.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::tools::{root, run, tool};

/// Every script of the project.
const SCRIPTS: &[&str] = &[
    "tests/run",
    ".ci/run",
    "action/program.sh",
    "action/check.sh",
    "action/fail.sh",
    ".github/archive.sh",
    ".github/notes.sh",
];
/// What GitHub runs.
const ACTIONS: &[&str] = &[
    "action.yml",
    ".github/workflows/check.yml",
    ".github/workflows/release.yml",
    ".github/workflows/site.yml",
];

#[test]
fn shellcheck_has_nothing_to_say() {
    run(Command::new(tool("shellcheck"))
        .current_dir(root())
        .args(["--external-sources", "--severity=style"])
        .arg("--enable=avoid-nullary-conditions")
        .args(SCRIPTS))
    .done();
}

/// Offline: it has no token, and asks nobody.
#[test]
fn zizmor_has_nothing_to_say() {
    let said = run(Command::new(tool("zizmor"))
        .current_dir(root())
        .args(["--offline", "--no-progress", "--persona=auditor"])
        .args(ACTIONS))
    .done();
    assert!(said.contains("No findings to report"), "{said}");
}

fn step_scripts() -> Vec<String> {
    let mut found = Vec::new();
    for path in ACTIONS {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let definition: Value = serde_saphyr::from_str(&text).unwrap();
        let jobs = definition["jobs"].as_object().into_iter().flatten();
        let jobs = jobs.map(|(_, job)| job).chain([&definition["runs"]]);
        for step in jobs.filter_map(|job| job["steps"].as_array()).flatten() {
            found.extend(step["run"].as_str().map(str::to_owned));
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

#[test]
fn shellcheck_has_nothing_to_say_of_the_steps_either() {
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new(tool("shellcheck"));
    command.args(["--shell=bash", "--severity=style"]);
    for (number, script) in step_scripts().iter().enumerate() {
        let path = place.path().join(format!("{number}.sh"));
        fs::write(&path, script).unwrap();
        command.arg(path);
    }
    run(&mut command).done();
}

/// What a release is built with takes what it is given.
#[test]
fn maturin_knows_each_option_of_the_release() {
    let release = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let known = run(Command::new(tool("maturin")).args(["build", "--help"])).done();
    let lines = release
        .lines()
        .filter(|line| line.contains("maturin build ") || line.contains(" maturin: "));
    let mut options: Vec<&str> = lines
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with("--"))
        .collect();
    options.sort_unstable();
    options.dedup();
    let expected = [
        "--compatibility",
        "--locked",
        "--out",
        "--release",
        "--target",
        "--zig",
    ];
    assert_eq!(options, expected);
    for option in options {
        assert!(known.contains(option), "{option}\n{known}");
    }
    // The same that the tests build a wheel with.
    let version = run(Command::new(tool("maturin")).arg("--version")).done();
    let version = version.trim().rsplit(' ').next().unwrap();
    assert!(
        release.contains(&format!("maturin[zig]=={version}'")),
        "{version}"
    );
}
