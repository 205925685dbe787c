//! Methods of texts.

use crate::source::Span;

use super::super::object::{Item, Object};
use super::super::syntax::Call;
use super::alternatives::{both, each, join};
use super::operators::{representation, text_of};
use super::{Evaluator, check_text};

/// An argument of a method of a text.
enum Argument {
    Text(String),
    Texts(Vec<String>),
    None,
    Int(i64),
}

impl Evaluator<'_> {
    pub(super) fn text_method(
        &mut self,
        held: &Item,
        name: &str,
        call: &Call,
        arguments: &[Item],
        span: Span,
    ) -> Item {
        if name == "format" {
            return self.format_method(held, call, arguments, span);
        }
        if name == "join"
            && let [items] = arguments
        {
            return self.join_method(held, items, span);
        }
        let named: Vec<&str> = call
            .keywords
            .iter()
            .map(|(name, _)| name.as_deref().unwrap_or_default())
            .collect();
        let positional = arguments.len() - named.len().min(arguments.len());
        // `split(sep=",", maxsplit=1)` names what else stands in that order.
        let in_order = matches!(
            (positional, named.as_slice()),
            (_, []) | (0, ["sep"] | ["sep", "maxsplit"]) | (1, ["maxsplit"])
        );
        if !in_order {
            return Item::unknown(span, format!("{name}() is not followed"));
        }
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument_of(argument) {
                Some(argument) => given.push(argument),
                None => {
                    let why = argument.value.why_unknown().cloned();
                    let unknown = || {
                        let why = format!("{name}() is given what is not known");
                        Item::unknown(span, why)
                    };
                    return why.map_or_else(unknown, |why| Item::because(why, span));
                }
            }
        }
        each(held, span, |object| {
            let text = object
                .as_str()
                .ok_or("it holds the name of the project's directory")?;
            self.on_text(text, name, &given, span)
        })
    }

    /// A method without arguments.
    pub(super) fn plain_text_method(&mut self, held: &Item, name: &str, span: Span) -> Item {
        each(held, span, |object| {
            let text = object.as_str().ok_or("it is not a text")?;
            self.on_text(text, name, &[], span)
        })
    }

    fn on_text(
        &mut self,
        text: &str,
        name: &str,
        given: &[Argument],
        span: Span,
    ) -> Result<Object, String> {
        use Argument::{Int, None as Nothing, Text, Texts};
        self.step(text.len() / 64);
        let mut list = |parts: Vec<String>| {
            let items = parts.into_iter();
            let items = items.map(|part| Item::computed(Object::str(part), span));
            self.sequence(items.collect(), None)
        };
        let changed = match (name, given) {
            ("split", [] | [Nothing]) => {
                let parts = text.split(is_space).filter(|part| !part.is_empty());
                return list(parts.map(str::to_owned).collect()).map(Object::List);
            }
            ("split", [Text(separator)]) if !separator.is_empty() => {
                let parts = text.split(separator.as_str());
                return list(parts.map(str::to_owned).collect()).map(Object::List);
            }
            ("rsplit", [Text(separator)]) if !separator.is_empty() => {
                let parts = text.rsplit(separator.as_str());
                let mut parts: Vec<String> = parts.map(str::to_owned).collect();
                parts.reverse();
                return list(parts).map(Object::List);
            }
            ("split" | "rsplit", [Text(separator), Int(most)]) if !separator.is_empty() => {
                let limit = match usize::try_from(*most) {
                    Ok(most) => most.saturating_add(1),
                    Err(_) => usize::MAX,
                };
                let parts: Vec<String> = if name == "split" {
                    text.splitn(limit, separator.as_str())
                        .map(str::to_owned)
                        .collect()
                } else {
                    let parts = text.rsplitn(limit, separator.as_str());
                    let mut parts: Vec<String> = parts.map(str::to_owned).collect();
                    parts.reverse();
                    parts
                };
                return list(parts).map(Object::List);
            }
            ("splitlines", [])
                if text.is_ascii()
                    && !text.contains(['\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\r']) =>
            {
                let parts = text.lines().map(str::to_owned);
                return list(parts.collect()).map(Object::List);
            }
            ("partition" | "rpartition", [Text(separator)]) if !separator.is_empty() => {
                let separator = separator.as_str();
                let found = match name {
                    "partition" => text.split_once(separator),
                    _ => text.rsplit_once(separator),
                };
                let parts = match (found, name) {
                    (Some((before, after)), _) => [before, separator, after],
                    (None, "partition") => [text, "", ""],
                    (None, _) => ["", "", text],
                };
                return list(parts.map(str::to_owned).to_vec()).map(Object::Tuple);
            }
            ("lower", []) if text.is_ascii() => text.to_ascii_lowercase(),
            ("casefold", []) if text.is_ascii() => text.to_ascii_lowercase(),
            ("upper", []) if text.is_ascii() => text.to_ascii_uppercase(),
            ("capitalize", []) if text.is_ascii() => {
                let mut text = text.to_ascii_lowercase();
                if let Some(first) = text.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                text
            }
            ("title", []) if text.is_ascii() => title(text),
            ("strip", [] | [Nothing]) => text.trim_matches(is_space).to_owned(),
            ("lstrip", [] | [Nothing]) => text.trim_start_matches(is_space).to_owned(),
            ("rstrip", [] | [Nothing]) => text.trim_end_matches(is_space).to_owned(),
            ("strip", [Text(set)]) => text.trim_matches(is_in(set)).to_owned(),
            ("lstrip", [Text(set)]) => text.trim_start_matches(is_in(set)).to_owned(),
            ("rstrip", [Text(set)]) => text.trim_end_matches(is_in(set)).to_owned(),
            ("removeprefix", [Text(prefix)]) => text
                .strip_prefix(prefix.as_str())
                .unwrap_or(text)
                .to_owned(),
            ("removesuffix", [Text(suffix)]) => text
                .strip_suffix(suffix.as_str())
                .unwrap_or(text)
                .to_owned(),
            ("replace", [Text(from), Text(to)]) => {
                check_text(text.len().saturating_add(1).saturating_mul(to.len().max(1)))?;
                text.replace(from.as_str(), to)
            }
            ("replace", [Text(from), Text(to), Int(most)]) if *most >= 0 => {
                check_text(text.len().saturating_add(1).saturating_mul(to.len().max(1)))?;
                let most = usize::try_from(*most).unwrap_or(usize::MAX);
                text.replacen(from.as_str(), to, most)
            }
            ("startswith", [Text(prefix)]) => {
                return Ok(Object::Bool(text.starts_with(prefix.as_str())));
            }
            ("endswith", [Text(suffix)]) => {
                return Ok(Object::Bool(text.ends_with(suffix.as_str())));
            }
            ("startswith", [Texts(any)]) => {
                return Ok(Object::Bool(any.iter().any(|one| text.starts_with(one))));
            }
            ("endswith", [Texts(any)]) => {
                return Ok(Object::Bool(any.iter().any(|one| text.ends_with(one))));
            }
            ("isdigit" | "isdecimal" | "isnumeric", []) if text.is_ascii() => {
                let all = text.bytes().all(|byte| byte.is_ascii_digit());
                return Ok(Object::Bool(all && !text.is_empty()));
            }
            ("isalpha", []) if text.is_ascii() => {
                let all = text.bytes().all(|byte| byte.is_ascii_alphabetic());
                return Ok(Object::Bool(all && !text.is_empty()));
            }
            ("isupper", []) if text.is_ascii() => {
                let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
                let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
                return Ok(Object::Bool(upper && !lower));
            }
            ("find" | "rfind", [Text(part)]) if text.is_ascii() => {
                let at = match name {
                    "find" => text.find(part.as_str()),
                    _ => text.rfind(part.as_str()),
                };
                let at = at.and_then(|at| i64::try_from(at).ok());
                return Ok(Object::Int(at.unwrap_or(-1)));
            }
            ("count", [Text(part)]) if !part.is_empty() => {
                let count = text.matches(part.as_str()).count();
                return Ok(Object::Int(i64::try_from(count).unwrap_or(i64::MAX)));
            }
            ("encode", []) => return Ok(Object::Bytes(text.as_bytes().to_vec())),
            ("encode", [Text(code)]) if matches!(code.as_str(), "utf-8" | "utf8" | "UTF-8") => {
                return Ok(Object::Bytes(text.as_bytes().to_vec()));
            }
            ("zfill", [Int(width)]) if !text.starts_with(['+', '-']) && text.is_ascii() => {
                let width = usize::try_from(*width).unwrap_or(0);
                check_text(width)?;
                format!("{}{text}", "0".repeat(width.saturating_sub(text.len())))
            }
            _ => return Err(format!("{name}() is not followed")),
        };
        check_text(changed.len())?;
        Ok(Object::str(changed))
    }

    fn join_method(&mut self, held: &Item, items: &Item, span: Span) -> Item {
        let items = match self.whole(items, span) {
            Ok(items) => items,
            Err(why) => return Item::because(why, span),
        };
        let mut result = Item::computed(Object::str(""), span);
        for (at, item) in items.iter().enumerate() {
            self.step(0);
            for piece in [held, item].into_iter().skip(usize::from(at == 0)) {
                result = append(&result, piece, span);
            }
        }
        result
    }

    /// `"{}/{}".format(a, b)`, with empty, numbered and named fields.
    fn format_method(&mut self, held: &Item, call: &Call, arguments: &[Item], span: Span) -> Item {
        let not_followed = || Item::unknown(span, "it is formatted in a way that is not followed");
        let Some(format) = held.as_str() else {
            return not_followed();
        };
        let is_unpacked = call.keywords.iter().any(|(name, _)| name.is_none())
            || call.arguments.iter().any(|argument| {
                matches!(
                    argument.kind,
                    super::super::syntax::ExpressionKind::Starred(_)
                )
            });
        if is_unpacked {
            return not_followed();
        }
        let positional = call.arguments.len();
        let mut result = Item::literal(Object::str(""), span);
        let mut next = 0;
        let (mut is_counted, mut is_numbered) = (false, false);
        let mut rest = format;
        while let Some(at) = rest.find(['{', '}']) {
            let (text, field) = rest.split_at(at);
            let doubled = field.starts_with("{{") || field.starts_with("}}");
            let literal = if doubled { &rest[..=at] } else { text };
            result = append(&result, &Item::literal(Object::str(literal), span), span);
            if doubled {
                rest = &field[2..];
                continue;
            }
            let Some(end) = field.find('}').filter(|_| field.starts_with('{')) else {
                return not_followed();
            };
            let name = &field[1..end];
            let position = if name.is_empty() {
                is_counted = true;
                next += 1;
                Some(next - 1).filter(|at| *at < positional)
            } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
                is_numbered = true;
                name.parse().ok().filter(|at| *at < positional)
            } else {
                let named = call
                    .keywords
                    .iter()
                    .position(|(known, _)| known.as_deref() == Some(name));
                named.map(|named| positional + named)
            };
            // Python refuses to count some fields and not others.
            let is_mixed = is_counted && is_numbered;
            let value = position.and_then(|position| arguments.get(position));
            let Some(value) = value.filter(|_| !is_mixed) else {
                return not_followed();
            };
            let shown = each(value, span, |object| text_of(object).map(Object::Str));
            result = append(&result, &shown, span);
            rest = &field[end + 1..];
        }
        append(&result, &Item::literal(Object::str(rest), span), span)
    }
}

/// One text after another, where both are texts.
pub(super) fn append(left: &Item, right: &Item, span: Span) -> Item {
    both(left, right, span, |left, right| match (left, right) {
        (Object::Str(left), Object::Str(right)) => join(left, right),
        _ => Err("it is not a text".to_owned()),
    })
}

fn argument_of(item: &Item) -> Option<Argument> {
    Some(match item.get()? {
        Object::Str(text) => Argument::Text(text.as_plain()?.to_owned()),
        Object::None => Argument::None,
        Object::Int(value) => Argument::Int(*value),
        Object::Tuple(sequence) if sequence.incomplete.is_none() => {
            let texts = sequence.items.iter();
            let texts: Option<Vec<String>> =
                texts.map(|item| item.as_str().map(str::to_owned)).collect();
            Argument::Texts(texts?)
        }
        _ => return None,
    })
}

/// What Python takes for white space: one class more than Unicode's.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&character)
}

fn is_in(set: &str) -> impl Fn(char) -> bool + use<> {
    let set = set.to_owned();
    move |character: char| set.contains(character)
}

fn title(text: &str) -> String {
    let mut is_inside = false;
    text.chars()
        .map(|character| {
            let changed = match is_inside {
                true => character.to_ascii_lowercase(),
                false => character.to_ascii_uppercase(),
            };
            is_inside = character.is_ascii_alphabetic();
            changed
        })
        .collect()
}

/// `'%r' % object` and `f'{object!r}'`.
pub(super) fn represented(object: &Object) -> Result<Object, String> {
    representation(object).map(Object::str)
}
