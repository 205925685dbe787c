//! Lists and dicts that are changed in place, under every name that holds them.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::super::object::{Item, Object};
use super::super::syntax::{Expression, ExpressionKind};
use super::branches::objects;
use super::identity::{collect_identities, holds_any, holds_itself};
use super::{Assignment, Evaluator, Frame};

/// What is done to a container; an error says why its content is not known afterwards.
type Change<'c> = &'c dyn Fn(&mut Object) -> Result<(), Unknown>;

impl Evaluator<'_> {
    /// Remembers that another name may hold the containers in `item`.
    pub(super) fn share(&mut self, item: &Item) {
        self.step(0);
        for object in objects(item) {
            if let Some(identity) = object.identity() {
                self.shared.insert(identity);
            }
        }
        self.share_inner(item);
    }

    /// [`Self::share`] for what a container holds, where the container itself goes nowhere.
    pub(super) fn share_inner(&mut self, item: &Item) {
        for object in objects(item) {
            let inner: Vec<Item> = match object {
                Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
                    sequence
                        .items
                        .iter()
                        .filter(|item| holds_items(item))
                        .cloned()
                        .collect()
                }
                Object::Dict(mapping) => {
                    let items = mapping.entries.iter().map(|(_, item)| item);
                    items.filter(|item| holds_items(item)).cloned().collect()
                }
                _ => Vec::new(),
            };
            for item in &inner {
                self.share(item);
            }
        }
    }

    /// Changes the container that `place` names, and every name that holds the same one.
    pub(super) fn change(
        &mut self,
        frame: &mut Frame,
        place: &Expression,
        value: Span,
        change: Change<'_>,
    ) {
        let held = self.peek(frame, place);
        let mut targets: Vec<u64> = objects(&held).filter_map(Object::identity).collect();
        targets.sort_unstable();
        targets.dedup();
        let why = Unknown::at(place.span, "it is changed in a way that is not followed");
        if targets.is_empty() {
            self.doubts += 1;
            self.lose_shared(frame, &held, &why);
            self.lose_root(frame, place, held.value.why_unknown().unwrap_or(&why));
        } else if targets.len() > 1 && targets.iter().any(|target| self.shared.contains(target)) {
            // Which of the objects it is differs from name to name.
            self.lose_track(frame, &held, &why);
        } else {
            let failed = std::cell::Cell::new(false);
            self.apply(frame, &targets, root(place), &|object| {
                let result = change(object);
                failed.set(failed.get() || result.is_err());
                result
            });
            self.doubts += u64::from(failed.get());
        }
        if let Some((name, span)) = root(place)
            && let Some(binding) = frame.scope.names.get_mut(name)
        {
            Arc::make_mut(binding).add_place(Assignment { name: span, value });
        }
    }

    /// Says that the containers in `held` may hold anything from now on.
    pub(super) fn lose_track(&mut self, frame: &mut Frame, held: &Item, why: &Unknown) {
        let mut targets = Vec::new();
        collect_identities(held, &mut targets);
        targets.sort_unstable();
        targets.dedup();
        if !targets.is_empty() {
            self.apply(frame, &targets, None, &|_| Err(why.clone()));
        }
    }

    /// Something that is not known was changed in place: it may be any container that
    /// another name holds too.
    pub(super) fn lose_shared(&mut self, frame: &mut Frame, held: &Item, why: &Unknown) {
        // The environment holds texts, and nothing changes those.
        if held.value.why_unknown().is_none() || held.environment.is_some() {
            return;
        }
        let mut targets: Vec<u64> = self.shared.iter().copied().collect();
        targets.sort_unstable();
        if !targets.is_empty() {
            self.apply(frame, &targets, None, &|_| Err(why.clone()));
        }
    }

    fn apply(
        &mut self,
        frame: &mut Frame,
        targets: &[u64],
        root: Option<(&str, Span)>,
        change: Change<'_>,
    ) {
        if targets.iter().any(|target| self.iterating.contains(target)) {
            // What is iterated over changes on the way.
            self.jumped = true;
        }
        if let Some(before) = self.calls.last()
            && targets.iter().any(|target| target <= before)
        {
            self.impure = true;
            return;
        }
        let is_shared = targets.iter().any(|target| self.shared.contains(target));
        let only = root.filter(|_| !is_shared);
        let mut cost = 0;
        let names = frame
            .scope
            .names
            .iter_mut()
            .filter(|(name, _)| only.is_none_or(|(root, _)| root == name.as_str()));
        for (_, binding) in names {
            cost += 1;
            if holds_any(&binding.item, targets, &mut cost) {
                change_item(&mut Arc::make_mut(binding).item, targets, change);
            }
        }
        for (_, item) in &mut frame.locals {
            if holds_any(item, targets, &mut cost) {
                change_item(item, targets, change);
            }
        }
        // Whether it happens at all may not be known, and other modules are not taken back then.
        let may_happen: Change<'_> = &|_| Err(Unknown::because("it may be changed elsewhere"));
        let elsewhere = if self.uncertain == 0 && self.repeated == 0 {
            change
        } else {
            may_happen
        };
        for scope in self.finished.values_mut() {
            for binding in scope.names.values_mut() {
                cost += 1;
                if only.is_none() && holds_any(&binding.item, targets, &mut cost) {
                    change_item(&mut Arc::make_mut(binding).item, targets, elsewhere);
                }
            }
        }
        self.step(cost);
    }

    /// Makes the whole of what a place lies in unknown.
    fn lose_root(&mut self, frame: &mut Frame, place: &Expression, why: &Unknown) {
        match root(place) {
            Some((name, span)) => {
                let held = frame.scope.names.get(name).map(|b| b.item.clone());
                if let Some(held) = held {
                    self.lose_track(frame, &held, why);
                    if !matches!(held.get(), Some(Object::External(_))) {
                        frame.scope.forget(name, why);
                    }
                } else if reaches_names(place) {
                    let why = "names are bound by way of globals()";
                    self.hide(frame, &Unknown::at(span, why));
                }
            }
            None if reaches_names(place) => {
                let why = "names are bound by way of globals()";
                self.hide(frame, &Unknown::at(place.span, why));
            }
            None => {}
        }
    }

    /// `container[key] = item`.
    pub(super) fn store_item(
        &mut self,
        frame: &mut Frame,
        target: &Expression,
        container: &Expression,
        key: &Expression,
        item: Item,
        value: Span,
    ) {
        let index = self.expression(frame, key);
        if self.store_name(frame, container, &index, &item, target.span, value) {
            return;
        }
        let held = self.peek(frame, container);
        if let Some(Object::External(name)) = held.get()
            && name == "os.environ"
        {
            // What the module itself puts there wins over what was supplied.
            self.impure |= frame.around.is_some();
            match index.as_str() {
                Some(variable) => _ = self.supplied.remove(variable),
                None => self.supplied.clear(),
            }
            self.environment_changed = true;
            return;
        }
        self.share(&item);
        let known = index.get().cloned();
        let item = no_external(item);
        self.change(frame, container, value, &|object| {
            let why = || Unknown::at(target.span, "a key of it is not known");
            match (object, &known) {
                (Object::Dict(mapping), Some(key)) if is_key(key) => {
                    let mapping = Arc::make_mut(mapping);
                    match mapping.position(key) {
                        Some(at) => mapping.entries[at].1 = item.clone(),
                        None => mapping.entries.push((key.clone(), item.clone())),
                    }
                    Ok(())
                }
                (Object::List(sequence), Some(Object::Int(at))) => {
                    let sequence = Arc::make_mut(sequence);
                    let at = super::alternatives::index(*at, sequence.items.len());
                    match at.filter(|_| sequence.incomplete.is_none()) {
                        Some(at) => sequence.items[at] = item.clone(),
                        None => return Err(why()),
                    }
                    Ok(())
                }
                _ => Err(why()),
            }
        });
    }

    /// `target += right` where `target` is a list, which Python extends in place.
    pub(super) fn extend_in_place(
        &mut self,
        frame: &mut Frame,
        target: &Expression,
        right: &Item,
        value: Span,
    ) -> bool {
        let held = self.peek(frame, target);
        let all_lists = !held.value.alternatives().is_empty()
            && objects(&held).all(|object| matches!(object, Object::List(_)));
        if !all_lists {
            return false;
        }
        self.extend(frame, target, right, value);
        true
    }

    /// `target.extend(right)`.
    pub(super) fn extend(
        &mut self,
        frame: &mut Frame,
        target: &Expression,
        right: &Item,
        value: Span,
    ) {
        self.share(right);
        let added = self.items_of(right, value);
        self.change(frame, target, value, &|object| match object {
            Object::List(sequence) => {
                let sequence = Arc::make_mut(sequence);
                match &added {
                    Ok((items, incomplete)) => {
                        sequence.items.extend(items.iter().cloned());
                        sequence.incomplete =
                            sequence.incomplete.clone().or_else(|| incomplete.clone());
                    }
                    Err(why) => sequence.incomplete = Some(why.clone()),
                }
                Ok(())
            }
            _ => Err(Unknown::at(
                value,
                "it is extended in a way that is not followed",
            )),
        });
    }

    /// What iterating over an item gives, and why there may be more.
    pub(super) fn items_of(
        &mut self,
        item: &Item,
        place: Span,
    ) -> Result<(Vec<Item>, Option<Unknown>), Unknown> {
        self.step(held_in(item) / 4);
        match &item.value {
            Value::Unknown(why) => Err(why.clone()),
            Value::OneOf(_) => match item.get() {
                Some(
                    Object::List(sequence) | Object::Tuple(sequence) | Object::Generator(sequence),
                ) => Ok((sequence.items.clone(), sequence.incomplete.clone())),
                Some(Object::Set(sequence)) if sequence.items.len() < 2 => {
                    Ok((sequence.items.clone(), sequence.incomplete.clone()))
                }
                Some(Object::Dict(mapping)) if mapping.incomplete.is_none() => {
                    let keys = mapping.entries.iter();
                    let keys = keys.map(|(key, item)| Item::computed(key.clone(), item.span));
                    Ok((keys.collect(), None))
                }
                _ => Err(Unknown::at(place, "what is iterated over is not known")),
            },
        }
    }
}

/// How many items it holds.
pub(super) fn held_in(item: &Item) -> usize {
    let held = |object: &Object| match object {
        Object::List(sequence)
        | Object::Tuple(sequence)
        | Object::Set(sequence)
        | Object::Generator(sequence) => sequence.items.len(),
        Object::Dict(mapping) => mapping.entries.len(),
        _ => 0,
    };
    objects(item).map(held).sum()
}

/// The name that a place begins with.
fn root(place: &Expression) -> Option<(&str, Span)> {
    let mut place = place;
    loop {
        match &place.kind {
            ExpressionKind::Name(name) => return Some((name, place.span)),
            ExpressionKind::Subscript(inner, _) | ExpressionKind::Attribute(inner, _) => {
                place = inner;
            }
            ExpressionKind::Call(call) => place = &call.function,
            _ => return None,
        }
    }
}

/// Whether a place begins with `globals()` or its like.
fn reaches_names(place: &Expression) -> bool {
    root(place)
        .is_some_and(|(name, _)| matches!(name, "globals" | "locals" | "vars" | "sys" | "setattr"))
}

/// Whether Python would hash it, and it is the same on every host.
pub(super) fn is_key(object: &Object) -> bool {
    match object {
        Object::None | Object::Bool(_) | Object::Int(_) => true,
        Object::Str(text) => !text.local,
        _ => false,
    }
}

/// An item of a container is never a thing that was imported: what that is, is not known.
pub(super) fn no_external(item: Item) -> Item {
    let external = objects(&item).find_map(|object| match object {
        Object::External(name) => Some(name.clone()),
        _ => None,
    });
    match external {
        Some(name) => Item::unknown(item.span, format!("{name} is not worked out")),
        None => kept(item),
    }
}

/// What can be asked for more than once: a generator that is kept is empty for all but the first.
pub(super) fn kept(item: Item) -> Item {
    if objects(&item).any(|object| matches!(object, Object::Generator(_))) {
        return Item::unknown(item.span, "it is a generator, which is used up once");
    }
    item
}

fn holds_items(item: &Item) -> bool {
    objects(item).any(|object| {
        matches!(
            object,
            Object::List(_) | Object::Tuple(_) | Object::Set(_) | Object::Dict(_)
        )
    })
}

/// Changes every container of `targets` in `item`, innermost first: what the change
/// itself puts in is not changed again.
fn change_item(item: &mut Item, targets: &[u64], change: Change<'_>) {
    let span = item.span;
    let Value::OneOf(alternatives) = &mut item.value else {
        return;
    };
    let mut lost: Option<Unknown> = None;
    for alternative in alternatives.iter_mut() {
        let object = &mut alternative.value;
        match object {
            Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
                for item in &mut Arc::make_mut(sequence).items {
                    change_item(item, targets, change);
                }
            }
            Object::Dict(mapping) => {
                for (_, item) in &mut Arc::make_mut(mapping).entries {
                    change_item(item, targets, change);
                }
            }
            _ => {}
        }
        let is_target = object
            .identity()
            .is_some_and(|identity| targets.binary_search(&identity).is_ok());
        if is_target {
            match change(object) {
                Err(why) => lost = Some(why),
                Ok(()) if holds_itself(object) => {
                    lost = Some(Unknown::at(span, "it holds itself"));
                }
                Ok(()) => {}
            }
        }
        if let Err(why) = measure(object) {
            lost = Some(Unknown::at(span, why));
        }
    }
    if let Some(why) = lost {
        item.value = Value::Unknown(why);
        item.environment = None;
    }
}

fn measure(object: &mut Object) -> Result<(), String> {
    match object {
        Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
            Arc::make_mut(sequence).measure()
        }
        Object::Dict(mapping) => Arc::make_mut(mapping).measure(),
        _ => Ok(()),
    }
}
