//! What a deployed path is in the tree at hand, and whether it is there.

pub mod key;
pub mod sysctl;

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::tree::{ReadError, Stat, Tree, normalize};

/// Whether something exists on the deployed host.
///
/// A checkout never holds the virtualenv, collected static files, logs, sockets or
/// certificates; that they are missing in it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It is here, at this path in the tree.
    Here(PathBuf, Stat),
    /// It will not be there: the tree is the host or a copy of one, or the path
    /// lies in tracked source whose directory is here.
    Absent,
    /// The tree cannot tell.
    NotInThisTree,
}

impl Existence {
    /// The path in the tree, where it is here.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Here(path, _) => Some(path),
            Self::Absent | Self::NotInThisTree => None,
        }
    }
}

/// How much a mapping tells about what is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// A host, or a copy of one: what is not here is not there.
    Host,
    /// Tracked source: a missing file is missing if its directory is here.
    Source,
    /// Only what is here is known.
    Partial,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mapping {
    deployed: PathBuf,
    local: PathBuf,
    completeness: Completeness,
}

/// Deployed paths and what they are in the tree. Longer deployed prefixes win.
#[derive(Clone, Debug, Default)]
pub struct PathMap {
    mappings: Vec<Mapping>,
    /// An emperor's vassals may have a directory each: a path is looked up, and not held against all.
    by_deployed: HashMap<OsString, Vec<usize>>,
    by_local: HashMap<OsString, Vec<usize>>,
}

impl PathMap {
    /// A map that knows no path.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says that what is `deployed` there is `local` here.
    pub fn add(
        &mut self,
        deployed: impl Into<PathBuf>,
        local: impl Into<PathBuf>,
        completeness: Completeness,
    ) {
        let mapping = Mapping {
            deployed: deployed.into().components().collect(),
            local: local.into().components().collect(),
            completeness,
        };
        let key = |path: &Path| path.as_os_str().to_owned();
        let same = self.by_deployed.entry(key(&mapping.deployed)).or_default();
        if same.iter().any(|known| self.mappings[*known] == mapping) {
            return;
        }
        let index = self.mappings.len();
        same.push(index);
        let same = self.by_local.entry(key(&mapping.local)).or_default();
        same.push(index);
        self.mappings.push(mapping);
    }

    /// What maps a deployed path, the longest prefix first, and what is left of the path behind it.
    fn mapping<'a>(&'a self, deployed: &'a Path) -> impl Iterator<Item = (&'a Mapping, &'a Path)> {
        let prefixes = deployed.ancestors();
        let found = prefixes.flat_map(|prefix| {
            let known = self.by_deployed.get(prefix.as_os_str());
            known.into_iter().flatten()
        });
        found.filter_map(|index| {
            let mapping = &self.mappings[*index];
            let rest = deployed.strip_prefix(&mapping.deployed).ok()?;
            Some((mapping, rest))
        })
    }

    /// Whether a deployed path is there, and where it is here.
    pub fn locate(&self, tree: &dyn Tree, deployed: &Path) -> Existence {
        let deployed = normalize(Path::new("/"), deployed);
        for (mapping, rest) in self.mapping(&deployed) {
            let local = normalize(&mapping.local, rest);
            match tree.stat(&local) {
                Ok(stat) => return Existence::Here(local, stat),
                Err(ReadError::NotFound | ReadError::NotDirectory | ReadError::Dangling(_)) => {}
                Err(_) => return Existence::NotInThisTree,
            }
            let parent_is_here = || {
                local
                    .parent()
                    .is_some_and(|parent| tree.stat(parent).is_ok())
            };
            match mapping.completeness {
                Completeness::Host => return Existence::Absent,
                Completeness::Source if parent_is_here() => return Existence::Absent,
                Completeness::Source | Completeness::Partial => {}
            }
        }
        Existence::NotInThisTree
    }

    /// What a deployed path is called in the tree, whether it is there or not.
    pub fn local(&self, deployed: &Path) -> Option<PathBuf> {
        let deployed = normalize(Path::new("/"), deployed);
        let (mapping, rest) = self.mapping(&deployed).next()?;
        Some(normalize(&mapping.local, rest))
    }

    /// What a path of the tree is called on the deployed host, where a mapping says so: where several do,
    /// the shortest.
    pub fn deployed(&self, local: &Path) -> Option<PathBuf> {
        let mut prefixes = local.ancestors();
        let known = prefixes.find_map(|prefix| self.by_local.get(prefix.as_os_str()))?;
        let shortest = known.iter().max_by_key(|index| {
            let depth = self.mappings[**index].deployed.components().count();
            (std::cmp::Reverse(depth), **index)
        })?;
        let mapping = &self.mappings[*shortest];
        let rest = local.strip_prefix(&mapping.local).ok()?;
        Some(normalize(&mapping.deployed, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;

    fn tree() -> Memory {
        Memory::new()
            .file("repo/manage.py", "", 0o644)
            .file("repo/shop/wsgi.py", "", 0o644)
    }

    fn locate(completeness: Completeness, deployed: &str) -> Existence {
        let mut map = PathMap::new();
        map.add("/srv/shop", "/repo", completeness);
        map.locate(&tree(), Path::new(deployed))
    }

    #[test]
    fn absence_is_said_only_where_the_tree_can_tell() {
        let here = locate(Completeness::Partial, "/srv/shop/manage.py");
        assert_eq!(here.path(), Some(Path::new("/repo/manage.py")));
        assert_eq!(
            locate(Completeness::Partial, "/srv/shop/x"),
            Existence::NotInThisTree
        );
        assert_eq!(
            locate(Completeness::Source, "/srv/shop/shop/x.py"),
            Existence::Absent
        );
        assert_eq!(
            locate(Completeness::Source, "/srv/shop/venv/bin/python"),
            Existence::NotInThisTree
        );
        assert_eq!(
            locate(Completeness::Host, "/srv/shop/venv/bin/python"),
            Existence::Absent
        );
        assert_eq!(
            locate(Completeness::Host, "/etc/passwd"),
            Existence::NotInThisTree
        );
    }

    #[test]
    fn the_longest_prefix_wins_in_both_directions() {
        let mut map = PathMap::new();
        map.add("/", "/copy", Completeness::Partial);
        map.add("/srv/shop", "/repo", Completeness::Partial);
        let found = map.locate(&tree(), Path::new("/srv/shop/manage.py"));
        assert_eq!(found.path(), Some(Path::new("/repo/manage.py")));
        assert_eq!(
            map.deployed(Path::new("/repo/shop")),
            Some(PathBuf::from("/srv/shop/shop"))
        );
        assert_eq!(
            map.deployed(Path::new("/copy/etc")),
            Some(PathBuf::from("/etc"))
        );
        assert_eq!(map.deployed(Path::new("/other")), None);
    }
}
