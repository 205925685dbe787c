//! Methods of texts, lists and dicts.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::super::object::{Item, Object};
use super::super::syntax::{Call, Expression};
use super::super::writes::is_mutator;
use super::alternatives::{changed, each, index};
use super::branches::objects;
use super::effects::has_effects_to_count;
use super::mutate::{is_key, no_external};
use super::{Evaluator, Frame, paths};

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
        if is_mutator(name) && has_effects_to_count(receiver) {
            // To look at what is changed once more would do those once more.
            let why = Unknown::at(span, "it is changed in a way that is not followed");
            self.lose_track(frame, held, &why);
            for argument in &arguments {
                self.lose_track(frame, argument, &why);
            }
            return Item::because(why, span);
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
        let is_set = objects(held).all(|object| matches!(object, Object::Set(_)));
        let is_changed = match (name, arguments.as_slice()) {
            ("append", [item]) if is_list && plain => {
                self.insert(frame, receiver, None, item, span);
                true
            }
            ("insert", [at, item]) if is_list && plain => {
                self.insert(frame, receiver, Some(at), item, span);
                true
            }
            ("extend", [items]) if is_list && plain => {
                self.extend(frame, receiver, &items.clone(), span);
                true
            }
            ("remove", [item]) if (is_list || is_set) && plain => {
                self.remove(frame, receiver, item, false, span);
                true
            }
            ("discard", [item]) if is_set && plain => {
                self.remove(frame, receiver, item, true, span);
                true
            }
            ("add", [item]) if is_set && plain => {
                self.add(frame, receiver, item, span);
                true
            }
            ("clear", []) if (is_list || is_dict || is_set) && plain => {
                self.clear(frame, receiver, span);
                true
            }
            ("reverse", []) if is_list && plain => {
                self.reorder(frame, receiver, span, &|items| {
                    items.reverse();
                    Some(())
                });
                true
            }
            ("sort", []) if is_list && plain => {
                self.sort(frame, receiver, held, span);
                true
            }
            ("update", [items]) if is_dict && plain => {
                self.update(frame, receiver, items, span);
                true
            }
            ("update", named) if is_dict && call.arguments.is_empty() => {
                let names = call.keywords.iter().map(|(name, _)| name.clone());
                let pairs: Option<Vec<(Object, Item)>> = names
                    .zip(named)
                    .map(|(name, item)| Some((Object::str(name?), no_external(item.clone()))))
                    .collect();
                match pairs.map(|pairs| self.mapping(pairs, None)) {
                    Some(Ok(mapping)) => {
                        let items = Item::computed(Object::Dict(mapping), span);
                        self.update(frame, receiver, &items, span);
                        true
                    }
                    _ => false,
                }
            }
            _ => false,
        };
        if is_changed {
            return Item::computed(Object::None, span);
        }
        match (name, arguments.as_slice()) {
            ("get", [key]) if is_dict && plain => {
                self.share_inner(held);
                get(held, key, None, span)
            }
            ("get", [key, default]) if is_dict && plain => {
                self.share_inner(held);
                get(held, key, Some(default), span)
            }
            ("setdefault", [key, default]) if is_dict && plain => {
                self.share(default);
                self.set_default(frame, receiver, held, (key, default), span)
            }
            ("pop", _) if (is_list || is_dict) && plain => {
                self.share_inner(held);
                self.pop(frame, receiver, held, &arguments, span)
            }
            ("copy", []) => {
                self.share(held);
                self.fresh(held, span)
            }
            ("keys" | "values" | "items", []) if is_dict => {
                self.share_inner(held);
                self.view(held, name, span)
            }
            ("index", [item]) if is_list && plain => position(held, item, span),
            ("count", [item]) if is_list && plain => count(held, item, span),
            ("index" | "count" | "keys" | "values" | "items", _) => {
                // What they give may be kept, and hold what this holds.
                self.share(held);
                Item::unknown(span, format!("{name}() is not followed"))
            }
            ("decode", []) => each(held, span, |object| match object {
                Object::Bytes(bytes) => String::from_utf8(bytes.clone())
                    .map(Object::str)
                    .map_err(|_| "it is not UTF-8".to_owned()),
                _ => Err("decode() is not followed".to_owned()),
            }),
            _ => {
                let why = Unknown::at(span, "it is changed in a way that is not followed");
                self.change(frame, receiver, span, &|_| Err(why.clone()));
                for argument in &arguments {
                    self.lose_track(frame, argument, &why);
                }
                Item::because(why, span)
            }
        }
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
                None => {
                    let why = Unknown::at(span, "where something is inserted is not known");
                    sequence.incomplete.get_or_insert(why);
                    Ok(())
                }
            }
        });
    }

    fn remove(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        item: &Item,
        may_be_absent: bool,
        span: Span,
    ) {
        let wanted = item.get().cloned();
        self.change(frame, receiver, span, &|object| {
            let why = || Unknown::at(span, "what is removed from it is not known");
            let (Object::List(sequence) | Object::Set(sequence), Some(wanted)) = (object, &wanted)
            else {
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
            match may_be_absent && sequence.incomplete.is_none() {
                true => Ok(()),
                false => Err(why()),
            }
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
}

/// `list.index(item)`.
fn position(held: &Item, item: &Item, span: Span) -> Item {
    let not_known = || Item::unknown(span, "where it stands is not known");
    let (Some(Object::List(sequence)), Some(wanted)) = (held.get(), item.get()) else {
        return not_known();
    };
    for (at, known) in sequence.items.iter().enumerate() {
        match known.get().and_then(|known| known.equals(wanted)) {
            Some(true) if sequence.incomplete.is_none() => {
                let at = i64::try_from(at).unwrap_or(i64::MAX);
                return Item::computed(Object::Int(at), span);
            }
            Some(false) => {}
            _ => break,
        }
    }
    not_known()
}

/// `list.count(item)`.
fn count(held: &Item, item: &Item, span: Span) -> Item {
    let counted = match (held.get(), item.get()) {
        (Some(Object::List(sequence)), Some(wanted)) if sequence.incomplete.is_none() => {
            let equal = |known: &Item| known.get().and_then(|known| known.equals(wanted));
            let equal: Option<Vec<bool>> = sequence.items.iter().map(equal).collect();
            equal.map(|equal| equal.into_iter().filter(|equal| *equal).count())
        }
        _ => None,
    };
    match counted.and_then(|count| i64::try_from(count).ok()) {
        Some(count) => Item::computed(Object::Int(count), span),
        None => Item::unknown(span, "how often it is in it is not known"),
    }
}

/// `dict.get(key, default)`.
pub(super) fn get(held: &Item, key: &Item, default: Option<&Item>, span: Span) -> Item {
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
