//! Tokens, and the pieces of a word.

use std::ops::Range;

/// A token.
#[derive(Debug)]
pub(super) enum Token {
    Word(Lexed),
    Operator(Operator),
    Newline,
    /// A redirection, with its target.
    Redirection,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `;`
    Semicolon,
    /// `;;`, and bash's `;&` and `;;&`.
    CaseEnd,
    /// `&`
    Background,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|` and `|&`
    Pipe,
    /// `(`
    Open,
    /// `)`
    Close,
}

/// A word before anything in it is filled in.
#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) range: Range<usize>,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a word.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Byte {
        byte: u8,
        is_quoted: bool,
    },
    /// Quotes open here: the word is there even if nothing is in them.
    Quote,
    Parameter {
        name: Range<usize>,
        is_quoted: bool,
        /// `${X:-d}`: an empty value does not count.
        not_empty: bool,
    },
    Unknown {
        why: &'static str,
    },
}

impl Lexed {
    /// The text of a word without quotes or anything to fill in: only such a word can be `if` or `do`.
    pub(super) fn bare(&self) -> Option<Vec<u8>> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Byte {
                    byte,
                    is_quoted: false,
                    ..
                } => Some(*byte),
                _ => None,
            })
            .collect()
    }

    /// The same as text.
    pub(super) fn text(&self) -> Option<String> {
        String::from_utf8(self.bare()?).ok()
    }

    /// Of `NAME=value`, how many pieces the name has and how many are before the value: one more, or
    /// two for `NAME+=`.
    pub(super) fn assignment(&self) -> Option<(usize, usize)> {
        let unquoted = |index: usize| match self.pieces.get(index) {
            Some(Piece::Byte {
                byte,
                is_quoted: false,
                ..
            }) => Some(*byte),
            _ => None,
        };
        let mut length = 0;
        while let Some(byte) = unquoted(length)
            && is_name_byte(byte, length == 0)
        {
            length += 1;
        }
        if length == 0 {
            return None;
        }
        match (unquoted(length), unquoted(length + 1)) {
            (Some(b'='), _) => Some((length, length + 1)),
            (Some(b'+'), Some(b'=')) => Some((length, length + 2)),
            _ => None,
        }
    }
}

pub(super) fn is_name_byte(byte: u8, is_first: bool) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic() || (!is_first && byte.is_ascii_digit())
}
