//! Evaluating expressions.

use std::collections::HashSet;

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::super::object::{Item, Object, Text};
use super::super::syntax::{Comparison, Expression, ExpressionKind, Piece};
use super::alternatives::{both, each, join, pick, too_large};
use super::mutate::{is_key, no_external};
use super::{Evaluator, Frame, MAX_DEPTH, check_text};

/// Functions that are there without an import, and that calls know or that change nothing.
const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "dict",
    "dir",
    "eval",
    "exec",
    "execfile",
    "float",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "min",
    "open",
    "print",
    "range",
    "repr",
    "reversed",
    "set",
    "setattr",
    "sorted",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

impl Evaluator<'_> {
    pub(super) fn expression(&mut self, frame: &mut Frame, expression: &Expression) -> Item {
        let item = self.peek(frame, expression);
        if matches!(
            expression.kind,
            ExpressionKind::Name(_) | ExpressionKind::Subscript(..)
        ) {
            self.share(&item);
        }
        item
    }

    /// Evaluates without taking note that another name may hold the result.
    pub(super) fn peek(&mut self, frame: &mut Frame, expression: &Expression) -> Item {
        let span = expression.span;
        self.step(0);
        if self.is_exhausted() {
            return Item::unknown(span, "there is too much to work out");
        }
        if self.depth >= MAX_DEPTH {
            return Item::unknown(span, "it is nested too deeply");
        }
        self.depth += 1;
        let item = self.kind(frame, expression);
        self.depth -= 1;
        self.doubts += u64::from(item.value.why_unknown().is_some());
        item
    }

    fn kind(&mut self, frame: &mut Frame, expression: &Expression) -> Item {
        let span = expression.span;
        let literal = |object| Item::literal(object, span);
        match &expression.kind {
            ExpressionKind::None => literal(Object::None),
            ExpressionKind::Bool(value) => literal(Object::Bool(*value)),
            ExpressionKind::Int(value) => literal(Object::Int(*value)),
            ExpressionKind::Float(value) => literal(Object::Float(*value)),
            ExpressionKind::Str(text) => match check_text(text.len()) {
                Ok(()) => literal(Object::str(text.clone())),
                Err(why) => Item::unknown(span, why),
            },
            ExpressionKind::Bytes(bytes) => literal(Object::Bytes(bytes.clone())),
            ExpressionKind::Name(name) => self.name(frame, name, span),
            ExpressionKind::List(items) => self.display(frame, items, span, Object::List),
            ExpressionKind::Tuple(items) => self.display(frame, items, span, Object::Tuple),
            ExpressionKind::Set(items) => {
                let item = self.display(frame, items, span, Object::List);
                match item.get() {
                    Some(Object::List(sequence)) => {
                        let sequence = sequence.as_ref().clone();
                        self.set_of(sequence.items, sequence.incomplete, span)
                    }
                    _ => item,
                }
            }
            ExpressionKind::Dict(pairs) => self.dict(frame, pairs, span),
            ExpressionKind::Starred(inner) => {
                self.expression(frame, inner);
                Item::unknown(span, "it is unpacked in a way that is not followed")
            }
            ExpressionKind::Attribute(receiver, name) => {
                self.attribute(frame, receiver, name, span)
            }
            ExpressionKind::Subscript(container, key) => {
                self.subscript(frame, container, key, span)
            }
            ExpressionKind::Slice(..) => Item::unknown(span, "it is a slice"),
            ExpressionKind::Call(call) => self.call(frame, call, span),
            ExpressionKind::Binary(left, operator, right) => {
                let left = self.peek(frame, left);
                let right = self.peek(frame, right);
                self.share_inner(&left);
                self.share_inner(&right);
                self.binary(&left, *operator, &right, span)
            }
            ExpressionKind::Not(inner) => {
                let item = self.peek(frame, inner);
                each(&item, span, |object| match object.truth() {
                    Some(truth) => Ok(Object::Bool(!truth)),
                    None => Err("whether it holds is not known".to_owned()),
                })
            }
            ExpressionKind::Negative(inner) => {
                let item = self.expression(frame, inner);
                each(&item, span, |object| match object {
                    Object::Int(value) => {
                        value.checked_neg().map(Object::Int).ok_or_else(too_large)
                    }
                    Object::Float(value) => Ok(Object::Float(-value)),
                    _ => Err("what is negated is not a number".to_owned()),
                })
            }
            ExpressionKind::And(values) => self.boolean(frame, values, false, span),
            ExpressionKind::Or(values) => self.boolean(frame, values, true, span),
            ExpressionKind::Positive(inner) => {
                let item = self.expression(frame, inner);
                each(&item, span, |object| match object {
                    Object::Int(_) | Object::Float(_) => Ok(object.clone()),
                    _ => Err("it is not a number".to_owned()),
                })
            }
            ExpressionKind::Compare(left, rest) => self.comparisons(frame, left, rest, span),
            ExpressionKind::Lambda(lambda, writes) => {
                self.function(frame, lambda, writes);
                // It may hand out what it names, and be called from anywhere.
                let why = Unknown::at(span, "it is a function");
                self.touch(frame, writes, &why, true);
                Item::because(why, span)
            }
            ExpressionKind::Named(name, value) => {
                let item = super::mutate::kept(self.expression(frame, value));
                self.share(&item);
                let place = super::Assignment {
                    name: span,
                    value: value.span,
                };
                let binding = super::Binding::new(item.clone(), vec![place]);
                frame.scope.bind(name, binding);
                item
            }
            ExpressionKind::Conditional {
                test,
                body,
                otherwise,
            } => self.conditional(frame, test, body, otherwise),
            ExpressionKind::Format(pieces) => self.format(frame, pieces, span),
            ExpressionKind::Comprehension(comprehension) => {
                self.comprehension(frame, comprehension, span)
            }
            ExpressionKind::Opaque { what, writes } => {
                let why = Unknown::at(span, *what);
                self.touch(frame, writes, &why, writes.mutates);
                Item::because(why, span)
            }
        }
    }

    fn comparisons(
        &mut self,
        frame: &mut Frame,
        left: &Expression,
        rest: &[(Comparison, Expression)],
        span: Span,
    ) -> Item {
        if let [(comparison @ (Comparison::In | Comparison::NotIn), namespace)] = rest
            && let Some(is_bound) = self.is_bound(frame, left, namespace)
        {
            return Item::computed(
                Object::Bool(is_bound == (*comparison == Comparison::In)),
                span,
            );
        }
        let mut left = self.peek(frame, left);
        let mut result = Item::unknown(span, "nothing is compared");
        for (at, (comparison, right)) in rest.iter().enumerate() {
            let right = self.peek(frame, right);
            result = self.compare(&left, *comparison, &right, span);
            let is_last = at + 1 == rest.len();
            match self.truth(&result) {
                _ if is_last => {}
                Some(true) => {}
                Some(false) => return result,
                None => {
                    // Those behind it may not be evaluated at all.
                    return Item::unknown(span, "a chain of comparisons decides it");
                }
            }
            left = right;
        }
        result
    }

    fn name(&mut self, frame: &mut Frame, name: &str, span: Span) -> Item {
        self.escapes(frame, name, span);
        if let Some((_, item)) = frame.locals.iter().rev().find(|(local, _)| local == name) {
            return item.clone();
        }
        if let Some(binding) = frame.binding(name) {
            let mut item = binding.item.clone();
            item.span = span;
            if binding.optional {
                self.doubts += 1;
            }
            return item;
        }
        if frame
            .around
            .as_ref()
            .is_some_and(|around| around.own.contains(name))
        {
            return Item::unknown(span, format!("{name} is not bound yet"));
        }
        match name {
            "__file__" => match frame.module.path().to_str() {
                Some(path) => return Item::computed(Object::Str(Text::local(path)), span),
                None => return Item::unknown(span, "the path is not UTF-8"),
            },
            "__name__" => {
                return match &frame.name {
                    Some(name) => Item::computed(Object::str(name.clone()), span),
                    None => Item::unknown(span, "the module's name is not known"),
                };
            }
            _ => {}
        }
        if BUILTINS.contains(&name) {
            return Item::computed(Object::External(name.to_owned()), span);
        }
        match frame.hidden() {
            Some(why) => Item::because(why.clone(), span),
            None => Item::unknown(span, format!("{name} is not defined here")),
        }
    }

    fn display(
        &mut self,
        frame: &mut Frame,
        items: &[Expression],
        span: Span,
        make: fn(std::sync::Arc<super::super::object::Sequence>) -> Object,
    ) -> Item {
        let mut held = Vec::with_capacity(items.len());
        let mut incomplete = None;
        for item in items {
            if let ExpressionKind::Starred(inner) = &item.kind {
                let inner = self.expression(frame, inner);
                match self.items_of(&inner, item.span) {
                    Ok((items, more)) => {
                        held.extend(items);
                        incomplete = incomplete.or(more);
                    }
                    Err(why) => incomplete = incomplete.or(Some(why)),
                }
            } else {
                held.push(no_external(self.expression(frame, item)));
            }
        }
        match self.sequence(held, incomplete) {
            Ok(sequence) => Item::literal(make(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    fn dict(
        &mut self,
        frame: &mut Frame,
        pairs: &[(Option<Expression>, Expression)],
        span: Span,
    ) -> Item {
        let mut entries: Vec<(Object, Item)> = Vec::with_capacity(pairs.len());
        let mut incomplete = None;
        // Texts are looked up here, so that a long dict does not take the square of its length.
        let mut seen: HashSet<String> = HashSet::new();
        let has_others = pairs.iter().any(|(key, _)| key.is_none());
        for (key, value) in pairs {
            if self.is_exhausted() {
                return Item::unknown(span, "there is too much to work out");
            }
            let item = no_external(self.expression(frame, value));
            let Some(key) = key else {
                incomplete = super::methods::merge(&mut entries, &item, value.span).or(incomplete);
                self.step(entries.len());
                continue;
            };
            let known = self.expression(frame, key);
            match known.get().filter(|key| is_key(key)) {
                Some(known) => {
                    let is_new = known
                        .as_str()
                        .is_some_and(|key| seen.insert(key.to_owned()));
                    if is_new && !has_others {
                        entries.push((known.clone(), item));
                    } else {
                        self.step(entries.len());
                        super::methods::set(&mut entries, known.clone(), item);
                    }
                }
                None => {
                    let why = Unknown::at(key.span, "a key of it is not known");
                    super::methods::blur(&mut entries, &why);
                    incomplete = Some(why);
                }
            }
        }
        match self.mapping(entries, incomplete) {
            Ok(mapping) => Item::literal(Object::Dict(mapping), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    fn attribute(
        &mut self,
        frame: &mut Frame,
        receiver: &Expression,
        name: &str,
        span: Span,
    ) -> Item {
        let held = self.peek(frame, receiver);
        match held.get() {
            Some(Object::External(module)) => {
                let module = module.clone();
                if let Some(item) = self.name_in_module(frame, &module, name, span) {
                    return item;
                }
                let dotted = super::imports::canonical(&format!("{module}.{name}"));
                if !dotted.starts_with("os.") {
                    self.doubts += 1;
                }
                let object = match dotted.as_str() {
                    // What runs behind nginx runs on Unix.
                    "os.sep" | "os.path.sep" => Object::str("/"),
                    "os.name" => Object::str("posix"),
                    "os.pardir" | "os.path.pardir" => Object::str(".."),
                    "os.curdir" | "os.path.curdir" => Object::str("."),
                    _ => Object::External(dotted),
                };
                Item::computed(object, span)
            }
            Some(Object::Path(path)) => super::paths::attribute(path, name, span),
            _ => match held.value.why_unknown() {
                Some(why) => Item::because(why.clone(), span),
                None => Item::unknown(span, "an attribute decides it that is not followed"),
            },
        }
    }

    fn subscript(
        &mut self,
        frame: &mut Frame,
        container: &Expression,
        key: &Expression,
        span: Span,
    ) -> Item {
        if let Some(item) = self.parent_of_path(frame, container, key, span) {
            return item;
        }
        if let Some(item) = self.item_of_names(frame, container, key, span) {
            return item;
        }
        let held = self.peek(frame, container);
        if let ExpressionKind::Slice(lower, upper, step) = &key.kind {
            let lower = self.bound(frame, lower.as_deref());
            let upper = self.bound(frame, upper.as_deref());
            let step = self.bound(frame, step.as_deref());
            return match (lower, upper, step) {
                (Some(lower), Some(upper), Some(step)) => {
                    self.slice(&held, (lower, upper, step), span)
                }
                _ => Item::unknown(span, "how much of it is taken is not known"),
            };
        }
        let index = self.expression(frame, key);
        if let Some(Object::External(name)) = held.get() {
            if name == "os.environ" {
                return self.environment_item(&index, span);
            }
            return Item::unknown(span, format!("{name} decides it when the process starts"));
        }
        let (Value::OneOf(_), Some(index)) = (&held.value, index.get()) else {
            let why = held
                .value
                .why_unknown()
                .or(index.value.why_unknown())
                .cloned();
            let why = why.unwrap_or_else(|| Unknown::at(span, "which item it is is not known"));
            return Item::because(why, span);
        };
        pick(&held, index, span)
    }

    fn bound(&mut self, frame: &mut Frame, bound: Option<&Expression>) -> Option<Option<i64>> {
        match bound {
            None => Some(None),
            Some(bound) => match self.expression(frame, bound).get() {
                Some(Object::Int(value)) => Some(Some(*value)),
                Some(Object::None) => Some(None),
                _ => None,
            },
        }
    }

    fn format(&mut self, frame: &mut Frame, pieces: &[Piece], span: Span) -> Item {
        let mut text = Item::literal(Object::str(""), span);
        for piece in pieces {
            let next = match piece {
                Piece::Text(text) => Item::literal(Object::str(text.clone()), span),
                Piece::Value(expression) => {
                    let item = self.expression(frame, expression);
                    each(&item, span, |object| {
                        super::operators::text_of(object).map(Object::Str)
                    })
                }
                Piece::Representation(expression) => {
                    let item = self.expression(frame, expression);
                    each(&item, span, super::text::represented)
                }
            };
            text = both(&text, &next, span, |left, right| match (left, right) {
                (Object::Str(left), Object::Str(right)) => join(left, right),
                _ => Err("it is not a text".to_owned()),
            });
        }
        text
    }
}
