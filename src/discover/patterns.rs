//! Patterns of files, as in a .gitignore.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Patterns of the files in and below a directory.
#[derive(Clone, Debug)]
pub struct Patterns(Gitignore);

impl Patterns {
    /// The patterns in `lines`, relative to `base`. The configuration has refused those that do not compile.
    pub fn new(base: &Path, lines: &[String]) -> Self {
        let mut builder = GitignoreBuilder::new(base);
        for line in lines {
            let _ = builder.add_line(None, line);
        }
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// No pattern at all.
    pub fn none() -> Self {
        Self(Gitignore::empty())
    }

    /// Whether one is for the path itself, as a walk asks that comes from above.
    pub fn match_path(&self, path: &Path, is_directory: bool) -> bool {
        self.0.matched(path, is_directory).is_ignore()
    }

    /// Whether one is for the file or for a directory that it lies in.
    pub fn cover(&self, file: &Path) -> bool {
        // Gitignore panics over what lies elsewhere.
        file.starts_with(self.0.path())
            && self.0.matched_path_or_any_parents(file, false).is_ignore()
    }
}
