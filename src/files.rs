//! The files that were opened: each once, each with an id that spans can carry.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::host::{Existence, PathMap};
use crate::requirements;
use crate::source::{FileId, SourceFile};
use crate::tree::{ReadError, Tree, Walked, is_skipped, normalize};

/// A file that is no part of the tree: a configuration, a list of variables, a baseline. Only a regular
/// file of at most `limit` bytes is read.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(ReadError::IsDirectory);
    }
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(limit + 1)
        .read_to_end(&mut bytes)?;
    match bytes.len() as u64 > limit {
        true => Err(ReadError::LargerThan(limit)),
        false => Ok(bytes),
    }
}

/// Endings of file names, without their dots.
pub(crate) type Extensions = &'static [&'static str];

/// Files that were picked out.
pub(crate) struct Picked {
    pub(crate) files: Vec<PathBuf>,
    /// Whether they are all.
    pub(crate) complete: bool,
}

/// A tree, what was read from it, and what its paths are called on the host.
pub struct Files {
    tree: Box<dyn Tree>,
    paths: PathMap,
    sources: RwLock<Vec<Arc<SourceFile>>>,
    by_path: Mutex<HashMap<PathBuf, Result<Arc<SourceFile>, ReadError>>>,
    walks: Mutex<HashMap<PathBuf, Arc<[PathBuf]>>>,
    /// By directory and endings: those of them that a project has made itself.
    picked: Mutex<HashMap<(PathBuf, Extensions), Arc<Picked>>>,
    /// By directory: every vassal of a directory asks for them.
    requirements: Mutex<HashMap<PathBuf, Arc<[PathBuf]>>>,
    /// Small files of which all was read to see what they are, until they are opened.
    kept: Mutex<HashMap<PathBuf, Vec<u8>>>,
}

impl Files {
    /// Reads from `tree`, whose paths `paths` explains.
    pub fn new(tree: impl Tree + 'static, paths: PathMap) -> Self {
        Self {
            tree: Box::new(tree),
            paths,
            sources: RwLock::default(),
            by_path: Mutex::default(),
            walks: Mutex::default(),
            picked: Mutex::default(),
            requirements: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// The tree itself.
    pub fn tree(&self) -> &dyn Tree {
        self.tree.as_ref()
    }

    /// What is known of deployed paths before any deployment is put together.
    pub fn paths(&self) -> &PathMap {
        &self.paths
    }

    /// Whether a path is there on the host that the file `from` is deployed to.
    ///
    /// On the host itself a path is just that path. A copy of a host, or of a part of one, is
    /// told by what lies around `from`: what a file in `…/etc/nginx/` calls `/srv/shop` is
    /// `…/srv/shop` here. One name in common proves nothing, so `/static` is not looked for.
    pub fn locate(&self, deployed: &Path, from: &Path) -> Existence {
        let known = self.paths.locate(self.tree(), deployed);
        if known != Existence::NotInThisTree {
            return known;
        }
        let deployed = normalize(Path::new("/"), deployed);
        let here = |local: PathBuf| {
            let stat = self.tree.stat(&local).ok()?;
            Some(Existence::Here(local, stat))
        };
        let Ok(below_root) = deployed.strip_prefix("/") else {
            return known;
        };
        let mut names = below_root.components();
        let (Some(top), Some(_)) = (names.next(), names.next()) else {
            return known;
        };
        here(deployed.clone())
            .or_else(|| {
                // Most have no directory of that name at all: that is asked once for every path.
                let mut roots = from.ancestors().skip(1);
                roots.find_map(|root| {
                    self.tree.stat(&root.join(top)).ok()?;
                    here(root.join(below_root))
                })
            })
            .unwrap_or(known)
    }

    /// What a file of the tree is called on the deployed host, where something says so.
    pub fn deployed(&self, local: &Path) -> Option<PathBuf> {
        self.paths.deployed(local).or_else(|| {
            let names: Vec<_> = local.components().collect();
            let etc = names.windows(2).position(|pair| {
                pair[0].as_os_str() == "etc"
                    && (pair[1].as_os_str() == "nginx" || pair[1].as_os_str() == "uwsgi")
            })?;
            Some(Path::new("/").join(names[etc..].iter().collect::<PathBuf>()))
        })
    }

    /// What `pick` makes of a directory, as it was found before or is found now: many projects may
    /// share one.
    pub(crate) fn picked_or(
        &self,
        directory: &Path,
        extensions: Extensions,
        pick: impl FnOnce() -> Picked,
    ) -> Arc<Picked> {
        let known = || self.picked.lock().unwrap_or_else(PoisonError::into_inner);
        let question = (directory.to_owned(), extensions);
        let found = known().get(&question).cloned();
        found.unwrap_or_else(|| {
            let picked = Arc::new(pick());
            known().insert(question, Arc::clone(&picked));
            picked
        })
    }

    /// The file at a path of the tree. Symlinks to one file give one source, under its own path.
    pub fn open(&self, path: &Path) -> Result<Arc<SourceFile>, ReadError> {
        let real = self.tree.resolve(path)?;
        // The lock is held while the file is read: a file has one id, whoever asks first.
        let mut by_path = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = by_path.get(&real) {
            return known.clone();
        }
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&real);
        let read = kept.map_or_else(|| self.tree.read(&real), Ok);
        let opened = read.map(|bytes| self.intern(real.clone(), bytes));
        by_path.insert(real, opened.clone());
        opened
    }

    /// Keeps the whole content of a file, which was read to see what it is, for whoever opens it.
    pub(crate) fn keep(&self, path: &Path, bytes: Vec<u8>) {
        if let Ok(real) = self.tree.resolve(path) {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(real, bytes);
        }
    }

    /// The requirements files of a directory, which are looked for once.
    pub(crate) fn requirements(&self, directory: &Path) -> Arc<[PathBuf]> {
        let mut known = self
            .requirements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(directory) {
            return Arc::clone(known);
        }
        let found: Arc<[PathBuf]> = requirements::look(self.tree(), directory).into();
        known.insert(directory.to_owned(), Arc::clone(&found));
        found
    }

    /// Every file below a directory, sorted; without what nobody deploys from.
    pub fn below(&self, directory: &Path) -> Arc<[PathBuf]> {
        let mut walks = self.walks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = walks.get(directory) {
            return Arc::clone(known);
        }
        let tree = self.tree();
        let mut enter = |directory: &Path| !is_skipped(tree, directory);
        let found: Arc<[PathBuf]> = tree
            .walk(directory, &mut enter)
            .into_iter()
            .filter_map(|found| match found {
                Walked::File(path) => Some(path),
                Walked::Unreadable(..) => None,
            })
            .collect();
        walks.insert(directory.to_owned(), Arc::clone(&found));
        found
    }

    /// A source without a readable file behind it: for what was built in, given on
    /// standard input, or is to be named in a finding although it cannot be read.
    pub fn intern(&self, path: PathBuf, bytes: Vec<u8>) -> Arc<SourceFile> {
        let mut sources = self.sources.write().unwrap_or_else(PoisonError::into_inner);
        let id = FileId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
        let source = Arc::new(SourceFile::new(id, path, bytes));
        sources.push(Arc::clone(&source));
        source
    }

    /// Every source so far, by id.
    pub fn sources(&self) -> Vec<Arc<SourceFile>> {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        sources.clone()
    }

    /// How many sources there are so far.
    pub fn count(&self) -> usize {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        sources.len()
    }

    /// The source that a span points into.
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&sources[id.0 as usize])
    }
}
