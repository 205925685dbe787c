//! Where a brace is missing, or one too many: told by the indentation, within what the count allows.

use super::directives;
use super::parser::Parser;

/// How far a directive or a brace is indented; nothing where it is not the first on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Indent(Option<usize>);

/// A line that is indented further than this has no indentation that means anything.
const MAX_INDENT: usize = 256;

impl Indent {
    /// The indentation of what stands at `at`.
    pub(super) fn of(text: &[u8], at: usize) -> Self {
        let mut width = 0;
        for byte in text[..at].iter().rev().take(MAX_INDENT) {
            match byte {
                b'\n' => return Self(Some(width)),
                b' ' => width += 1,
                b'\t' => width += 8,
                _ => return Self(None),
            }
        }
        Self((at <= MAX_INDENT).then_some(width))
    }

    fn is_deeper_than(self, other: Self) -> bool {
        matches!((self.0, other.0), (Some(one), Some(other)) if one > other)
    }

    fn is_known(self) -> bool {
        self.0.is_some()
    }
}

/// What nginx refuses first, and where.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) at: usize,
    pub(super) says: String,
}

/// How many braces are missing and how many are too many, by the count.
#[derive(Default)]
pub(super) struct Budget {
    missing: usize,
    stray: usize,
    refusal: Option<Refusal>,
}

impl Budget {
    pub(super) fn new(missing: usize, stray: usize, refusal: Option<Refusal>) -> Self {
        Self {
            missing,
            stray,
            refusal,
        }
    }

    /// Where nginx notices that a block is not closed, and what it says.
    pub(super) fn unclosed_noticed(&self, end: usize) -> (usize, String) {
        match &self.refusal {
            Some(refusal) => (refusal.at, refusal.says.clone()),
            None => (end, "unexpected end of file, expecting \"}\"".to_owned()),
        }
    }

    /// Where nginx notices a `}` too many, and what it says.
    pub(super) fn stray_noticed(&self, at: usize) -> (usize, String) {
        match &self.refusal {
            Some(refusal) => (refusal.at, refusal.says.clone()),
            None => (at, "unexpected \"}\"".to_owned()),
        }
    }
}

impl Parser<'_> {
    /// Whether a `}` is the one too many: it stands deeper than the block that it would close.
    pub(super) fn is_stray(&mut self, indent: Indent) -> bool {
        let Some(open) = self.open.last() else {
            return false;
        };
        let stray = self.budget.stray > 0 && indent.is_deeper_than(open.indent);
        if stray {
            self.budget.stray -= 1;
        }
        stray
    }

    /// How many blocks were left open inside the one that a `}` stands below.
    pub(super) fn blocks_missed_by(&mut self, indent: Indent) -> usize {
        if self.budget.missing == 0 || !indent.is_known() {
            return 0;
        }
        let missed = self
            .open
            .iter()
            .rev()
            .take(self.budget.missing + 1)
            .position(|open| open.indent == indent)
            .unwrap_or(0);
        self.budget.missing -= missed;
        missed
    }

    /// Closes blocks that should have been closed before this directive: it may not stand in them,
    /// or it opens a block and is not indented deeper than they are.
    pub(super) fn close_before(&mut self, name: &[u8], start: usize, block: bool) {
        while self.budget.missing > 0 {
            let Some(open) = self.open.last() else {
                return;
            };
            let is_refused = match directives::find(name) {
                Some(known) if open.context.is_known() => !known.is_allowed_in(open.context),
                _ => block && open.context == directives::Context::Data,
            };
            let indent = Indent::of(self.text, start);
            let is_outside = block
                && indent.is_known()
                && open.indent.is_known()
                && !indent.is_deeper_than(open.indent);
            if !is_refused && !is_outside {
                return;
            }
            self.budget.missing -= 1;
            self.close_unclosed(start);
        }
    }
}
