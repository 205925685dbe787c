//! Methods of texts, lists and dicts.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::super::object::{Item, Object};
use super::super::syntax::{Call, Expression};
use super::super::writes::is_mutator;
use super::alternatives::{changed, each, index, join};
use super::branches::objects;
use super::mutate::{is_key, no_external};
use super::operators::text_of;
use super::{Evaluator, Frame, check_text, paths};

impl Evaluator<'_> {
    pub(super) fn method(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        held: &Item,
        name: &str,
        call: &Call,
        span: Span,
    ) -> Item {
        let plain = call.keywords.is_empty();
        let arguments: Vec<Item> = call
            .arguments
            .iter()
            .chain(call.keywords.iter().map(|(_, value)| value))
            .map(|argument| self.expression(frame, argument))
            .collect();
        let is_text = objects(held).all(|object| matches!(object, Object::Str(_)));
        if let Value::Unknown(why) = &held.value {
            // An unknown object may change what it is given, and itself.
            for argument in &arguments {
                self.lose_track(frame, argument, why);
            }
            if is_mutator(name) {
                self.lose_shared(frame, held, why);
            }
            let mut item = Item::because(why.clone(), span);
            item.environment = changed(held);
            return item;
        }
        if is_text {
            return self.text_method(held, name, call, &arguments, span);
        }
        if let Some(Object::Path(path)) = held.get() {
            let known = paths::method(path, name, &arguments, span);
            return known.unwrap_or_else(|| {
                Item::unknown(
                    span,
                    format!("{name}() of a path is decided when the process starts"),
                )
            });
        }
        let is_list = objects(held).all(|object| matches!(object, Object::List(_)));
        let is_dict = objects(held).all(|object| matches!(object, Object::Dict(_)));
        match (name, arguments.as_slice()) {
            ("append", [item]) if is_list && plain => {
                self.insert(frame, receiver, None, item, span);
            }
            ("insert", [at, item]) if is_list && plain => {
                self.insert(frame, receiver, Some(at), item, span);
            }
            ("extend", [items]) if is_list && plain => {
                self.extend(frame, receiver, &items.clone(), span);
            }
            ("remove", [item]) if is_list && plain => self.remove(frame, receiver, item, span),
            ("update", [items]) if is_dict && plain => self.update(frame, receiver, items, span),
            ("get", [key]) if is_dict => {
                self.share_inner(held);
                return get(held, key, None, span);
            }
            ("get", [key, default]) if is_dict => {
                self.share_inner(held);
                return get(held, key, Some(default), span);
            }
            ("copy", []) => {
                self.share(held);
                return self.fresh(held, span);
            }
            ("index" | "count" | "keys" | "values" | "items", _) => {
                // What they give may be kept, and hold what this holds.
                self.share(held);
                return Item::unknown(span, format!("{name}() is not followed"));
            }
            _ => {
                let why = Unknown::at(span, "it is changed in a way that is not followed");
                self.change(frame, receiver, span, &|_| Err(why.clone()));
                for argument in &arguments {
                    self.lose_track(frame, argument, &why);
                }
                return Item::because(why, span);
            }
        }
        Item::computed(Object::None, span)
    }

    fn fresh(&mut self, held: &Item, span: Span) -> Item {
        let mut identities: Vec<u64> = Vec::new();
        for _ in held.value.alternatives() {
            identities.push(self.identity());
        }
        let mut identities = identities.into_iter();
        each(held, span, |object| {
            Ok(with_identity(object, identities.next().unwrap_or(0)))
        })
    }

    fn insert(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        at: Option<&Item>,
        item: &Item,
        span: Span,
    ) {
        let item = no_external(item.clone());
        let at = at.map(|at| at.get().cloned());
        self.change(frame, receiver, item.span, &|object| {
            let Object::List(sequence) = object else {
                return Err(Unknown::at(span, "it is not a list"));
            };
            let sequence = Arc::make_mut(sequence);
            let length = sequence.items.len();
            let at = match &at {
                None => Some(length),
                Some(Some(Object::Int(at))) if sequence.incomplete.is_none() => {
                    // Python takes what is past the end as the end.
                    let past = if *at < 0 { 0 } else { length };
                    Some(index(*at, length).unwrap_or(past))
                }
                // Where it stands among the others does not matter where others are unknown.
                Some(Some(Object::Int(0))) => Some(0),
                Some(_) => None,
            };
            match at {
                Some(at) => {
                    sequence.items.insert(at.min(length), item.clone());
                    Ok(())
                }
                None => Err(Unknown::at(span, "where it is inserted is not known")),
            }
        });
    }

    fn remove(&mut self, frame: &mut Frame, receiver: &Expression, item: &Item, span: Span) {
        let wanted = item.get().cloned();
        self.change(frame, receiver, span, &|object| {
            let why = || Unknown::at(span, "what is removed from it is not known");
            let (Object::List(sequence), Some(wanted)) = (object, &wanted) else {
                return Err(why());
            };
            let sequence = Arc::make_mut(sequence);
            for at in 0..sequence.items.len() {
                match sequence.items[at]
                    .get()
                    .and_then(|item| item.equals(wanted))
                {
                    Some(true) if sequence.incomplete.is_none() => {
                        sequence.items.remove(at);
                        return Ok(());
                    }
                    Some(false) => {}
                    _ => return Err(why()),
                }
            }
            Err(why())
        });
    }

    fn update(&mut self, frame: &mut Frame, receiver: &Expression, items: &Item, span: Span) {
        self.share(items);
        self.change(frame, receiver, items.span, &|object| {
            let Object::Dict(mapping) = object else {
                return Err(Unknown::at(span, "it is not a dict"));
            };
            let mapping = Arc::make_mut(mapping);
            if let Some(why) = merge(&mut mapping.entries, items, span) {
                mapping.incomplete = Some(why);
            }
            Ok(())
        });
    }

    fn text_method(
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
        let mut words: Vec<Option<&str>> = Vec::new();
        let mut numbers: Vec<i64> = Vec::new();
        for argument in arguments {
            match argument.get() {
                Some(Object::Str(text)) if !text.local => words.push(Some(&text.text)),
                Some(Object::None) => words.push(None),
                Some(Object::Int(value)) => numbers.push(*value),
                _ => return Item::unknown(span, format!("{name}() is given what is not known")),
            }
        }
        if !call.keywords.is_empty() {
            return Item::unknown(span, format!("{name}() is not followed"));
        }
        each(held, span, |object| {
            let text = object
                .as_str()
                .ok_or("it holds the name of the project's directory")?;
            match (name, words.as_slice(), numbers.as_slice()) {
                ("split", words, []) => {
                    let parts = split(text, words.first().copied().flatten())?;
                    let items = parts
                        .into_iter()
                        .map(|part| Item::computed(Object::str(part), span));
                    self.sequence(items.collect(), None).map(Object::List)
                }
                (_, words, []) => text_method(text, name, words),
                _ => Err(format!("{name}() is not followed")),
            }
        })
    }

    fn join_method(&mut self, held: &Item, items: &Item, span: Span) -> Item {
        let (items, incomplete) = match self.items_of(items, span) {
            Ok(items) => items,
            Err(why) => return Item::because(why, span),
        };
        if let Some(why) = incomplete {
            return Item::because(why, span);
        }
        let mut result = Item::computed(Object::str(""), span);
        for (at, item) in items.iter().enumerate() {
            self.step(0);
            for piece in [held, item].into_iter().skip(usize::from(at == 0)) {
                result = super::alternatives::both(&result, piece, span, |left, right| {
                    match (left, right) {
                        (Object::Str(left), Object::Str(right)) => join(left, right),
                        _ => Err("it is not a text".to_owned()),
                    }
                });
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
        let positional = call.arguments.len();
        let mut result = Item::literal(Object::str(""), span);
        let mut next = 0;
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
                next += 1;
                Some(next - 1)
            } else if let Ok(position) = name.parse::<usize>() {
                Some(position)
            } else {
                let named = call
                    .keywords
                    .iter()
                    .position(|(known, _)| known.as_deref() == Some(name));
                named.map(|named| positional + named)
            };
            let Some(value) = position.and_then(|position| arguments.get(position)) else {
                return not_followed();
            };
            let shown = each(value, span, |object| text_of(object).map(Object::Str));
            result = append(&result, &shown, span);
            rest = &field[end + 1..];
        }
        append(&result, &Item::literal(Object::str(rest), span), span)
    }
}

fn append(left: &Item, right: &Item, span: Span) -> Item {
    super::alternatives::both(left, right, span, |left, right| match (left, right) {
        (Object::Str(left), Object::Str(right)) => join(left, right),
        _ => Err("it is not a text".to_owned()),
    })
}

/// What Python takes for white space: one class more than Unicode's.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&character)
}

fn split(text: &str, separator: Option<&str>) -> Result<Vec<String>, String> {
    match separator {
        None => Ok(text
            .split(is_space)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()),
        Some("") => Err("the separator is empty".to_owned()),
        Some(separator) => Ok(text.split(separator).map(str::to_owned).collect()),
    }
}

fn text_method(text: &str, name: &str, words: &[Option<&str>]) -> Result<Object, String> {
    let is_in = |set: &str| {
        let set = set.to_owned();
        move |character: char| set.contains(character)
    };
    let changed = match (name, words) {
        ("lower", []) if text.is_ascii() => text.to_ascii_lowercase(),
        ("upper", []) if text.is_ascii() => text.to_ascii_uppercase(),
        ("strip", [] | [None]) => text.trim_matches(is_space).to_owned(),
        ("lstrip", [] | [None]) => text.trim_start_matches(is_space).to_owned(),
        ("rstrip", [] | [None]) => text.trim_end_matches(is_space).to_owned(),
        ("strip", [Some(set)]) => text.trim_matches(is_in(set)).to_owned(),
        ("lstrip", [Some(set)]) => text.trim_start_matches(is_in(set)).to_owned(),
        ("rstrip", [Some(set)]) => text.trim_end_matches(is_in(set)).to_owned(),
        ("replace", [Some(from), Some(to)]) => {
            check_text(text.len().saturating_mul(to.len().max(1)))?;
            text.replace(from, to)
        }
        ("startswith", [Some(prefix)]) => return Ok(Object::Bool(text.starts_with(prefix))),
        ("endswith", [Some(suffix)]) => return Ok(Object::Bool(text.ends_with(suffix))),
        _ => return Err(format!("{name}() is not followed")),
    };
    Ok(Object::str(changed))
}

/// `dict.get(key, default)`.
fn get(held: &Item, key: &Item, default: Option<&Item>, span: Span) -> Item {
    let (Some(Object::Dict(mapping)), Some(key)) = (held.get(), key.get()) else {
        return Item::unknown(span, "which item it is is not known");
    };
    if !is_key(key) {
        return Item::unknown(span, "which item it is is not known");
    }
    match (mapping.position(key), &mapping.incomplete, default) {
        (Some(at), _, _) => mapping.entries[at].1.clone(),
        (None, Some(why), _) => Item::because(why.clone(), span),
        (None, None, Some(default)) => default.clone(),
        (None, None, None) => Item::computed(Object::None, span),
    }
}

/// Sets the item of a key.
pub(super) fn set(entries: &mut Vec<(Object, Item)>, key: Object, item: Item) {
    let at = entries
        .iter()
        .position(|(known, _)| known.equals(&key) == Some(true));
    match at {
        Some(at) => entries[at].1 = item,
        None => entries.push((key, item)),
    }
}

/// Any of the entries may have been replaced.
pub(super) fn blur(entries: &mut [(Object, Item)], why: &Unknown) {
    for (_, item) in entries {
        *item = Item::because(why.clone(), item.span);
    }
}

/// Sets all items of a dict; gives the reason why there may be others, if any.
pub(super) fn merge(
    entries: &mut Vec<(Object, Item)>,
    items: &Item,
    place: Span,
) -> Option<Unknown> {
    let Some(Object::Dict(mapping)) = items.get() else {
        let why = items.value.why_unknown().cloned();
        let why = why.unwrap_or_else(|| Unknown::at(place, "what it is updated with is not known"));
        blur(entries, &why);
        return Some(why);
    };
    if let Some(why) = &mapping.incomplete {
        blur(entries, why);
    }
    for (key, item) in &mapping.entries {
        set(entries, key.clone(), item.clone());
    }
    mapping.incomplete.clone()
}

/// The same content in another object.
pub(super) fn with_identity(object: &Object, identity: u64) -> Object {
    let mut object = object.clone();
    match &mut object {
        Object::List(sequence) | Object::Set(sequence) => {
            Arc::make_mut(sequence).identity = identity
        }
        Object::Dict(mapping) => Arc::make_mut(mapping).identity = identity,
        _ => {}
    }
    object
}

impl Evaluator<'_> {
    /// `held[lower:upper]`.
    pub(super) fn slice(
        &mut self,
        held: &Item,
        lower: Option<i64>,
        upper: Option<i64>,
        span: Span,
    ) -> Item {
        let range = |length: usize| {
            let clamp = |at: i64| {
                let signed = i64::try_from(length).unwrap_or(i64::MAX);
                let at = if at < 0 {
                    at.saturating_add(signed)
                } else {
                    at
                };
                usize::try_from(at.clamp(0, signed)).unwrap_or(0)
            };
            let from = lower.map_or(0, clamp);
            from..upper.map_or(length, clamp).max(from)
        };
        each(held, span, |object| match object {
            Object::List(sequence) | Object::Tuple(sequence) if sequence.incomplete.is_none() => {
                let items = sequence.items[range(sequence.items.len())].to_vec();
                let taken = self.sequence(items, None)?;
                Ok(match object {
                    Object::List(_) => Object::List(taken),
                    _ => Object::Tuple(taken),
                })
            }
            Object::Str(text) if text.text.is_ascii() && !text.local => {
                Ok(Object::str(&text.text[range(text.text.len())]))
            }
            _ => Err("a part of it is not known".to_owned()),
        })
    }
}
