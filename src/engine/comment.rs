//! One `# djlint: ignore[family/name] why`, as it stands in a line.

use std::ops::Range;

use crate::source::{SourceFile, Span};

/// What a comment of ours begins with, behind its `#`.
const MARK: &[u8] = b"djlint:";

/// No file of anyone's has more of them; each may give a finding.
const MAX_COMMENTS: usize = 1_000;

/// What the linter of HTML templates says in its own comments, also in a template of nginx.
const NOT_OURS: [&[u8]; 2] = [b"on", b"off"];

/// A comment that asks for silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From its `#` to the end of the line.
    pub span: Span,
    /// `ignore[…]`: what is meant, without the reason.
    pub request: Span,
    /// What it asks to be silent about.
    pub scope: Scope,
    /// Where it stands.
    pub place: Place,
    /// The rules and families that it names.
    pub names: Vec<Name>,
    /// Whether it says why.
    pub has_reason: bool,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// How much of a file a comment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `ignore[…]`: the line that it ends, or the one below.
    Line,
    /// `file-ignore[…]`: the file.
    File,
}

/// Where a comment stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing stands before it.
    OwnLine,
    /// Behind something, in a file that may have comments there.
    LineEnd,
    /// Behind something, in a file of this program, which takes it for a part of that.
    InsideValue(&'static str),
}

/// A rule or family that a comment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What is written.
    pub text: String,
    /// Where.
    pub span: Span,
    /// Whether it kept a finding silent.
    pub is_used: bool,
    /// Whether all the rules that it names were asked, so that a silence means that they found nothing.
    pub was_asked: bool,
}

/// What was made of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A comment of ours.
    Comment(Comment),
    /// One that begins like ours and is not understood.
    NotUnderstood(Span),
}

/// The comments of a file. `whole_lines_for` is the program to which a comment is a whole line or none.
pub(super) fn read(source: &SourceFile, whole_lines_for: Option<&'static str>) -> Vec<Read> {
    // Most files hold none.
    let mut last = None;
    memchr::memmem::find_iter(source.bytes(), MARK)
        .filter_map(|mark| {
            let line = source.line_of(mark);
            // The first one of a line counts: what follows is its reason.
            (last.replace(line) != Some(line))
                .then(|| Line::of(source, line).read(mark, whole_lines_for))?
        })
        .take(MAX_COMMENTS)
        .collect()
}

struct Line<'a> {
    source: &'a SourceFile,
    number: usize,
    range: Range<usize>,
}

impl<'a> Line<'a> {
    fn of(source: &'a SourceFile, number: usize) -> Self {
        Self {
            source,
            number,
            range: source.line_range(number),
        }
    }

    fn bytes(&self, range: Range<usize>) -> &'a [u8] {
        &self.source.bytes()[range]
    }

    fn read(&self, mark: usize, whole_lines_for: Option<&'static str>) -> Option<Read> {
        let start = self.comment_start(mark)?;
        let before = self.bytes(self.range.start..start).trim_ascii_start();
        let place = match (before.first(), whole_lines_for) {
            (None | Some(b'#' | b';'), _) => Place::OwnLine,
            (Some(_), Some(program)) => Place::InsideValue(program),
            (Some(_), None) => Place::LineEnd,
        };
        let mut at = self.skip_blanks(mark + MARK.len());
        let length = self
            .bytes(at..self.range.end)
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
            .count();
        let request = at;
        let scope = match self.bytes(at..at + length) {
            b"ignore" => Scope::Line,
            b"file-ignore" => Scope::File,
            word if NOT_OURS.contains(&word) => return None,
            _ => return Some(self.not_understood(start)),
        };
        at = self.skip_blanks(at + length);
        let rest = self.bytes(at..self.range.end);
        let (Some(b'['), Some(close)) = (rest.first(), memchr::memchr(b']', rest)) else {
            return Some(self.not_understood(start));
        };
        let names = self.names(at + 1..at + close);
        if names.is_empty() {
            return Some(self.not_understood(start));
        }
        let reason = &rest[close + 1..];
        Some(Read::Comment(Comment {
            span: self.source.span(start..self.range.end),
            request: self.source.span(request..at + close + 1),
            scope,
            place,
            names,
            has_reason: String::from_utf8_lossy(reason)
                .chars()
                .any(char::is_alphabetic),
            line: self.number,
        }))
    }

    /// The `#` or `;` that makes a comment of what holds the mark.
    fn comment_start(&self, mark: usize) -> Option<usize> {
        let before = self.bytes(self.range.start..mark).trim_ascii_end();
        let signs = before
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'#' | b';'))
            .count();
        // In `listen 80;# djlint: …` the semicolon ends the directive.
        let hashes = before
            .iter()
            .rev()
            .take_while(|byte| **byte == b'#')
            .count();
        let length = if hashes > 0 { hashes } else { signs };
        (length > 0).then(|| self.range.start + before.len() - length)
    }

    fn skip_blanks(&self, at: usize) -> usize {
        let rest = self.bytes(at..self.range.end);
        at + rest.len() - rest.trim_ascii_start().len()
    }

    fn names(&self, range: Range<usize>) -> Vec<Name> {
        let mut start = range.start;
        let mut names = Vec::new();
        for part in self.bytes(range).split(|byte| *byte == b',') {
            let blanks = part.len() - part.trim_ascii_start().len();
            let name = part.trim_ascii();
            if !name.is_empty() {
                let from = start + blanks;
                names.push(Name {
                    text: String::from_utf8_lossy(name).into_owned(),
                    span: self.source.span(from..from + name.len()),
                    is_used: false,
                    was_asked: false,
                });
            }
            start += part.len() + 1;
        }
        names
    }

    fn not_understood(&self, start: usize) -> Read {
        let end = start + self.bytes(start..self.range.end).trim_ascii_end().len();
        Read::NotUnderstood(self.source.span(start..end))
    }
}

#[cfg(test)]
mod tests;
