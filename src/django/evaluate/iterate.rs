//! Functions that go through what they are given: `sorted`, `zip`, `any` and their like.

use std::cmp::Ordering;

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::Evaluator;
use super::mutate::no_external;

/// A longer range is not written out.
const MAX_RANGE: i64 = 2_000;

impl Evaluator<'_> {
    /// Every item of what is iterated over.
    pub(super) fn whole(&mut self, value: &Item, span: Span) -> Result<Vec<Item>, Unknown> {
        match self.items_of(value, span) {
            Ok((items, None)) => Ok(items),
            Ok((_, Some(why))) | Err(why) => Err(why),
        }
    }

    /// A generator of what is made of all items.
    pub(super) fn made(
        &mut self,
        value: &Item,
        span: Span,
        make: impl FnOnce(Vec<Item>) -> Vec<Item>,
    ) -> Item {
        self.share(value);
        let items = match self.whole(value, span) {
            Ok(items) => make(items),
            Err(why) => return Item::because(why, span),
        };
        match self.sequence(items, None) {
            Ok(sequence) => Item::computed(Object::Generator(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    fn pair(&mut self, items: Vec<Item>, span: Span) -> Item {
        match self.sequence(items, None) {
            Ok(sequence) => Item::computed(Object::Tuple(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    pub(super) fn enumerate(&mut self, value: &Item, start: i64, span: Span) -> Item {
        self.share(value);
        let items = match self.whole(value, span) {
            Ok(items) => items,
            Err(why) => return Item::because(why, span),
        };
        let mut pairs = Vec::with_capacity(items.len());
        for (number, item) in (start..).zip(items) {
            let number = Item::computed(Object::Int(number), span);
            pairs.push(self.pair(vec![number, no_external(item)], span));
        }
        match self.sequence(pairs, None) {
            Ok(sequence) => Item::computed(Object::Generator(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    pub(super) fn zip(&mut self, values: &[Item], span: Span) -> Item {
        let mut columns = Vec::with_capacity(values.len());
        for value in values {
            self.share(value);
            match self.whole(value, span) {
                Ok(items) => columns.push(items.into_iter()),
                Err(why) => return Item::because(why, span),
            }
        }
        let mut rows = Vec::new();
        loop {
            let row: Vec<Item> = columns.iter_mut().filter_map(Iterator::next).collect();
            if row.len() < columns.len() {
                break;
            }
            let row = row.into_iter().map(no_external).collect();
            rows.push(self.pair(row, span));
        }
        match self.sequence(rows, None) {
            Ok(sequence) => Item::computed(Object::Generator(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    pub(super) fn sorted(&mut self, value: &Item, is_reversed: bool, span: Span) -> Item {
        let items = match (value.get(), self.whole(value, span)) {
            (Some(Object::Set(sequence)), _) if sequence.incomplete.is_none() => {
                sequence.items.clone()
            }
            (_, Ok(items)) => items,
            (_, Err(why)) => return Item::because(why, span),
        };
        match self.in_order(items, is_reversed) {
            Some(items) => match self.sequence(items, None) {
                Ok(sequence) => Item::computed(Object::List(sequence), span),
                Err(why) => Item::unknown(span, why),
            },
            None => Item::unknown(span, "its order is not known"),
        }
    }

    /// The items from the least to the greatest, where each compares with each.
    pub(super) fn in_order(
        &mut self,
        mut items: Vec<Item>,
        is_reversed: bool,
    ) -> Option<Vec<Item>> {
        self.step(items.len() * 4);
        let mut is_known = items.iter().all(|item| item.get().is_some());
        items.sort_by(|left, right| {
            let pair = left.get().zip(right.get());
            let order = pair.and_then(|(left, right)| ordering(left, right));
            is_known &= order.is_some();
            let order = order.unwrap_or(Ordering::Equal);
            // Python keeps the order of equals, reversed or not.
            if is_reversed { order.reverse() } else { order }
        });
        is_known.then_some(items)
    }

    pub(super) fn any_or_all(&mut self, value: &Item, is_any: bool, span: Span) -> Item {
        let (items, incomplete) = match (value.get(), self.items_of(value, span)) {
            (Some(Object::Set(sequence)), _) => {
                (sequence.items.clone(), sequence.incomplete.clone())
            }
            (_, Ok(items)) => items,
            (_, Err(why)) => return Item::because(why, span),
        };
        let mut open = incomplete;
        for item in &items {
            match self.truth(item) {
                Some(truth) if truth == is_any => {
                    return Item::computed(Object::Bool(is_any), span);
                }
                Some(_) => {}
                None => {
                    let why = item.value.why_unknown().cloned();
                    open = open.or(why).or_else(|| {
                        Some(Unknown::at(span, "whether one of them holds is not known"))
                    });
                }
            }
        }
        match open {
            Some(why) => Item::because(why, span),
            None => Item::computed(Object::Bool(!is_any), span),
        }
    }

    pub(super) fn sum(&mut self, value: &Item, span: Span) -> Item {
        let items = match self.whole(value, span) {
            Ok(items) => items,
            Err(why) => return Item::because(why, span),
        };
        let mut sum: i64 = 0;
        for item in &items {
            let number = match item.get() {
                Some(Object::Int(number)) => Some(*number),
                Some(Object::Bool(one)) => Some(i64::from(*one)),
                _ => None,
            };
            match number.and_then(|number| sum.checked_add(number)) {
                Some(next) => sum = next,
                None => return Item::unknown(span, "sum() is given what is not known"),
            }
        }
        Item::computed(Object::Int(sum), span)
    }
}

/// How two objects compare, where Python compares them.
pub(super) fn ordering(left: &Object, right: &Object) -> Option<Ordering> {
    match (left, right) {
        (Object::Str(left), Object::Str(right)) => Some(left.as_plain()?.cmp(right.as_plain()?)),
        (Object::Float(left), Object::Float(right)) => left.partial_cmp(right),
        _ => Some(left.integer()?.cmp(&right.integer()?)),
    }
}

pub(super) fn extreme(items: &[Item], is_greatest: bool, span: Span) -> Item {
    let unknown = || {
        let why = items.iter().find_map(|item| item.value.why_unknown());
        let why = why.cloned();
        Item::because(
            why.unwrap_or_else(|| Unknown::at(span, "which is the least is not known")),
            span,
        )
    };
    let mut best: Option<&Object> = None;
    for item in items {
        let Some(object) = item.get() else {
            return unknown();
        };
        best = match best.map(|best| (best, ordering(object, best))) {
            None => Some(object),
            Some((_, None)) => return unknown(),
            // The first of equals is taken.
            Some((_, Some(Ordering::Greater))) if is_greatest => Some(object),
            Some((_, Some(Ordering::Less))) if !is_greatest => Some(object),
            Some((best, _)) => Some(best),
        };
    }
    // A single item is not compared, and may be anything.
    match best.filter(|best| ordering(best, best).is_some()) {
        Some(best) => Item::computed(best.clone(), span),
        None => unknown(),
    }
}

pub(super) fn range(bounds: &[Item]) -> Option<Vec<i64>> {
    let mut numbers = Vec::with_capacity(bounds.len());
    for bound in bounds {
        match bound.get() {
            Some(Object::Int(number)) => numbers.push(*number),
            _ => return None,
        }
    }
    let (start, end, step) = match numbers.as_slice() {
        [end] => (0, *end, 1),
        [start, end] => (*start, *end, 1),
        [start, end, step] if *step != 0 => (*start, *end, *step),
        _ => return None,
    };
    let mut made = Vec::new();
    let mut at = start;
    while (step > 0 && at < end) || (step < 0 && at > end) {
        if made.len() as i64 >= MAX_RANGE {
            return None;
        }
        made.push(at);
        at = at.checked_add(step)?;
    }
    Some(made)
}
