//! nginx: what a configuration says, and what nginx would make of it.

use std::sync::Arc;

use crate::files::Files;
use crate::finding::Undecided;
use crate::source::{FileId, SourceFile};

/// What a file is to nginx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The main file.
    Main,
    /// Included in `http`.
    Site,
    /// Included somewhere.
    Snippet,
}

/// What surrounds a site file that has no main file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Surroundings {
    /// Not known.
    #[default]
    Unknown,
    /// Debian's nginx.conf.
    Debian,
}

/// A configuration as nginx would load it from one root file.
pub struct Configuration {
    files: Vec<FileId>,
}

impl Configuration {
    /// Loads it.
    pub fn load(
        _files: &Files,
        root: Arc<SourceFile>,
        _role: Role,
        _surroundings: Surroundings,
    ) -> Self {
        Self {
            files: vec![root.id()],
        }
    }
    /// Files.
    pub fn files(&self) -> &[FileId] {
        &self.files
    }
    /// Root.
    pub fn root_file(&self) -> FileId {
        self.files[0]
    }
    /// Undecided.
    pub fn undecided(&self) -> Vec<Undecided> {
        Vec::new()
    }
}

pub(crate) fn is_directive(name: &[u8]) -> bool {
    [
        &b"listen"[..],
        b"uwsgi_param",
        b"server_name",
        b"uwsgi_pass",
    ]
    .contains(&name)
}
