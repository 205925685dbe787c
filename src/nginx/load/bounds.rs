//! How much of a configuration is looked at. nginx has no bounds of its own: it takes all the
//! memory, stack and file descriptors that there are.

use super::Loader;

/// nginx has no bound; it dies when it has no file descriptors left.
pub(super) const MAX_DEPTH: usize = 32;

/// nginx has no bound here either; its stack ends somewhere.
pub(super) const MAX_NESTING: usize = 512;

/// More files than anyone has, and more directives.
pub(super) const MAX_FILES: usize = 100_000;
pub(super) const MAX_NODES: usize = 3_000_000;

/// A configuration that includes the same files in many places would never end. So many directives
/// may come from files that were read before, and so many more for each file;
pub(super) const MAX_REPEATED: usize = 300_000;
pub(super) const MAX_REPEATED_OF_FILE: usize = 64;
/// and so many includes may stand in it, and so many more in each file.
pub(super) const MAX_INCLUDES: usize = 10_000;
pub(super) const MAX_INCLUDES_OF_FILE: usize = 8;

/// No one reads a longer list of what is not known.
pub(super) const MAX_UNDECIDED: usize = 1_000;

impl Loader<'_> {
    /// How many directives are looked at, with those that come again and again.
    pub(super) fn most_nodes(&self) -> usize {
        let files = self.configuration.trees.len();
        let most = self.parsed + MAX_REPEATED + MAX_REPEATED_OF_FILE * files;
        most.min(MAX_NODES)
    }

    /// Whether an include may bring so many files more.
    pub(super) fn count(&self, files: usize) -> Result<(), String> {
        let read = self.configuration.trees.len();
        let includes = self.again + self.configuration.includes.len();
        let is_too_much = read + files > MAX_FILES
            || includes > MAX_INCLUDES + MAX_INCLUDES_OF_FILE * read
            || self.parsed > MAX_NODES;
        match is_too_much {
            true => Err("it brings more files than are looked at".to_owned()),
            false => Ok(()),
        }
    }
}
