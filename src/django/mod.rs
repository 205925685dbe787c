//! Django: the settings that a process will have, worked out without importing the project.

use crate::source::FileId;

/// The settings of one settings module.
pub struct Settings {
    root: FileId,
}

impl Settings {
    /// Root.
    pub fn root_file(&self) -> FileId {
        self.root
    }
}
