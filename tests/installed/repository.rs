//! A git repository to try things in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{Ran, root, run};

/// The files of this project, committed or not.
pub(crate) fn listed() -> Vec<String> {
    let listed = run(Command::new("git").current_dir(root()).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))
    .done();
    let names = listed.split_terminator('\0').map(str::to_owned);
    // Some are removed, and that not committed yet.
    names.filter(|name| root().join(name).exists()).collect()
}

pub(crate) struct Repository {
    directory: tempfile::TempDir,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// This project as it is now, committed or not, as others clone it.
    pub(crate) fn of_this_project() -> Self {
        let repository = Self::new();
        for name in listed() {
            let to = repository.path().join(&name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(root().join(&name), to).unwrap();
        }
        // Some of the fixtures are files that everybody's git ignores.
        repository.git(&["add", "--all", "--force"]);
        repository.git(&["commit", "--quiet", "--message", "The project as it is"]);
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Replaces what must be there once.
    pub(crate) fn edit(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "{old} in {text}");
        self.write(name, &text.replace(old, new));
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        run(self.command("git").args(arguments)).done()
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs it in the repository, with nothing of the caller's git.
    pub(crate) fn command(&self, program: impl Into<PathBuf>) -> Command {
        let mut command = Command::new(program.into());
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"GIT_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "A user")
                .env(format!("GIT_{who}_EMAIL"), "user@shop.example");
        }
        command
    }

    pub(crate) fn commit(&self, with: impl FnOnce(&mut Command)) -> Ran {
        let mut command = self.command("git");
        command.args(["commit", "--message", "A change"]);
        with(&mut command);
        run(&mut command)
    }
}
