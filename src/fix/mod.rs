//! Mends what has one right answer.
//!
//! Fixes are applied in memory and the result is judged again before anything is written: a fix
//! whose finding stays, or that brings another one, is dropped. Files are written whole or not at all.

mod candidate;
pub mod diff;
mod judge;
pub mod layout;
mod rewrite;
mod rounds;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::finding::Safety;
use crate::source::SourceFile;

pub use rounds::mend;
pub use write::{Unwritten, write};

/// What may be changed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How far behaviour may change.
    pub safety: Safety,
    /// The only file that may be changed, where there is one.
    pub only: Option<PathBuf>,
}

/// What was mended, in memory.
#[derive(Debug, Default)]
pub struct Mended {
    /// The files that are to change, by path.
    pub files: Vec<Changed>,
    /// The fixes that were applied, in the order of their places.
    pub done: Vec<Done>,
    /// Fixes that were not applied, and why.
    pub held_back: Vec<HeldBack>,
    /// How many findings more may be mended where behaviour may change.
    pub unsafe_left: usize,
    /// Whether there was nothing left to apply in the end. Fixes that call for each other for ever
    /// are a defect of ours.
    pub has_ended: bool,
}

impl Mended {
    /// Takes back what was to be done to a file that cannot be changed.
    pub fn hold_back(&mut self, path: &Path, why: &str) {
        let (gone, kept): (Vec<Done>, Vec<Done>) = std::mem::take(&mut self.done)
            .into_iter()
            .partition(|done| done.files.iter().any(|file| file == path));
        self.done = kept;
        self.held_back.extend(gone.into_iter().map(|fix| HeldBack {
            fix,
            why: why.to_owned(),
        }));
    }
}

/// A file as it was read, and as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its path, every symlink followed.
    pub path: PathBuf,
    /// What was read.
    pub before: Vec<u8>,
    /// What is to stand there.
    pub after: Vec<u8>,
    /// The permission bits that it had, and is to have, where these change.
    pub mode: Option<(Option<u32>, u32)>,
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The rule.
    pub rule: &'static str,
    /// The file of the finding.
    pub path: PathBuf,
    /// The line of the finding, as the file was when it was found.
    pub line: usize,
    /// What the fix does, in the imperative.
    pub title: String,
    /// The files that it changes.
    pub files: Vec<PathBuf>,
}

/// A fix that was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// What it would have done.
    pub fix: Done,
    /// Why it was not applied.
    pub why: String,
}

/// Files that are made from others hold what the maker puts there: a fix would be lost, or break it.
fn template_of(source: &SourceFile, line: usize) -> Option<&'static str> {
    const ENDINGS: [&str; 9] = [
        "dist", "erb", "in", "j2", "jinja", "jinja2", "mustache", "template", "tmpl",
    ];
    const HOLES: [&[u8]; 5] = [b"{{", b"{%", b"<%", b"${", b"@@"];
    if has_ending(source.path(), &ENDINGS) {
        return Some("the file is a template");
    }
    let text = &source.bytes()[source.line_range(line)];
    let is_hole = |hole: &&[u8]| memchr::memmem::find(text, hole).is_some();
    HOLES
        .iter()
        .any(is_hole)
        .then_some("a template fills in this line")
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| endings.contains(&extension.to_ascii_lowercase().as_str()))
}
