//! A word of a configuration: where it stands, what it says, and what it is made of.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use super::template::{self, Template};

/// How a word was quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Not at all.
    None,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// A quote opens it and none closes it; it was cut at the end of its line.
    Unclosed,
}

/// A word: a range of bytes, without its quotes. What it says is decoded on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    start: u32,
    end: u32,
    quote: Quote,
}

impl Word {
    pub(super) fn new(range: Range<usize>, quote: Quote) -> Self {
        Self {
            start: u32::try_from(range.start).unwrap_or(u32::MAX),
            end: u32::try_from(range.end).unwrap_or(u32::MAX),
            quote,
        }
    }

    /// The bytes between the quotes.
    pub(super) fn inner(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes with the quotes.
    pub(super) fn outer(self) -> Range<usize> {
        let inner = self.inner();
        match self.quote {
            Quote::None => inner,
            Quote::Unclosed => inner.start.saturating_sub(1)..inner.end,
            Quote::Single | Quote::Double => inner.start.saturating_sub(1)..inner.end + 1,
        }
    }

    /// How it was quoted.
    pub(super) fn quote(self) -> Quote {
        self.quote
    }

    /// The bytes as they stand in the file.
    pub(super) fn raw(self, text: &[u8]) -> &[u8] {
        text.get(self.inner()).unwrap_or_default()
    }

    /// What nginx makes of it.
    pub(super) fn value(self, text: &[u8]) -> Cow<'_, [u8]> {
        decode(self.raw(text))
    }

    /// Whether nginx makes that of it.
    pub(super) fn says(self, text: &[u8], value: &[u8]) -> bool {
        let raw = self.raw(text);
        // An escape only ever shortens.
        match raw.len().cmp(&value.len()) {
            Ordering::Less => false,
            Ordering::Equal => raw == value,
            Ordering::Greater => {
                let may_begin_so = raw[0] == b'\\' || value.first() == Some(&raw[0]);
                may_begin_so && *self.value(text) == *value
            }
        }
    }

    /// What it is made of, in order and without gaps.
    pub(super) fn pieces(self, text: &[u8], template: Template) -> Vec<Piece<'_>> {
        pieces(self.raw(text), self.inner().start, template)
    }
}

/// Takes the escapes out as ngx_conf_read_token stores a word: only these six, every other backslash stays.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut value = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let replaced = match (raw[at], raw.get(at + 1)) {
            (b'\\', Some(byte @ (b'"' | b'\'' | b'\\'))) => Some(*byte),
            (b'\\', Some(b't')) => Some(b'\t'),
            (b'\\', Some(b'r')) => Some(b'\r'),
            (b'\\', Some(b'n')) => Some(b'\n'),
            _ => None,
        };
        value.push(replaced.unwrap_or(raw[at]));
        at += if replaced.is_some() { 2 } else { 1 };
    }
    Cow::Owned(value)
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where it stands in the file.
    pub range: Range<usize>,
    /// What it is.
    pub kind: PieceKind<'a>,
}

/// What a part of a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceKind<'a> {
    /// These bytes.
    Literal(Cow<'a, [u8]>),
    /// `$name` or `${name}`, which nginx fills at run time where the directive takes variables.
    Variable(&'a [u8]),
    /// Filled before nginx reads the file.
    Hole,
}

fn pieces(raw: &[u8], offset: usize, template: Template) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut at, mut literal) = (0, 0);
    while at < raw.len() {
        let found = match raw[at] {
            b'$' | b'{' | b'@' | b'<' => special(&raw[at..], template),
            _ => None,
        };
        let Some((length, kind)) = found else {
            at += 1;
            continue;
        };
        push_literal(&mut pieces, raw, literal..at, offset);
        pieces.push(Piece {
            range: offset + at..offset + at + length,
            kind,
        });
        at += length;
        literal = at;
    }
    push_literal(&mut pieces, raw, literal..raw.len(), offset);
    pieces
}

fn push_literal<'a>(
    pieces: &mut Vec<Piece<'a>>,
    raw: &'a [u8],
    range: Range<usize>,
    offset: usize,
) {
    if !range.is_empty() {
        pieces.push(Piece {
            range: offset + range.start..offset + range.end,
            kind: PieceKind::Literal(decode(&raw[range])),
        });
    }
}

/// A hole or a variable at the start of `rest`, and its length.
fn special(rest: &[u8], template: Template) -> Option<(usize, PieceKind<'_>)> {
    if let Some(length) = template::hole(rest, template) {
        return Some((length, PieceKind::Hole));
    }
    let (name, length) = variable(rest)?;
    Some((length, PieceKind::Variable(name)))
}

/// The variable at the start of `rest` as ngx_http_script_compile reads it.
fn variable(rest: &[u8]) -> Option<(&[u8], usize)> {
    let after = rest.strip_prefix(b"$")?;
    let name_of = |bytes: &[u8]| {
        bytes
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count()
    };
    if let Some(inside) = after.strip_prefix(b"{") {
        let length = name_of(inside);
        return (length > 0 && inside.get(length) == Some(&b'}'))
            .then(|| (&inside[..length], length + 3));
    }
    let length = match after.first() {
        // A group of a regex has one digit: `$1abc` is `$1` and text.
        Some(b'1'..=b'9') => 1,
        _ => name_of(after),
    };
    (length > 0).then(|| (&after[..length], length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_escapes_are_taken_out_and_every_other_backslash_stays() {
        for (raw, value) in [
            (r#"a\"b"#, &b"a\"b"[..]),
            (r"a\'b", b"a'b"),
            (r"a\\b", b"a\\b"),
            (r"\t\r\n", b"\t\r\n"),
            (r"\.php\;\ x", b"\\.php\\;\\ x"),
            (r"\\n", b"\\n"),
            (r"\", b"\\"),
        ] {
            assert_eq!(&*decode(raw.as_bytes()), value, "{raw}");
        }
        assert!(matches!(decode(b"plain"), Cow::Borrowed(_)));
    }

    fn shown(raw: &str, template: Template) -> Vec<String> {
        let word = Word::new(0..raw.len(), Quote::None);
        word.pieces(raw.as_bytes(), template)
            .into_iter()
            .map(|piece| match piece.kind {
                PieceKind::Literal(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                PieceKind::Variable(name) => format!("${}", String::from_utf8_lossy(name)),
                PieceKind::Hole => format!("<{}>", &raw[piece.range]),
            })
            .collect()
    }

    #[test]
    fn a_word_is_literals_variables_and_holes() {
        let nginx = Template::No;
        assert_eq!(shown("a$b-${c}d$", nginx), ["a", "$b", "-", "$c", "d$"]);
        assert_eq!(shown("${x", nginx), ["${x"]);
        assert_eq!(shown("@NAME@", nginx), ["@NAME@"]);
        assert_eq!(shown("${HOST}", nginx), ["$HOST"]);
        assert_eq!(shown("/$1_$22", nginx), ["/", "$1", "_", "$2", "2"]);
        let filled = Template::Values;
        assert_eq!(shown("a{{ x }}b", filled), ["a", "<{{ x }}>", "b"]);
        assert_eq!(shown("@NAME@/x", filled), ["<@NAME@>", "/x"]);
        assert_eq!(
            shown("${HOST}$HOST$host", filled),
            ["<${HOST}>", "<$HOST>", "$host"]
        );
    }
}
