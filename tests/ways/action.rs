//! The action, run as GitHub's runner runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::annotations::annotations;
use crate::common::{copy, text};
use crate::runner::{Job, Ran};
use crate::workflows::targets;

const BROKEN: &str = "fixtures/deployments/settings-package/broken";
const SOUND: &str = "fixtures/deployments/settings-package/sound";
const PROGRAM: &str = env!("CARGO_BIN_EXE_djlint-check");

fn action() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A job whose checkout has this deployment in a directory.
fn job(fixture: &str, directory: &str) -> Job {
    let job = Job::new();
    git(&job.workspace(), &["init", "--quiet"]);
    copy(Path::new(fixture), &job.workspace().join(directory));
    job
}

fn git(directory: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .current_dir(directory)
        .args(arguments)
        .status();
    assert!(status.unwrap().success());
}

/// Puts a script in front of everything else in PATH.
fn stand_in(job: &mut Job, name: &str, script: &str) -> PathBuf {
    let bin = job.temporary().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = bin.join(name);
    fs::write(&path, format!("#!/bin/bash\n{script}")).unwrap();
    make_executable(&path);
    let rest = std::env::var("PATH").unwrap();
    job.environment
        .insert("PATH", format!("{}:{rest}", bin.display()));
    path
}

fn make_executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn sarif(ran: &Ran) -> Value {
    let written = fs::read_to_string(&ran.outputs["sarif-file"]).unwrap();
    serde_json::from_str(&written).unwrap()
}

/// What a stand-in was called with.
fn arguments_of_calls(file: &Path) -> Vec<Vec<String>> {
    let recorded = fs::read_to_string(file).unwrap_or_default();
    let calls = recorded.split_terminator("\0\0");
    calls
        .map(|call| call.split('\0').map(str::to_owned).collect())
        .collect()
}

/// A djlint-check that notes its arguments before it does its work.
fn recorder(job: &mut Job) -> PathBuf {
    let calls = job.temporary().join("calls");
    let script = format!(
        "{{ printf '%s\\0' \"$@\"; printf '\\0'; }} >>'{}'\nexec '{PROGRAM}' \"$@\"\n",
        calls.display()
    );
    stand_in(job, "recorder", &script);
    calls
}

#[test]
fn one_run_gives_annotations_a_file_a_summary_and_outputs() {
    let mut job = job(BROKEN, "back end")
        .with("program", "recorder")
        .with("working-directory", "back end");
    let calls = recorder(&mut job);
    let ran = job.uses(action());
    assert_eq!(ran.code, 1, "{}", ran.log);
    assert_eq!(arguments_of_calls(&calls).len(), 1);

    let annotations = annotations(&ran.log);
    assert!(!annotations.is_empty());
    for annotation in &annotations {
        annotation.assert_is_shown();
        // Relative to the top of the repository, whatever the directory is.
        let file = annotation.property("file").expect("a place");
        assert!(file.starts_with("back end/"), "{file}");
        assert!(job.workspace().join(file).exists(), "{file}");
    }
    let sarif = sarif(&ran);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), annotations.len());
    let place = &results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(
        place.as_str().unwrap().starts_with("back%20end/"),
        "{place}"
    );
    assert!(ran.summary.contains("```mermaid\n"), "{}", ran.summary);
    assert_eq!(ran.outputs["findings"], annotations.len().to_string());
    assert_eq!(ran.outputs["exit-code"], "1");
}

#[test]
fn a_sound_deployment_lets_the_job_go_on() {
    let job = job(SOUND, ".").with("program", PROGRAM);
    let ran = job.uses(action());
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(ran.outputs["findings"], "0");
    assert_eq!(ran.outputs["exit-code"], "0");
    assert!(
        sarif(&ran)["runs"][0]["results"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

/// No shell looks at them, whatever a workflow puts into them.
#[test]
fn inputs_are_arguments_word_for_word() {
    let hostile = "$(touch pwned) `touch pwned`; touch pwned * \"'\\ ${PATH}";
    let mut job = job(SOUND, ".")
        .with("program", "recorder")
        .with("config", "djlint check.toml")
        .with("select", "nginx,uwsgi")
        .with("ignore", "uwsgi/no-vacuum")
        .with("min-severity", "advice")
        .with("fail-on", "error")
        .with("sarif-file", "re ports.sarif")
        .with("arguments", format!("--env\r\nGREETING={hostile}\n\n"))
        .with("paths", format!("-deploy dir\n{hostile}\n*\n"));
    let calls = recorder(&mut job);
    let ran = job.uses(action());
    let workspace = job.workspace();
    let calls = arguments_of_calls(&calls);
    let report = &calls[0][6];
    assert!(report.starts_with("concise="), "{report}");
    let expected = [
        "check",
        "--output-format",
        "github",
        "--report",
        &format!("sarif={}", workspace.join("re ports.sarif").display()),
        "--report",
        report,
        "--config=djlint check.toml",
        "--select=nginx,uwsgi",
        "--ignore=uwsgi/no-vacuum",
        "--min-severity=advice",
        "--fail-on=error",
        "--env",
        &format!("GREETING={hostile}"),
        "--",
        "-deploy dir",
        hostile,
        "*",
    ];
    assert_eq!(calls, [expected]);
    assert!(!workspace.join("pwned").exists());
    assert_eq!(ran.code, 2, "no such paths: {}", ran.log);
}

/// Each is seen in the log as an annotation, and as 2 in the outputs.
#[test]
fn a_check_that_cannot_be_made_says_so() {
    let cases: [(&str, &str, &str); 6] = [
        (
            "working-directory",
            "nowhere\n::error::pwned",
            "working-directory",
        ),
        ("paths", "nowhere", "nowhere"),
        ("fail-on", "often", "often"),
        ("sarif-file", "no/such/directory.sarif", "directory.sarif"),
        ("sarif-file", "two\nlines", "sarif-file is one line"),
        (
            "program",
            "no-such-program",
            "there is no program no-such-program",
        ),
    ];
    for (input, value, said) in cases {
        let mut job = job(SOUND, ".").with("program", PROGRAM);
        job.with.insert(input, value.to_owned());
        let ran = job.uses(action());
        assert_eq!(ran.code, 2, "{input}: {}", ran.log);
        assert_eq!(ran.outputs["exit-code"], "2", "{input}");
        let annotations = annotations(&ran.log);
        assert!(
            annotations
                .iter()
                .any(|annotation| annotation.kind == "error" && annotation.message.contains(said)),
            "{input}: {}",
            ran.log
        );
        assert!(
            annotations
                .iter()
                .all(|annotation| annotation.message != "pwned")
        );
    }
}

/// The name of a file of a pull request may look like one.
#[test]
fn what_goes_wrong_is_no_command_to_the_runner() {
    let mut job = job(SOUND, ".").with("program", "speaker");
    let script = "printf '::error::a\\n  ::warning::b\\nc ##[error]d\\n' >&2; exit 2\n";
    stand_in(&mut job, "speaker", script);
    let ran = job.uses(action());
    let annotations = annotations(&ran.log);
    assert_eq!(annotations.len(), 1, "{}", ran.log);
    assert!(
        annotations[0]
            .message
            .starts_with("the check could not be made: ")
    );
    assert!(!ran.log.contains("##["), "{}", ran.log);
}

/// Where it runs for a stranger's pull request, there is nothing that it could give away.
#[test]
fn it_knows_no_secret() {
    for part in [
        "action.yml",
        "action/program.sh",
        "action/check.sh",
        "action/fail.sh",
    ] {
        let text = fs::read_to_string(action().join(part))
            .unwrap()
            .to_lowercase();
        for secret in ["secrets.", "github.token", "github_token"] {
            assert!(!text.contains(secret), "{part}: {secret}");
        }
        // Expressions stand in the environment alone, where no shell reads them.
        let mut scripts = text.lines().filter(|line| line.contains("run:"));
        assert!(scripts.all(|line| !line.contains("${{")), "{part}");
    }
}

/// A release as the workflow makes it, and a curl that has nothing else.
fn with_release(mut job: Job, target: &str) -> Job {
    let release = job.temporary().join("release");
    let programs = job.temporary().join("programs");
    fs::create_dir(&programs).unwrap();
    let suffix = if target.contains("-windows-") {
        ".exe"
    } else {
        ""
    };
    // As good as the program, and quickly packed.
    let program = programs.join(format!("djlint-check{suffix}"));
    fs::write(&program, format!("#!/bin/bash\nexec '{PROGRAM}' \"$@\"\n")).unwrap();
    make_executable(&program);
    let packed = Command::new(action().join(".github/archive.sh"))
        .current_dir(action())
        .args([Path::new(target), &programs, &release])
        .output()
        .unwrap();
    assert!(packed.status.success(), "{}", text(&packed.stderr));
    let summed = Command::new("bash")
        .current_dir(&release)
        .args(["-c", "sha256sum -- *.tar.gz >SHA256SUMS"])
        .status();
    assert!(summed.unwrap().success());
    let script = format!(
        "while [ $# -gt 2 ]; do shift; done\nprintf '%s\\n' \"$2\" >>'{}/asked'\n\
         cp \"{}/${{2##*/}}\" \"$1\"\n",
        job.temporary().display(),
        release.display()
    );
    stand_in(&mut job, "curl", &script);
    job.contexts.insert(
        "github.action_repository".to_owned(),
        "someone/djlint".to_owned(),
    );
    job.contexts
        .insert("github.action_ref".to_owned(), "main".to_owned());
    job
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
const LINUX: &str = "x86_64-unknown-linux-musl";

#[test]
fn a_release_is_downloaded() {
    for (version, reference) in [
        (VERSION, "main"),
        (concat!("v", env!("CARGO_PKG_VERSION")), "0123456789abcdef"),
        ("", concat!("v", env!("CARGO_PKG_VERSION"))),
    ] {
        let mut job = with_release(job(BROKEN, "."), LINUX).with("version", version);
        job.contexts
            .insert("github.action_ref".to_owned(), reference.to_owned());
        let ran = job.uses(action());
        assert_eq!(ran.code, 1, "{}", ran.log);
        assert_ne!(ran.outputs["findings"], "0");
        let asked = fs::read_to_string(job.temporary().join("asked")).unwrap();
        let releases =
            format!("https://github.example/someone/djlint/releases/download/v{VERSION}");
        assert_eq!(
            asked,
            format!("{releases}/djlint-check-v{VERSION}-{LINUX}.tar.gz\n{releases}/SHA256SUMS\n")
        );
    }
}

#[test]
fn each_runner_asks_for_what_a_release_has() {
    for (system, kind) in [
        ("Linux", "X64"),
        ("Linux", "ARM64"),
        ("macOS", "X64"),
        ("macOS", "ARM64"),
        ("Windows", "X64"),
    ] {
        let job = with_release(job(SOUND, "."), "none")
            .with("version", VERSION)
            .in_environment("RUNNER_OS", system)
            .in_environment("RUNNER_ARCH", kind);
        job.uses(action());
        let asked = fs::read_to_string(job.temporary().join("asked")).unwrap();
        let archive = asked.trim().rsplit('/').next().unwrap();
        let target = archive
            .strip_prefix(&format!("djlint-check-v{VERSION}-"))
            .and_then(|rest| rest.strip_suffix(".tar.gz"))
            .unwrap();
        assert!(targets().contains_key(target), "{target}");
        let expected = if kind == "X64" { "x86_64" } else { "aarch64" };
        assert!(target.starts_with(expected), "{system}-{kind}: {target}");
    }
}

/// A checksum that is not right, a release that there is not, a version that is none.
#[test]
fn what_is_no_release_is_not_run() {
    let spoiled = with_release(job(SOUND, "."), LINUX).with("version", VERSION);
    let archive = format!("djlint-check-v{VERSION}-{LINUX}.tar.gz");
    let archive = spoiled.temporary().join("release").join(archive);
    let mut bytes = fs::read(&archive).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&archive, bytes).unwrap();
    let cases = [
        (spoiled, "SHA256SUMS"),
        (
            with_release(job(SOUND, "."), LINUX).with("version", "9.9.9"),
            "cannot be downloaded",
        ),
        (
            with_release(job(SOUND, "."), LINUX).with("version", "../1.0.0"),
            "version is a release such as 0.1.0",
        ),
        (
            with_release(job(SOUND, "."), LINUX)
                .with("version", VERSION)
                .in_environment("RUNNER_ARCH", "ARM"),
            "no release is made for Linux on ARM",
        ),
    ];
    for (job, said) in cases {
        let ran = job.uses(action());
        assert_eq!(ran.code, 2, "{}", ran.log);
        let annotations = annotations(&ran.log);
        assert!(annotations[0].message.contains(said), "{}", ran.log);
        assert!(ran.summary.is_empty());
    }
}

/// Windows has backslashes in RUNNER_TEMP, and programs that end in .exe.
#[test]
fn a_release_is_unpacked_below_a_path_with_backslashes() {
    let target = "x86_64-pc-windows-msvc";
    let job = with_release(job(BROKEN, "."), target)
        .with("version", VERSION)
        .in_environment("RUNNER_OS", "Windows");
    let temporary = job.temporary().join("D:\\a\\_temp");
    fs::create_dir(&temporary).unwrap();
    let job = job.in_environment("RUNNER_TEMP", temporary.to_str().unwrap());
    let ran = job.uses(action());
    assert_eq!(ran.code, 1, "{}", ran.log);
}

/// Without a release it is built, from the action's own directory and as it is locked.
#[test]
fn it_is_built_where_there_is_no_release() {
    let mut job = job(BROKEN, ".");
    let calls = job.temporary().join("calls");
    let script = format!(
        "{{ printf '%s\\0' \"$PWD\" \"$@\"; printf '\\0'; }} >>'{}'\n\
         while [ $# -gt 0 ]; do [ \"$1\" != --root ] || root=$2; shift; done\n\
         mkdir -p \"$root/bin\" && cp '{PROGRAM}' \"$root/bin/\"\n",
        calls.display()
    );
    stand_in(&mut job, "cargo", &script);
    let ran = job.uses(action());
    assert_eq!(ran.code, 1, "{}", ran.log);
    let calls = arguments_of_calls(&calls);
    let built = job.temporary().join("djlint");
    let built = built.to_str().unwrap();
    let directory = action().canonicalize().unwrap();
    assert_eq!(
        calls,
        [[
            directory.to_str().unwrap(),
            "install",
            "--locked",
            "--bin",
            "djlint-check",
            "--path",
            ".",
            "--root",
            built,
            "--target-dir",
            &format!("{built}/target"),
        ]]
    );
}

#[test]
fn a_build_that_fails_is_no_finding() {
    let mut job = job(BROKEN, ".");
    stand_in(&mut job, "cargo", "exit 101\n");
    let ran = job.uses(action());
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert!(
        ran.log
            .contains("::error title=djlint::djlint-check cannot be built")
    );
}
