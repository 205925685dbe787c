//! Text with holes: what a file says, where parts of it are only known on the host.
//!
//! A `{{ x }}` that a template engine fills, a `%h` that is the host's name: the text around
//! such a hole is known, and often enough (`/run/{{ name }}.sock` is a unix socket).

use std::path::PathBuf;

use crate::value::Unknown;

/// The byte that stands for a hole. A real NUL ends the line for uWSGI, whose strings are C's,
/// so that the parser never lets one through.
pub(super) const HOLE: u8 = 0;

/// What a hole is to readers that take no control characters.
pub(super) const STAND_IN: u8 = 0x7f;

/// What is not known in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// Nothing is known of what stands here.
    Unknown(Unknown),
    /// The directory of an ini file, with its slash (`%d`): its place in the tree is
    /// known, what it is called on the host is not.
    Directory(PathBuf),
}

impl Hole {
    /// Why the text is not known.
    pub(super) fn why(&self) -> Unknown {
        match self {
            Self::Unknown(unknown) => unknown.clone(),
            Self::Directory(_) => {
                Unknown::because("what the directory of this file is called on the host")
            }
        }
    }
}

/// Bytes, each [`HOLE`] among them one of the holes, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    bytes: Vec<u8>,
    holes: Vec<Hole>,
}

impl Text {
    /// A text without holes. A NUL ends it, as it ends a string of C.
    pub(super) fn literal(bytes: &[u8]) -> Self {
        let end = memchr::memchr(HOLE, bytes).unwrap_or(bytes.len());
        Self {
            bytes: bytes[..end].to_vec(),
            holes: Vec::new(),
        }
    }

    /// A text of which nothing is known.
    pub(super) fn hole(hole: Hole) -> Self {
        Self {
            bytes: vec![HOLE],
            holes: vec![hole],
        }
    }

    /// A text from bytes and the holes that its NULs stand for.
    pub(super) fn from_parts(bytes: Vec<u8>, holes: Vec<Hole>) -> Self {
        debug_assert_eq!(memchr::memchr_iter(HOLE, &bytes).count(), holes.len());
        Self { bytes, holes }
    }

    /// The bytes, with a NUL for each hole.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The holes, in order.
    pub(super) fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The bytes, where there is no hole.
    pub(super) fn known(&self) -> Option<&[u8]> {
        self.holes.is_empty().then_some(self.bytes.as_slice())
    }

    /// The part between two offsets.
    pub(super) fn slice(&self, range: std::ops::Range<usize>) -> Self {
        let before = memchr::memchr_iter(HOLE, &self.bytes[..range.start]).count();
        let inside = memchr::memchr_iter(HOLE, &self.bytes[range.clone()]).count();
        Self {
            bytes: self.bytes[range].to_vec(),
            holes: self.holes[before..before + inside].to_vec(),
        }
    }

    /// Adds `other` at the end.
    pub(super) fn push(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
        self.holes.extend_from_slice(&other.holes);
    }

    /// The text with every `what` replaced (uwsgi_substitute in core/utils.c).
    pub(super) fn substitute(&self, what: &[u8], with: &Self) -> Self {
        let mut made = Self::default();
        let mut from = 0;
        for at in memchr::memmem::find_iter(&self.bytes, what) {
            made.push(&self.slice(from..at));
            made.push(with);
            from = at + what.len();
        }
        made.push(&self.slice(from..self.bytes.len()));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(name: &str) -> Text {
        Text::hole(Hole::Unknown(Unknown::because(name)))
    }

    #[test]
    fn a_slice_takes_its_own_holes() {
        let mut text = Text::literal(b"a");
        text.push(&hole("first"));
        text.push(&Text::literal(b"b"));
        text.push(&hole("second"));
        assert_eq!(text.bytes(), b"a\0b\0");
        assert_eq!(text.slice(2..4).holes(), hole("second").holes());
        assert_eq!(text.slice(2..3).known(), Some(b"b".as_slice()));
        assert_eq!(text.known(), None);
    }

    #[test]
    fn every_occurrence_is_replaced() {
        let text = Text::literal(b"%(_)/%(_).sock");
        let with = text.substitute(b"%(_)", &Text::literal(b"app"));
        assert_eq!(with.known(), Some(b"app/app.sock".as_slice()));
        let holes = text.substitute(b"%(_)", &hole("name"));
        assert_eq!(holes.bytes(), b"\0/\0.sock");
        assert_eq!(holes.holes().len(), 2);
        assert_eq!(text.substitute(b"x", &hole("name")), text);
    }

    #[test]
    fn a_nul_ends_a_literal() {
        assert_eq!(Text::literal(b"a\0b").known(), Some(b"a".as_slice()));
    }
}
