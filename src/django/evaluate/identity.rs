//! Which containers are in which: Python's names hold objects, and not copies of them.

use super::super::object::{Item, Object};
use super::branches::objects;

/// Whether an item is one of these containers, or holds one; `cost` counts what is looked at.
pub(super) fn holds_any(item: &Item, targets: &[u64], cost: &mut usize) -> bool {
    objects(item).any(|object| {
        if object
            .identity()
            .is_some_and(|identity| targets.binary_search(&identity).is_ok())
        {
            return true;
        }
        match object {
            Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
                *cost += sequence.items.len() / 8 + 1;
                sequence
                    .items
                    .iter()
                    .any(|item| holds_any(item, targets, cost))
            }
            Object::Dict(mapping) => {
                *cost += mapping.entries.len() / 8 + 1;
                mapping
                    .entries
                    .iter()
                    .any(|(_, item)| holds_any(item, targets, cost))
            }
            _ => false,
        }
    })
}

/// The containers in an item, those in containers too.
pub(super) fn collect_identities(item: &Item, found: &mut Vec<u64>) {
    for object in objects(item) {
        found.extend(object.identity());
        match object {
            Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
                for item in &sequence.items {
                    collect_identities(item, found);
                }
            }
            Object::Dict(mapping) => {
                for (_, item) in &mapping.entries {
                    collect_identities(item, found);
                }
            }
            _ => {}
        }
    }
}

/// Whether a container was put into itself: there is no end to what it holds.
pub(super) fn holds_itself(object: &Object) -> bool {
    let Some(identity) = object.identity() else {
        return false;
    };
    let mut held = Vec::new();
    match object {
        Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
            for item in &sequence.items {
                collect_identities(item, &mut held);
            }
        }
        Object::Dict(mapping) => {
            for (_, item) in &mapping.entries {
                collect_identities(item, &mut held);
            }
        }
        _ => {}
    }
    held.contains(&identity)
}
