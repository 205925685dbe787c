//! A tree with files that are not what is on disk: standard input, an editor's buffer, a fix
//! before it is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::git::Tracking;
use super::{FileKind, ReadError, Stat, Tree, Walked, normalize};

/// A file whose text lies elsewhere than at its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Its path, absolute.
    pub path: PathBuf,
    /// Its text.
    pub bytes: Vec<u8>,
    /// Its permission bits; those of the file on disk where nothing else is said.
    pub mode: Option<u32>,
}

/// A tree in which some files hold something else, or are there although they are not on disk.
pub struct Overlay<T> {
    below: T,
    buffers: BTreeMap<PathBuf, (Buffer, Stat)>,
}

impl<T: Tree> Overlay<T> {
    /// Lays buffers over the files of their paths in `below`; over what a symlink there leads to.
    pub fn new(below: T, buffers: impl IntoIterator<Item = Buffer>) -> Self {
        let laid = |mut buffer: Buffer| {
            buffer.path = normalize(Path::new("/"), &buffer.path);
            if let Ok(real) = below.resolve(&buffer.path) {
                buffer.path = real;
            }
            let on_disk = || below.stat(&buffer.path).ok().and_then(|stat| stat.mode);
            let stat = Stat {
                kind: FileKind::File,
                size: buffer.bytes.len() as u64,
                mode: buffer.mode.or_else(on_disk).or(Some(0o644)),
            };
            (buffer.path.clone(), (buffer, stat))
        };
        let buffers = buffers.into_iter().map(laid).collect();
        Self { below, buffers }
    }

    /// The buffer that a path names, as it stands or through symlinks.
    fn buffer(&self, path: &Path) -> Option<&(Buffer, Stat)> {
        let real = || self.buffers.get(&self.below.resolve(path).ok()?);
        self.buffers.get(path).or_else(real)
    }
}

impl<T: Tree> Tree for Overlay<T> {
    fn resolve(&self, path: &Path) -> Result<PathBuf, ReadError> {
        match self.buffers.get(&normalize(Path::new("/"), path)) {
            Some((buffer, _)) => Ok(buffer.path.clone()),
            None => self.below.resolve(path),
        }
    }

    fn stat(&self, path: &Path) -> Result<Stat, ReadError> {
        match self.buffer(path) {
            Some((_, stat)) => Ok(*stat),
            None => self.below.stat(path),
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.buffer(path) {
            Some((buffer, _)) => Ok(buffer.bytes.clone()),
            None => self.below.read(path),
        }
    }

    fn head(&self, path: &Path, limit: usize) -> Result<Vec<u8>, ReadError> {
        match self.buffer(path) {
            Some((buffer, _)) => Ok(buffer.bytes[..buffer.bytes.len().min(limit)].to_vec()),
            None => self.below.head(path, limit),
        }
    }

    fn list(&self, path: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let mut names = self.below.list(path)?;
        let real = self.below.resolve(path)?;
        let here = self
            .buffers
            .keys()
            .filter(|file| file.parent() == Some(real.as_path()));
        names.extend(here.filter_map(|file| file.file_name()).map(PathBuf::from));
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn is_inside(&self, path: &Path) -> bool {
        self.buffers.contains_key(path) || self.below.is_inside(path)
    }

    fn repository(&self, path: &Path) -> Option<PathBuf> {
        self.below.repository(path)
    }

    fn tracking(&self, path: &Path) -> Tracking {
        self.below.tracking(path)
    }

    fn walk(&self, start: &Path, enter: &mut dyn FnMut(&Path) -> bool) -> Vec<Walked> {
        if self.buffers.contains_key(start) {
            return vec![Walked::File(start.to_owned())];
        }
        let mut found = self.below.walk(start, enter);
        // What could not be looked at on disk has a text here.
        found.retain(|walked| match walked {
            Walked::File(_) => true,
            Walked::Unreadable(file, _) => !self.buffers.contains_key(file),
        });
        for path in self.buffers.keys() {
            let is_there = |walked: &Walked| walked_path(walked) == path;
            let is_entered = path.starts_with(start)
                && path
                    .ancestors()
                    .skip(1)
                    .take_while(|directory| *directory != start)
                    .all(&mut *enter);
            if is_entered && !found.iter().any(is_there) {
                found.push(Walked::File(path.clone()));
            }
        }
        found.sort_by(|one, other| walked_path(one).cmp(walked_path(other)));
        found
    }
}

fn walked_path(walked: &Walked) -> &Path {
    match walked {
        Walked::File(path) | Walked::Unreadable(path, _) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;

    fn overlay(path: &str) -> Overlay<Memory> {
        let below = Memory::new()
            .file("a/site.conf", "disk", 0o600)
            .file("a/other.conf", "other", 0o644)
            .link("enabled/site", "../a/site.conf");
        let buffer = Buffer {
            path: path.into(),
            bytes: b"buffer".to_vec(),
            mode: None,
        };
        Overlay::new(below, [buffer])
    }

    fn names(overlay: &Overlay<Memory>, enter: bool) -> Vec<String> {
        let found = overlay.walk(Path::new("/"), &mut |_| enter);
        found
            .iter()
            .map(|walked| walked_path(walked).display().to_string())
            .collect()
    }

    #[test]
    fn the_buffer_stands_for_the_file_and_for_every_link_to_it() {
        for path in ["/a/site.conf", "/enabled/site", "/a/../a/site.conf"] {
            let overlay = overlay(path);
            for name in ["/a/site.conf", "/enabled/site"] {
                assert_eq!(
                    overlay.read(Path::new(name)).unwrap(),
                    b"buffer",
                    "{path} {name}"
                );
                assert_eq!(overlay.stat(Path::new(name)).unwrap().size, 6);
                assert_eq!(overlay.stat(Path::new(name)).unwrap().mode, Some(0o600));
                assert_eq!(overlay.head(Path::new(name), 3).unwrap(), b"buf");
            }
            assert_eq!(overlay.read(Path::new("/a/other.conf")).unwrap(), b"other");
            assert_eq!(
                names(&overlay, true),
                ["/a/other.conf", "/a/site.conf", "/enabled/site"]
            );
        }
    }

    #[test]
    fn a_buffer_without_a_file_is_there_where_it_is_looked_for() {
        let overlay = overlay("/a/new.conf");
        let path = Path::new("/a/new.conf");
        assert_eq!(overlay.read(path).unwrap(), b"buffer");
        assert_eq!(overlay.resolve(path).unwrap(), path);
        let list = overlay.list(Path::new("/a")).unwrap();
        assert_eq!(
            list,
            ["new.conf", "other.conf", "site.conf"].map(PathBuf::from)
        );
        assert_eq!(overlay.list(Path::new("/enabled")).unwrap().len(), 1);
        assert!(names(&overlay, true).contains(&"/a/new.conf".to_owned()));
        assert!(!names(&overlay, false).contains(&"/a/new.conf".to_owned()));
        assert_eq!(
            overlay.walk(path, &mut |_| true),
            [Walked::File(path.to_owned())]
        );
    }
}
