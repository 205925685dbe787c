//! `$(VARIABLE)`, `@(file)` and `%(name)`: one pass each over every value
//! (uwsgi_apply_config_pass in core/utils.c).

use super::options::atoi;
use super::text::{HOLE, Text};

/// What stands in a `$(…)`, and what is put there.
pub(super) enum Answer {
    /// This is put there.
    Text(Text),
    /// Nothing is: the reference stays as it is written.
    Nothing,
}

/// Replacements in one value before it is taken for one that never ends.
const MAX_REPLACEMENTS: usize = 200;
/// References that one value asks for, those that stay as they are written too.
const MAX_LOOKUPS: usize = 1000;
/// The longest value that is still expanded.
const MAX_LENGTH: usize = 16 * 1024;

/// A value that grows without end, as `a = x%(a)` does: uWSGI hangs at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Endless;

/// One pass over one value. The scan is uWSGI's own, with its one oddity: after each
/// replacement it goes on at the *second* byte, so that a reference that is put at
/// the very start is not seen.
pub(super) fn pass(
    symbol: u8,
    value: &Text,
    mut hook: impl FnMut(&Text, Option<u8>) -> Answer,
) -> Result<Text, Endless> {
    if memchr::memchr(symbol, value.bytes()).is_none() {
        return Ok(value.clone());
    }
    let mut value = value.clone();
    let (mut replacements, mut lookups) = (0, 0);
    // 0: nothing yet, 1: behind the symbol, more: inside the parentheses.
    let (mut state, mut depth, mut start, mut at) = (0_usize, 0_usize, 0, 0);
    while let Some(byte) = value.bytes().get(at).copied() {
        at += 1;
        match byte {
            byte if byte == symbol => state = 1,
            b'(' if state == 1 => (state, depth, start) = (2, 0, at),
            _ if state < 2 => state = 0,
            b'(' => (state, depth) = (state + 1, depth + 1),
            b')' if depth > 0 => (state, depth) = (state + 1, depth - 1),
            b')' => {
                let inside = value.slice(start..at - 1);
                let empty = state == 2;
                state = 0;
                if empty {
                    continue;
                }
                lookups += 1;
                if lookups > MAX_LOOKUPS {
                    return Err(Endless);
                }
                let Answer::Text(answer) = hook(&inside, value.bytes().get(at).copied()) else {
                    continue;
                };
                let mut made = value.slice(0..start - 2);
                made.push(&answer);
                made.push(&value.slice(at..value.bytes().len()));
                replacements += 1;
                if replacements > MAX_REPLACEMENTS || made.bytes().len() > MAX_LENGTH {
                    return Err(Endless);
                }
                value = made;
                at = 1;
            }
            _ => state += 1,
        }
    }
    Ok(value)
}

/// `%(name)`, or with blanks inside a calculation from left to right
/// (uwsgi_manage_placeholder in core/config.c). `find` knows the options.
pub(super) fn placeholder(inside: &Text, find: impl Fn(&[u8]) -> Option<Text>) -> Answer {
    if !inside.bytes().contains(&b' ') {
        return find(inside.bytes()).map_or(Answer::Nothing, Answer::Text);
    }
    let mut current: Option<Text> = None;
    let mut operator = b'.';
    for token in inside.bytes().split(|byte| *byte == b' ') {
        match token {
            b"" => continue,
            b"+" | b"-" | b"*" | b"/" => {
                operator = token[0];
                continue;
            }
            b"++" | b"--" => {
                let step = if token == b"++" { 1 } else { -1 };
                if let Some(text) = current.take() {
                    current = Some(calculate(
                        b'+',
                        &text,
                        &Text::literal(step.to_string().as_bytes()),
                    ));
                }
                operator = b'.';
                continue;
            }
            _ => {}
        }
        let value = if token.iter().all(u8::is_ascii_digit) {
            Text::literal(token)
        } else if token.contains(&HOLE) {
            inside.clone()
        } else {
            find(token).unwrap_or_default()
        };
        current = Some(calculate(operator, &current.unwrap_or_default(), &value));
        operator = b'.';
    }
    current.map_or(Answer::Nothing, Answer::Text)
}

fn calculate(operator: u8, left: &Text, right: &Text) -> Text {
    if operator == b'.' {
        let mut joined = left.clone();
        joined.push(right);
        return joined;
    }
    let (Some(a), Some(b)) = (left.known(), right.known()) else {
        let hole = left.holes().first().or(right.holes().first());
        return hole.map_or_else(Text::default, |hole| Text::hole(hole.clone()));
    };
    let (a, b) = (atoi(a), atoi(b));
    let result = match operator {
        b'+' => a.wrapping_add(b),
        b'-' => a.wrapping_sub(b),
        b'*' => a.wrapping_mul(b),
        _ => a.checked_div(b).unwrap_or(0),
    };
    Text::literal(result.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uwsgi::text::Hole;
    use crate::value::Unknown;

    /// The options of the cases below, in order; the first of a name counts.
    const OPTIONS: [(&str, &str); 7] = [
        ("name", "shop"),
        ("name", "later"),
        ("two", "2"),
        ("late", "%(name)"),
        ("self", "x%(self)"),
        ("nest", "me"),
        ("open", "%(two"),
    ];

    fn find(key: &[u8]) -> Option<Text> {
        OPTIONS
            .iter()
            .find(|(name, _)| name.as_bytes() == key)
            .map(|(_, value)| Text::literal(value.as_bytes()))
    }

    fn expanded(value: &str) -> Result<String, Endless> {
        let text = pass(b'%', &Text::literal(value.as_bytes()), |inside, _| {
            placeholder(inside, find)
        })?;
        Ok(String::from_utf8_lossy(text.bytes()).into_owned())
    }

    /// Each answer is what `uwsgi --show-config` of 2.0.31 prints.
    #[test]
    fn placeholders_are_as_the_binary_shows_them() {
        for (value, expected) in [
            ("/run/%(name).sock", "/run/shop.sock"),
            ("%(nope)/x", "%(nope)/x"),
            ("%(two + 1)", "3"),
            ("%(two * 3 + 1)", "7"),
            ("%(two name)", "2shop"),
            ("%(two ++)", "3"),
            ("%(two --)", "1"),
            ("%(two / 0)", "0"),
            ("%(two - 5)", "-3"),
            ("%(two+1)", "%(two+1)"),
            ("%(nope + 1)", "1"),
            ("%()", "%()"),
            ("%(late)", "%(name)"),
            ("a%(late)", "ashop"),
            ("%(na%(nest))", "%(name)"),
            ("x%(na%(nest))", "xshop"),
            ("%%(name)", "%shop"),
            ("% (name)", "% (name)"),
            ("%(name", "%(name"),
            ("%(a(b)c)", "%(a(b)c)"),
        ] {
            assert_eq!(expanded(value).as_deref(), Ok(expected), "{value}");
        }
        assert_eq!(expanded("x%(self)"), Err(Endless));
    }

    #[test]
    fn a_hole_in_a_calculation_is_a_hole() {
        let hole = Text::hole(Hole::Unknown(Unknown::because("cores")));
        let find = |key: &[u8]| (key == b"cores").then(|| hole.clone());
        let expand = |value: &str| {
            pass(b'%', &Text::literal(value.as_bytes()), |inside, _| {
                placeholder(inside, find)
            })
            .unwrap()
        };
        assert_eq!(expand("%(cores * 2)"), hole);
        assert_eq!(expand("%(2 * cores)"), hole);
        let mut inline = Text::literal(b"%(");
        inline.push(&hole);
        inline.push(&Text::literal(b" * 2)"));
        let made = pass(b'%', &inline, |inside, _| placeholder(inside, find)).unwrap();
        assert_eq!(made.known(), None);
    }
}
