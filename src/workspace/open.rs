//! What a run is about, and the tree that it is read from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Workspace;
use crate::deployment::Declared;
use crate::deployment::request::Expected;
use crate::files::Files;
use crate::host::{Completeness, PathMap};
use crate::nginx::Surroundings;
use crate::programs::Programs;
use crate::tree::{Buffer, Disk, Overlay, ReadError, Tree, normalize};

/// What a run is about, as the command line and the configuration say it.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The directory that relative paths start from, and that paths are shown relative to.
    pub base: PathBuf,
    /// Files and directories to look through.
    pub paths: Vec<PathBuf>,
    /// nginx files that beat discovery.
    pub nginx: Vec<PathBuf>,
    /// uWSGI files that beat discovery.
    pub uwsgi: Vec<PathBuf>,
    /// Settings modules that beat discovery.
    pub settings: Vec<PathBuf>,
    /// A deployed host, or a copy of one.
    pub root: Option<PathBuf>,
    /// Environment variables of the deployed processes, as far as they were told.
    pub environment: BTreeMap<String, String>,
    /// What `manage.py diffsettings --all` printed, and the files that it was put into.
    pub settings_dumps: Vec<(PathBuf, Arc<[u8]>)>,
    /// Patterns, as in a .gitignore, of files to look into whatever they are called.
    pub include: Vec<String>,
    /// Patterns, as in a .gitignore, of what is not looked into.
    pub exclude: Vec<String>,
    /// The directory that the patterns are of: that of the configuration file.
    pub pattern_base: Option<PathBuf>,
    /// The programs that the deployment runs on, as far as they were told.
    pub programs: Programs,
    /// What was said to belong together.
    pub declared: Vec<Declared>,
    /// A file whose text lies elsewhere than on disk.
    pub buffer: Option<Buffer>,
    /// Files as fixes would make them, which lie over what is on disk and over the buffer.
    pub mended: Vec<Buffer>,
    /// Whether findings are told only where they have to do with the buffer.
    pub is_about_buffer: bool,
    /// What surrounds an nginx site file without its nginx.conf.
    pub surroundings: Surroundings,
    /// What is expected of requests.
    pub expected: Vec<Expected>,
    /// Directories of the host, and what they are in the tree, as the configuration says it.
    pub deployed_paths: Vec<(PathBuf, PathBuf)>,
}

/// A named input that cannot be used. The others are still judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path as it was given.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl Workspace {
    /// Opens what is on disk. Named inputs that are not there are [`Workspace::problems`].
    pub fn open(input: Input) -> Self {
        let mut problems = Vec::new();
        let mut starts = Vec::new();
        let mut roots = Vec::new();
        let root = input.root.as_ref().map(|root| normalize(&input.base, root));
        let given = match (&root, input.paths.is_empty()) {
            (Some(root), true) => vec![root.clone()],
            (_, true) => vec![input.base.clone()],
            (_, false) => input
                .paths
                .iter()
                .map(|path| normalize(&input.base, path))
                .collect(),
        };
        let named = [&input.nginx, &input.uwsgi, &input.settings]
            .into_iter()
            .flatten();
        let named: Vec<PathBuf> = named.map(|path| normalize(&input.base, path)).collect();
        // What a file refers to lies around it: below the current directory, or beside the file.
        let around = |path: &Path| match path.starts_with(&input.base) {
            true => input.base.clone(),
            false => path.parent().unwrap_or(path).to_owned(),
        };
        let buffer = input.buffer.as_ref().map(|buffer| buffer.path.clone());
        if let Some(path) = &buffer {
            roots.push(around(path));
            starts.push(path.clone());
        }
        for path in given.iter().chain(&named) {
            if buffer.as_ref() == Some(path) {
                continue;
            }
            match std::fs::metadata(path) {
                Ok(metadata) if !metadata.is_dir() => roots.push(around(path)),
                Ok(_) => roots.push(path.clone()),
                Err(error) => {
                    problems.push(Problem {
                        path: path.clone(),
                        why: ReadError::from(error).to_string(),
                    });
                    continue;
                }
            }
            if given.contains(path) {
                starts.push(path.clone());
            }
        }
        roots.extend(root.clone());
        let mut paths = PathMap::new();
        if let Some(root) = &root {
            paths.add("/", root, Completeness::Host);
        }
        let tree = Disk::new(roots, root.into_iter().collect());
        let buffers: Vec<Buffer> = input.buffer.iter().chain(&input.mended).cloned().collect();
        let files = match buffers.is_empty() {
            false => Files::new(Overlay::new(tree, buffers), paths),
            true => Files::new(tree, paths),
        };
        Self::new(files, input, starts, problems)
    }

    /// A workspace over any tree, looked through from its root.
    pub fn over(tree: impl Tree + 'static, input: Input) -> Self {
        let mut paths = PathMap::new();
        if input.root.is_some() {
            paths.add("/", "/", Completeness::Host);
        }
        let starts = vec![PathBuf::from("/")];
        Self::new(Files::new(tree, paths), input, starts, Vec::new())
    }
}
