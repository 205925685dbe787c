//! The hooks, with the real pre-commit.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::common::{copy, djlint, text};
use crate::repository::Repository;
use crate::tools::{Ran, html_djlint_version, path_with, root, run, tool, virtualenv, wheels};
use crate::wheel::wheel;

const SHOP: &str = "fixtures/deployments/settings-package/sound";
const SITE: &str = "deploy/nginx.conf";
const PASS: &str = "uwsgi_pass 127.0.0.1:8001;";
const WRONG_PASS: &str = "uwsgi_pass 127.0.0.1:8999;";

/// A user's project, with a .pre-commit-config.yaml and a djlint-check in PATH.
struct Project {
    repository: Repository,
    /// Where a djlint-check is installed.
    bin: PathBuf,
    /// pre-commit's own environments, shared by the tests.
    cache: PathBuf,
}

/// The project that has the hooks, where djlint-check is installed, and pre-commit's cache.
struct Shared {
    hooks: Repository,
    place: tempfile::TempDir,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let place = tempfile::tempdir().unwrap();
    virtualenv(&place.path().join("venv"), &[wheel().as_os_str()]);
    Shared {
        hooks: Repository::of_this_project(),
        place,
    }
});

impl Project {
    fn new(configuration: &str) -> Self {
        let project = Self {
            repository: Repository::new(),
            bin: SHARED.place.path().join("venv/bin"),
            cache: SHARED.place.path().join("cache"),
        };
        copy(Path::new(SHOP), project.repository.path());
        project
            .repository
            .write(".pre-commit-config.yaml", configuration);
        project.repository.git(&["add", "--all"]);
        project
            .repository
            .git(&["commit", "--quiet", "--message", "A sound deployment"]);
        project.pre_commit(&["install"]).done();
        project
    }

    fn with_hook(id: &str) -> Self {
        Self::new(&format!("repos:\n{}", theirs(id)))
    }

    fn pre_commit(&self, arguments: &[&str]) -> Ran {
        let mut command = self.repository.command(tool("pre-commit"));
        self.surround(&mut command);
        run(command.args(arguments))
    }

    fn surround(&self, command: &mut Command) {
        command
            .env("PATH", path_with(&[&self.bin]))
            .env("PRE_COMMIT_HOME", &self.cache)
            .env("PRE_COMMIT_COLOR", "never")
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", wheels())
            // virtualenv brings pip of its own.
            .env("VIRTUALENV_NO_DOWNLOAD", "1")
            // The crates of this build, which are here; and built as quickly as can be.
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", build())
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256");
    }

    fn commit(&self, paths: &[&str]) -> Ran {
        for path in paths {
            self.repository.git(&["add", path]);
        }
        self.repository.commit(|command| self.surround(command))
    }
}

/// Kept from run to run: the crates that djlint is made of take a minute.
fn build() -> PathBuf {
    root().join("target/hook")
}

fn theirs(id: &str) -> String {
    let hooks = &SHARED.hooks;
    format!(
        "  - repo: {}\n    rev: {}\n    hooks:\n      - id: {id}\n",
        hooks.path().display(),
        hooks.head()
    )
}

/// A bad commit is stopped with a message that says what is wrong, a good one passes, and one
/// that has nothing to do with the deployment does not wait for it.
fn judges_commits(project: &Project) {
    let repository = &project.repository;
    let before = repository.head();
    repository.edit(SITE, PASS, WRONG_PASS);
    let bad = project.commit(&[SITE]);
    assert_ne!(bad.code, 0, "{}", bad.said);
    for part in [
        "djlint-check.....",
        "Failed",
        "- exit code: 1",
        "error[stack/upstream-port-mismatch]",
        "deploy/nginx.conf:12:",
        WRONG_PASS,
    ] {
        assert!(bad.said.contains(part), "{part}\n{}", bad.said);
    }
    assert!(!bad.said.contains('\u{1b}'), "{}", bad.said);
    assert_eq!(repository.head(), before);

    // The same fault, mended on the other side: both files are judged together.
    repository.edit("deploy/uwsgi.ini", "127.0.0.1:8001", "127.0.0.1:8999");
    let good = project.commit(&["deploy/uwsgi.ini"]).done();
    assert!(good.contains("Passed"), "{good}");
    assert_ne!(repository.head(), before);

    repository.write("notes.txt", "Nothing of the deployment.\n");
    let other = project.commit(&["notes.txt"]).done();
    assert!(other.contains("(no files to check)Skipped"), "{other}");
}

/// What is staged is judged, whatever else lies in the working tree.
fn judges_what_is_staged(project: &Project) {
    let repository = &project.repository;
    // The fault is not part of the commit.
    repository.edit(SITE, PASS, WRONG_PASS);
    repository.edit("config/wsgi.py", "application =", "app = application =");
    let good = project.commit(&["config/wsgi.py"]).done();
    assert!(good.contains("Passed"), "{good}");
    assert!(repository.read(SITE).contains(WRONG_PASS), "it is put back");

    // The fault is part of it, and mended in the working tree only.
    repository.git(&["add", SITE]);
    repository.edit(SITE, WRONG_PASS, PASS);
    let before = repository.head();
    let bad = project.commit(&[]);
    assert_ne!(bad.code, 0, "{}", bad.said);
    assert!(bad.said.contains(WRONG_PASS), "{}", bad.said);
    assert_eq!(repository.head(), before);
    assert!(repository.read(SITE).contains(PASS), "it is put back");
}

/// One test, since pre-commit builds the program with its first commit.
#[test]
fn the_hook_that_builds_the_program_judges_commits() {
    forget_old_builds();
    judges_commits(&Project::with_hook("djlint-check"));
    judges_what_is_staged(&Project::with_hook("djlint-check"));
}

/// Each build is one of a new clone, and leaves what no other can use.
fn forget_old_builds() {
    for part in ["deps", ".fingerprint", "build", "incremental"] {
        let Ok(entries) = fs::read_dir(build().join("release").join(part)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().and_then(OsStr::to_str).unwrap_or("");
            if !name.contains("djlint") {
                continue;
            }
            match path.is_dir() {
                true => fs::remove_dir_all(path).unwrap(),
                false => fs::remove_file(path).unwrap(),
            }
        }
    }
}

#[test]
fn the_hook_that_runs_what_is_installed_judges_commits() {
    judges_commits(&Project::with_hook("djlint-check-system"));
    judges_what_is_staged(&Project::with_hook("djlint-check-system"));
}

/// The hook that mends stops the commit with the mended file left to be looked at and staged.
#[test]
fn the_hook_that_fixes_mends_what_is_staged() {
    let project = Project::with_hook("djlint-check-fix");
    let repository = &project.repository;
    let before = repository.head();
    repository.edit("deploy/uwsgi.ini", "gid = shop", "gid = shop ; ours");
    let stopped = project.commit(&["deploy/uwsgi.ini"]);
    assert_ne!(stopped.code, 0, "{}", stopped.said);
    for part in ["files were modified by this hook", "Fixed 1 finding:"] {
        assert!(stopped.said.contains(part), "{part}\n{}", stopped.said);
    }
    assert_eq!(repository.head(), before);
    let mended = repository.read("deploy/uwsgi.ini");
    assert!(mended.contains("\n; ours\ngid = shop\n"), "{mended}");
    project.commit(&["deploy/uwsgi.ini"]).done();
    assert_ne!(repository.head(), before);
}

#[test]
fn the_hook_that_init_offers_judges_commits() {
    let place = tempfile::tempdir().unwrap();
    copy(Path::new(SHOP), place.path());
    let shown = text(&djlint(place.path(), &["init"]).stdout);
    let (_, offered) = shown
        .split_once(".pre-commit-config.yaml:\n\n")
        .expect("what to write");
    let (offered, _) = offered.split_once("\n\n").expect("its end");
    judges_commits(&Project::new(offered));
}

#[test]
fn both_linters_are_hooks_of_one_project() {
    let html = format!(
        "  - repo: local\n    hooks:\n      - id: djlint\n        name: templates\n        \
         entry: djlint --lint --quiet\n        language: python\n        types: [html]\n        \
         additional_dependencies: [djlint=={}]\n",
        html_djlint_version()
    );
    let project = Project::new(&format!("repos:\n{}{html}", theirs("djlint-check-system")));
    let repository = &project.repository;
    repository.write(
        "templates/page.html",
        "<html><body><p>Hello</p></body></html>\n",
    );
    repository.edit(SITE, PASS, WRONG_PASS);
    let bad = project.commit(&["templates/page.html", SITE]);
    assert_ne!(bad.code, 0);
    for part in ["H005", "error[stack/upstream-port-mismatch]"] {
        assert!(bad.said.contains(part), "{part}\n{}", bad.said);
    }
    repository.write("djlint.toml", "ignore = \"H005,H007,H016,H030,H031\"\n");
    repository.edit(SITE, WRONG_PASS, &format!("# mended\n        {PASS}"));
    let good = project
        .commit(&["templates/page.html", SITE, "djlint.toml"])
        .done();
    assert_eq!(good.matches("Passed").count(), 2, "{good}");
}
