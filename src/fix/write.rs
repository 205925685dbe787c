//! Puts mended files in the place of what was read.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Changed, Mended};
use crate::whole_file::{self, Beside};

/// A file that stays as it was, and why.
#[derive(Debug)]
pub struct Unwritten {
    /// The file.
    pub path: PathBuf,
    /// Why, to be read after a colon.
    pub why: String,
    /// Whether the fault is its own, and not that of a file that a fix changes together with it.
    pub is_first: bool,
}

/// Writes what was mended, each file whole. Files that one fix changes together are all written or
/// all left as they are, and so is a file that no longer holds what was read.
pub fn write(mended: &Mended) -> Vec<Unwritten> {
    let groups = together(mended);
    groups
        .into_iter()
        .flat_map(|group| match write_together(&group) {
            Ok(()) => Vec::new(),
            Err((failed, error)) => group
                .iter()
                .map(|changed| Unwritten {
                    path: changed.path.clone(),
                    is_first: changed.path == failed,
                    why: match changed.path == failed {
                        true => error.to_string(),
                        false => {
                            let name = failed.file_name().unwrap_or_default();
                            format!("{} is changed with it, and cannot be", name.display())
                        }
                    },
                })
                .collect(),
        })
        .collect()
}

/// The files that fixes tie to each other.
fn together(mended: &Mended) -> Vec<Vec<&Changed>> {
    let mut groups: Vec<BTreeSet<&Path>> = Vec::new();
    let tied = mended.done.iter().map(|done| &done.files);
    for files in tied {
        let mut group: BTreeSet<&Path> = files.iter().map(PathBuf::as_path).collect();
        groups.retain(|other| {
            let is_apart = other.is_disjoint(&group);
            if !is_apart {
                group.extend(other);
            }
            is_apart
        });
        groups.push(group);
    }
    let mut rest: Vec<&Changed> = mended.files.iter().collect();
    let mut found: Vec<Vec<&Changed>> = Vec::new();
    for group in groups {
        let (own, others) = rest
            .into_iter()
            .partition(|changed| group.contains(changed.path.as_path()));
        rest = others;
        found.push(own);
    }
    found.extend(rest.into_iter().map(|changed| vec![changed]));
    found
}

fn write_together(group: &[&Changed]) -> Result<(), (PathBuf, io::Error)> {
    let of = |changed: &Changed| {
        let path = changed.path.clone();
        move |error| (path, error)
    };
    let mut prepared: Vec<(&Changed, Option<Beside>)> = Vec::new();
    for changed in group {
        unchanged(changed).map_err(of(changed))?;
        let beside = match changed.after == changed.before {
            true => None,
            false => {
                Some(whole_file::beside_of(&changed.path, &changed.after).map_err(of(changed))?)
            }
        };
        prepared.push((changed, beside));
    }
    let mut written: Vec<&Changed> = Vec::new();
    for (changed, beside) in prepared {
        if let Err(error) = put(changed, beside) {
            for changed in written {
                put_back(changed);
            }
            return Err((changed.path.clone(), error));
        }
        written.push(changed);
    }
    Ok(())
}

fn unchanged(changed: &Changed) -> io::Result<()> {
    match fs::read(&changed.path)? == changed.before {
        true => Ok(()),
        false => Err(io::Error::other("it changed since it was read")),
    }
}

fn put(changed: &Changed, beside: Option<Beside>) -> io::Result<()> {
    if let Some(beside) = beside {
        unchanged(changed)?;
        beside.persist()?;
    }
    match changed.mode {
        Some((_, mode)) => set_mode(&changed.path, mode),
        None => Ok(()),
    }
}

/// As good as it can be done: what took the new bytes a moment ago takes the old ones.
fn put_back(changed: &Changed) {
    if changed.after != changed.before
        && let Ok(beside) = whole_file::beside_of(&changed.path, &changed.before)
    {
        let _ = beside.persist();
    }
    if let Some((Some(mode), _)) = changed.mode {
        let _ = set_mode(&changed.path, mode);
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Done;

    fn changed(path: PathBuf, before: &str, after: &str) -> Changed {
        Changed {
            path,
            before: before.as_bytes().to_vec(),
            after: after.as_bytes().to_vec(),
            mode: None,
        }
    }

    fn done(files: &[&Path]) -> Done {
        Done {
            rule: "stack/missing-static-location",
            path: files[0].to_owned(),
            line: 1,
            title: String::new(),
            files: files.iter().map(|file| file.to_path_buf()).collect(),
        }
    }

    #[test]
    fn files_of_one_fix_are_written_together_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let paths = ["a", "b", "c"].map(|name| root.path().join(name));
        for path in &paths {
            fs::write(path, "old").unwrap();
        }
        let [a, b, c] = &paths;
        // Somebody else has changed one of them since.
        fs::write(b, "theirs").unwrap();
        let mended = Mended {
            files: paths
                .iter()
                .map(|path| changed(path.clone(), "old", "new"))
                .collect(),
            done: vec![done(&[a, b]), done(&[c])],
            ..Mended::default()
        };
        let unwritten = write(&mended);
        let said: Vec<(&Path, bool, &str)> = unwritten
            .iter()
            .map(|one| (one.path.as_path(), one.is_first, one.why.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (a.as_path(), false, "b is changed with it, and cannot be"),
                (b.as_path(), true, "it changed since it was read"),
            ]
        );
        let texts = paths.clone().map(|path| fs::read_to_string(path).unwrap());
        assert_eq!(texts, ["old", "theirs", "new"]);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 3);
    }
}
