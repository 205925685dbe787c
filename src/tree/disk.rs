//! A tree on disk.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use walkdir::WalkDir;

use super::git::{Repositories, Tracking};

use super::{FileKind, MAX_FILE_SIZE, MAX_SYMLINKS, ReadError, Stat, Tree, Walked, normalize};

/// Deeper than any project; a bound for what a hostile tree can cost.
const MAX_DEPTH: usize = 128;

/// Files on disk below a few roots.
pub struct Disk {
    roots: Vec<PathBuf>,
    /// Directories that are laid out like `/` of a host; absolute symlinks below one resolve inside it.
    deployed_roots: Vec<PathBuf>,
    /// What was found at a path on whose way no symlink lies, or why nothing is there: asked once
    /// a run, and not for each file that might refer to it. By the text of the normal path, which
    /// is compared much faster than the names in it.
    known: Mutex<HashMap<OsString, Result<Stat, ReadError>>>,
    repositories: Repositories,
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
            known: Mutex::default(),
            repositories: Repositories::default(),
        }
    }

    /// What a symlink's target means: beside the link, or from the root that the link was made for.
    fn target(&self, link: &Path, target: &Path) -> PathBuf {
        let beside = normalize(link.parent().unwrap_or(Path::new("/")), target);
        let Ok(below_root) = beside.strip_prefix("/") else {
            return beside;
        };
        if target.is_relative() || self.is_inside(&beside) {
            return beside;
        }
        if let Some(root) = self
            .deployed_roots
            .iter()
            .find(|root| link.starts_with(root))
        {
            return root.join(below_root);
        }
        // In a copy of a host, `…/etc/nginx/sites-enabled/shop` leads to `/etc/nginx/sites-available/shop`.
        link.ancestors()
            .skip(1)
            .take_while(|root| self.is_inside(root))
            .map(|root| root.join(below_root))
            .find(|local| fs::symlink_metadata(local).is_ok())
            .unwrap_or(beside)
    }

    fn open(&self, path: &Path) -> Result<(fs::File, u64), ReadError> {
        let (real, stat) = self.look(path)?;
        match stat.kind {
            FileKind::Directory => Err(ReadError::IsDirectory),
            FileKind::Special => Err(ReadError::NotRegular),
            FileKind::File => Ok((fs::File::open(&real)?, stat.size)),
        }
    }

    /// The path with every symlink followed, and what it names.
    fn look(&self, path: &Path) -> Result<(PathBuf, Stat), ReadError> {
        if let Some(found) = self.known(path) {
            return found.map(|stat| (path.to_owned(), stat));
        }
        let mut path = normalize(Path::new("/"), path);
        if let Some(found) = self.known(&path) {
            return found.map(|stat| (path, stat));
        }
        if path
            .parent()
            .is_some_and(|parent| self.is_known_directory(parent))
            && let Some(stat) = self.ask(&path)?
        {
            return Ok((path, stat));
        }
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
                let known = match self.known(&seen) {
                    Some(known) => known.map(Some),
                    None => self.ask(&seen),
                };
                let Some(stat) = known? else {
                    let target = self.target(&seen, &fs::read_link(&seen)?);
                    if fs::symlink_metadata(&target).is_err() && self.is_inside(&target) {
                        return Err(ReadError::Dangling(target));
                    }
                    let rest = path.strip_prefix(&seen).unwrap_or(Path::new(""));
                    path = normalize(&target, rest);
                    continue 'links;
                };
                if seen == path {
                    return Ok((path, stat));
                }
            }
            // The path is a root itself.
            let metadata = fs::metadata(&path)?;
            return Ok((path, stat_of(&metadata)));
        }
        Err(ReadError::SymlinkLoop)
    }

    /// What lies at a normal path on whose way no symlink lies; nothing where it is one itself.
    fn ask(&self, path: &Path) -> Result<Option<Stat>, ReadError> {
        let found = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => return Ok(None),
            Ok(metadata) => Ok(stat_of(&metadata)),
            Err(error) => Err(ReadError::from(error)),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.as_os_str().to_owned(), found.clone());
        found.map(Some)
    }

    fn known(&self, path: &Path) -> Option<Result<Stat, ReadError>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(path.as_os_str()).cloned()
    }

    fn is_known_directory(&self, path: &Path) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(path.as_os_str());
        found.is_some_and(|found| matches!(found, Ok(stat) if stat.kind == FileKind::Directory))
    }
}

impl Tree for Disk {
    fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.look(path).map(|(real, _)| real)
    }

    fn stat(&self, path: &Path) -> Result<Stat, ReadError> {
        if let Some(found) = self.known(path) {
            return found;
        }
        self.look(path).map(|(_, stat)| stat)
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
        let (file, size) = self.open(path)?;
        // Small files are kept as they are read here: not with room for large ones.
        let size = usize::try_from(size).unwrap_or(limit);
        let mut bytes = Vec::with_capacity(limit.min(size.saturating_add(1)));
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

    fn repository(&self, path: &Path) -> Option<PathBuf> {
        self.repositories.root(path)
    }

    fn tracking(&self, path: &Path) -> Tracking {
        self.resolve(path)
            .map_or(Tracking::Unknown, |real| self.repositories.tracking(&real))
    }

    fn walk(&self, start: &Path, enter: &mut dyn FnMut(&Path) -> bool) -> Vec<Walked> {
        let entries = WalkDir::new(start)
            .max_depth(MAX_DEPTH)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                entry.depth() == 0 || !entry.file_type().is_dir() || enter(entry.path())
            });
        let mut found = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.file_type().is_file() => {
                    found.push(Walked::File(entry.into_path()));
                }
                Ok(entry) => found.extend(self.follow(entry.into_path())),
                Err(error) => {
                    let path = error.path().unwrap_or(start).to_owned();
                    let why = error
                        .into_io_error()
                        .map_or(ReadError::SymlinkLoop, ReadError::from);
                    found.push(Walked::Unreadable(path, why));
                }
            }
        }
        found
    }
}

impl Disk {
    /// What a walk makes of a symlink or a special file.
    fn follow(&self, path: PathBuf) -> Option<Walked> {
        match self.stat(&path) {
            Ok(Stat {
                kind: FileKind::File,
                ..
            }) => Some(Walked::File(path)),
            Ok(Stat {
                kind: FileKind::Special,
                ..
            }) => Some(Walked::Unreadable(path, ReadError::NotRegular)),
            Ok(Stat {
                kind: FileKind::Directory,
                ..
            }) => None,
            Err(error) => Some(Walked::Unreadable(path, error)),
        }
    }
}

fn stat_of(metadata: &fs::Metadata) -> Stat {
    Stat {
        kind: if metadata.is_dir() {
            FileKind::Directory
        } else if metadata.is_file() {
            FileKind::File
        } else {
            FileKind::Special
        },
        size: metadata.len(),
        mode: mode(metadata),
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
