//! Text that stands in a file in another form: in a JSON string, over several lines.

use std::ops::Range;

use crate::launch::word::Word;
use crate::source::{SourceFile, Span};

/// A byte in the place of something that is not known: what the outer shell or a template fills in.
/// No shell lets a NUL through, so it can stand for nothing else.
pub(super) const HOLE: u8 = 0;

/// What a line is written in, before the shell sees it. It says which bytes stand for others.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    /// What the shell sees. A [`HOLE`] is something that is not known.
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
            .map(|at| u32::try_from(range.start.saturating_add(at)).unwrap_or(u32::MAX))
            .collect();
        Self { text, offsets }
    }

    /// The text of a word that another format took apart: a list of YAML or JSON, a unit file.
    /// Where its bytes cannot be told from the ones in the file, every part of it stands where all of it does.
    pub fn of_word(source: &SourceFile, word: &Word) -> Self {
        let text = word
            .text()
            .map_or_else(|| vec![HOLE], |text| text.as_bytes().to_vec());
        let start = word.span.start;
        let offsets = align(source.slice(word.span), &text)
            .map(|places| {
                places
                    .into_iter()
                    .map(|place| start.saturating_add(u32::try_from(place).unwrap_or(u32::MAX)))
                    .collect()
            })
            .unwrap_or_else(|| {
                let mut offsets = vec![start; text.len()];
                offsets.push(word.span.end);
                offsets
            });
        Self { text, offsets }
    }

    /// Where a part of the text stands in the file.
    pub fn span(&self, source: &SourceFile, range: Range<usize>) -> Span {
        let all = || {
            let first = self.offsets.first().copied().unwrap_or(0);
            first..self.offsets.last().copied().unwrap_or(first)
        };
        let offsets = match self.offsets.get(range.start) {
            Some(start) if range.end > range.start => *start..self.end(source, range.end),
            Some(start) => *start..*start,
            None => all(),
        };
        let offsets = if offsets.end < offsets.start
            || (offsets.end == offsets.start && range.end > range.start)
        {
            all()
        } else {
            offsets
        };
        Span {
            file: source.id(),
            start: offsets.start,
            end: offsets.end,
        }
    }

    /// Where the byte before `end` ends in the file. The next byte's place will do, unless something
    /// in between was left out (a line that goes on in the next one): then it ends where it stands, if it
    /// stands there as itself and not as an escape.
    fn end(&self, source: &SourceFile, end: usize) -> u32 {
        let before = end.saturating_sub(1);
        let Some(last) = self.offsets.get(before).copied() else {
            return 0;
        };
        let next = self.offsets.get(end).copied().unwrap_or(last);
        if next <= last.saturating_add(1) {
            return next;
        }
        let at = last as usize;
        let written = source.bytes().get(at).copied();
        let is_doubled = next - last == 2 && written == source.bytes().get(at + 1).copied();
        let stands_for_itself = written == self.text.get(before).copied();
        if stands_for_itself && !is_doubled && written != Some(b'\\') {
            last.saturating_add(1)
        } else {
            next
        }
    }
}

/// For each byte of `text`, and one more, where in `raw` it comes from; nothing where that cannot be told.
fn align(raw: &[u8], text: &[u8]) -> Option<Vec<usize>> {
    let quote = raw
        .first()
        .copied()
        .filter(|byte| matches!(byte, b'"' | b'\''));
    let mut at = usize::from(quote.is_some());
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut rest = text;
    while let Some(byte) = rest.first().copied() {
        let taken = match raw.get(at).copied()? {
            b'\\' if quote == Some(b'"') => {
                let (length, stands_for) = escape(raw.get(at..)?)?;
                let written = stands_for.as_slice();
                if !rest.starts_with(written) {
                    return None;
                }
                places.extend(std::iter::repeat_n(at, written.len()));
                at += length;
                written.len()
            }
            b'\'' if quote == Some(b'\'') && raw.get(at + 1) == Some(&b'\'') && byte == b'\'' => {
                places.push(at);
                at += 2;
                1
            }
            written if written == byte => {
                places.push(at);
                at += 1;
                1
            }
            _ => return None,
        };
        rest = rest.get(taken..)?;
    }
    places.push(at);
    let tail = raw.get(at..)?;
    let is_all = match quote {
        Some(quote) => tail == [quote],
        None => tail.is_empty(),
    };
    is_all.then_some(places)
}

/// The length of an escape of JSON or of YAML's double quotes, and what it stands for.
fn escape(raw: &[u8]) -> Option<(usize, Vec<u8>)> {
    let digits = match raw.get(1)? {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        simple => {
            let byte = match simple {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                b'"' | b'\\' | b'/' | b'\'' | b' ' => *simple,
                _ => return None,
            };
            return Some((2, vec![byte]));
        }
    };
    let hex = std::str::from_utf8(raw.get(2..2 + digits)?).ok()?;
    let character = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
    Some((2 + digits, character.to_string().into_bytes()))
}
