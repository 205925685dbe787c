//! What a deployed path is in the tree at hand, and whether it is there.

pub mod key;
pub mod sysctl;

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
            deployed: deployed.into(),
            local: local.into(),
            completeness,
        };
        if !self.mappings.contains(&mapping) {
            self.mappings.push(mapping);
            self.mappings
                .sort_by_key(|mapping| std::cmp::Reverse(mapping.deployed.components().count()));
        }
    }

    /// Whether a deployed path is there, and where it is here.
    pub fn locate(&self, tree: &dyn Tree, deployed: &Path) -> Existence {
        let deployed = normalize(Path::new("/"), deployed);
        for mapping in &self.mappings {
            let Ok(rest) = deployed.strip_prefix(&mapping.deployed) else {
                continue;
            };
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
        self.mappings.iter().find_map(|mapping| {
            let rest = deployed.strip_prefix(&mapping.deployed).ok()?;
            Some(normalize(&mapping.local, rest))
        })
    }

    /// What a path of the tree is called on the deployed host, where a mapping says so.
    pub fn deployed(&self, local: &Path) -> Option<PathBuf> {
        self.mappings
            .iter()
            .filter_map(|mapping| {
                let rest = local.strip_prefix(&mapping.local).ok()?;
                Some((
                    mapping.local.components().count(),
                    normalize(&mapping.deployed, rest),
                ))
            })
            .max_by_key(|(depth, _)| *depth)
            .map(|(_, deployed)| deployed)
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
