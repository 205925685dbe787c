//! The wheel, beside the linter of HTML templates, and `cargo install`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::common::copy;
use crate::tools::{Ran, html_djlint_version, root, run, tool, virtualenv};

const SHOP: &str = "fixtures/deployments/settings-package/broken";

/// Built once for all tests, in the profile of the tests themselves.
pub(crate) fn wheel() -> &'static Path {
    static WHEEL: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
        let directory = tempfile::tempdir().unwrap();
        run(Command::new(tool("maturin"))
            .current_dir(root())
            .args(["build", "--profile", "dev", "--out"])
            .arg(directory.path()))
        .done();
        let mut built = fs::read_dir(directory.path()).unwrap();
        let wheel = built.next().expect("a wheel").unwrap().path();
        assert!(built.next().is_none(), "one wheel");
        (directory, wheel)
    });
    &WHEEL.1
}

#[test]
fn it_carries_one_program_and_the_licence() {
    let listed = run(Command::new(tool("python"))
        .args(["-m", "zipfile", "-l"])
        .arg(wheel()))
    .done();
    let names: Vec<&str> = listed
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let programs: Vec<&&str> = names
        .iter()
        .filter(|name| name.contains("/scripts/"))
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        programs,
        [&&*format!(
            "djlint_check-{version}.data/scripts/djlint-check"
        )]
    );
    assert!(
        names.iter().any(|name| name.ends_with("/LICENSE")),
        "{listed}"
    );
}

/// A project with a fault for each of the two linters.
struct Both {
    directory: tempfile::TempDir,
}

impl Both {
    fn new() -> Self {
        let both = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        virtualenv(
            &both.path("venv"),
            &[
                OsStr::new(&format!("djlint=={}", html_djlint_version())),
                wheel().as_os_str(),
            ],
        );
        copy(Path::new(SHOP), &both.path("shop"));
        both.write(
            "templates/page.html",
            "<html><body><p>Hello</p></body></html>\n",
        );
        both
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(&format!("shop/{name}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(&format!("shop/{name}"))).unwrap();
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        run(Command::new(self.path("venv/bin").join(program))
            .current_dir(self.path("shop"))
            .args(arguments))
    }

    fn theirs(&self) -> String {
        self.run("djlint", &["templates", "--lint"]).said
    }

    fn ours(&self) -> String {
        let ran = self.run("djlint-check", &["check", "--output-format", "concise"]);
        assert_eq!(ran.code, 1, "{}", ran.said);
        ran.said
    }
}

#[test]
fn both_linters_live_in_one_virtualenv() {
    let both = Both::new();
    let theirs = both.run("djlint", &["--version"]).done();
    assert!(theirs.contains(&html_djlint_version()), "{theirs}");
    let ours = both.run("djlint-check", &["--version"]).done();
    assert!(ours.contains(env!("CARGO_PKG_VERSION")), "{ours}");

    let (theirs, ours) = (both.theirs(), both.ours());
    assert!(theirs.contains("H005"), "{theirs}");
    assert!(ours.contains("[django/"), "{ours}");

    // Each obeys its own.
    both.write("djlint.toml", "ignore = \"H005\"\n");
    both.write("djlint-check.toml", "ignore = [\"django\"]\n");
    let (their_less, our_less) = (both.theirs(), both.ours());
    assert!(!their_less.contains("H005"), "{their_less}");
    assert!(!our_less.contains("[django/"), "{our_less}");
    both.remove("djlint.toml");
    both.remove("djlint-check.toml");

    // Neither reads the other's, which it could not even parse.
    both.write("djlint.toml", "ignore = \"django,stack\"\nselect = [[[");
    both.write(".djlintrc", "{ \"ignore\": \"stack\", ");
    assert_eq!(both.ours(), ours);
    both.remove("djlint.toml");
    both.remove(".djlintrc");
    both.write("djlint-check.toml", "ignore = [\"H005\"]\nprofile = [[[");
    assert_eq!(both.theirs(), theirs);
    both.remove("djlint-check.toml");
    both.write(
        "pyproject.toml",
        "[tool.djlint]\nignore = \"H005\"\n[tool.djlint-check]\nignore = [\"stack\"]\n",
    );
    let (theirs, ours) = (both.theirs(), both.ours());
    assert!(!theirs.contains("H005"), "{theirs}");
    assert!(
        ours.contains("[django/") && !ours.contains("[stack/"),
        "{ours}"
    );
}

#[test]
fn cargo_install_gives_both_names() {
    let to = tempfile::tempdir().unwrap();
    run(Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["install", "--path", ".", "--locked", "--profile", "dev"])
        .arg("--root")
        .arg(to.path()))
    .done();
    for name in ["djlint", "djlint-check"] {
        let said = run(Command::new(to.path().join("bin").join(name)).arg("--version")).done();
        assert_eq!(said, format!("djlint {}\n", env!("CARGO_PKG_VERSION")));
    }
}
