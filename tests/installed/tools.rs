//! What tests/run installed, and how it is run.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a program came to, and all that it printed.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) said: String,
}

impl Ran {
    /// What it printed; it has to be content.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{}", self.said);
        self.said
    }
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = [output.stdout, output.stderr].concat();
    Ran {
        code: output.status.code().expect("no signal ended it"),
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}

/// A program of target/tools.
pub(crate) fn tool(name: &str) -> PathBuf {
    let path = root().join("target/tools/bin").join(name);
    assert!(path.exists(), "{}: tests/run installs it", path.display());
    path
}

/// The wheels of other people that tests/run keeps.
pub(crate) fn wheels() -> PathBuf {
    root().join("target/tools/wheels")
}

/// The version of the linter of HTML templates among them.
pub(crate) fn html_djlint_version() -> String {
    let names = fs::read_dir(wheels()).expect("tests/run makes it");
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| Some(name.strip_prefix("djlint-")?.split('-').next()?.to_owned()))
        .next()
        .expect("a wheel of djlint")
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A new virtualenv with these installed, from the kept wheels alone.
pub(crate) fn virtualenv(at: &Path, packages: &[&OsStr]) {
    run(Command::new(tool("python")).args(["-m", "venv"]).arg(at)).done();
    run(Command::new(at.join("bin/pip"))
        .args(["install", "--quiet", "--no-index", "--find-links"])
        .arg(wheels())
        .args(packages))
    .done();
}

/// PATH with these directories first.
pub(crate) fn path_with(first: &[&Path]) -> std::ffi::OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().map(|path| path.to_path_buf());
    std::env::join_paths(all.chain(std::env::split_paths(&old))).unwrap()
}
