//! The one door through which input comes: a directory, a deployed root, or memory.
//!
//! What is read is hostile. Nothing outside the roots is opened, whatever a
//! symlink or an `include` says, and only regular files of bounded size are read.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

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
}

/// `path` made absolute from `base`, with `.` and `..` taken out by spelling alone.
pub fn normalize(base: &Path, path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in base.join(path).components() {
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

/// Files on disk below a few roots.
pub struct Disk {
    roots: Vec<PathBuf>,
    /// Directories that are laid out like `/` of a host; absolute symlinks below one resolve inside it.
    deployed_roots: Vec<PathBuf>,
}

impl Disk {
    /// Reads below `roots` (absolute). Below one of `deployed_roots`, an absolute symlink is taken as the deployed host would.
    pub fn new(roots: Vec<PathBuf>, deployed_roots: Vec<PathBuf>) -> Self {
        let canonical = |paths: Vec<PathBuf>| {
            paths
                .into_iter()
                .flat_map(|path| {
                    let real = fs::canonicalize(&path).ok().filter(|real| *real != path);
                    std::iter::once(path).chain(real)
                })
                .collect()
        };
        Self {
            roots: canonical(roots),
            deployed_roots: canonical(deployed_roots),
        }
    }

    /// What a symlink's target means: beside the link, or from the root that the link lives in.
    fn target(&self, link: &Path, target: &Path) -> PathBuf {
        let deployed_root = self
            .deployed_roots
            .iter()
            .filter(|root| link.starts_with(root) && !target.starts_with(root))
            .max_by_key(|root| root.as_os_str().len());
        match (deployed_root, target.strip_prefix("/")) {
            (Some(root), Ok(inside)) => root.join(
                normalize(Path::new("/"), inside)
                    .strip_prefix("/")
                    .unwrap_or(inside),
            ),
            _ => normalize(link.parent().unwrap_or(Path::new("/")), target),
        }
    }

    fn open(&self, path: &Path) -> Result<(fs::File, u64), ReadError> {
        let real = self.resolve(path)?;
        let metadata = fs::metadata(&real)?;
        if metadata.is_dir() {
            return Err(ReadError::IsDirectory);
        }
        if !metadata.is_file() {
            return Err(ReadError::NotRegular);
        }
        Ok((fs::File::open(&real)?, metadata.len()))
    }
}

impl Tree for Disk {
    fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError> {
        let mut path = normalize(Path::new("/"), path);
        'links: for _ in 0..MAX_SYMLINKS {
            let root = self
                .roots
                .iter()
                .find(|root| path.starts_with(root))
                .ok_or(ReadError::Outside)?;
            let mut seen = root.clone();
            for component in path
                .strip_prefix(root)
                .unwrap_or(Path::new(""))
                .components()
            {
                seen.push(component);
                let metadata = fs::symlink_metadata(&seen)?;
                if metadata.is_symlink() {
                    let target = self.target(&seen, &fs::read_link(&seen)?);
                    if fs::symlink_metadata(&target).is_err() && self.is_inside(&target) {
                        return Err(ReadError::Dangling(target));
                    }
                    let rest = path.strip_prefix(&seen).unwrap_or(Path::new(""));
                    path = normalize(&target, rest);
                    continue 'links;
                }
            }
            return Ok(path);
        }
        Err(ReadError::SymlinkLoop)
    }

    fn stat(&self, path: &Path) -> Result<Stat, ReadError> {
        let metadata = fs::metadata(self.resolve(path)?)?;
        Ok(Stat {
            kind: if metadata.is_dir() {
                FileKind::Directory
            } else if metadata.is_file() {
                FileKind::File
            } else {
                FileKind::Special
            },
            size: metadata.len(),
            mode: mode(&metadata),
        })
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let (file, size) = self.open(path)?;
        if size > MAX_FILE_SIZE {
            return Err(ReadError::TooLarge(size));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        // A file in /proc says that it is empty, and a log may grow while it is read.
        file.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_SIZE {
            return Err(ReadError::TooLarge(bytes.len() as u64));
        }
        Ok(bytes)
    }

    fn head(&self, path: &Path, limit: usize) -> Result<Vec<u8>, ReadError> {
        let (file, _) = self.open(path)?;
        let mut bytes = Vec::with_capacity(limit);
        file.take(limit as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn list(&self, path: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let mut names = fs::read_dir(self.resolve(path)?)?
            .map(|entry| entry.map(|entry| PathBuf::from(entry.file_name())))
            .collect::<Result<Vec<_>, _>>()?;
        names.sort();
        Ok(names)
    }

    fn is_inside(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(metadata.mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_metadata: &fs::Metadata) -> Option<u32> {
    None
}

/// Files in memory: the examples of the rule pages, dumps, standard input.
#[derive(Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, (Vec<u8>, u32)>,
    links: BTreeMap<PathBuf, PathBuf>,
}

impl Memory {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; a relative path lies below `/`.
    pub fn file(mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>, mode: u32) -> Self {
        self.files.insert(
            normalize(Path::new("/"), path.as_ref()),
            (bytes.into(), mode),
        );
        self
    }

    /// Adds a symlink.
    pub fn link(mut self, path: impl AsRef<Path>, target: impl Into<PathBuf>) -> Self {
        self.links
            .insert(normalize(Path::new("/"), path.as_ref()), target.into());
        self
    }

    /// Every file and symlink, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files
            .keys()
            .chain(self.links.keys())
            .map(PathBuf::as_path)
    }

    fn file_at(&self, path: &Path) -> Result<&(Vec<u8>, u32), ReadError> {
        let real = self.resolve(path)?;
        self.files.get(&real).ok_or(ReadError::IsDirectory)
    }
}

impl Tree for Memory {
    fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError> {
        let mut path = normalize(Path::new("/"), path);
        'links: for _ in 0..MAX_SYMLINKS {
            for ancestor in path.ancestors() {
                if let Some(target) = self.links.get(ancestor) {
                    let target = normalize(ancestor.parent().unwrap_or(Path::new("/")), target);
                    let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
                    path = normalize(&target, rest);
                    continue 'links;
                }
            }
            let known = self.files.contains_key(&path)
                || self.paths().any(|other| other.starts_with(&path));
            return if known {
                Ok(path)
            } else {
                Err(ReadError::NotFound)
            };
        }
        Err(ReadError::SymlinkLoop)
    }

    fn stat(&self, path: &Path) -> Result<Stat, ReadError> {
        let real = self.resolve(path)?;
        Ok(match self.files.get(&real) {
            Some((bytes, mode)) => Stat {
                kind: FileKind::File,
                size: bytes.len() as u64,
                mode: Some(*mode),
            },
            None => Stat {
                kind: FileKind::Directory,
                size: 0,
                mode: Some(0o755),
            },
        })
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.file_at(path).map(|(bytes, _)| bytes.clone())
    }

    fn head(&self, path: &Path, limit: usize) -> Result<Vec<u8>, ReadError> {
        self.file_at(path)
            .map(|(bytes, _)| bytes[..bytes.len().min(limit)].to_vec())
    }

    fn list(&self, path: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let real = self.resolve(path)?;
        if self.files.contains_key(&real) {
            return Err(ReadError::NotDirectory);
        }
        let mut names: Vec<PathBuf> = self
            .paths()
            .filter_map(|other| other.strip_prefix(&real).ok()?.components().next())
            .map(|name| PathBuf::from(name.as_os_str()))
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn is_inside(&self, _path: &Path) -> bool {
        true
    }
}

/// The files that glob(3) would give for a pattern, sorted as it sorts.
///
/// Only what nginx uses: `*`, `?` and `[…]` match within a name and never a leading dot.
pub fn glob(tree: &dyn Tree, pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for component in pattern.components() {
        let Component::Normal(name) = component else {
            continue;
        };
        let name = name.as_encoded_bytes();
        let magic = is_pattern(name);
        found = found
            .into_iter()
            .flat_map(|directory| -> Vec<PathBuf> {
                if !magic {
                    return vec![directory.join(Path::new(component.as_os_str()))];
                }
                let names = tree.list(&directory).unwrap_or_default();
                names
                    .into_iter()
                    .filter(|entry| matches(name, entry.as_os_str().as_encoded_bytes()))
                    .map(|entry| directory.join(entry))
                    .collect()
            })
            .collect();
    }
    found.retain(|path| {
        tree.stat(path).is_ok() || matches!(tree.stat(path), Err(ReadError::Dangling(_)))
    });
    found
}

/// Whether nginx would hand this to glob(3).
pub fn is_pattern(name: &[u8]) -> bool {
    name.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// fnmatch(3) with FNM_PERIOD, one name at a time, without backtracking over more than one star.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, seen));
                at += 1;
                continue;
            }
            Some(b'?') => {
                (at, seen) = (at + 1, seen + 1);
                continue;
            }
            Some(b'[') => {
                if let Some((true, next)) = bracket(&pattern[at..], name[seen]) {
                    (at, seen) = (at + next, seen + 1);
                    continue;
                }
            }
            Some(b'\\') if pattern.get(at + 1) == Some(&name[seen]) => {
                (at, seen) = (at + 2, seen + 1);
                continue;
            }
            Some(byte) if *byte == name[seen] => {
                (at, seen) = (at + 1, seen + 1);
                continue;
            }
            _ => {}
        }
        match star {
            Some((after, from)) => {
                star = Some((after, from + 1));
                (at, seen) = (after, from + 1);
            }
            None => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether `[…]` at the start of `pattern` matches `byte`, and its length; nothing where it is not closed.
fn bracket(pattern: &[u8], byte: u8) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let first = if negated { 2 } else { 1 };
    let close = first + 1 + pattern.get(first + 1..)?.iter().position(|b| *b == b']')?;
    let mut inside = &pattern[first..close];
    let mut found = false;
    while let Some(from) = inside.first() {
        if inside.len() > 2 && inside[1] == b'-' {
            found |= (*from..=inside[2]).contains(&byte);
            inside = &inside[3..];
        } else {
            found |= *from == byte;
            inside = &inside[1..];
        }
    }
    Some((found != negated, close + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Memory {
        Memory::new()
            .file("etc/nginx/sites-available/shop", "server {}", 0o644)
            .file("etc/nginx/conf.d/a.conf", "", 0o644)
            .file("etc/nginx/conf.d/b.conf~", "", 0o644)
            .file("etc/nginx/conf.d/.hidden.conf", "", 0o644)
            .link("etc/nginx/sites-enabled/shop", "../sites-available/shop")
            .link("loop/a", "b")
            .link("loop/b", "a")
    }

    fn globbed(pattern: &str) -> Vec<String> {
        glob(&tree(), Path::new(pattern))
            .iter()
            .map(|path| path.display().to_string())
            .collect()
    }

    #[test]
    fn a_glob_leaves_dotfiles_out_and_takes_backups() {
        assert_eq!(
            globbed("/etc/nginx/conf.d/*"),
            ["/etc/nginx/conf.d/a.conf", "/etc/nginx/conf.d/b.conf~"]
        );
        assert_eq!(
            globbed("/etc/nginx/conf.d/*.conf"),
            ["/etc/nginx/conf.d/a.conf"]
        );
        assert_eq!(
            globbed("/etc/nginx/conf.d/[a-c].con?"),
            ["/etc/nginx/conf.d/a.conf"]
        );
        assert_eq!(
            globbed("/etc/*/sites-enabled/s*p"),
            ["/etc/nginx/sites-enabled/shop"]
        );
        assert!(globbed("/etc/nginx/conf.d/[!a]*.conf").is_empty());
    }

    #[test]
    fn symlinks_resolve_and_loops_end() {
        let tree = tree();
        assert_eq!(
            tree.resolve(Path::new("/etc/nginx/sites-enabled/shop")),
            Ok(PathBuf::from("/etc/nginx/sites-available/shop"))
        );
        assert_eq!(tree.read(Path::new("/loop/a")), Err(ReadError::SymlinkLoop));
        assert_eq!(tree.read(Path::new("/etc")), Err(ReadError::IsDirectory));
        assert_eq!(tree.read(Path::new("/nowhere")), Err(ReadError::NotFound));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_the_roots_is_opened() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        let inside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), inside.path().join("link"))
            .unwrap();
        std::os::unix::fs::symlink("/etc/site", inside.path().join("absolute")).unwrap();
        fs::create_dir(inside.path().join("etc")).unwrap();
        fs::write(inside.path().join("etc/site"), "server {}").unwrap();

        let tree = Disk::new(vec![inside.path().to_owned()], vec![]);
        assert_eq!(
            tree.read(&inside.path().join("link")),
            Err(ReadError::Outside)
        );
        assert_eq!(
            tree.read(&inside.path().join("../x")),
            Err(ReadError::Outside)
        );
        assert_eq!(
            tree.read(&inside.path().join("absolute")),
            Err(ReadError::Outside)
        );

        let root = inside.path().to_owned();
        let tree = Disk::new(vec![root.clone()], vec![root.clone()]);
        assert_eq!(tree.read(&root.join("absolute")), Ok(b"server {}".to_vec()));
    }

    #[cfg(unix)]
    #[test]
    fn special_files_and_loops_on_disk_are_errors() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        std::os::unix::fs::symlink("b", path("a")).unwrap();
        std::os::unix::fs::symlink("a", path("b")).unwrap();
        std::os::unix::fs::symlink("nowhere", path("dangling")).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        let tree = Disk::new(vec![root.path().to_owned()], vec![]);
        assert_eq!(tree.read(&path("a")), Err(ReadError::SymlinkLoop));
        assert_eq!(tree.read(&path("socket")), Err(ReadError::NotRegular));
        assert_eq!(
            tree.read(&path("dangling")),
            Err(ReadError::Dangling(path("nowhere")))
        );
    }

    #[test]
    fn a_path_is_normalized_by_spelling() {
        assert_eq!(
            normalize(Path::new("/srv/app"), Path::new("../x/./y")),
            PathBuf::from("/srv/x/y")
        );
        assert_eq!(
            normalize(Path::new("/srv"), Path::new("/etc/../../a")),
            PathBuf::from("/a")
        );
    }
}
