//! A tree in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::git::Tracking;

use super::{FileKind, MAX_SYMLINKS, ReadError, Stat, Tree, Walked, normalize};

/// Files in memory: the examples of the rule pages, dumps, standard input.
#[derive(Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, (Vec<u8>, u32)>,
    links: BTreeMap<PathBuf, PathBuf>,
    tracking: BTreeMap<PathBuf, Tracking>,
    /// The modes of directories that have another than the usual one.
    modes: BTreeMap<PathBuf, u32>,
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

    /// Gives a directory its mode; it is there with the first file in it.
    pub fn directory(mut self, path: impl AsRef<Path>, mode: u32) -> Self {
        self.modes
            .insert(normalize(Path::new("/"), path.as_ref()), mode);
        self
    }

    /// Says what git makes of a file.
    pub fn track(mut self, path: impl AsRef<Path>, tracking: Tracking) -> Self {
        self.tracking
            .insert(normalize(Path::new("/"), path.as_ref()), tracking);
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
        let mut followed = false;
        'links: for _ in 0..MAX_SYMLINKS {
            for ancestor in path.ancestors() {
                if let Some(target) = self.links.get(ancestor) {
                    let target = normalize(ancestor.parent().unwrap_or(Path::new("/")), target);
                    let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
                    path = normalize(&target, rest);
                    followed = true;
                    continue 'links;
                }
            }
            let known = self.files.contains_key(&path)
                || self.paths().any(|other| other.starts_with(&path));
            return match (known, followed) {
                (true, _) => Ok(path),
                (false, true) => Err(ReadError::Dangling(path)),
                (false, false) => Err(ReadError::NotFound),
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
                mode: Some(self.modes.get(&real).copied().unwrap_or(0o755)),
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

    fn repository(&self, _path: &Path) -> Option<PathBuf> {
        (!self.tracking.is_empty()).then(|| PathBuf::from("/"))
    }

    fn tracking(&self, path: &Path) -> Tracking {
        self.tracking
            .get(path)
            .copied()
            .unwrap_or(Tracking::Unknown)
    }

    fn walk(&self, start: &Path, enter: &mut dyn FnMut(&Path) -> bool) -> Vec<Walked> {
        let start = normalize(Path::new("/"), start);
        let mut paths: Vec<PathBuf> = self
            .paths()
            .filter(|path| path.starts_with(&start))
            .filter(|path| {
                path.ancestors()
                    .skip(1)
                    .take_while(|ancestor| *ancestor != start && ancestor.starts_with(&start))
                    .all(&mut *enter)
            })
            .map(Path::to_owned)
            .collect();
        paths.sort();
        paths
            .into_iter()
            .filter_map(|path| match self.stat(&path) {
                Ok(Stat {
                    kind: FileKind::File,
                    ..
                }) => Some(Walked::File(path)),
                Ok(_) => None,
                Err(error) => Some(Walked::Unreadable(path, error)),
            })
            .collect()
    }
}
