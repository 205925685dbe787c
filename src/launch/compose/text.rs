//! Scalars as Compose sees them: variables filled in, each byte with its place.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use super::super::env_file::EnvFile;
use super::super::word::Word;
use crate::source::{EnvironmentSource, FileId, Origin, Span};
use crate::value::{Unknown, Value};

/// Stands for a part that is not known; YAML has no NUL but as an escape, which nothing here can use.
const HOLE: char = '\0';

/// `${A:-${B:-${C}}}` may go so deep.
const MAX_NESTING: usize = 8;

/// More variables than this in one text, or a longer value of one, is nothing that people write.
const MAX_FILLED: usize = 64;
const MAX_VALUE: usize = 64 * 1024;

/// What Compose fills in for `$X`, as far as files tell. The shell that runs it beats them.
#[derive(Debug, Default)]
pub(super) struct Variables {
    known: HashMap<String, Option<String>>,
}

impl Variables {
    /// Adds what a file sets and nothing before it did.
    pub(super) fn add(&mut self, file: &EnvFile) {
        let mut own = HashMap::new();
        for assignment in &file.assignments {
            own.insert(assignment.name.clone(), assignment.value.clone());
        }
        for name in file.assignments.iter().map(|assignment| &assignment.name) {
            if let Some((name, value)) = own.remove_entry(name) {
                self.known.entry(name).or_insert(value);
            }
        }
    }

    /// What those of `self` and, where it says nothing, of `other` are.
    pub(super) fn over(&self, other: &Self) -> Self {
        let mut known = other.known.clone();
        known.extend(self.known.clone());
        Self { known }
    }

    /// The value of a variable, where a file sets it to something that is known.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.known.get(name)?.as_deref()
    }

    fn is_opaque(&self, name: &str) -> bool {
        matches!(self.known.get(name), Some(None))
    }
}

/// A text that was put together from what a file says and what is filled in.
#[derive(Clone, Debug)]
pub(super) struct Text {
    file: FileId,
    text: String,
    /// For each byte the offset in the file of the byte that it comes from; one more at the end.
    offsets: Vec<u32>,
    holes: Vec<(usize, Unknown)>,
    filled: Vec<Filled>,
    /// All of it, quotes included.
    span: Span,
}

/// A part that a variable gave.
#[derive(Clone, Debug)]
struct Filled {
    range: Range<usize>,
    variable: String,
    source: EnvironmentSource,
    place: Span,
}

impl Text {
    /// A text as it is written.
    pub(super) fn written(text: &str, offsets: Vec<u32>, span: Span) -> Self {
        let mut text = Self {
            file: span.file,
            text: text.to_owned(),
            offsets,
            holes: Vec::new(),
            filled: Vec::new(),
            span,
        };
        // Ansible and its like fill in `{{ x }}` before Compose sees the file; what swarm fills
        // in (`{{.Node.Hostname}}`) is as little known.
        if text.text.contains("{{") {
            text = Self::unknown(span, "a template fills this in");
        } else if text.text.contains(HOLE) {
            text = Self::unknown(span, "this holds a NUL");
        }
        text
    }

    /// A text that nothing is known of.
    pub(super) fn unknown(span: Span, why: &str) -> Self {
        Self {
            file: span.file,
            text: HOLE.to_string(),
            offsets: vec![span.start, span.end],
            holes: vec![(0, Unknown::at(span, why))],
            filled: Vec::new(),
            span,
        }
    }

    fn empty(span: Span) -> Self {
        Self {
            file: span.file,
            text: String::new(),
            offsets: Vec::new(),
            holes: Vec::new(),
            filled: Vec::new(),
            span,
        }
    }

    /// What is said; NUL where that is not known.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// All of it, quotes included.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// The first part that is not known.
    pub(super) fn hole(&self) -> Option<&Unknown> {
        self.holes.first().map(|hole| &hole.1)
    }

    /// The text, where all of it is known.
    pub(super) fn known(&self) -> Option<&str> {
        self.holes.is_empty().then_some(self.text.as_str())
    }

    /// The text with its place and where it comes from.
    pub(super) fn word(&self) -> Word {
        Word {
            value: self.value(str::to_owned),
            span: self.span,
        }
    }

    /// What `make` makes of the text, where that is known.
    pub(super) fn value<T>(&self, make: impl FnOnce(&str) -> T) -> Value<T> {
        match self.hole() {
            Some(hole) => Value::Unknown(hole.clone()),
            None => Value::known(make(&self.text), self.origin()),
        }
    }

    /// Where the text comes from. A part that only a default gave may be another one tomorrow, so
    /// that it speaks for all of it.
    fn origin(&self) -> Origin {
        let fallback = |filled: &&Filled| filled.source == EnvironmentSource::Fallback;
        let filled = self.filled.iter().find(fallback).or(self.filled.first());
        match filled {
            Some(filled) => Origin::Environment {
                variable: filled.variable.clone(),
                source: filled.source,
                place: filled.place,
            },
            None => Origin::Literal(self.span),
        }
    }

    /// A part of the text.
    pub(super) fn slice(&self, range: Range<usize>) -> Self {
        let mut slice = Self::empty(self.span);
        slice.push(self, range.clone());
        slice.end(self, range);
        slice
    }

    /// The parts between the separators.
    pub(super) fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        let behind = at + separator.len_utf8();
        Some((self.slice(0..at), self.slice(behind..self.text.len())))
    }

    /// Starts a text that is put together from parts of this one.
    pub(super) fn start(&self) -> Self {
        Self::empty(self.span)
    }

    /// Adds a part of another text.
    pub(super) fn push(&mut self, from: &Self, range: Range<usize>) {
        let (Some(text), Some(offsets)) = (
            from.text.get(range.clone()),
            from.offsets.get(range.clone()),
        ) else {
            return;
        };
        let shift = self.text.len();
        let moved = |at: usize| at.saturating_sub(range.start) + shift;
        self.text.push_str(text);
        self.offsets.extend(offsets);
        let holes = from.holes.iter().filter(|hole| range.contains(&hole.0));
        self.holes
            .extend(holes.map(|(at, why)| (moved(*at), why.clone())));
        for filled in &from.filled {
            let start = filled.range.start.max(range.start);
            let end = filled.range.end.min(range.end);
            // An empty value is a part of the text that it stands in the middle of.
            if start < end || (start == end && filled.range.is_empty()) {
                self.filled.push(Filled {
                    range: moved(start)..moved(end),
                    ..filled.clone()
                });
            }
        }
    }

    /// Adds a character that stands for what is at `at` in another text.
    pub(super) fn push_char(&mut self, character: char, from: &Self, at: usize) {
        let offset = from.offsets.get(at).copied().unwrap_or(from.span.start);
        self.text.push(character);
        self.offsets
            .extend(std::iter::repeat_n(offset, character.len_utf8()));
    }

    /// Says which part of another text this one was made from.
    pub(super) fn end(&mut self, from: &Self, range: Range<usize>) {
        let at = |at: usize| from.offsets.get(at).copied().unwrap_or(from.span.end);
        if range == (0..from.text.len()) {
            self.span = from.span;
        } else {
            let mut span = Span {
                file: from.file,
                start: at(range.start),
                end: at(range.end).max(at(range.start)),
            };
            for filled in &from.filled {
                if filled.range.start < range.end && range.start < filled.range.end {
                    span = span.to(filled.place);
                }
            }
            self.span = span;
        }
        self.offsets.push(at(range.end));
    }

    /// The text with its variables filled in, as `compose-go`'s template package does it.
    pub(super) fn filled(self, variables: &Variables) -> Self {
        if !self.text.contains('$') || !self.holes.is_empty() {
            return self;
        }
        if memchr::memchr_iter(b'$', self.text.as_bytes()).count() > 2 * MAX_FILLED {
            return Self::unknown(self.span, "too many variables are filled in here");
        }
        let mut filled = Self::empty(self.span);
        let whole = 0..self.text.len();
        match self.fill(whole.clone(), variables, 0, &mut filled) {
            Ok(()) => {
                filled.end(&self, whole);
                filled
            }
            Err(NoSubstitution) => {
                Self::unknown(self.span, "Compose refuses the substitution in it")
            }
        }
    }

    fn fill(
        &self,
        range: Range<usize>,
        variables: &Variables,
        nesting: usize,
        to: &mut Self,
    ) -> Result<(), NoSubstitution> {
        let mut at = range.start;
        loop {
            let rest = self.text.get(at..range.end).ok_or(NoSubstitution)?;
            let Some(dollar) = rest.find('$') else {
                to.push(self, at..range.end);
                return Ok(());
            };
            to.push(self, at..at + dollar);
            let start = at + dollar;
            let rest = rest.get(dollar + 1..).ok_or(NoSubstitution)?;
            if rest.starts_with('$') {
                to.push(self, start..start + 1);
                at = start + 2;
            } else if rest.starts_with('{') {
                let length = closing(rest).ok_or(NoSubstitution)?;
                self.fill_braced(start..start + 1 + length, variables, nesting, to)?;
                at = start + 1 + length;
            } else {
                let length = name_length(rest);
                let name = rest.get(..length).filter(|name| !name.is_empty());
                let end = start + 1 + length;
                self.give(name.ok_or(NoSubstitution)?, start..end, variables, to);
                at = end;
            }
        }
    }

    /// `${X}` and its kin; `range` is all of it.
    fn fill_braced(
        &self,
        range: Range<usize>,
        variables: &Variables,
        nesting: usize,
        to: &mut Self,
    ) -> Result<(), NoSubstitution> {
        let inner = range.start + 2..range.end - 1;
        let text = self.text.get(inner.clone()).ok_or(NoSubstitution)?;
        let (name, rest) = text
            .split_at_checked(name_length(text))
            .ok_or(NoSubstitution)?;
        if name.is_empty() {
            return Err(NoSubstitution);
        }
        let (or_empty, operator) = match rest.strip_prefix(':') {
            Some(rest) => (true, rest.chars().next()),
            None => (false, rest.chars().next()),
        };
        let word = inner.start + name.len() + usize::from(or_empty) + 1..inner.end;
        let value = variables.get(name);
        let counts = value.is_some_and(|value| !or_empty || !value.is_empty());
        match operator {
            None if !or_empty => self.give(name, range, variables, to),
            // The message is for when it is not set; then nothing is started.
            Some('?') => self.give(name, range, variables, to),
            Some('-') if counts || variables.is_opaque(name) => {
                self.give(name, range, variables, to);
            }
            Some('-') => {
                let source = if value.is_some() {
                    // Set, but to nothing: the default is what the file asks for.
                    EnvironmentSource::Supplied
                } else {
                    EnvironmentSource::Fallback
                };
                self.replace(word, name, source, range, variables, nesting, to)?;
            }
            Some('+') if counts => {
                let source = EnvironmentSource::Supplied;
                self.replace(word, name, source, range, variables, nesting, to)?;
            }
            Some('+') => to.push_hole(self, range, name),
            _ => return Err(NoSubstitution),
        }
        Ok(())
    }

    /// Fills in the word behind the operator.
    #[expect(
        clippy::too_many_arguments,
        reason = "what one substitution is made of"
    )]
    fn replace(
        &self,
        word: Range<usize>,
        name: &str,
        source: EnvironmentSource,
        range: Range<usize>,
        variables: &Variables,
        nesting: usize,
        to: &mut Self,
    ) -> Result<(), NoSubstitution> {
        if nesting >= MAX_NESTING {
            return Err(NoSubstitution);
        }
        let start = to.text.len();
        self.fill(word, variables, nesting + 1, to)?;
        to.note(self, start, name, source, range);
        Ok(())
    }

    /// Fills in the variable itself.
    fn give(&self, name: &str, range: Range<usize>, variables: &Variables, to: &mut Self) {
        match variables
            .get(name)
            .filter(|value| value.len() <= MAX_VALUE && !value.contains(HOLE))
        {
            Some(value) => {
                let start = to.text.len();
                to.text.push_str(value);
                to.offsets.resize(to.text.len(), 0);
                to.note(self, start, name, EnvironmentSource::Supplied, range);
            }
            None => to.push_hole(self, range, name),
        }
    }

    fn push_hole(&mut self, from: &Self, range: Range<usize>, name: &str) {
        let place = from.place(range.clone());
        let why = Unknown::at(
            place,
            format!("{name} comes from the shell that runs Compose"),
        );
        self.holes.push((self.text.len(), why));
        self.push_char(HOLE, from, range.start);
    }

    /// Says that what was added since `start` was given by a variable.
    fn note(
        &mut self,
        from: &Self,
        start: usize,
        name: &str,
        source: EnvironmentSource,
        range: Range<usize>,
    ) {
        let place = from.place(range);
        if let Some(offsets) = self.offsets.get_mut(start..) {
            offsets.fill(place.start);
        }
        self.filled.push(Filled {
            range: start..self.text.len(),
            variable: name.to_owned(),
            source,
            place,
        });
    }

    fn place(&self, range: Range<usize>) -> Span {
        let at = |at: usize| self.offsets.get(at).copied().unwrap_or(self.span.end);
        Span {
            file: self.file,
            start: at(range.start),
            end: at(range.end).max(at(range.start)),
        }
    }
}

/// A `$` that Compose can make nothing of.
struct NoSubstitution;

/// How much of the text is a variable's name.
fn name_length(text: &str) -> usize {
    let is_first = text
        .bytes()
        .next()
        .is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic());
    if !is_first {
        return 0;
    }
    text.bytes()
        .take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric())
        .count()
}

/// How long `{…}` is, where it is closed.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'}' {
            open -= 1;
            if open == 0 {
                return Some(at + 1);
            }
        } else if *byte == b'$' && bytes.get(at + 1) == Some(&b'{') {
            open += 1;
            at += 1;
        }
        at += 1;
    }
    None
}
