//! Where a brace is missing, or one too many: told by the indentation, within what the count allows.

use super::directives::{self, Context};
use super::parser::Parser;
use super::split;
use super::word::Word;

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

    /// The indentation of the line that `at` is in.
    fn of_line(text: &[u8], at: usize) -> Self {
        let before = &text[at.saturating_sub(MAX_INDENT)..at];
        match memchr::memrchr(b'\n', before) {
            Some(line) => {
                let blank = before[line + 1..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_whitespace());
                Self::of(text, at - before.len() + line + 1 + blank.count())
            }
            None => Self(None),
        }
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
    /// Whether a `}` is the one too many: its line is deeper than the block that it would close.
    pub(super) fn is_stray(&mut self, at: usize) -> bool {
        if self.budget.stray == 0 {
            return false;
        }
        let indent = Indent::of_line(self.text, at);
        let Some(open) = self.open.last() else {
            return false;
        };
        let stray = indent.is_deeper_than(open.indent);
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
                _ => block && open.context == Context::Data,
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

    /// Remembers what nginx itself would refuse first, so that a missing brace can be told in its own words.
    pub(super) fn check_place(&mut self, words: &[Word], at: usize, block: bool) {
        if self.refusal.is_some() {
            return;
        }
        let context = self.context();
        let name = words[0].value(self.text);
        if context == Context::Data && block {
            return self.refuse(at, "unexpected \"{\"".to_owned());
        }
        let Some(known) = directives::find(&name).filter(|_| context.is_known()) else {
            return;
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        if !known.is_allowed_in(context) {
            self.refuse(at, format!("\"{name}\" directive is not allowed here"));
        } else if block && !known.can_be_block(context) {
            self.refuse(at, split::not_terminated(name.as_bytes()));
        } else if block && context == Context::Location && name == "location" {
            self.check_nesting(words, at);
        }
    }

    /// A location inside another must begin with its name.
    fn check_nesting(&mut self, words: &[Word], at: usize) {
        let Some(open) = self.open.last() else {
            return;
        };
        let (outer, inner) = (
            pattern(self.ast.words(open.id), self.text),
            pattern(words, self.text),
        );
        if let (Some(outer), Some(inner)) = (outer, inner)
            && !inner.starts_with(&outer)
        {
            let says = format!(
                "location \"{}\" is outside location \"{}\"",
                String::from_utf8_lossy(&inner),
                String::from_utf8_lossy(&outer)
            );
            self.refuse(at, says);
        }
    }
}

/// The path that a location without a regex answers.
fn pattern(words: &[Word], text: &[u8]) -> Option<Vec<u8>> {
    let value = |word: &Word| word.value(text).into_owned();
    match words {
        [_, path] => Some(value(path)).filter(|path| path.first() == Some(&b'/')),
        [_, modifier, path] if matches!(modifier.raw(text), b"=" | b"^~") => Some(value(path)),
        _ => None,
    }
}
