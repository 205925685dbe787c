//! What becomes of values that may be one of several.

use crate::source::{Origin, Span};
use crate::value::{Alternative, MAX_ALTERNATIVES, Unknown, Value};

use super::super::object::{EnvironmentRead, Item, Object, Text};
use super::check_text;
use super::mutate::is_key;
use super::scope::add_guard;

/// An item of a container, one for each alternative.
pub(super) fn pick(held: &Item, index: &Object, span: Span) -> Item {
    let mut result: Option<Item> = None;
    for alternative in held.value.alternatives() {
        let found = match &alternative.value {
            Object::Dict(mapping) => match mapping.position(index) {
                Some(at) if is_key(index) => Ok(&mapping.entries[at].1),
                _ => Err(mapping.incomplete.clone()),
            },
            Object::List(sequence) | Object::Tuple(sequence) if sequence.incomplete.is_none() => {
                match index {
                    Object::Int(at) => self::index(*at, sequence.items.len())
                        .map(|at| &sequence.items[at])
                        .ok_or(None),
                    _ => Err(None),
                }
            }
            Object::List(sequence) | Object::Tuple(sequence) => Err(sequence.incomplete.clone()),
            _ => Err(None),
        };
        let mut found = match found {
            Ok(item) => item.clone(),
            Err(why) => {
                let why = why.unwrap_or_else(|| Unknown::at(span, "there is no such item here"));
                return Item::because(why, span);
            }
        };
        found.span = span;
        if let Value::OneOf(alternatives) = &mut found.value {
            for inner in alternatives {
                for guard in &alternative.guards {
                    add_guard(&mut inner.guards, guard);
                }
            }
        }
        result = Some(match result {
            None => found,
            Some(mut result) => {
                result.value = result.value.or(found.value);
                result.environment = None;
                result
            }
        });
    }
    result.unwrap_or_else(|| Item::unknown(span, "there is no such item here"))
}

/// A Python index as an offset.
pub(super) fn index(at: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    let at = if at < 0 { at + length } else { at };
    (0..length)
        .contains(&at)
        .then(|| usize::try_from(at).ok())
        .flatten()
}

/// What `change` makes of each alternative.
pub(super) fn each(
    item: &Item,
    span: Span,
    mut change: impl FnMut(&Object) -> Result<Object, String>,
) -> Item {
    let alternatives = match &item.value {
        Value::Unknown(why) => {
            let mut unknown = Item::because(why.clone(), span);
            unknown.environment = changed(item);
            return unknown;
        }
        Value::OneOf(alternatives) => alternatives,
    };
    let mut results = Vec::with_capacity(alternatives.len());
    for alternative in alternatives {
        match change(&alternative.value) {
            Ok(value) => results.push(Alternative {
                value,
                origin: derived(&alternative.origin, span),
                guards: alternative.guards.clone(),
            }),
            Err(why) => return Item::unknown(span, why),
        }
    }
    Item::of(Value::OneOf(results), span)
}

/// What `combine` makes of every pair of alternatives that can hold together.
pub(super) fn both(
    left: &Item,
    right: &Item,
    span: Span,
    mut combine: impl FnMut(&Object, &Object) -> Result<Object, String>,
) -> Item {
    if let Some(why) = left.value.why_unknown().or(right.value.why_unknown()) {
        return Item::because(why.clone(), span);
    }
    let mut results: Vec<Alternative<Object>> = Vec::new();
    for one in left.value.alternatives() {
        for other in right.value.alternatives() {
            let contradict = one.guards.iter().any(|guard| {
                other
                    .guards
                    .iter()
                    .any(|other| other.place == guard.place && other.holds != guard.holds)
            });
            if contradict {
                continue;
            }
            let mut guards = one.guards.clone();
            for guard in &other.guards {
                add_guard(&mut guards, guard);
            }
            match combine(&one.value, &other.value) {
                Ok(value) => results.push(Alternative {
                    value,
                    origin: Origin::Computed(span),
                    guards,
                }),
                Err(why) => return Item::unknown(span, why),
            }
        }
    }
    if results.is_empty() || results.len() > MAX_ALTERNATIVES {
        return Item::unknown(span, "it may be one of too many things");
    }
    Item::of(Value::OneOf(results), span)
}

fn derived(origin: &Origin, span: Span) -> Origin {
    match origin {
        Origin::Environment { .. } => origin.clone(),
        _ => Origin::Computed(span),
    }
}

/// The look-up that an item comes from, when something was made of its text.
pub(super) fn changed(item: &Item) -> Option<std::sync::Arc<EnvironmentRead>> {
    let read = item.environment.as_ref()?;
    Some(std::sync::Arc::new(EnvironmentRead {
        is_text: false,
        ..read.as_ref().clone()
    }))
}

/// A default of a look-up: where it is a look-up itself, the last default counts.
pub(super) fn without_environment(item: Item) -> Item {
    match &item.environment {
        None => item,
        Some(read) => match &read.default {
            Some(default) => default.clone(),
            None => Item {
                environment: None,
                ..item
            },
        },
    }
}

/// One text after another.
pub(super) fn join(left: &Text, right: &Text) -> Result<Object, String> {
    check_text(left.text.len() + right.text.len())?;
    left.concatenate(right)
        .map(Object::Str)
        .ok_or_else(|| "it holds the name of the project's directory".to_owned())
}

pub(super) fn too_large() -> String {
    "the number is too large".to_owned()
}
