//! What several test binaries share: the fixtures, and the program as a user runs it.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Everything that `--output-format` takes.
pub(crate) const FORMATS: [&str; 9] = [
    "full", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown",
];

/// Every deployment below fixtures/: `guide/<name>` and `deployments/<name>/<broken or sound>`.
pub(crate) fn fixtures() -> Vec<PathBuf> {
    let mut found = directories(Path::new("fixtures/guide"));
    for layout in directories(Path::new("fixtures/deployments")) {
        found.extend(directories(&layout));
    }
    found
}

fn directories(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

/// Runs the program without anything of the caller's environment that changes what it says.
pub(crate) fn djlint(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_djlint"))
        .current_dir(directory)
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

/// The same with something on its standard input.
pub(crate) fn djlint_reading(directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_djlint"))
        .current_dir(directory)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who does not want it does not read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// What the program printed; it printed UTF-8.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The JSON report of a run.
pub(crate) fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {}\n{}",
            text(&output.stdout),
            text(&output.stderr)
        )
    })
}

/// git keeps no modes, and a clone made under another umask has others: gives the stand-in
/// for a key the mode that a downloaded one has.
#[cfg(unix)]
pub(crate) fn open_keys(fixture: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let key = fixture.join("home/ubuntu/.ssh-ls/ls-django.pem");
    if key.exists() {
        std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
}

/// Copies a directory and all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else if entry.file_type().is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(std::fs::read_link(entry.path()).unwrap(), target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
