//! Past substitutions, quotes and here-documents. Nesting is kept on a stack of our own, for a file
//! can nest deeper than any thread's stack.

use super::lexer::Heredoc;

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `$(…)`, `$((…))`, `<(…)`, a list.
    Parentheses,
    /// `${…}`; in double quotes a single quote in it is only a character.
    Braces { is_quoted: bool },
    /// `"…"`
    Quotes,
    /// `` `…` ``
    Backticks,
}

struct Open {
    kind: Kind,
    /// How many `case` are open in it: their patterns end in a `)` that closes nothing else.
    cases: usize,
    /// Whether a command may begin here.
    at_command: bool,
}

impl Open {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            cases: 0,
            at_command: true,
        }
    }
}

/// Where something that opened before `at` is closed: the place after its end.
pub(super) fn substitution(text: &[u8], at: usize, kind: Kind) -> Option<usize> {
    let mut stack = vec![Open::new(kind)];
    let mut heredocs: Vec<Heredoc> = Vec::new();
    let mut at = at;
    loop {
        let top = stack.last_mut()?;
        let byte = *text.get(at)?;
        let next = text.get(at + 1).copied();
        let closes = match top.kind {
            Kind::Parentheses => byte == b')' && top.cases == 0,
            Kind::Braces { .. } => byte == b'}',
            Kind::Quotes => byte == b'"',
            Kind::Backticks => byte == b'`',
        };
        if closes {
            stack.pop();
            at += 1;
            if stack.is_empty() {
                return Some(at);
            }
            continue;
        }
        let is_code = top.kind == Kind::Parentheses;
        let in_quotes = matches!(top.kind, Kind::Quotes | Kind::Braces { is_quoted: true });
        match (byte, next) {
            (b'\\', _) => at += 2,
            // In backticks only the next one counts, and what is escaped.
            _ if top.kind == Kind::Backticks => at += 1,
            (b'$', Some(b'(')) => {
                top.at_command = false;
                stack.push(Open::new(Kind::Parentheses));
                at += 2;
            }
            (b'$', Some(b'{')) => {
                top.at_command = false;
                stack.push(Open::new(Kind::Braces {
                    is_quoted: in_quotes,
                }));
                at += 2;
            }
            (b'`', _) => {
                top.at_command = false;
                stack.push(Open::new(Kind::Backticks));
                at += 1;
            }
            (b'"', _) if top.kind != Kind::Quotes => {
                top.at_command = false;
                stack.push(Open::new(Kind::Quotes));
                at += 1;
            }
            (b'\'', _) if !in_quotes => {
                top.at_command = false;
                let rest = text.get(at + 1..)?;
                at += memchr::memchr(b'\'', rest)? + 2;
            }
            _ if !is_code => at += 1,
            (b'(', _) => {
                stack.push(Open::new(Kind::Parentheses));
                at += 1;
            }
            (b'<', Some(b'<')) if text.get(at + 2) == Some(&b'<') => at += 3,
            (b'<', Some(b'<')) => {
                let strips_tabs = text.get(at + 2) == Some(&b'-');
                let start = at + 2 + usize::from(strips_tabs);
                let (delimiter, end) = heredoc_delimiter(text, start);
                // `$((1 << 2))` shifts.
                if delimiter.first().is_some_and(|byte| !byte.is_ascii_digit()) {
                    heredocs.push(Heredoc {
                        delimiter,
                        strips_tabs,
                    });
                }
                at = end;
            }
            (b'\n', _) => {
                top.at_command = true;
                at += 1;
                for heredoc in std::mem::take(&mut heredocs) {
                    at = self::heredoc(text, at, &heredoc);
                }
            }
            (b';' | b'&' | b'|' | b')', _) => {
                top.at_command = true;
                at += 1;
            }
            (b' ' | b'\t', _) => at += 1,
            (b'#', _) if starts_word(text, at) => {
                let rest = text.get(at..)?;
                at += memchr::memchr(b'\n', rest)?;
            }
            _ => {
                let length = word_length(text, at);
                let word = text.get(at..at + length)?;
                match word {
                    b"case" if top.at_command => top.cases += 1,
                    b"esac" if top.at_command => top.cases = top.cases.saturating_sub(1),
                    _ => {}
                }
                top.at_command = top.at_command
                    && matches!(
                        word,
                        b"then" | b"do" | b"else" | b"{" | b"!" | b"if" | b"while"
                    );
                at += length;
            }
        }
    }
}

/// Where double quotes that opened before `at` are closed: the place after them.
pub(super) fn double_quotes(text: &[u8], at: usize) -> Option<usize> {
    substitution(text, at, Kind::Quotes)
}

fn starts_word(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.is_none_or(|byte| b" \t\n;&|(".contains(byte))
}

fn word_length(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| b" \t\n;&|()<>\"'`$\\".contains(byte))
        .unwrap_or(rest.len())
        .max(1)
}

/// The word behind `<<` without its quotes, and where it ends.
pub(super) fn heredoc_delimiter(text: &[u8], at: usize) -> (Vec<u8>, usize) {
    let mut at = at;
    while matches!(text.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    let mut delimiter = Vec::new();
    let mut quote = None;
    while let Some(byte) = text.get(at).copied() {
        match (quote, byte) {
            (_, b'\n') => break,
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => delimiter.push(byte),
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'\\') => {
                at += 1;
                delimiter.extend(text.get(at));
            }
            (None, b' ' | b'\t' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')') => break,
            (None, _) => delimiter.push(byte),
        }
        at += 1;
    }
    (delimiter, at.min(text.len()))
}

/// Where the text goes on after a here-document that begins at `at`.
pub(super) fn heredoc(text: &[u8], at: usize, heredoc: &Heredoc) -> usize {
    let mut at = at;
    while let Some(rest) = text.get(at..)
        && !rest.is_empty()
    {
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at = (at + length + 1).min(text.len());
        let mut line = line;
        while heredoc.strips_tabs
            && let [b'\t', after @ ..] = line
        {
            line = after;
        }
        if line == heredoc.delimiter {
            break;
        }
    }
    at
}
