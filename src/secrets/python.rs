//! Secrets in Python: every string in the expression that a secret name is bound to.

use std::ops::Range;

use super::names;

/// An expression that goes on for longer is not read to its end: a bracket is missing.
const REACH: usize = 64 * 1024;
/// Bytes that are looked back on for the name of a function.
const CALLEE: usize = 256;

/// Adds the secrets of a Python file.
pub(super) fn find(bytes: &[u8], found: &mut Vec<Range<usize>>) {
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
        if let Some(binding) = binding(bytes, &line, start..at) {
            at = expression(bytes, &binding, found).max(at);
        }
    }
}

struct Binding {
    /// Where the expression begins.
    start: usize,
    /// Whether a comma at its own level ends it.
    comma_ends: bool,
    /// Whether it stands in a comment, so that `#` is not the end of its lines.
    in_comment: bool,
}

/// What follows a name and makes it one that something is bound to.
fn binding(bytes: &[u8], line: &names::Line, name: Range<usize>) -> Option<Binding> {
    let before = &bytes[line.text.min(name.start)..name.start];
    let in_comment = before.starts_with(b"#");
    let quote = bytes.get(name.end).filter(|byte| b"'\"".contains(byte));
    let is_quoted = quote.is_some() && name.start > 0 && bytes.get(name.start - 1) == quote;
    let mut at = name.end + usize::from(is_quoted);
    let mut is_subscript = false;
    loop {
        match bytes.get(at)? {
            b' ' | b'\t' => at += 1,
            b']' if is_quoted => {
                is_subscript = true;
                at += 1;
            }
            // `+=`, `:=`
            b'+' | b'|' | b':' if bytes.get(at + 1) == Some(&b'=') => at += 1,
            b'=' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                break;
            }
            b'=' => {
                at += 1;
                break;
            }
            b'!' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                break;
            }
            b':' if !is_subscript => {
                at += 1;
                break;
            }
            // `os.environ.setdefault("SECRET_KEY", "…")`, `env("SECRET_KEY", default="…")`
            b',' if is_quoted && is_argument(bytes, name.start - 1) => {
                return Some(Binding {
                    start: at + 1,
                    comma_ends: false,
                    in_comment,
                });
            }
            _ => return None,
        }
    }
    let is_statement = before.is_empty() || before.ends_with(b"self.") || is_subscript;
    Some(Binding {
        start: at,
        comma_ends: !is_statement,
        in_comment,
    })
}

/// Whether the string that begins at `quote` is the first argument of a call that is no URL pattern.
fn is_argument(bytes: &[u8], quote: usize) -> bool {
    let before = bytes[quote.saturating_sub(CALLEE)..quote].trim_ascii_end();
    let Some(callee) = before.strip_suffix(b"(") else {
        return false;
    };
    let name_start = callee
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .map_or(0, |at| at + 1);
    let callee = &callee[name_start..];
    !callee.is_empty() && ![&b"path"[..], b"re_path", b"url", b"reverse", b"in"].contains(&callee)
}

/// Masks the strings of an expression; the place after it.
fn expression(bytes: &[u8], binding: &Binding, found: &mut Vec<Range<usize>>) -> usize {
    let limit = bytes.len().min(binding.start + REACH);
    let mut at = binding.start;
    let mut depth = 0usize;
    let mut digits = 0;
    let mut bare = true;
    while at < limit {
        let byte = bytes[at];
        match byte {
            b'\'' | b'"' => {
                let string = string(bytes, at);
                if !is_variable_name(bytes, at, &string.content) {
                    found.push(string.content.clone());
                }
                bare = false;
                at = string.end;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => break,
            },
            b',' if depth == 0 && binding.comma_ends => break,
            b';' if depth == 0 => break,
            b'\\' => at += 1,
            b'#' if !binding.in_comment => {
                at = memchr::memchr(b'\n', &bytes[at..limit]).map_or(limit, |end| at + end);
                continue;
            }
            b'\n' if depth == 0 || begins_statement(&bytes[at + 1..limit]) => break,
            b'0'..=b'9' => digits += 1,
            _ => {}
        }
        bare &= byte.is_ascii_digit() || byte.is_ascii_whitespace();
        at += 1;
    }
    let end = at.min(limit);
    // A password of digits alone; `SECRET_…` set to 0 or 1 is a switch.
    if bare && digits >= 4 {
        let blanks = bytes[binding.start..end]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace());
        found.push(binding.start + blanks.count()..end);
    }
    end
}

/// A line at the margin that assigns something: whatever bracket is open, it was forgotten.
fn begins_statement(rest: &[u8]) -> bool {
    let name = rest
        .iter()
        .take(128)
        .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        .unwrap_or(0);
    let after = rest[name..].trim_ascii_start();
    name > 0 && rest[0].is_ascii_uppercase() && after.starts_with(b"=") && !after.starts_with(b"==")
}

struct Literal {
    content: Range<usize>,
    end: usize,
}

/// The string that begins at a quote: to its end, or to the end of the line where it has none.
fn string(bytes: &[u8], quote: usize) -> Literal {
    let byte = bytes[quote];
    let triple = bytes[quote..].starts_with(&[byte; 3]);
    let width = if triple { 3 } else { 1 };
    let start = quote + width;
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !triple => break,
            found if found == byte && (!triple || bytes[at..].starts_with(&[byte; 3])) => {
                return Literal {
                    content: start..at,
                    end: at + width,
                };
            }
            _ => {}
        }
        at += 1;
    }
    let end = at.min(bytes.len());
    Literal {
        content: start.min(end)..end,
        end,
    }
}

/// Whether a string names a variable that is looked up: `environ["X"]`, `env("X")`, `config('X')`.
fn is_variable_name(bytes: &[u8], quote: usize, content: &Range<usize>) -> bool {
    let text = &bytes[content.clone()];
    let is_name = !text.is_empty()
        && text.len() <= 64
        && text
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    if !is_name {
        return false;
    }
    let before = bytes[quote.saturating_sub(CALLEE)..quote].trim_ascii_end();
    let Some(callee) = before
        .strip_suffix(b"(")
        .or_else(|| before.strip_suffix(b"["))
    else {
        return false;
    };
    let start = callee
        .iter()
        .rposition(|byte| !byte.is_ascii_alphanumeric() && !b"_.".contains(byte))
        .map_or(0, |at| at + 1);
    let callee = callee[start..].to_ascii_lowercase();
    memchr::memmem::find(&callee, b"env").is_some()
        || callee == b"config"
        || callee.ends_with(b".config")
}
