//! What nginx refuses about a file's words and braces, and where the mistake really is.

use crate::source::{SourceFile, Span};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A directive runs into what follows it.
    MissingSemicolon,
    /// A block is not closed.
    MissingClosingBrace,
    /// A directive that needs a block has none.
    MissingOpeningBrace,
    /// A `}` that closes nothing.
    StrayClosingBrace,
    /// A `{` that no block directive stands before.
    StrayOpeningBrace,
    /// A `;` with nothing before it.
    StraySemicolon,
    /// A quote that is not closed where it should be.
    UnclosedQuote,
    /// Something right behind a closing quote.
    TextAfterQuote,
    /// A `{4}` in a regex without quotes, where nginx takes the `{` for the start of a block.
    BraceInRegex,
    /// A word or comment longer than nginx's buffer.
    TooLong,
    /// An invisible byte order mark before the first directive.
    ByteOrderMark,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Where the mistake is: the word to edit.
    pub place: Span,
    /// Where nginx notices; empty where it is the end of the file.
    pub noticed: Span,
    /// What nginx logs, without the file and line; nothing where it takes the file as it is, to another effect.
    pub says: Option<String>,
    /// Other blocks that the same fault leaves open, from the inside out.
    pub others: Vec<Span>,
}

impl Fault {
    /// Whether nginx does not even look at the directive, for it has not read it to its end.
    pub(super) fn is_among_words(&self) -> bool {
        self.says
            .as_deref()
            .is_some_and(|says| says.starts_with("unexpected "))
    }

    /// Whether nginx knows the directive and misses its `{` or its `;`.
    pub(super) fn is_of_directive(&self) -> bool {
        self.says
            .as_deref()
            .is_some_and(|says| says.starts_with("directive "))
    }

    /// nginx's line as it stands in its log, with the line that nginx names.
    pub fn log_line(&self, source: &SourceFile) -> Option<String> {
        let says = self.says.as_deref()?;
        let line = source.line_of(self.noticed.range().start.min(source.bytes().len()));
        Some(format!("{says} in {}:{line}", source.name()))
    }
}
