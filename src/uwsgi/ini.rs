//! The ini file as uWSGI reads it, which is not as anyone else does
//! (uwsgi_ini_config in core/ini.c): no comments behind a value, no quotes, no
//! continuation lines, a header that loses its last character whatever that is.

use std::ops::Range;

use nom::bytes::complete::take_till;
use nom::character::complete::char;
use nom::combinator::opt;
use nom::sequence::terminated;
use nom::{IResult, Parser};

use super::magic::Substituted;
use super::template::Piece;
use super::text::Text;
use crate::source::{SourceFile, Span};

/// The section that is read when none is asked for.
pub(super) const DEFAULT_SECTION: &[u8] = b"uwsgi";

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// `[name]`
    Header {
        /// What uWSGI takes for the section's name.
        name: Text,
        /// The whole header.
        span: Span,
    },
    /// `key = value`, or `key` alone.
    Option {
        /// Up to the first `=`, or the whole line.
        key: Text,
        /// Behind the first `=`; empty where there is none.
        value: Text,
        /// The key.
        key_span: Span,
        /// The value; empty where there is none.
        value_span: Span,
        /// The template's tags that may leave the line out.
        tags: Vec<Span>,
    },
    /// A template puts lines from elsewhere here.
    Include(Span),
}

/// A header that was meant for the section that is read: `[uwsgi] # main`, `[ uwsgi ]`, `[UWSGI]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredHeader {
    /// The header.
    pub span: Span,
    /// The section that it was meant for.
    pub section: String,
}

/// Whether a line that is not the header of `section` was meant to be: blanks, capitals, something
/// behind the bracket, none at all, or a byte order mark before it.
pub(super) fn is_meant_for(line: &[u8], section: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let Some(inside) = line.strip_prefix(b"[") else {
        return false;
    };
    let end = memchr::memchr(b']', inside).unwrap_or(inside.len());
    inside[..end].trim_ascii().eq_ignore_ascii_case(section)
}

/// The lines of a file, in order, of all sections.
pub(super) fn parse(source: &SourceFile, substituted: &Substituted) -> Vec<Line> {
    let bytes = substituted.bytes();
    let mut lines = Vec::new();
    let mut tags = substituted.tags.iter().peekable();
    let mut open: Vec<Span> = Vec::new();
    let mut rest = bytes;
    while let Ok((next, text)) = line(rest) {
        let start = bytes.len() - rest.len();
        // A tag belongs to the line that it stands on: what it opens, it opens for the next one too.
        while let Some((_, piece, place)) = tags.next_if(|(at, ..)| *at <= start + text.len()) {
            match piece {
                Piece::Open => open.push(*place),
                Piece::Close => drop(open.pop()),
                _ => lines.push(Line::Include(*place)),
            }
        }
        let context = Context {
            source,
            substituted,
        };
        lines.extend(context.read(start..start + text.len(), &open));
        rest = next;
        if rest.is_empty() {
            break;
        }
    }
    lines
}

/// One line without its end; a last line without one counts too.
fn line(input: &[u8]) -> IResult<&[u8], &[u8]> {
    terminated(take_till(|byte| byte == b'\n'), opt(char('\n'))).parse(input)
}

struct Context<'a> {
    source: &'a SourceFile,
    substituted: &'a Substituted,
}

impl Context<'_> {
    fn text(&self, range: Range<usize>) -> Text {
        self.substituted.text(range)
    }

    fn read(&self, range: Range<usize>, tags: &[Span]) -> Option<Line> {
        let bytes = self.substituted.bytes();
        let range = strip(bytes, range);
        match bytes.get(range.clone())?.first()? {
            b';' | b'#' => None,
            b'[' => Some(Line::Header {
                name: self.text(range.start + 1..range.end.max(range.start + 2) - 1),
                span: self.substituted.span(self.source, range),
            }),
            _ => {
                let equals = memchr::memchr(b'=', &bytes[range.clone()]);
                let (key, value) = match equals.map(|at| range.start + at) {
                    Some(at) => (range.start..at, at + 1..range.end),
                    None => (range.clone(), range.end..range.end),
                };
                let (key, value) = (strip(bytes, key), strip(bytes, value));
                Some(Line::Option {
                    key: self.text(key.clone()),
                    value: self.text(value.clone()),
                    key_span: self.substituted.span(self.source, key),
                    value_span: self.substituted.span(self.source, value),
                    tags: tags.to_vec(),
                })
            }
        }
    }
}

/// The range without blanks around it: space, tab and carriage return, and nothing else.
fn strip(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let inside = &bytes[range.clone()];
    let Some(first) = inside.iter().position(|byte| !blank(byte)) else {
        return range.start..range.start;
    };
    let last = inside
        .iter()
        .rposition(|byte| !blank(byte))
        .unwrap_or(first);
    range.start + first..range.start + last + 1
}
