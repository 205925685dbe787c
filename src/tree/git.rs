//! Whether git tracks a file, or would with the next `git add`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::MAX_FILE_SIZE;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What git makes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// It is in the index: it goes out with the next push.
    Tracked,
    /// Nothing ignores it: the next `git add .` takes it along.
    NotIgnored,
    /// An ignore rule keeps it out.
    Ignored,
    /// It lies in no working tree, or the index cannot be read.
    Unknown,
}

/// What was seen of the repositories around the files: each is asked once a run, not once a file.
#[derive(Default)]
pub(crate) struct Repositories {
    roots: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    indexes: Mutex<HashMap<PathBuf, Option<Arc<gix_index::File>>>>,
}

impl Repositories {
    /// The working tree that a path of the disk lies in. It may begin above what is checked.
    pub(crate) fn root(&self, path: &Path) -> Option<PathBuf> {
        let mut roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passed: Vec<&Path> = Vec::new();
        let mut found = None;
        for ancestor in path.ancestors() {
            if let Some(known) = roots.get(ancestor) {
                found = known.clone();
                break;
            }
            passed.push(ancestor);
            if ancestor.join(".git").exists() {
                found = Some(ancestor.to_owned());
                break;
            }
        }
        roots.extend(
            passed
                .into_iter()
                .map(|passed| (passed.to_owned(), found.clone())),
        );
        found
    }

    /// Looks a file of the disk up in the repository that it lies in.
    ///
    /// The repository may begin above what is checked; only its index and ignore rules are read there.
    pub(crate) fn tracking(&self, path: &Path) -> Tracking {
        let Some(root) = path.parent().and_then(|directory| self.root(directory)) else {
            return Tracking::Unknown;
        };
        let (Ok(relative), Some(git_directory)) = (path.strip_prefix(&root), git_directory(&root))
        else {
            return Tracking::Unknown;
        };
        match self.is_in_index(&git_directory, relative) {
            Some(true) => Tracking::Tracked,
            Some(false) if is_ignored(&root, &git_directory, path) => Tracking::Ignored,
            Some(false) => Tracking::NotIgnored,
            None => Tracking::Unknown,
        }
    }

    fn is_in_index(&self, git_directory: &Path, relative: &Path) -> Option<bool> {
        let path = git_directory.join("index");
        if !path.exists() {
            // Nothing was ever added.
            return Some(false);
        }
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        let index = indexes
            .entry(path)
            .or_insert_with_key(|path| read_index(path));
        // git writes `/` on every system.
        let relative = relative.to_str()?.replace('\\', "/");
        Some(
            index
                .as_ref()?
                .entry_by_path(relative.as_bytes().into())
                .is_some(),
        )
    }
}

fn read_index(path: &Path) -> Option<Arc<gix_index::File>> {
    if !is_small_file(path) {
        return None;
    }
    let sha1 = gix_index::hash::Kind::Sha1;
    let index = gix_index::File::at(path, sha1, true, Default::default());
    index.ok().map(Arc::new)
}

/// `.git` itself, or where a worktree's or submodule's `.git` file says that it is.
fn git_directory(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    if !is_small_file(&git) {
        return None;
    }
    let text = std::fs::read_to_string(&git).ok()?;
    let target = text.strip_prefix("gitdir:")?.trim();
    Some(root.join(target))
}

/// The nearest rule that speaks of the file wins: its own directory's first, the repository's own excludes last.
fn is_ignored(root: &Path, git_directory: &Path, path: &Path) -> bool {
    let directories = path
        .ancestors()
        .skip(1)
        .take_while(|directory| directory.starts_with(root));
    for directory in directories {
        let rules = directory.join(".gitignore");
        if !is_small_file(&rules) {
            continue;
        }
        let (rules, _) = Gitignore::new(rules);
        match rules.matched_path_or_any_parents(path, false) {
            ignore::Match::None => {}
            found => return found.is_ignore(),
        }
    }
    let own_excludes = git_directory.join("info/exclude");
    let mut excludes = GitignoreBuilder::new(root);
    if is_small_file(&own_excludes) {
        excludes.add(own_excludes);
    }
    excludes
        .build()
        .is_ok_and(|rules| rules.matched_path_or_any_parents(path, false).is_ignore())
}

/// A repository is input like any other: a FIFO in it must not block us, nor a huge file fill the memory.
fn is_small_file(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MAX_FILE_SIZE)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// As a fresh run sees it.
    fn tracking(path: &Path) -> Tracking {
        Repositories::default().tracking(path)
    }

    fn git(directory: &Path, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(directory)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    #[test]
    fn the_index_and_the_ignore_rules_decide() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        assert_eq!(tracking(&path("loose.pem")), Tracking::Unknown);
        git(root.path(), &["init", "-q"]);
        fs::create_dir_all(path("deploy/keys")).unwrap();
        for name in [
            "tracked.pem",
            "loose.pem",
            "deploy/keys/a.pem",
            "deploy/keys/kept.pem",
            "own.pem",
        ] {
            fs::write(path(name), "x").unwrap();
        }
        assert_eq!(tracking(&path("loose.pem")), Tracking::NotIgnored);
        fs::write(path(".gitignore"), "keys/\n!kept.pem\n").unwrap();
        fs::write(path(".git/info/exclude"), "own.pem\n").unwrap();
        git(root.path(), &["add", "tracked.pem"]);
        assert_eq!(tracking(&path("tracked.pem")), Tracking::Tracked);
        assert_eq!(tracking(&path("loose.pem")), Tracking::NotIgnored);
        assert_eq!(tracking(&path("deploy/keys/a.pem")), Tracking::Ignored);
        assert_eq!(tracking(&path("own.pem")), Tracking::Ignored);
        // A tracked file stays tracked, whatever is ignored later.
        fs::write(path(".gitignore"), "*.pem\n").unwrap();
        assert_eq!(tracking(&path("tracked.pem")), Tracking::Tracked);
    }

    #[test]
    fn a_worktree_has_an_index_of_its_own() {
        let root = tempfile::tempdir().unwrap();
        let main = root.path().join("main");
        fs::create_dir(&main).unwrap();
        git(&main, &["init", "-q"]);
        fs::write(main.join("a.pem"), "x").unwrap();
        git(&main, &["add", "."]);
        git(
            &main,
            &[
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.org",
                "commit",
                "-qm",
                "x",
            ],
        );
        git(&main, &["worktree", "add", "-q", "../other"]);
        assert_eq!(
            tracking(&root.path().join("other/a.pem")),
            Tracking::Tracked
        );
    }

    #[test]
    fn a_broken_index_says_nothing() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".git")).unwrap();
        fs::write(root.path().join(".git/index"), "no index").unwrap();
        fs::write(root.path().join("a.pem"), "x").unwrap();
        assert_eq!(tracking(&root.path().join("a.pem")), Tracking::Unknown);
    }
}
