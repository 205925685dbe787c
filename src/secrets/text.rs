//! Secrets in every other format: `name = value`, `"name": "value"`, `name: value`, `name value;`.

use std::ops::Range;
use std::path::Path;

use super::{names, unquoted};

/// Lines that a quoted value may go on for.
const LINES: usize = 40;
/// Bytes that a list of values may go on for.
const REACH: usize = 4096;
/// Bytes that are looked back on for the word before a name.
const STATEMENT: usize = 256;
/// Directives whose first argument is a name and whose second is its value.
const NAMING: [&[u8]; 13] = [
    b"uwsgi_param",
    b"fastcgi_param",
    b"scgi_param",
    b"proxy_set_header",
    b"grpc_set_header",
    b"add_header",
    b"more_set_headers",
    b"set",
    b"env",
    b"setenv",
    b"passenv",
    b"export",
    b"arg",
];

/// Adds the secrets of a file that is not Python.
pub(super) fn find(path: &Path, bytes: &[u8], found: &mut Vec<Range<usize>>) {
    let is_ini = path.extension().is_some_and(|end| end == "ini");
    let is_yaml = path
        .extension()
        .is_some_and(|end| end == "yml" || end == "yaml");
    let mut at = 0;
    let mut line = names::Line::first(bytes);
    while at < bytes.len() {
        if !names::is_part(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && names::is_part(bytes[at]) {
            at += 1;
        }
        if !names::is_secret(&bytes[start..at]) {
            continue;
        }
        line.reach(bytes, start);
        let key = Key {
            bytes,
            line: &line,
            name: start..at,
            goes_on: !is_ini,
            is_yaml,
        };
        if let Some(end) = key.value(found) {
            at = end.max(at);
        }
    }
}

struct Key<'a> {
    bytes: &'a [u8],
    line: &'a names::Line,
    name: Range<usize>,
    /// Whether a quoted value may have several lines.
    goes_on: bool,
    is_yaml: bool,
}

impl Key<'_> {
    /// Masks the value that belongs to the name; the place after it.
    fn value(&self, found: &mut Vec<Range<usize>>) -> Option<usize> {
        let bytes = self.bytes;
        let line_end = self.line.end;
        let before = self
            .name
            .start
            .checked_sub(1)
            .and_then(|at| bytes.get(at))
            .copied()
            .filter(|_| self.name.start > self.line.start);
        // `/token/` is a path.
        if before == Some(b'/') {
            return None;
        }
        let mut at = self.name.end;
        let quoted = matches!(before, Some(b'"' | b'\'')) && bytes.get(at).copied() == before;
        at += usize::from(quoted);
        while at < line_end && b"]) \t".contains(&bytes[at]) {
            at += 1;
        }
        let separator = *bytes.get(at).filter(|_| at < line_end)?;
        match separator {
            b'=' => {
                at += 1;
                // `==`, `=~`, `=>`
                at += usize::from(at < line_end && b"=~>".contains(&bytes[at]));
            }
            b'!' | b'+' | b'?' if bytes.get(at + 1) == Some(&b'=') => at += 2,
            b':' if quoted
                || bytes
                    .get(at + 1)
                    .is_none_or(|next| next.is_ascii_whitespace() || *next == b'=') =>
            {
                at += 1;
                at += usize::from(bytes.get(at) == Some(&b'='));
            }
            _ if at > self.name.end && self.takes_the_next_word(before) => {
                return Some(self.word(at, line_end, found));
            }
            _ => return None,
        }
        while at < line_end && matches!(bytes[at], b' ' | b'\t') {
            at += 1;
        }
        // `"SECRET_KEY=abc"`, `?token=abc&`
        let end = match before {
            Some(quote @ (b'"' | b'\'')) if !quoted => {
                memchr::memchr(quote, &bytes[at..line_end]).map_or(line_end, |end| at + end)
            }
            // nginx's `if ($arg_token = abc) {`
            Some(b'$') => match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    return Some(self.quoted(at, *quote, line_end, found));
                }
                _ => memchr::memchr3(b')', b' ', b';', &bytes[at..line_end])
                    .map_or(line_end, |end| at + end),
            },
            Some(b'?' | b'&') => bytes[at..line_end]
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || b"&\"';".contains(byte))
                .map_or(line_end, |end| at + end),
            _ => return Some(self.any(at, line_end, found)),
        };
        mark(bytes, at..end, found);
        Some(end)
    }

    /// A value that may be anything: quoted, in brackets, a block, or the rest of the line.
    fn any(&self, at: usize, line_end: usize, found: &mut Vec<Range<usize>>) -> usize {
        let bytes = self.bytes;
        let rest = bytes[at..line_end].trim_ascii_end();
        match rest.first() {
            None if self.is_yaml => self.block(line_end, true, found),
            None => line_end,
            Some(b'|' | b'>') if rest.len() <= 3 => self.block(line_end, false, found),
            Some(quote @ (b'"' | b'\'')) => self.quoted(at, *quote, line_end, found),
            Some(b'[' | b'{' | b'(') if !is_reference(rest) => match self.bracketed(at, found) {
                Some(end) => end,
                None => {
                    mark(bytes, at..at + rest.len(), found);
                    line_end
                }
            },
            Some(_) => {
                mark(bytes, at..at + rest.len(), found);
                line_end
            }
        }
    }

    /// `location = /x { uwsgi_param SECRET x; include uwsgi_params; }`: a word, not the rest of the line.
    fn word(&self, at: usize, line_end: usize, found: &mut Vec<Range<usize>>) -> usize {
        let bytes = self.bytes;
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
            return self.quoted(at, *quote, line_end, found);
        }
        let end =
            memchr::memchr2(b';', b'{', &bytes[at..line_end]).map_or(line_end, |end| at + end);
        mark(bytes, at..end, found);
        end
    }

    /// Whether what stands after a blank is the name's value: after certain words, after
    /// `--password`, and where the name is the first word of its line.
    fn takes_the_next_word(&self, before: Option<u8>) -> bool {
        let name = &self.bytes[self.name.clone()];
        if name.starts_with(b"--") {
            return true;
        }
        let from = self
            .line
            .text
            .max(self.name.start.saturating_sub(STATEMENT));
        let line = &self.bytes[from.min(self.name.start)..self.name.start];
        let statement = line
            .iter()
            .rposition(|byte| b";{}".contains(byte))
            .map_or(line, |at| &line[at + 1..]);
        let first = statement.trim_ascii();
        let first = first.strip_suffix(b"$").unwrap_or(first).trim_ascii_end();
        let first = first.strip_suffix(b"\"").unwrap_or(first).trim_ascii_end();
        if NAMING.contains(&first.to_ascii_lowercase().as_slice()) {
            return true;
        }
        if before == Some(b'$') || !first.iter().all(|byte| b"#;- \t".contains(byte)) {
            return false;
        }
        // In a comment, `pass the request on` is prose, and `password hunter2` is not.
        let is_comment = matches!(self.bytes.get(self.line.text), Some(b'#' | b';'));
        let rest = self.bytes[self.name.end..self.line.end].trim_ascii();
        !is_comment || !rest.contains(&b' ')
    }

    /// A value in quotes; one without an end is masked to the end of its line.
    fn quoted(
        &self,
        at: usize,
        quote: u8,
        line_end: usize,
        found: &mut Vec<Range<usize>>,
    ) -> usize {
        let bytes = self.bytes;
        let width = if bytes[at..].starts_with(&[quote; 3]) {
            3
        } else {
            1
        };
        let start = at + width;
        let mut lines = 0;
        let mut here = start;
        while here < bytes.len() {
            match bytes[here] {
                b'\\' => here += 1,
                b'\n' => {
                    lines += 1;
                    if !self.goes_on || lines > LINES {
                        break;
                    }
                }
                byte if byte == quote && bytes[here..].starts_with(&[quote; 3][..width]) => {
                    mark(bytes, start..here, found);
                    let end = here + width;
                    // `'a'"b"` is one word to a shell.
                    return match bytes.get(end) {
                        Some(b'"' | b'\'') if width == 1 => {
                            let line_end = self.line_end(end);
                            self.rest(end, line_end, found)
                        }
                        _ => end,
                    };
                }
                _ => {}
            }
            here += 1;
        }
        let end = line_end.max(start);
        mark(bytes, start..end, found);
        end
    }

    fn rest(&self, at: usize, line_end: usize, found: &mut Vec<Range<usize>>) -> usize {
        found.push(at..line_end);
        line_end
    }

    /// The strings of a list or table, over several lines too; nothing where it has none.
    fn bracketed(&self, at: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
        let bytes = self.bytes;
        let limit = bytes.len().min(at + REACH);
        let mut strings = Vec::new();
        let mut depth = 0usize;
        let mut here = at;
        while here < limit {
            match bytes[here] {
                b'[' | b'{' | b'(' => depth += 1,
                b']' | b'}' | b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                quote @ (b'"' | b'\'') => {
                    let close = memchr::memchr2(quote, b'\n', &bytes[here + 1..limit])?;
                    strings.push(here + 1..here + 1 + close);
                    here += 1 + close;
                }
                _ => {}
            }
            here += 1;
        }
        if strings.is_empty() || depth > 0 {
            return None;
        }
        found.extend(strings);
        Some(here + 1)
    }

    /// YAML: the lines below that are indented more; of an empty value, only the items of a list.
    fn block(&self, line_end: usize, items: bool, found: &mut Vec<Range<usize>>) -> usize {
        let bytes = self.bytes;
        let indent = self.line.text - self.line.start;
        let mut at = line_end;
        while at < bytes.len() {
            let start = at + 1;
            let end = self.line_end(start);
            let line = &bytes[start.min(end)..end];
            let text = line.trim_ascii();
            let deeper = self::indent(line) > indent || (items && self::indent(line) == indent);
            if !text.is_empty() && (!deeper || (items && !text.starts_with(b"- "))) {
                break;
            }
            let from = start + self::indent(line) + if items { 2 } else { 0 };
            if from < end {
                mark(
                    bytes,
                    unquoted(bytes, from..start + line.trim_ascii_end().len()),
                    found,
                );
            }
            at = end;
        }
        at
    }

    fn line_end(&self, from: usize) -> usize {
        let from = from.min(self.bytes.len());
        memchr::memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |at| from + at)
    }
}

fn indent(line: &[u8]) -> usize {
    line.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// Marks a value, unless it is a switch or only refers to something.
fn mark(bytes: &[u8], range: Range<usize>, found: &mut Vec<Range<usize>>) {
    if range.start >= range.end {
        return;
    }
    let mut text = bytes[range.clone()].trim_ascii();
    let start = range.start + (range.len() - bytes[range.clone()].trim_ascii_start().len());
    while let [rest @ .., b';' | b','] = text {
        text = rest.trim_ascii_end();
    }
    let range = start..start + text.len();
    let lower = text.to_ascii_lowercase();
    let switches: [&[u8]; 12] = [
        b"true", b"false", b"yes", b"no", b"on", b"off", b"none", b"null", b"0", b"1", b"~", b"{",
    ];
    if !switches.contains(&lower.as_slice()) {
        found.push(without_references(bytes, range));
    }
}

/// What a value holds besides references (`${X}`, `$(X)`, `$x`, `%(x)s`, `{{ x }}`, `@X@`, `env("X")`) at its
/// start and its end; empty where it is nothing but a reference.
pub(super) fn without_references(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &bytes[range.clone()];
    let Some(length) = reference(text) else {
        return range;
    };
    if length == text.len() {
        // `${X:-default}`: the default is a value like any other.
        let default = memchr::memmem::find(text, b":-")
            .or_else(|| memchr::memmem::find(text, b":="))
            .filter(|_| text.starts_with(b"${"));
        return match default {
            Some(at) => range.start + at + 2..range.end - 1,
            None => range.start..range.start,
        };
    }
    range.start + length..range.end
}

fn is_reference(text: &[u8]) -> bool {
    reference(text).is_some()
}

/// The length of the reference that a text begins with.
fn reference(text: &[u8]) -> Option<usize> {
    let closed = |open: &[u8], close: &[u8]| {
        text.strip_prefix(open)
            .and_then(|rest| memchr::memmem::find(rest, close))
            .map(|at| open.len() + at + close.len())
    };
    let word = |from: usize| {
        let length = text[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        (length > 0).then_some(from + length)
    };
    closed(b"${", b"}")
        .or_else(|| closed(b"$(", b")"))
        .or_else(|| closed(b"{{", b"}}"))
        .or_else(|| closed(b"<%", b"%>"))
        .or_else(|| closed(b"%(", b")s").or_else(|| closed(b"%(", b")")))
        .or_else(|| text.starts_with(b"$").then(|| word(1)).flatten())
        .or_else(|| {
            let end = text.starts_with(b"@").then(|| word(1)).flatten()?;
            (text.get(end) == Some(&b'@')).then_some(end + 1)
        })
}
