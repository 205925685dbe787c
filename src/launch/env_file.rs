//! Files of environment variables: `.env`, `--env-file`, systemd's EnvironmentFile.
//!
//! What reads them disagrees on expansion: python-dotenv and compose replace `${X}` in a
//! value, `docker run --env-file` and systemd do not. A value with a `$` is therefore not known.

use std::ops::Range;

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// The value, without quotes and escapes; nothing where it depends on what reads the file.
    pub value: Option<String>,
    /// The bytes of the value, with its quotes.
    pub value_range: Range<usize>,
}

/// What a file of environment variables says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvFile {
    /// The assignments, in order; a later one of the same name wins.
    pub assignments: Vec<Assignment>,
    /// Lines that are no assignment.
    pub faults: Vec<Range<usize>>,
}

/// Reads assignments, one a line; a quoted value may go on over several.
pub fn parse(bytes: &[u8]) -> EnvFile {
    let mut file = EnvFile::default();
    let mut at = if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    while at < bytes.len() {
        let line_end = line_end(bytes, at);
        let start = skip_blanks(bytes, at, line_end);
        if start == line_end || bytes[start] == b'#' {
            at = line_end + 1;
            continue;
        }
        at = match assignment(bytes, start, line_end) {
            Some(assignment) => {
                let end = assignment.value_range.end;
                file.assignments.push(assignment);
                self::line_end(bytes, end) + 1
            }
            None => {
                file.faults.push(start..trim_end(bytes, start, line_end));
                line_end + 1
            }
        };
    }
    file
}

fn assignment(bytes: &[u8], start: usize, line_end: usize) -> Option<Assignment> {
    let mut start = start;
    if let Some(rest) = bytes[start..line_end].strip_prefix(b"export")
        && rest.first().is_some_and(|byte| is_blank(*byte))
    {
        start = skip_blanks(bytes, start + b"export".len(), line_end);
    }
    let equals = start + memchr::memchr(b'=', &bytes[start..line_end])?;
    let name_range = start..trim_end(bytes, start, equals);
    let name = &bytes[name_range.clone()];
    let is_name = !name.is_empty()
        && !name[0].is_ascii_digit()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte));
    if !is_name {
        return None;
    }
    let value_start = skip_blanks(bytes, equals + 1, line_end);
    let (value, end) = match bytes[value_start..line_end].first() {
        Some(quote @ (b'\'' | b'"')) => quoted(bytes, value_start, *quote)?,
        _ => bare(bytes, value_start, line_end),
    };
    Some(Assignment {
        name: String::from_utf8_lossy(name).into_owned(),
        name_range,
        value,
        value_range: value_start..end,
    })
}

/// A value in quotes, which may hold line ends, and where it ends.
fn quoted(bytes: &[u8], start: usize, quote: u8) -> Option<(Option<String>, usize)> {
    let mut value = Vec::new();
    let mut expands = false;
    let mut at = start + 1;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            _ if byte == quote => break,
            b'\\' if quote == b'"' => {
                at += 1;
                value.push(match *bytes.get(at)? {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    other => other,
                });
            }
            _ => {
                expands |= byte == b'$' && quote == b'"';
                value.push(byte);
            }
        }
        at += 1;
    }
    let value = (!expands).then(|| String::from_utf8_lossy(&value).into_owned());
    Some((value, at + 1))
}

/// A value without quotes: to the end of the line, or to a comment after a blank.
fn bare(bytes: &[u8], start: usize, line_end: usize) -> (Option<String>, usize) {
    let comment = (start..line_end)
        .find(|at| bytes[*at] == b'#' && (*at == start || is_blank(bytes[*at - 1])))
        .unwrap_or(line_end);
    let end = trim_end(bytes, start, comment);
    let value = &bytes[start..end];
    let known = !value.contains(&b'$');
    (
        known.then(|| String::from_utf8_lossy(value).into_owned()),
        end,
    )
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let at = at.min(bytes.len());
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn skip_blanks(bytes: &[u8], from: usize, to: usize) -> usize {
    (from..to).find(|at| !is_blank(bytes[*at])).unwrap_or(to)
}

fn trim_end(bytes: &[u8], from: usize, to: usize) -> usize {
    (from..to)
        .rev()
        .find(|at| !is_blank(bytes[*at]))
        .map_or(from, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, Option<String>)> {
        let file = parse(text.as_bytes());
        assert!(file.faults.is_empty(), "{text:?}");
        file.assignments
            .into_iter()
            .map(|assignment| (assignment.name, assignment.value))
            .collect()
    }

    #[track_caller]
    fn assert_value(text: &str, expected: Option<&str>) {
        let expected = [("A".to_owned(), expected.map(ToOwned::to_owned))];
        assert_eq!(values(text), expected, "{text:?}");
    }

    #[test]
    fn a_value_ends_where_its_readers_say() {
        assert_value("A=b", Some("b"));
        assert_value("\u{feff}export A = b c \r\n", Some("b c"));
        assert_value("  A=b # why", Some("b"));
        assert_value("A=b#c", Some("b#c"));
        assert_value("A=# why", Some(""));
        assert_value("A=", Some(""));
        assert_value("A=b=c", Some("b=c"));
        assert_value("A='b # c' # d", Some("b # c"));
        assert_value("A='b\\n$c'", Some("b\\n$c"));
        assert_value("A=\"b\\n\\\"c\\\"\"", Some("b\n\"c\""));
        assert_value("# one\n\nA=\"b\nc\"\n", Some("b\nc"));
        assert_value("A=$HOME/x", None);
        assert_value("A=\"${HOME}\"", None);
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = b"# x\nexport A= 'b c' # d\nB=e\n";
        let file = parse(text);
        let shown: Vec<_> = file
            .assignments
            .iter()
            .map(|assignment| {
                (
                    &text[assignment.name_range.clone()],
                    &text[assignment.value_range.clone()],
                )
            })
            .collect();
        assert_eq!(shown, [(&b"A"[..], &b"'b c'"[..]), (b"B", b"e")]);
    }

    #[test]
    fn what_is_no_assignment_is_a_fault_and_the_rest_is_read() {
        let text = b"nonsense\n1A=b\nB=c\nC='open\n";
        let file = parse(text);
        let faults: Vec<_> = file
            .faults
            .iter()
            .map(|range| &text[range.clone()])
            .collect();
        assert_eq!(faults, [&b"nonsense"[..], b"1A=b", b"C='open"]);
        assert_eq!(file.assignments.len(), 1);
    }
}
