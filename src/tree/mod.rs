//! The one door through which input comes: a directory, a deployed root, or memory.
//!
//! What is read is hostile. Nothing outside the roots is opened, whatever a
//! symlink or an `include` says, and only regular files of bounded size are read.

use std::io;
use std::path::{Component, Path, PathBuf};

use git::Tracking;

pub use disk::Disk;
pub use glob::{glob, is_pattern};
pub use memory::Memory;
pub use overlay::{Buffer, Overlay};

mod disk;
pub mod git;
mod glob;
mod memory;
mod overlay;
mod skip;

/// No configuration file is larger; reading more would only serve an attacker.
pub const MAX_FILE_SIZE: u64 = 64 * 1024 * 1024;

/// As many symlinks as Linux follows before it says ELOOP.
const MAX_SYMLINKS: usize = 40;

/// What kind of thing a path names, symlinks followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A FIFO, a socket or a device.
    Special,
}

/// What is known of a path without opening it, symlinks followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// File, directory or neither.
    pub kind: FileKind,
    /// Size in bytes.
    pub size: u64,
    /// Permission bits, where the file system has any.
    pub mode: Option<u32>,
}

/// Why a path could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing is there.
    #[error("no such file or directory")]
    NotFound,
    /// A symlink whose target is not there.
    #[error("a symlink to {}, which does not exist", .0.display())]
    Dangling(PathBuf),
    /// The path leads out of what was to be checked.
    #[error("outside of what is checked")]
    Outside,
    /// Symlinks that lead to each other.
    #[error("too many levels of symbolic links")]
    SymlinkLoop,
    /// A directory where a file was wanted.
    #[error("is a directory")]
    IsDirectory,
    /// A file where a directory was wanted.
    #[error("is not a directory")]
    NotDirectory,
    /// A FIFO, socket or device.
    #[error("is not a regular file")]
    NotRegular,
    /// Larger than [`MAX_FILE_SIZE`].
    #[error("{} MB, larger than the {} MB that are read", .0 / 1_000_000, MAX_FILE_SIZE / 1_000_000)]
    TooLarge(u64),
    /// Larger than a file of its kind ever is, in bytes.
    #[error("larger than the {} MB that are read", .0 / 1_000_000)]
    LargerThan(u64),
    /// The operating system refused.
    #[error("permission denied")]
    Denied,
    /// Anything else that the operating system said.
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::NotADirectory => Self::NotDirectory,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// A place to read from. Paths are absolute and name things in the tree;
/// what they are called on the deployed host is [`crate::host`]'s business.
pub trait Tree: Send + Sync {
    /// The path with every symlink followed; an error where it leads outside or nowhere.
    fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError>;

    /// What the path names.
    fn stat(&self, path: &Path) -> Result<Stat, ReadError>;

    /// The whole content of a regular file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError>;

    /// The first `limit` bytes of a regular file, to see what it is.
    fn head(&self, path: &Path, limit: usize) -> Result<Vec<u8>, ReadError>;

    /// The names in a directory, sorted by their bytes.
    fn list(&self, path: &Path) -> Result<Vec<PathBuf>, ReadError>;

    /// Whether a path with this spelling may be read at all.
    fn is_inside(&self, path: &Path) -> bool;

    /// The top of the git working tree that a path lies in.
    fn repository(&self, path: &Path) -> Option<PathBuf>;

    /// What git makes of a file.
    fn tracking(&self, path: &Path) -> Tracking;

    /// Every file below `start`, or `start` itself where it is a file, sorted by path.
    /// Directories for which `enter` says no are left out; directory symlinks are not followed.
    fn walk(&self, start: &Path, enter: &mut dyn FnMut(&Path) -> bool) -> Vec<Walked>;
}

/// Something that a walk came across.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Walked {
    /// A file, or a symlink to one.
    File(PathBuf),
    /// Something that could not be looked at: a directory that may not be listed, a FIFO,
    /// a symlink that leads nowhere.
    Unreadable(PathBuf, ReadError),
}

/// Whether a directory holds nothing that anybody deploys from.
pub(crate) fn is_skipped(tree: &dyn Tree, directory: &Path) -> bool {
    skip::reason(tree, directory).is_some()
}

/// `path` made absolute from `base`, with `.` and `..` taken out by spelling alone.
pub fn normalize(base: &Path, path: &Path) -> PathBuf {
    let joined = base.join(path);
    if is_normal(&joined) {
        return joined;
    }
    let mut normal = PathBuf::with_capacity(joined.as_os_str().len());
    for component in joined.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// Whether an absolute path is known to be as short as it can be without looking at the disk: most
/// are, and to take them to pieces is dear.
fn is_normal(path: &Path) -> bool {
    let Some(below) = path.as_os_str().as_encoded_bytes().strip_prefix(b"/") else {
        return false;
    };
    let mut names = below.split(|byte| *byte == b'/');
    !cfg!(windows) && names.all(|name| !matches!(name, b"" | b"." | b".."))
}

#[cfg(test)]
mod tests;
