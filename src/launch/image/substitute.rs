//! Quotes and variables in instructions, as Docker fills them in (frontend/dockerfile/shell/lex.go).

use std::collections::BTreeMap;

use crate::launch::shell::Encoded;
use crate::launch::word::Word;
use crate::source::{Origin, SourceFile};
use crate::value::{Unknown, Value};

/// As long as a value may become.
const MAX_VALUE: usize = 64 * 1024;

/// What variables are set to; nothing for one that is set to something unknown.
pub(super) type Variables = BTreeMap<String, Option<String>>;

/// A text with its quotes taken off and its variables filled in.
pub(super) fn word(source: &SourceFile, text: &Encoded, variables: &Variables) -> Word {
    let span = text.span(source, 0..text.text.len());
    let mut filled = Vec::new();
    let mut is_literal = true;
    let mut unknown: Option<String> = None;
    let bytes = &text.text;
    let mut quote: Option<u8> = None;
    let mut at = 0;
    if memchr::memmem::find(bytes, b"{{").is_some() || memchr::memmem::find(bytes, b"{%").is_some()
    {
        return Word::unknown(span, "a template fills it in");
    }
    while let Some(byte) = bytes.get(at).copied() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                is_literal = false;
            }
            (Some(b'\''), _) => filled.push(byte),
            (_, b'\\') => {
                is_literal = false;
                at += 1;
                match (quote, bytes.get(at)) {
                    (Some(_), Some(next)) if !matches!(next, b'"' | b'$' | b'\\') => {
                        filled.extend([b'\\', *next]);
                    }
                    (_, next) => filled.extend(next),
                }
            }
            (_, b'$') => {
                is_literal = false;
                let (length, value) = variable(&bytes[at..], variables);
                match value {
                    Ok(value) if filled.len() + value.len() <= MAX_VALUE => {
                        filled.extend_from_slice(value.as_bytes());
                    }
                    Ok(_) => {
                        unknown.get_or_insert("it becomes too long".to_owned());
                    }
                    Err(why) => {
                        unknown.get_or_insert(why);
                    }
                }
                at += length;
                continue;
            }
            _ => filled.push(byte),
        }
        at += 1;
    }
    let value = match (unknown, String::from_utf8(filled)) {
        (Some(why), _) => Value::Unknown(Unknown::at(span, why)),
        (None, Err(_)) => Value::Unknown(Unknown::at(span, "it is not UTF-8")),
        (None, Ok(text)) if is_literal => Value::known(text, Origin::Literal(span)),
        (None, Ok(text)) => Value::known(text, Origin::Computed(span)),
    };
    Word { value, span }
}

/// `$X`, `${X}`, `${X:-d}`, `${X:+r}` at the start of `text`: how long it is, and what it stands for.
fn variable(text: &[u8], variables: &Variables) -> (usize, Result<String, String>) {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let known = |name: &str| variables.get(name).cloned();
    let not_known = |name: &str| Err(format!("the variable {name} is set elsewhere"));
    if text.get(1) != Some(&b'{') {
        let length = text[1..].iter().take_while(|byte| is_name(byte)).count();
        if length == 0 {
            return (1, Ok("$".to_owned()));
        }
        let name = String::from_utf8_lossy(&text[1..1 + length]).into_owned();
        let value = match known(&name) {
            Some(Some(value)) => Ok(value),
            _ => not_known(&name),
        };
        return (1 + length, value);
    }
    let Some(end) = memchr::memchr(b'}', text) else {
        return (text.len(), Err("a brace is not closed".to_owned()));
    };
    let inside = &text[2..end];
    let length = inside.iter().take_while(|byte| is_name(byte)).count();
    let name = String::from_utf8_lossy(&inside[..length]).into_owned();
    let rest = &inside[length..];
    let is_plain = |text: &[u8]| memchr::memchr2(b'$', b'{', text).is_none();
    let value = match (rest, known(&name)) {
        (b"", Some(Some(value))) => Ok(value),
        ([b':', b'-', ..] | [b'-', ..], Some(Some(value))) if !value.is_empty() => Ok(value),
        ([b':', b'+', word @ ..], Some(Some(value))) if is_plain(word) => {
            Ok(match value.is_empty() {
                true => String::new(),
                false => String::from_utf8_lossy(word).into_owned(),
            })
        }
        _ => not_known(&name),
    };
    (end + 1, value)
}
