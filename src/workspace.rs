//! The memoized questions that every stage asks.

use crate::files::Files;

/// One run's input and all that was worked out of it.
pub struct Workspace {
    files: Files,
}

impl Workspace {
    /// The files, by path and by id.
    pub fn files(&self) -> &Files {
        &self.files
    }
}
