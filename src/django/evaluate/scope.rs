//! Names and what they are bound to.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{FileId, Span};
use crate::value::{Alternative, Guard, Unknown, Value};

use super::super::object::{Item, Object, Sequence};
use super::super::syntax::{Lambda, Writes};

/// More places than this are not remembered for one name.
const MAX_PLACES: usize = 64;

/// Where a name is given a value, or its value is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub name: Span,
    /// The expression.
    pub value: Span,
}

/// More conditions than this are not remembered for one alternative.
const MAX_GUARDS: usize = 16;

/// What a name is bound to.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) item: Item,
    /// Whether there is a way through the module on which the name is not bound.
    pub(crate) optional: bool,
    /// The assignments that reach here.
    pub(crate) places: Vec<Assignment>,
    /// What calling it does, where it is a function of this module.
    pub(crate) function: Option<Arc<Function>>,
}

/// A function of a module.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// What calling it may do.
    pub(crate) writes: Writes,
    /// What calling it does, where that can be followed.
    pub(crate) code: Option<Code>,
}

/// A function that can be followed.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) lambda: Arc<Lambda>,
    /// What each parameter is where the call leaves it out.
    pub(crate) defaults: Vec<Option<Item>>,
    /// The module whose names it sees.
    pub(crate) home: FileId,
    /// That module's dotted name.
    pub(crate) module: Option<String>,
}

impl Function {
    pub(super) fn not_followed(writes: Writes) -> Self {
        Self { writes, code: None }
    }

    /// One of two, and it is not known which.
    fn either(&self, other: &Self) -> Self {
        let mut writes = self.writes.clone();
        writes.binds.extend(other.writes.binds.iter().cloned());
        writes
            .mentions
            .extend(other.writes.mentions.iter().cloned());
        writes.mutates |= other.writes.mutates;
        writes.anything |= other.writes.anything;
        Self::not_followed(writes)
    }
}

/// The names of a module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) names: BTreeMap<String, Arc<Binding>>,
    /// Why any other name may be bound too.
    pub(crate) hidden: Option<Unknown>,
}

impl Binding {
    pub(crate) fn new(item: Item, places: Vec<Assignment>) -> Self {
        Self {
            item,
            optional: false,
            places,
            function: None,
        }
    }

    pub(crate) fn add_place(&mut self, place: Assignment) {
        if self.places.len() < MAX_PLACES && !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    fn is_import(&self) -> bool {
        self.function.is_some() || matches!(self.item.get(), Some(Object::External(_)))
    }
}

impl Scope {
    pub(crate) fn bind(&mut self, name: &str, binding: Binding) {
        self.names.insert(name.to_owned(), Arc::new(binding));
    }

    /// Makes the value of a name unknown; it stays bound.
    pub(crate) fn forget(&mut self, name: &str, why: &Unknown) {
        if let Some(binding) = self.names.get_mut(name) {
            let span = binding.item.span;
            let binding = Arc::make_mut(binding);
            binding.item = Item::because(why.clone(), span);
            if let Some(function) = &binding.function {
                let writes = function.writes.clone();
                binding.function = Some(Arc::new(Function::not_followed(writes)));
            }
        }
    }

    /// Anything may be bound to any name now, except to what was imported or defined here:
    /// modules that overwrite settings do not overwrite `os`.
    pub(crate) fn hide(&mut self, why: &Unknown) {
        for binding in self.names.values_mut() {
            if !binding.is_import() {
                let span = binding.item.span;
                Arc::make_mut(binding).item = Item::because(why.clone(), span);
            }
        }
        self.hidden = Some(why.clone());
    }

    /// What the names are bound to when one of several ways was taken.
    pub(crate) fn join(ways: Vec<(Self, Vec<Guard>)>) -> Option<Self> {
        let mut ways = ways.into_iter();
        let (first, first_guards) = ways.next()?;
        let rest: Vec<_> = ways.collect();
        if rest.is_empty() {
            return Some(first);
        }
        let hidden = first
            .hidden
            .clone()
            .or_else(|| rest.iter().find_map(|(scope, _)| scope.hidden.clone()));
        let mut ways = vec![(first, first_guards)];
        ways.extend(rest);
        let mut names: BTreeMap<String, Arc<Binding>> = BTreeMap::new();
        let all: std::collections::BTreeSet<String> = ways
            .iter()
            .flat_map(|(scope, _)| scope.names.keys().cloned())
            .collect();
        for name in all {
            if let Some(joined) = join_bindings(&name, &ways) {
                names.insert(name, joined);
            }
        }
        Some(Self { names, hidden })
    }
}

fn join_bindings(name: &str, ways: &[(Scope, Vec<Guard>)]) -> Option<Arc<Binding>> {
    let bound = |scope: &Scope| scope.names.get(name).map(Arc::clone);
    let first = &ways.iter().find_map(|(scope, _)| bound(scope))?;
    let same = |scope: &Scope| bound(scope).is_some_and(|other| Arc::ptr_eq(first, &other));
    if ways.iter().all(|(scope, _)| same(scope)) {
        return Some(Arc::clone(first));
    }
    let mut joined = first.as_ref().clone();
    let mut value: Option<Value<Object>> = None;
    for (scope, guards) in ways {
        let way = match bound(scope) {
            Some(binding) => {
                joined.optional |= binding.optional;
                for place in &binding.places {
                    joined.add_place(*place);
                }
                if binding.item.environment != joined.item.environment {
                    joined.item.environment = None;
                }
                joined.function = match (joined.function.take(), &binding.function) {
                    (Some(one), Some(other)) if Arc::ptr_eq(&one, other) => Some(one),
                    (Some(one), Some(other)) => Some(Arc::new(one.either(other))),
                    (Some(one), None) => Some(Arc::new(Function::not_followed(one.writes.clone()))),
                    (None, Some(other)) => {
                        Some(Arc::new(Function::not_followed(other.writes.clone())))
                    }
                    (None, None) => None,
                };
                guarded(binding.item.value.clone(), guards)
            }
            None => {
                joined.optional = true;
                match &scope.hidden {
                    Some(why) => Value::Unknown(why.clone()),
                    None => continue,
                }
            }
        };
        value = Some(match value {
            Some(value) => either(value, way),
            None => way,
        });
    }
    joined.item.value = value?;
    Some(Arc::new(joined))
}

/// Either of two values; of a list that may be one of too many, what all of them hold.
fn either(value: Value<Object>, way: Value<Object>) -> Value<Object> {
    let all = [value.alternatives(), way.alternatives()].concat();
    let is_known = value.why_unknown().is_none() && way.why_unknown().is_none();
    let joined = value.or(way);
    match joined {
        Value::Unknown(why) if is_known => match in_common(&all, &why) {
            Some(list) => list,
            None => Value::Unknown(why),
        },
        joined => joined,
    }
}

/// The items that one list holds whichever of these it is.
fn in_common(all: &[Alternative<Object>], why: &Unknown) -> Option<Value<Object>> {
    let lists: Option<Vec<&Sequence>> = all
        .iter()
        .map(|alternative| match &alternative.value {
            Object::List(sequence) => Some(sequence.as_ref()),
            _ => None,
        })
        .collect();
    let lists = lists?;
    let (first, rest) = lists.split_first()?;
    // Of several lists, other names may hold one and not the other.
    if rest.iter().any(|list| list.identity != first.identity) {
        return None;
    }
    let mut items = first.items.clone();
    for list in rest {
        let mut others = list.items.iter();
        items.retain(|item| {
            let mut ahead = others.clone();
            let is_there = ahead.any(|other| other == item);
            if is_there {
                others = ahead;
            }
            is_there
        });
    }
    let open = lists.iter().find_map(|list| list.incomplete.clone());
    let mut common = Sequence::new(first.identity, items, Some(open.unwrap_or(why.clone())));
    common.measure().ok()?;
    let origin = all.first()?.origin.clone();
    Some(Value::known(Object::List(Arc::new(common)), origin))
}

/// One more condition for an alternative; conditions beyond a handful help nobody.
pub(super) fn add_guard(guards: &mut Vec<Guard>, guard: &Guard) {
    if guards.len() < MAX_GUARDS && !guards.contains(guard) {
        guards.push(guard.clone());
    }
}

fn guarded(mut value: Value<Object>, guards: &[Guard]) -> Value<Object> {
    if let Value::OneOf(alternatives) = &mut value {
        for alternative in alternatives {
            for guard in guards {
                add_guard(&mut alternative.guards, guard);
            }
        }
    }
    value
}
