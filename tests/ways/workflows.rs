//! .github/workflows and what they call: each path, target and command in them, as far as it
//! can be judged without GitHub.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use regex::Regex;
use serde_json::Value;

use crate::common::text;

fn workflows() -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = fs::read_dir(".github/workflows")
        .unwrap()
        .map(|entry| {
            let written = fs::read_to_string(entry.unwrap().path()).unwrap();
            let parsed = serde_saphyr::from_str(&written).unwrap();
            (written, parsed)
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(found.len(), 3);
    found
}

fn release() -> Value {
    let written = fs::read_to_string(".github/workflows/release.yml").unwrap();
    serde_saphyr::from_str(&written).unwrap()
}

fn steps(workflow: &Value) -> impl Iterator<Item = &Value> {
    let jobs = workflow["jobs"].as_object().unwrap();
    jobs.values()
        .flat_map(|job| job["steps"].as_array().unwrap())
}

/// The script of the step of that name.
fn script<'w>(workflow: &'w Value, name: &str) -> &'w str {
    let mut named = steps(workflow).filter(|step| step["name"] == name);
    let step = named.next().unwrap_or_else(|| panic!("no step {name}"));
    step["run"].as_str().unwrap()
}

/// Runs a step's script as the runner does.
fn run(script: &str, directory: &Path, environment: &[(&str, &str)]) -> Output {
    Command::new("bash")
        .args([
            "--noprofile",
            "--norc",
            "-e",
            "-o",
            "pipefail",
            "-c",
            script,
        ])
        .current_dir(directory)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

/// What a release is built for.
pub(crate) fn targets() -> BTreeMap<String, Value> {
    let release = release();
    let matrix = &release["jobs"]["build"]["strategy"]["matrix"]["include"];
    matrix
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["target"].as_str().unwrap().to_owned(), entry.clone()))
        .collect()
}

/// What others could change is named by its hash, and what it was called then.
#[test]
fn each_action_is_pinned() {
    let pinned = Regex::new(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$").unwrap();
    let mut count = 0;
    for (written, _) in workflows() {
        for line in written.lines() {
            let Some((_, used)) = line.split_once("uses: ") else {
                continue;
            };
            assert!(pinned.is_match(used) || used.starts_with("./ "), "{used}");
            count += 1;
        }
    }
    assert!(count > 8, "only {count}");
}

#[test]
fn no_job_may_do_more_than_it_must() {
    for (_, workflow) in workflows() {
        assert_eq!(workflow["permissions"], serde_json::json!({}));
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            for (what, level) in job["permissions"].as_object().unwrap() {
                let may_write = name == "publish";
                assert!(level == "read" || may_write, "{name}: {what}: {level}");
            }
        }
        for step in steps(&workflow) {
            let uses = step["uses"].as_str().unwrap_or("");
            if uses.starts_with("actions/checkout@") {
                assert_eq!(step["with"]["persist-credentials"], false);
            }
            // No expression reaches a shell.
            assert!(
                !step["run"].as_str().unwrap_or("").contains("${{"),
                "{step}"
            );
        }
    }
}

/// The inputs that are given to the action are its own, and so are the outputs that are read.
#[test]
fn the_action_is_used_as_it_is() {
    let action: Value = serde_saphyr::from_str(&fs::read_to_string("action.yml").unwrap()).unwrap();
    let (written, check) = &workflows()[0];
    let mut uses = 0;
    for step in steps(check).filter(|step| step["uses"] == "./") {
        for input in step["with"].as_object().unwrap().keys() {
            assert!(!action["inputs"][input].is_null(), "{input}");
        }
        uses += 1;
    }
    assert_eq!(uses, 2);
    for output in written.split("steps.broken.outputs.").skip(1) {
        let output = output.split(' ').next().unwrap();
        assert!(!action["outputs"][output].is_null(), "{output}");
    }
}

#[test]
fn what_is_expected_of_the_action_can_fail() {
    let (_, check) = &workflows()[0];
    let script = script(check, "Expect findings");
    let place = tempfile::tempdir().unwrap();
    let arguments = ["check", "--report", "sarif=found.sarif"];
    let shop = fs::canonicalize("fixtures/deployments/settings-package/broken").unwrap();
    crate::common::djlint(
        place.path(),
        &[&arguments[..], &[shop.to_str().unwrap()]].concat(),
    );
    let expects = |code: &str, findings: &str, sarif: &str| {
        let environment = [
            ("EXIT_CODE", code),
            ("FINDINGS", findings),
            ("SARIF_FILE", sarif),
        ];
        run(script, place.path(), &environment).status.success()
    };
    assert!(expects("1", "3", "found.sarif"));
    assert!(!expects("2", "", "found.sarif"));
    assert!(!expects("0", "0", "found.sarif"));
    assert!(!expects("1", "3", "nothing.sarif"));
}

/// Every file and directory of the project that a script or an input names.
#[test]
fn each_path_is_there() {
    let path = Regex::new(r"(?:\.ci|\.github|fixtures|tests|action)/[\w./-]*\w").unwrap();
    let mut found = BTreeSet::new();
    let dockerfile = fs::read_to_string("Dockerfile").unwrap();
    let workflows = workflows().into_iter().map(|(written, _)| written);
    for written in workflows.chain([dockerfile]) {
        // The names of actions look like paths too.
        let lines = written.lines().filter(|line| !line.contains("uses:"));
        for line in lines {
            found.extend(path.find_iter(line).map(|found| found.as_str().to_owned()));
        }
    }
    assert!(found.contains(".ci/run") && found.contains(".github/archive.sh"));
    for path in &found {
        assert!(Path::new(path).exists(), "{path}");
    }
}

#[test]
fn each_target_is_one_that_rust_knows() {
    let known = Command::new("rustc")
        .args(["--print", "target-list"])
        .output();
    let known = text(&known.unwrap().stdout);
    let known: BTreeSet<&str> = known.lines().collect();
    let targets = targets();
    let expected = [
        "aarch64-apple-darwin",
        "aarch64-unknown-linux-gnu",
        "aarch64-unknown-linux-musl",
        "x86_64-apple-darwin",
        "x86_64-pc-windows-msvc",
        "x86_64-unknown-linux-gnu",
        "x86_64-unknown-linux-musl",
    ];
    assert!(targets.keys().eq(expected), "{targets:?}");
    for (target, entry) in &targets {
        assert!(known.contains(target.as_str()), "{target}");
        // Built on a runner of its own kind, where it is tried.
        let runner = entry["runner"].as_str().unwrap();
        let (system, arm) = match target.split('-').nth(2).unwrap() {
            "linux" => ("ubuntu-", runner.ends_with("-arm")),
            "darwin" => ("macos-", !runner.ends_with("-intel")),
            _ => ("windows-", runner.ends_with("-arm")),
        };
        assert!(runner.starts_with(system), "{target}: {runner}");
        assert_eq!(arm, target.starts_with("aarch64-"), "{target}: {runner}");
    }
}

/// From the built program to the sums: what runs on the runner, run here.
#[test]
fn a_release_is_packed_tried_and_summed() {
    let release = release();
    for target in targets().keys() {
        let place = tempfile::tempdir().unwrap();
        let at = place.path();
        let suffix = if target.contains("windows") {
            ".exe"
        } else {
            ""
        };
        let built = at.join("target").join(target).join("release");
        fs::create_dir_all(&built).unwrap();
        let program = built.join(format!("djlint-check{suffix}"));
        fs::copy(env!("CARGO_BIN_EXE_djlint-check"), program).unwrap();
        for needed in ["Cargo.toml", "LICENSE"] {
            fs::copy(needed, at.join(needed)).unwrap();
        }
        for needed in [".github", "fixtures"] {
            crate::common::copy(Path::new(needed), &at.join(needed));
        }
        let temporary = at.join("temporary files");
        fs::create_dir(&temporary).unwrap();
        let environment = [
            ("TARGET", target.as_str()),
            ("RUNNER_TEMP", temporary.to_str().unwrap()),
        ];
        let mut run_here = vec!["Pack the program of the wheel", "Try what was packed"];
        if target.contains("windows") {
            // The bash of that runner finds the .exe, this one does not.
            run_here.pop();
        }
        for step in run_here {
            let output = run(script(&release, step), at, &environment);
            assert!(output.status.success(), "{step}: {}", text(&output.stderr));
        }
        let version = env!("CARGO_PKG_VERSION");
        let archive = format!("djlint-check-v{version}-{target}.tar.gz");
        let dist = at.join("dist");
        fs::write(dist.join("djlint_check.whl"), "a wheel").unwrap();
        let output = run(script(&release, "Sum"), &dist, &[]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let sums = fs::read_to_string(dist.join("SHA256SUMS")).unwrap();
        let names: Vec<&str> = sums
            .lines()
            .filter_map(|line| line.split_whitespace().nth(1))
            .collect();
        assert_eq!(names, [archive.as_str(), "djlint_check.whl"]);
    }
}

/// The one that is built with is the one that Cargo.toml promises.
#[test]
fn one_rust_builds_it_everywhere() {
    let manifest: toml::Table = toml::from_str(&fs::read_to_string("Cargo.toml").unwrap()).unwrap();
    let promised = manifest["package"]["rust-version"].as_str().unwrap();
    let toolchain = Regex::new(r"rustup (?:toolchain install|default) (\S+)").unwrap();
    let mut count = 0;
    for (written, _) in workflows() {
        for found in toolchain.captures_iter(&written) {
            assert_eq!(&found[1], format!("{promised}.0"));
            count += 1;
        }
    }
    assert_eq!(count, 6);
    let dockerfile = fs::read_to_string("Dockerfile").unwrap();
    assert!(dockerfile.contains(&format!("FROM rust:{promised}-alpine AS build\n")));
}

#[test]
fn the_changelog_has_notes_for_the_release() {
    let script = script(&release(), "Take what is new from the changelog").to_owned();
    let place = tempfile::tempdir().unwrap();
    let notes = |tag: &str| {
        let environment = [
            ("GITHUB_REF_NAME", tag),
            ("RUNNER_TEMP", place.path().to_str().unwrap()),
        ];
        let ran = run(&script, Path::new("."), &environment);
        let notes = fs::read_to_string(place.path().join("notes.md")).unwrap();
        (ran.status.success(), notes)
    };
    let (done, said) = notes(concat!("v", env!("CARGO_PKG_VERSION")));
    assert!(done && said.contains("djlint check"), "{said}");
    assert!(!said.contains("\n## "), "{said}");
    assert_eq!(notes("v9.9.9"), (false, String::new()));
}
