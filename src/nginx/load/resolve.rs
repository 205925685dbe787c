//! Where an `include` leads: as nginx resolves it, to files here, in a dump, or of nginx's packages.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Loader;
use super::Reader;
use crate::host::Existence;
use crate::nginx::configuration::Role;
use crate::nginx::dump::Section;
use crate::nginx::node::Node;
use crate::nginx::packaged::Packaged;
use crate::source::SourceFile;
use crate::tree;
use crate::value::Value;

/// What a relative path in an `include` is relative to: nginx's own directory, never the including file's.
pub(super) struct Base {
    pub(super) deployed: PathBuf,
    /// The same directory in the tree, where the main file shows it.
    pub(super) local: Option<PathBuf>,
}

impl Base {
    pub(super) fn dumped(main: &Section) -> Self {
        let parent = main.path.parent().unwrap_or(Path::new("/"));
        Self {
            deployed: parent.to_owned(),
            local: None,
        }
    }

    pub(super) fn of(root: &SourceFile, role: Role, reader: &Reader<'_>) -> Self {
        let debian = PathBuf::from("/etc/nginx");
        if role != Role::Main {
            return Self {
                deployed: debian,
                local: None,
            };
        }
        let parent = |path: &Path| path.parent().map(Path::to_owned);
        Self {
            deployed: reader.name.as_deref().and_then(parent).unwrap_or(debian),
            local: parent(root.path()),
        }
    }
}

/// Where an include leads.
pub(super) enum Found {
    Local(Vec<PathBuf>),
    Dumped(Vec<Range<usize>>),
    Packaged(Packaged),
}

/// Why it leads nowhere.
pub(super) struct Unresolved {
    pub(super) why: String,
    /// The file, where it is surely not there.
    pub(super) absent: Option<PathBuf>,
}

impl From<String> for Unresolved {
    fn from(why: String) -> Self {
        Self { why, absent: None }
    }
}

impl Loader<'_> {
    pub(super) fn resolve(&self, include: Node<'_>) -> Result<Found, Unresolved> {
        let (Some(word), 1) = (include.argument(0), include.arguments().len()) else {
            return Err("`include` takes one file".to_owned().into());
        };
        let bytes = match word.literal() {
            Value::OneOf(_) => word.bytes(),
            Value::Unknown(unknown) => return Err(unknown.why.into()),
        };
        let Ok(path) = std::str::from_utf8(&bytes) else {
            return Err("its name is not UTF-8".to_owned().into());
        };
        let deployed = tree::normalize(&self.base.deployed, Path::new(path));
        if let Some(dump) = &self.dump {
            let found = dump.find(&deployed);
            let found =
                found.ok_or_else(|| format!("{} is not in the dump", deployed.display()))?;
            let ranges = found.iter().map(|section| section.range.clone());
            return Ok(Found::Dumped(ranges.collect()));
        }
        let beside = match &self.base.local {
            Some(local) if !path.starts_with('/') => Some(tree::normalize(local, Path::new(path))),
            _ => None,
        };
        if tree::is_pattern(path.as_bytes()) {
            self.resolve_pattern(&deployed, beside)
        } else {
            self.resolve_file(&deployed, beside)
        }
    }

    fn resolve_file(&self, deployed: &Path, beside: Option<PathBuf>) -> Result<Found, Unresolved> {
        let existence = (self.reader.locate)(deployed);
        if let Existence::Here(local, _) = existence {
            return Ok(Found::Local(vec![local]));
        }
        if let Some(beside) = beside.filter(|path| self.files.tree().stat(path).is_ok()) {
            return Ok(Found::Local(vec![beside]));
        }
        match Packaged::at(deployed) {
            Some(packaged) => Ok(Found::Packaged(packaged)),
            None if existence == Existence::Absent => Err(Unresolved {
                why: format!("{} does not exist", deployed.display()),
                // A checkout may get the file when it is built or started.
                absent: self.reader.is_host.then(|| deployed.to_owned()),
            }),
            None => Err(format!("{} is not here", deployed.display()).into()),
        }
    }

    fn resolve_pattern(
        &self,
        deployed: &Path,
        beside: Option<PathBuf>,
    ) -> Result<Found, Unresolved> {
        let magic = |path: &Path| tree::is_pattern(path.as_os_str().as_encoded_bytes());
        let directory = deployed
            .ancestors()
            .find(|path| !magic(path))
            .unwrap_or(Path::new("/"));
        let rest = deployed.strip_prefix(directory).unwrap_or(deployed);
        match (self.reader.locate)(directory) {
            Existence::Here(local, _) => {
                let found = tree::glob(self.files.tree(), &local.join(rest));
                Ok(Found::Local(found))
            }
            existence => {
                if let Some(beside) = beside {
                    let here = beside
                        .ancestors()
                        .find(|path| !magic(path))
                        .is_some_and(|path| self.files.tree().stat(path).is_ok());
                    if here {
                        return Ok(Found::Local(tree::glob(self.files.tree(), &beside)));
                    }
                }
                // A pattern that matches nothing is no fault to nginx.
                match (existence, Packaged::at(deployed)) {
                    (_, Some(packaged)) => Ok(Found::Packaged(packaged)),
                    (Existence::Absent, None) => Ok(Found::Local(Vec::new())),
                    _ => Err(format!("{} is not here", directory.display()).into()),
                }
            }
        }
    }
}
