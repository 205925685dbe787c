//! Command lines, as a POSIX shell takes them apart.

use std::ops::Range;

use super::word::{Command, Word};
use crate::source::{SourceFile, Span};

/// What a line is written in, before the shell sees it. It says which bytes stand for others.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    /// What the shell sees.
    pub text: Vec<u8>,
    /// For each byte of `text`, the offset in the file of the byte that it comes from; one more at the end.
    pub offsets: Vec<u32>,
}

impl Encoded {
    /// A part of a file, as it is.
    pub fn plain(source: &SourceFile, range: Range<usize>) -> Self {
        let text = source
            .bytes()
            .get(range.clone())
            .unwrap_or_default()
            .to_vec();
        let offsets = (0..=text.len())
            .map(|at| u32::try_from(range.start + at).unwrap_or(u32::MAX))
            .collect();
        Self { text, offsets }
    }
}

/// The commands of a script or of `sh -c`'s argument, in order.
pub fn commands(_source: &SourceFile, _script: &Encoded) -> Vec<Command> {
    Vec::new()
}

/// The commands that a list of words runs: what only runs another command is taken off
/// (`exec`, `env A=b`, `sudo -u www`, `poetry run`), and `sh -c "…"` is taken apart.
pub fn run(_source: &SourceFile, words: Vec<Word>, span: Span) -> Vec<Command> {
    if words.is_empty() {
        return Vec::new();
    }
    vec![Command {
        words,
        variables: Vec::new(),
        directory: None,
        user: None,
        in_background: false,
        is_last: true,
        is_certain: true,
        span,
    }]
}
