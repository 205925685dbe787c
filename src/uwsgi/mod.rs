//! uWSGI: what an instance is configured to do, as uWSGI itself reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::files::Files;
use crate::finding::Undecided;
use crate::source::{FileId, SourceFile};

/// One uWSGI instance: the effective options in order.
pub struct Instance {
    files: Vec<FileId>,
}

impl Instance {
    /// Loads it.
    pub fn load(
        _files: &Files,
        root: Arc<SourceFile>,
        _section: Option<&str>,
        _environment: &BTreeMap<String, String>,
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

pub(crate) fn looks_like_ini(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"[uwsgi]").is_some()
}
