//! Django: the settings that a process will have, worked out without importing the project.

/// The settings of one settings module.
pub struct Settings {}
