//! The instructions of a Dockerfile: lines put together, comments left out, here-documents behind them
//! (parser.Parse in BuildKit's frontend/dockerfile/parser).

use std::ops::Range;

use crate::launch::shell::Encoded;
use crate::source::SourceFile;

/// More instructions than this are no image's.
const MAX_INSTRUCTIONS: usize = 20_000;

/// One instruction.
pub(super) struct Instruction {
    /// Its name, in capitals.
    pub(super) name: String,
    /// Flags: `--from=build`, each as name and value.
    pub(super) flags: Vec<(String, Encoded)>,
    /// What stands behind the name and the flags.
    pub(super) rest: Encoded,
    /// The here-documents behind it.
    pub(super) heredocs: Vec<Encoded>,
    /// All of it.
    pub(super) range: Range<usize>,
}

/// The instructions, in order; false where there are more than are looked at.
pub(super) fn instructions(source: &SourceFile) -> (Vec<Instruction>, bool) {
    let bytes = source.bytes();
    let escape = escape(bytes);
    let mut found = Vec::new();
    let mut at = if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    while at < bytes.len() {
        if found.len() >= MAX_INSTRUCTIONS {
            return (found, false);
        }
        let (line, end, next) = logical_line(bytes, at, escape);
        let start = at;
        at = next.max(at + 1);
        let Some(mut instruction) = instruction(line, start..end) else {
            continue;
        };
        if matches!(instruction.name.as_str(), "RUN" | "COPY" | "ADD") {
            for delimiter in heredocs(&instruction.rest.text) {
                let (body, after) = heredoc(source, at, &delimiter);
                instruction.heredocs.push(body);
                at = after;
            }
        }
        found.push(instruction);
    }
    (found, true)
}

/// The character of `# escape=` among the comments at the top; a backslash otherwise.
fn escape(bytes: &[u8]) -> u8 {
    for line in bytes.split(|byte| *byte == b'\n').take(8) {
        let Some(directive) = line.trim_ascii().strip_prefix(b"#") else {
            break;
        };
        let directive = directive.trim_ascii();
        let Some((name, value)) = directive
            .iter()
            .position(|byte| *byte == b'=')
            .map(|at| directive.split_at(at))
        else {
            break;
        };
        if name.trim_ascii().eq_ignore_ascii_case(b"escape") {
            return if value[1..].trim_ascii() == b"`" {
                b'`'
            } else {
                b'\\'
            };
        }
    }
    b'\\'
}

/// A line with those that the escape character at its end joins to it; comments and empty lines in
/// between are left out. Also where its last byte ends, and where the next one begins.
fn logical_line(bytes: &[u8], start: usize, escape: u8) -> (Encoded, usize, usize) {
    let mut line = Encoded::default();
    let mut at = start;
    let mut last = start;
    let mut goes_on = false;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let content = &bytes[at..end];
        let trimmed = content.trim_ascii();
        let next = (end + 1).min(bytes.len());
        let is_left_out = trimmed.first() == Some(&b'#') || (goes_on && trimmed.is_empty());
        if is_left_out {
            if !goes_on {
                line.offsets.push(offset(end));
                return (line, end, next);
            }
            at = next;
            continue;
        }
        let content = content.trim_ascii_end();
        let (content, joins) = match content.strip_suffix(&[escape]) {
            Some(content) => (content, true),
            None => (content, false),
        };
        line.text.extend_from_slice(content);
        line.offsets.extend((at..at + content.len()).map(offset));
        last = at + content.len();
        goes_on = joins;
        at = next;
        if !goes_on {
            break;
        }
    }
    line.offsets.push(offset(last));
    (line, last, at)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn instruction(line: Encoded, range: Range<usize>) -> Option<Instruction> {
    let start = line
        .text
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())?;
    let name_end = end_of_word(&line.text, start);
    let name = String::from_utf8_lossy(&line.text[start..name_end]).to_ascii_uppercase();
    let mut at = skip_blanks(&line.text, name_end);
    let mut flags = Vec::new();
    while line.text[at..].starts_with(b"--") && takes_flags(&name) {
        let end = end_of_word(&line.text, at);
        let equals = memchr::memchr(b'=', &line.text[at..end]).map_or(end, |offset| at + offset);
        let flag = String::from_utf8_lossy(&line.text[at + 2..equals]).into_owned();
        flags.push((flag, part(&line, (equals + 1).min(end)..end)));
        at = skip_blanks(&line.text, end);
    }
    let end = line.text.len();
    let begins = line
        .offsets
        .get(start)
        .map_or(range.start, |offset| *offset as usize);
    Some(Instruction {
        name,
        flags,
        rest: part(&line, at..end),
        heredocs: Vec::new(),
        range: begins..range.end.max(begins),
    })
}

fn takes_flags(name: &str) -> bool {
    matches!(name, "RUN" | "COPY" | "ADD" | "FROM" | "HEALTHCHECK")
}

fn end_of_word(text: &[u8], from: usize) -> usize {
    text[from..]
        .iter()
        .position(u8::is_ascii_whitespace)
        .map_or(text.len(), |offset| from + offset)
}

fn skip_blanks(text: &[u8], from: usize) -> usize {
    text[from..]
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .map_or(text.len(), |offset| from + offset)
}

/// A part of a text, with its places.
pub(super) fn part(text: &Encoded, range: Range<usize>) -> Encoded {
    let end = range.end.min(text.text.len());
    let start = range.start.min(end);
    Encoded {
        text: text.text[start..end].to_vec(),
        offsets: text.offsets.get(start..=end).unwrap_or_default().to_vec(),
    }
}

/// Words between blanks, as ranges.
pub(super) fn words(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = skip_blanks(text, 0);
    while at < text.len() {
        let end = end_of_word(text, at);
        found.push(at..end);
        at = skip_blanks(text, end);
    }
    found
}

/// The delimiters of `<<EOF`, `<<-EOF`, `<<"EOF"`.
fn heredocs(text: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text, b"<<") {
        let is_word = at == 0 || !matches!(text[at - 1], b'<');
        let mut rest = &text[at + 2..];
        if !is_word || rest.first() == Some(&b'<') {
            continue;
        }
        rest = rest.strip_prefix(b"-").unwrap_or(rest);
        let quote = rest
            .first()
            .copied()
            .filter(|byte| matches!(byte, b'"' | b'\''));
        rest = &rest[usize::from(quote.is_some())..];
        let length = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        if length > 0 && found.len() < 16 {
            found.push(rest[..length].to_vec());
        }
    }
    found
}

/// The lines up to the delimiter, and where the file goes on.
fn heredoc(source: &SourceFile, start: usize, delimiter: &[u8]) -> (Encoded, usize) {
    let bytes = source.bytes();
    let mut at = start;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        if bytes[at..end].trim_ascii() == delimiter {
            return (
                Encoded::plain(source, start..at),
                (end + 1).min(bytes.len()),
            );
        }
        at = end + 1;
    }
    (Encoded::plain(source, start..bytes.len()), bytes.len())
}
