//! Opens the files that compose files name, each once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::super::env_file::{self, EnvFile};
use super::context::Document;
use super::text::Variables;
use crate::files::Files;
use crate::source::{FileId, SourceFile};

/// Larger files of variables are not read.
const MAX_ENV_FILE: usize = 1024 * 1024;

/// A file of variables.
pub(super) struct EnvSource {
    pub(super) source: Arc<SourceFile>,
    pub(super) parsed: EnvFile,
}

pub(super) struct Loader<'a> {
    files: &'a Files,
    documents: BTreeMap<PathBuf, Option<Rc<Document>>>,
    env_files: BTreeMap<PathBuf, Option<Rc<EnvSource>>>,
    read: BTreeSet<FileId>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(files: &'a Files) -> Self {
        Self {
            files,
            documents: BTreeMap::new(),
            env_files: BTreeMap::new(),
            read: BTreeSet::new(),
        }
    }

    /// Begins a project: nothing was read for it, and what is read may cost anew.
    pub(super) fn begin(&mut self) {
        self.read.clear();
        for document in self.documents.values().flatten() {
            if let Ok(yaml) = &document.yaml {
                yaml.refill();
            }
        }
    }

    /// What was read since the project began.
    pub(super) fn finish(&mut self) -> Vec<FileId> {
        std::mem::take(&mut self.read).into_iter().collect()
    }

    /// Says that the project read a file.
    pub(super) fn read(&mut self, file: FileId) {
        self.read.insert(file);
    }

    /// Whether a file of the project said more than is listened to.
    pub(super) fn is_exhausted(&self) -> bool {
        self.documents.values().flatten().any(|document| {
            self.read.contains(&document.source.id())
                && document
                    .yaml
                    .as_ref()
                    .is_ok_and(super::yaml::Yaml::is_exhausted)
        })
    }

    /// A compose file, where it is here.
    pub(super) fn document(&mut self, path: &Path) -> Option<Rc<Document>> {
        let files = self.files;
        let open = || Some(Rc::new(Document::new(files.open(path).ok()?)));
        let document = self
            .documents
            .entry(path.to_owned())
            .or_insert_with(open)
            .clone()?;
        self.read.insert(document.source.id());
        Some(document)
    }

    /// A file of variables, where it is here.
    pub(super) fn env_file(&mut self, path: &Path) -> Option<Rc<EnvSource>> {
        let files = self.files;
        let open = || {
            let source = files.open(path).ok()?;
            let is_small = source.bytes().len() <= MAX_ENV_FILE;
            let parsed = is_small.then(|| env_file::parse(source.bytes()))?;
            Some(Rc::new(EnvSource { source, parsed }))
        };
        self.env_files
            .entry(path.to_owned())
            .or_insert_with(open)
            .clone()
    }

    /// What `.env` in a directory sets.
    pub(super) fn variables(&mut self, path: &Path) -> Variables {
        let mut variables = Variables::default();
        if let Some(file) = self.env_file(path)
            && file.parsed.faults.is_empty()
        {
            self.read.insert(file.source.id());
            variables.add(&file.parsed);
        }
        variables
    }
}
