//! Where a path of an option leads: on the host, in the tree, or from a directory that is not known.

use std::path::{Path, PathBuf};

use super::text::{Hole, Text};
use crate::files::Files;
use crate::host::Existence;
use crate::source::SourceFile;
use crate::tree::normalize;
use crate::value::Unknown;

/// A path, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A path of the deployed host.
    Host(PathBuf),
    /// A path of the tree, where what it is called on the host is not known: `%dapp.sock`
    /// lies beside the ini file, wherever that will be.
    Tree(PathBuf),
    /// A path from the directory that uWSGI is started in.
    FromStart(PathBuf),
}

impl Location {
    /// The path on the host, where it is known.
    pub fn host(&self) -> Option<&Path> {
        match self {
            Self::Host(path) => Some(path),
            Self::Tree(_) | Self::FromStart(_) => None,
        }
    }

    /// The path as far as it is known, for a message.
    pub fn path(&self) -> &Path {
        match self {
            Self::Host(path) | Self::Tree(path) | Self::FromStart(path) => path,
        }
    }

    /// Whether it is there, as the file `from` sees it. What is in a directory of the tree that is nowhere deployed may be
    /// here; that it is not says nothing.
    pub fn existence(&self, files: &Files, from: &Path) -> Existence {
        match self {
            Self::Host(path) => files.locate(path, from),
            Self::Tree(path) => files
                .tree()
                .stat(path)
                .map_or(Existence::NotInThisTree, |stat| {
                    Existence::Here(path.clone(), stat)
                }),
            Self::FromStart(_) => Existence::NotInThisTree,
        }
    }

    /// `path`, taken from here.
    pub fn join(&self, path: &Path) -> Self {
        if path.is_absolute() {
            return Self::Host(normalize(Path::new("/"), path));
        }
        match self {
            Self::Host(base) => Self::Host(normalize(base, path)),
            Self::Tree(base) => Self::Tree(normalize(base, path)),
            Self::FromStart(base) => Self::FromStart(base.join(path)),
        }
    }

    /// The directory that it lies in; nothing for a bare name.
    pub fn parent(&self) -> Option<Self> {
        let parent = self
            .path()
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())?
            .to_owned();
        Some(match self {
            Self::Host(_) => Self::Host(parent),
            Self::Tree(_) => Self::Tree(parent),
            Self::FromStart(_) => Self::FromStart(parent),
        })
    }
}

/// How paths begin that are absolute in everyone's mind. A project may well have a `tmp/`,
/// a `run/` or a `var/` of its own, so those alone say nothing.
const ABSOLUTE_IN_MIND: [&[&str]; 12] = [
    &["home"],
    &["srv"],
    &["opt"],
    &["usr"],
    &["etc"],
    &["mnt"],
    &["root"],
    &["var", "log"],
    &["var", "www"],
    &["var", "lib"],
    &["var", "run"],
    &["var", "tmp"],
];

/// Whether a relative path is an absolute one but for its slash, and no directory of that name lies
/// beside the ini file.
pub(super) fn has_lost_its_slash(path: &str, files: &Files, root: &SourceFile) -> bool {
    let names: Vec<&str> = path.split('/').collect();
    let in_mind = |begin: &&[&str]| names.len() > begin.len() && names.starts_with(begin);
    if !ABSOLUTE_IN_MIND.iter().any(in_mind) {
        return false;
    }
    let absolute = Path::new("/").join(path);
    let directory = absolute.parent().unwrap_or(Path::new("/"));
    let is_there = files.locate(directory, root.path()).path().is_some();
    let mut beside = root.path().ancestors().skip(1).take(2);
    let is_own = beside.any(|directory| files.tree().stat(&directory.join(names[0])).is_ok());
    is_there || !is_own
}

/// The path that a text is, taken from `base`.
pub(super) fn locate(text: &Text, base: &Location) -> Result<Location, Unknown> {
    match (text.holes(), text.bytes()) {
        ([], bytes) => Ok(base.join(&from_bytes(bytes))),
        ([Hole::Directory(directory)], [super::text::HOLE, rest @ ..]) => {
            // `%d` ends with a slash, so that `%d/x` has two; one is enough.
            let rest = from_bytes(rest.trim_ascii_start());
            let rest = rest.strip_prefix("/").unwrap_or(&rest);
            Ok(Location::Tree(normalize(directory, rest)))
        }
        (holes, _) => Err(holes
            .first()
            .map_or_else(|| Unknown::because("not known"), Hole::why)),
    }
}

/// A path of the host from its bytes.
#[cfg(unix)]
pub(super) fn from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// A path of the host from its bytes.
#[cfg(not(unix))]
pub(super) fn from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(path: &str, base: &Location) -> Location {
        locate(&Text::literal(path.as_bytes()), base).unwrap()
    }

    #[test]
    fn a_path_is_taken_from_its_base() {
        let host = Location::Host(PathBuf::from("/srv/shop"));
        assert_eq!(
            literal("../run/a.sock", &host),
            Location::Host("/srv/run/a.sock".into())
        );
        assert_eq!(
            literal("/run/./a.sock", &host),
            Location::Host("/run/a.sock".into())
        );
        let start = Location::FromStart(PathBuf::new());
        assert_eq!(
            literal("a.sock", &start),
            Location::FromStart("a.sock".into())
        );
        assert_eq!(literal("a.sock", &start).parent(), None);
        assert_eq!(literal("/a.sock", &start), Location::Host("/a.sock".into()));
    }

    #[test]
    fn what_lies_beside_the_ini_file_is_found_in_the_tree() {
        let mut text = Text::hole(Hole::Directory(PathBuf::from("/repo/conf")));
        text.push(&Text::literal(b"../app.sock"));
        let start = Location::FromStart(PathBuf::new());
        assert_eq!(
            locate(&text, &start),
            Ok(Location::Tree("/repo/app.sock".into()))
        );
        text.push(&Text::hole(Hole::Unknown(Unknown::because("x"))));
        assert!(locate(&text, &start).is_err());
    }
}
