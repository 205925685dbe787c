//! A `%` that stands for something before there are lines: it takes a letter, or the end of its line,
//! along (magic_sub in core/utils.c).

use super::instance::Instance;
use crate::source::Span;

/// A `%` and what stands behind it, where few people mean what uWSGI makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eaten {
    /// The two bytes.
    pub span: Span,
    /// What is behind the `%`.
    pub what: Behind,
}

/// What a `%` takes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// The end of the line: the next one becomes a part of this one.
    LineEnd,
    /// A letter that stands for nothing: both are gone.
    NoVariable,
    /// A letter that stands for something, and that another reader was to see.
    Variable,
}

/// More of them in one file say nothing new.
const MAX_EATEN: usize = 200;
/// The letters that stand for something (config_magic_table_fill in core/uwsgi.c).
const VARIABLES: &[u8] = b"oOpPsSdDcCeEnNxXiIjJ0123456789bvhtTVkuUgG";

/// The places of a text where a `%` takes along what was hardly meant for it.
pub(super) fn in_text(bytes: &[u8], span: impl Fn(std::ops::Range<usize>) -> Span) -> Vec<Eaten> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr(b'%', rest)) {
        let start = at + next;
        at = start + 2;
        let what = match bytes.get(start + 1) {
            Some(b'%' | b'(' | b'[' | b'\r') | None => continue,
            Some(b'\n') if is_followed(bytes, start) => Behind::LineEnd,
            Some(b'\n') => continue,
            Some(letter) if VARIABLES.contains(letter) => Behind::Variable,
            Some(_) => Behind::NoVariable,
        };
        if found.len() == MAX_EATEN {
            break;
        }
        found.push(Eaten {
            span: span(start..start + 2),
            what,
        });
    }
    found
}

/// Whether the line behind the one that ends with the `%` at `at` says something, which is lost.
fn is_followed(bytes: &[u8], at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
    let next = &bytes[at + 2..];
    let next = next[..memchr::memchr(b'\n', next).unwrap_or(next.len())].trim_ascii();
    let is_comment = |line: &[u8]| matches!(line.trim_ascii().first(), Some(b'#' | b';'));
    let is_still_comment = is_comment(&bytes[start..at]) && is_comment(next);
    !next.is_empty() && !is_still_comment
}

impl Instance {
    /// Where a `%` takes along what was not meant for it: the end of a line anywhere, a letter in the value
    /// of an option that is given to someone who knows `%` otherwise.
    pub fn eaten_percents(&self) -> Vec<Eaten> {
        let eaten = self.every_percent().iter();
        eaten
            .filter(|eaten| self.is_meant_for_others(eaten))
            .copied()
            .collect()
    }

    fn is_meant_for_others(&self, eaten: &Eaten) -> bool {
        if eaten.what == Behind::LineEnd {
            return true;
        }
        let holds = |span: Span| {
            span.file == eaten.span.file
                && span.start <= eaten.span.start
                && eaten.span.end <= span.end
        };
        let found = self
            .settings()
            .iter()
            .find(|setting| holds(setting.value_span()));
        let Some(option) = found.and_then(|setting| setting.option()) else {
            return false;
        };
        match (option.kind(), eaten.what) {
            // `log-date = %Y-%m-%d`
            ("strftime", _) => option.name() != "log-prefix",
            (_, Behind::NoVariable) => option.name() == "log-backupname" || option.kind() == "env",
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn what_a_percent_takes_along_is_seen() {
        let found = |text: &str| {
            let span = |range: std::ops::Range<usize>| Span::new(FileId(0), range);
            let eaten = in_text(text.as_bytes(), span);
            eaten
                .into_iter()
                .map(|eaten| (eaten.span.range().start, eaten.what))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("a = %n.sock %% %(x)"), [(4, Behind::Variable)]);
        assert_eq!(found("log-date = %Y"), [(11, Behind::NoVariable)]);
        assert_eq!(found("# 100%\nprocesses = 4\n"), [(5, Behind::LineEnd)]);
        assert_eq!(found("# 100%\n# more\n"), []);
        assert_eq!(found("a = 80%\n\nb = 1"), []);
        assert_eq!(found("a = 80%\r\nb = 1"), []);
        assert_eq!(found("a = 80%%\nb = 1"), []);
        assert_eq!(found("100%"), []);
    }
}
