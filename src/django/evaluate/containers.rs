//! Containers that their methods look into or change.

use std::sync::Arc;

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::Expression;
use super::alternatives::{each, index as index_of, pick};
use super::methods::get;
use super::mutate::{is_key, no_external};
use super::{Evaluator, Frame};

impl Evaluator<'_> {
    /// `dict.keys()` and its like: good for one use.
    pub(super) fn view(&mut self, held: &Item, name: &str, span: Span) -> Item {
        let Some(Object::Dict(mapping)) = held.get() else {
            return Item::unknown(span, format!("{name}() is not followed"));
        };
        let (entries, incomplete) = (mapping.entries.clone(), mapping.incomplete.clone());
        let mut items = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let key = Item::computed(key, value.span);
            items.push(match name {
                "keys" => key,
                "values" => value,
                _ => match self.sequence(vec![key, value], None) {
                    Ok(pair) => Item::computed(Object::Tuple(pair), span),
                    Err(why) => return Item::unknown(span, why),
                },
            });
        }
        match self.sequence(items, incomplete) {
            Ok(sequence) => Item::computed(Object::Generator(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    pub(super) fn add(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        item: &Item,
        span: Span,
    ) {
        let item = no_external(item.clone());
        self.change(frame, receiver, span, &|object| {
            let Object::Set(sequence) = object else {
                return Err(Unknown::at(span, "it is not a set"));
            };
            let Some(new) = item.get().filter(|new| is_key(new)) else {
                return Err(Unknown::at(span, "what is added to it is not known"));
            };
            let sequence = Arc::make_mut(sequence);
            let is_there = |known: &Item| known.get().and_then(|known| known.equals(new));
            if !sequence
                .items
                .iter()
                .any(|known| is_there(known) == Some(true))
            {
                sequence.items.push(item.clone());
            }
            Ok(())
        });
    }

    pub(super) fn clear(&mut self, frame: &mut Frame, receiver: &Expression, span: Span) {
        self.change(frame, receiver, span, &|object| {
            match object {
                Object::List(sequence) | Object::Set(sequence) => {
                    let sequence = Arc::make_mut(sequence);
                    sequence.items.clear();
                    sequence.incomplete = None;
                }
                Object::Dict(mapping) => {
                    let mapping = Arc::make_mut(mapping);
                    mapping.entries.clear();
                    mapping.incomplete = None;
                }
                _ => return Err(Unknown::at(span, "it is not a container")),
            }
            Ok(())
        });
    }

    /// Puts the items of a list into another order.
    pub(super) fn reorder(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        span: Span,
        order: &dyn Fn(&mut Vec<Item>) -> Option<()>,
    ) {
        let why = || Unknown::at(span, "its order is not known");
        self.change(frame, receiver, span, &|object| match object {
            Object::List(sequence) if sequence.incomplete.is_none() => {
                order(&mut Arc::make_mut(sequence).items).ok_or_else(why)
            }
            _ => Err(why()),
        });
    }

    pub(super) fn sort(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        held: &Item,
        span: Span,
    ) {
        let sorted = match held.get() {
            Some(Object::List(sequence)) => self.in_order(sequence.items.clone(), false),
            _ => None,
        };
        self.reorder(frame, receiver, span, &|items| {
            *items = sorted.clone()?;
            Some(())
        });
    }

    /// `dict.setdefault(key, default)`.
    pub(super) fn set_default(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        held: &Item,
        (key, default): (&Item, &Item),
        span: Span,
    ) -> Item {
        self.share_inner(held);
        let default = no_external(default.clone());
        let found = get(held, key, Some(&default), span);
        let known = key.get().filter(|key| is_key(key)).cloned();
        self.change(frame, receiver, span, &|object| match (object, &known) {
            (Object::Dict(mapping), Some(key)) => {
                let mapping = Arc::make_mut(mapping);
                if mapping.position(key).is_none() {
                    let item = match &mapping.incomplete {
                        Some(why) => Item::because(why.clone(), span),
                        None => default.clone(),
                    };
                    mapping.entries.push((key.clone(), item));
                }
                Ok(())
            }
            _ => Err(Unknown::at(span, "a key of it is not known")),
        });
        found
    }

    /// `list.pop(at)` and `dict.pop(key, default)`.
    pub(super) fn pop(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        held: &Item,
        arguments: &[Item],
        span: Span,
    ) -> Item {
        let why = Unknown::at(span, "what is taken out of it is not known");
        let (index, default) = match (held.get(), arguments) {
            (Some(Object::List(_)), []) => (Some(Object::Int(-1)), None),
            (Some(Object::List(_)), [at]) => (at.get().cloned(), None),
            (Some(Object::Dict(_)), [key]) => (key.get().cloned(), None),
            (Some(Object::Dict(_)), [key, default]) => (key.get().cloned(), Some(default)),
            _ => (None, None),
        };
        let taken = match (held.get(), &index) {
            (Some(Object::List(_)), Some(index)) => pick(held, index, span),
            (Some(Object::Dict(mapping)), Some(key)) => {
                let key = Item::computed(key.clone(), span);
                let is_there = key.get().is_some_and(|key| mapping.position(key).is_some());
                match default {
                    None if !is_there => Item::because(why.clone(), span),
                    default => get(held, &key, default, span),
                }
            }
            _ => Item::because(why.clone(), span),
        };
        let has_default = default.is_some();
        self.change(frame, receiver, span, &|object| match (object, &index) {
            (Object::List(sequence), Some(Object::Int(at))) if sequence.incomplete.is_none() => {
                let sequence = Arc::make_mut(sequence);
                let at = index_of(*at, sequence.items.len()).ok_or_else(|| why.clone())?;
                sequence.items.remove(at);
                Ok(())
            }
            (Object::Dict(mapping), Some(key)) if is_key(key) => {
                let mapping = Arc::make_mut(mapping);
                match mapping.position(key) {
                    Some(at) => _ = mapping.entries.remove(at),
                    None if has_default => {}
                    None => return Err(why.clone()),
                }
                Ok(())
            }
            _ => Err(why.clone()),
        });
        taken
    }

    /// `del container[key]`.
    pub(super) fn delete_item(
        &mut self,
        frame: &mut Frame,
        target: &Expression,
        container: &Expression,
        key: &Expression,
    ) {
        let index = self.expression(frame, key).get().cloned();
        let why = Unknown::at(target.span, "something is deleted from it");
        let held = self.peek(frame, container);
        if matches!(held.get(), Some(Object::External(_))) {
            self.distrust_environment();
        }
        self.doubts += 1;
        self.change(
            frame,
            container,
            target.span,
            &|object| match (object, &index) {
                (Object::List(sequence), Some(Object::Int(at)))
                    if sequence.incomplete.is_none() =>
                {
                    let sequence = Arc::make_mut(sequence);
                    let at = index_of(*at, sequence.items.len()).ok_or_else(|| why.clone())?;
                    sequence.items.remove(at);
                    Ok(())
                }
                (Object::Dict(mapping), Some(key)) if is_key(key) => {
                    let mapping = Arc::make_mut(mapping);
                    let at = mapping.position(key).ok_or_else(|| why.clone())?;
                    mapping.entries.remove(at);
                    Ok(())
                }
                _ => Err(why.clone()),
            },
        );
    }
}

impl Evaluator<'_> {
    /// `held[lower:upper:step]`.
    pub(super) fn slice(
        &mut self,
        held: &Item,
        bounds: (Option<i64>, Option<i64>, Option<i64>),
        span: Span,
    ) -> Item {
        let taken = |length: usize| -> Result<Vec<usize>, String> {
            indices(bounds, length).ok_or_else(|| "how much of it is taken is not known".to_owned())
        };
        self.share_inner(held);
        each(held, span, |object| match object {
            Object::List(sequence) | Object::Tuple(sequence) if sequence.incomplete.is_none() => {
                let items = taken(sequence.items.len())?
                    .into_iter()
                    .map(|at| sequence.items[at].clone())
                    .collect();
                let taken = self.sequence(items, None)?;
                Ok(match object {
                    Object::List(_) => Object::List(taken),
                    _ => Object::Tuple(taken),
                })
            }
            Object::Str(text) if text.text.is_ascii() && !text.local => {
                let bytes = text.text.as_bytes();
                let characters = taken(bytes.len())?.into_iter();
                let text: String = characters.map(|at| char::from(bytes[at])).collect();
                Ok(Object::str(text))
            }
            _ => Err("a part of it is not known".to_owned()),
        })
    }
}

/// The places that a slice takes (`PySlice_AdjustIndices`).
fn indices(
    (lower, upper, step): (Option<i64>, Option<i64>, Option<i64>),
    length: usize,
) -> Option<Vec<usize>> {
    let length = i64::try_from(length).ok()?;
    let step = step.unwrap_or(1);
    if step == 0 || step == i64::MIN {
        return None;
    }
    let (least, most) = if step < 0 {
        (-1, length - 1)
    } else {
        (0, length)
    };
    let clamp = |at: i64| {
        let at = if at < 0 {
            at.saturating_add(length)
        } else {
            at
        };
        at.clamp(least, most)
    };
    let (first, last) = if step < 0 {
        (most, least)
    } else {
        (least, most)
    };
    let mut at = lower.map_or(first, clamp);
    let end = upper.map_or(last, clamp);
    let mut taken = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        taken.push(usize::try_from(at).ok()?);
        at = at.checked_add(step)?;
    }
    Some(taken)
}
