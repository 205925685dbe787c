//! Django: the settings that a process will have, worked out without importing the project.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::files::Files;
use crate::finding::Undecided;
use crate::source::{SourceFile, Span};

/// The settings of one settings module.
pub struct Settings {
    root: Arc<SourceFile>,
}

impl Settings {
    /// Loads.
    pub fn load(
        _files: &Files,
        root: Arc<SourceFile>,
        _roots: &[PathBuf],
        _environment: &BTreeMap<String, String>,
    ) -> Self {
        Self { root }
    }
    /// Root.
    pub fn root_file(&self) -> &Arc<SourceFile> {
        &self.root
    }
    /// Open.
    pub fn undecided(&self) -> Vec<Undecided> {
        Vec::new()
    }
}

pub(crate) fn find_module(_files: &Files, _roots: &[PathBuf], _dotted: &str) -> Option<PathBuf> {
    None
}

pub(crate) fn settings_module_named_in(_source: &SourceFile) -> Option<(String, Span)> {
    None
}
