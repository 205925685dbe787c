//! Where another entry of ALLOWED_HOSTS can be written: in a list whose end is plain to see.

use crate::source::{SourceFile, Span};

use super::settings::Settings;
use crate::files::Files;

impl Settings {
    /// The replacement that adds names to the list that is written in the settings; nothing where the
    /// list is worked out, or its end is not a literal entry and a bracket.
    pub fn with_hosts(&self, files: &Files, names: &[String]) -> Option<(Span, String)> {
        let assignment = self.allowed_hosts().assignment()?.value;
        let source = files.get(assignment.file);
        let is_plain = |name: &String| {
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
        };
        if names.is_empty() || !names.iter().all(is_plain) {
            return None;
        }
        let literal = self.host_entries().into_iter().rfind(|entry| {
            entry.is_literal
                && entry.span.file == assignment.file
                && assignment.contains(entry.span)
        });
        match literal {
            Some(last) => behind(&source, assignment, last.span, names),
            None => inside(&source, assignment, names),
        }
    }
}

/// Behind the last entry, on the same line or on lines of their own as that is.
fn behind(source: &SourceFile, list: Span, last: Span, names: &[String]) -> Option<(Span, String)> {
    let bytes = source.bytes();
    let opens = bytes[list.range()].first()?;
    let rest = &bytes[last.range().end..list.range().end];
    if !b"[(".contains(opens) || !is_end(rest) {
        return None;
    }
    let quote = char::from(*bytes.get(last.range().start)?);
    if quote != '"' && quote != '\'' {
        return None;
    }
    let line = source.line_range(source.line_of(last.range().start));
    let before = &bytes[line.start..last.range().start];
    let separator = match before.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        true => {
            let line_end = match bytes[line.end..].starts_with(b"\r\n") {
                true => "\r\n",
                false => "\n",
            };
            format!(",{line_end}{}", String::from_utf8_lossy(before))
        }
        false => ", ".to_owned(),
    };
    let entries: String = names
        .iter()
        .map(|name| format!("{separator}{quote}{name}{quote}"))
        .collect();
    let at = last.range().end;
    Some((Span::new(list.file, at..at), entries))
}

/// Between the brackets of an empty list.
fn inside(source: &SourceFile, list: Span, names: &[String]) -> Option<(Span, String)> {
    let text = source.slice(list);
    let is_empty = text
        .strip_prefix(b"[")
        .and_then(|rest| rest.strip_suffix(b"]"))
        .is_some_and(|inside| inside.trim_ascii().is_empty());
    let quote = usual_quote(source);
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("{quote}{name}{quote}"))
        .collect();
    is_empty.then(|| (list, format!("[{}]", quoted.join(", "))))
}

/// The quote that a module writes more often.
pub fn usual_quote(source: &SourceFile) -> char {
    let count = |quote: u8| memchr::memchr_iter(quote, source.bytes()).count();
    match count(b'\'') > count(b'"') {
        true => '\'',
        false => '"',
    }
}

/// Whether nothing but a comma and comments stands before the closing bracket.
fn is_end(rest: &[u8]) -> bool {
    let Some(inside) = rest.strip_suffix(b"]").or_else(|| rest.strip_suffix(b")")) else {
        return false;
    };
    let mut commas = 0;
    inside.split(|byte| *byte == b'\n').all(|line| {
        let code = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        let code = code.trim_ascii();
        commas += code.len();
        code.is_empty() || (code == b"," && commas == 1)
    })
}
