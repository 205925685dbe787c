//! The lines of a unit file: sections, keys, values over several lines (config_parse in systemd's
//! src/shared/conf-parser.c).

use crate::launch::shell::Encoded;
use crate::source::{SourceFile, Span};

/// More settings than this are no unit.
const MAX_SETTINGS: usize = 10_000;

/// One `Key=value`.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// The section that it stands in, without brackets.
    pub(super) section: String,
    /// The section's header.
    pub(super) header: Span,
    /// The key.
    pub(super) key: String,
    /// The value, its lines put together, with the place of each byte.
    pub(super) value: Encoded,
    /// The value's place.
    pub(super) span: Span,
}

/// Every setting of a file, in order.
pub(super) fn parse(source: &SourceFile) -> Vec<Setting> {
    let bytes = source.bytes();
    let mut settings = Vec::new();
    let mut section = (String::new(), source.span(0..0));
    let mut at = if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    while at < bytes.len() && settings.len() < MAX_SETTINGS {
        let (line, next) = logical_line(bytes, at);
        at = next;
        let text = line.text.trim_ascii();
        if text.is_empty() || matches!(text[0], b'#' | b';') {
            continue;
        }
        let start = line.text.len() - line.text.trim_ascii_start().len();
        if text[0] == b'[' {
            let name = text[1..].strip_suffix(b"]").unwrap_or(&text[1..]);
            let span = place(source, &line, start..start + text.len());
            section = (String::from_utf8_lossy(name).into_owned(), span);
            continue;
        }
        let Some(equals) = memchr::memchr(b'=', text) else {
            continue;
        };
        let key = String::from_utf8_lossy(text[..equals].trim_ascii()).into_owned();
        let rest = &text[equals + 1..];
        let value_start = start + equals + 1 + (rest.len() - rest.trim_ascii_start().len());
        let value_end = start + text.len();
        let value = Encoded {
            text: line.text[value_start.min(value_end)..value_end].to_vec(),
            offsets: line.offsets[value_start.min(value_end)..=value_end].to_vec(),
        };
        settings.push(Setting {
            section: section.0.clone(),
            header: section.1,
            key,
            span: place(source, &line, value_start.min(value_end)..value_end),
            value,
        });
    }
    settings
}

/// The bytes of a part of a logical line in the file.
fn place(source: &SourceFile, line: &Encoded, range: std::ops::Range<usize>) -> Span {
    span_of(source, line, range)
}

/// Where a part of a text stands in the file.
pub(super) fn span_of(source: &SourceFile, text: &Encoded, range: std::ops::Range<usize>) -> Span {
    text.span(source, range)
}

/// A line with those that a `\` at its end joins to it, and where the next one begins. The `\` and
/// the line end stand for one blank; a comment between them is left out.
fn logical_line(bytes: &[u8], start: usize) -> (Encoded, usize) {
    let mut line = Encoded::default();
    let mut at = start;
    let mut is_first = true;
    loop {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let mut content_end = end;
        if content_end > at && bytes[content_end - 1] == b'\r' {
            content_end -= 1;
        }
        let content = &bytes[at..content_end];
        let trimmed = content.trim_ascii_start();
        let is_comment = matches!(trimmed.first(), Some(b'#' | b';'));
        let next = (end + 1).min(bytes.len());
        if is_comment && is_first {
            push(&mut line, content, at);
            finish(&mut line, content_end);
            return (line, next.max(start + 1));
        }
        let mut goes_on = is_comment;
        if !is_comment {
            match content.strip_suffix(b"\\") {
                Some(content) => {
                    push(&mut line, content, at);
                    push(&mut line, b" ", at + content.len());
                    goes_on = true;
                }
                None => push(&mut line, content, at),
            }
        }
        is_first = false;
        if !goes_on || next >= bytes.len() {
            finish(&mut line, content_end);
            return (line, next.max(start + 1));
        }
        at = next;
    }
}

fn push(line: &mut Encoded, bytes: &[u8], from: usize) {
    line.text.extend_from_slice(bytes);
    line.offsets
        .extend((from..from + bytes.len()).map(|at| u32::try_from(at).unwrap_or(u32::MAX)));
}

fn finish(line: &mut Encoded, end: usize) {
    line.offsets.push(u32::try_from(end).unwrap_or(u32::MAX));
}
