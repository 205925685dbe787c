//! Where each byte of a scalar's text stands in the file.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

/// The offsets of the bytes of `text`, and one more for its end.
///
/// The text is followed through the file: what is escaped, folded and indented there is stepped
/// over. Where the two part ways (line ends around an escaped one), each byte gets the place of the
/// whole scalar.
pub(super) fn of(text: &str, style: ScalarStyle, bytes: &[u8], range: Range<usize>) -> Vec<u32> {
    let raw = bytes.get(range.clone()).unwrap_or_default();
    let followed = match style {
        ScalarStyle::Plain => flow(text, Raw::new(raw, 0, 0), None),
        ScalarStyle::SingleQuoted => flow(text, Raw::new(raw, 1, 1), Some(b'\'')),
        ScalarStyle::DoubleQuoted => flow(text, Raw::new(raw, 1, 1), Some(b'"')),
        ScalarStyle::Literal | ScalarStyle::Folded => block(text, bytes, range.clone()),
    };
    let shift = |at: usize| u32::try_from(range.start + at).unwrap_or(u32::MAX);
    match followed {
        Some(offsets) => offsets.into_iter().map(shift).collect(),
        None => {
            let mut offsets = vec![shift(0); text.len()];
            offsets.push(shift(raw.len()));
            offsets
        }
    }
}

/// A scalar as it is written, and how far it was followed.
struct Raw<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Raw<'a> {
    /// Without so many bytes at the start and at the end.
    fn new(bytes: &'a [u8], before: usize, behind: usize) -> Self {
        let end = bytes.len().saturating_sub(behind);
        Self {
            bytes: bytes.get(..end).unwrap_or_default(),
            at: before.min(end),
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        self.at += self
            .rest()
            .iter()
            .take_while(|byte| is_skipped(**byte))
            .count();
    }

    /// Steps over the line ends that come next, with the blanks around them, and counts them.
    fn line_ends(&mut self) -> usize {
        let mut count = 0;
        loop {
            let blanks = self
                .rest()
                .iter()
                .take_while(|byte| is_blank(**byte))
                .count();
            if self.rest().get(blanks) != Some(&b'\n') {
                return count;
            }
            self.at += blanks + 1;
            count += 1;
        }
    }

    /// Steps over a character that is written as it is.
    fn literal(&mut self, character: char) -> Option<usize> {
        let mut buffer = [0; 4];
        let encoded = character.encode_utf8(&mut buffer).as_bytes();
        let start = self.at;
        self.rest().starts_with(encoded).then(|| {
            self.at += encoded.len();
            start
        })
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// A scalar without or in quotes.
fn flow(text: &str, mut raw: Raw<'_>, quote: Option<u8>) -> Option<Vec<usize>> {
    let mut offsets = Vec::with_capacity(text.len() + 1);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        // In double quotes a backslash at the end of a line joins it to the next one.
        while quote == Some(b'"')
            && (raw.rest().starts_with(b"\\\n") || raw.rest().starts_with(b"\\\r\n"))
        {
            raw.at += 1;
            raw.skip(|byte| byte == b'\r');
            raw.at += 1;
            raw.skip(|byte| matches!(byte, b' ' | b'\t'));
        }
        let start = raw.at;
        // One line end is a space; of more, all but the first are line ends.
        let count = raw.line_ends();
        if count > 0 {
            raw.skip(is_blank);
            let made = if count == 1 {
                " ".to_owned()
            } else {
                "\n".repeat(count - 1)
            };
            rest = rest.strip_prefix(made.as_str())?;
            offsets.extend(std::iter::repeat_n(start, made.len()));
            continue;
        }
        match (raw.rest(), quote) {
            ([b'\\', kind, ..], Some(b'"')) => {
                raw.at += match kind {
                    b'x' => 4,
                    b'u' => 6,
                    b'U' => 10,
                    _ => 2,
                };
            }
            ([b'\'', b'\'', ..], Some(b'\'')) if character == '\'' => raw.at += 2,
            _ => {
                raw.literal(character)?;
            }
        }
        offsets.extend(std::iter::repeat_n(start, character.len_utf8()));
        rest = rest.get(character.len_utf8()..)?;
    }
    offsets.push(raw.at);
    Some(offsets)
}

/// A scalar behind `|` or `>`; the parser gives its lines without the header, from the first character on.
fn block(text: &str, file: &[u8], range: Range<usize>) -> Option<Vec<usize>> {
    let bytes = file.get(range.clone())?;
    let before = file.get(..range.start)?;
    let indent = before.len() - memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let mut raw = Raw::new(bytes, 0, 0);
    let mut offsets = Vec::with_capacity(text.len() + 1);
    // Empty lines above the first one.
    let rest = text.trim_start_matches('\n');
    offsets.extend(std::iter::repeat_n(0, text.len() - rest.len()));
    let mut rest = rest;
    while let Some(character) = rest.chars().next() {
        let start = raw.at;
        // As many line ends as there are, one less where lines are folded, or a space for the only one.
        let mut count = 0;
        while matches!(raw.rest(), [b'\n', ..] | [b'\r', b'\n', ..]) {
            raw.skip(|byte| byte == b'\r');
            raw.at += 1;
            count += 1;
            let blanks = raw.rest().iter().take(indent);
            raw.at += blanks.take_while(|byte| **byte == b' ').count();
        }
        let made = match rest
            .bytes()
            .take(count)
            .take_while(|byte| *byte == b'\n')
            .count()
        {
            0 if count == 1 && character == ' ' => 1,
            0 if count > 0 => return None,
            // Blanks and line ends at the end are not counted as a part of the scalar.
            0 if character.is_ascii_whitespace() && raw.rest().is_empty() => 1,
            0 => {
                raw.literal(character)?;
                character.len_utf8()
            }
            made => made,
        };
        offsets.extend(std::iter::repeat_n(start, made));
        rest = rest.get(made..)?;
    }
    offsets.push(raw.at);
    Some(offsets)
}
