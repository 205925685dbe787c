//! Expressions that do more than give a value.

use super::super::syntax::{Expression, ExpressionKind, Piece};
use super::super::writes::is_mutator;

/// Whether evaluating it changes something in place or binds a name.
pub(super) fn has_effects(expression: &Expression) -> bool {
    any_within(expression, &|inner| match &inner.kind {
        ExpressionKind::Named(..) => true,
        ExpressionKind::Call(call) => match &call.function.kind {
            ExpressionKind::Attribute(_, method) => is_mutator(method),
            ExpressionKind::Name(name) => name == "setattr",
            _ => false,
        },
        _ => false,
    })
}

/// [`has_effects`], but for what may as well be done twice.
pub(super) fn has_effects_to_count(expression: &Expression) -> bool {
    any_within(expression, &|inner| match &inner.kind {
        ExpressionKind::Named(..) => true,
        ExpressionKind::Call(call) => match &call.function.kind {
            ExpressionKind::Attribute(_, method) => is_mutator(method) && method != "setdefault",
            _ => false,
        },
        _ => false,
    })
}

fn any_within(expression: &Expression, test: &dyn Fn(&Expression) -> bool) -> bool {
    if test(expression) {
        return true;
    }
    let any = |inner: &Expression| any_within(inner, test);
    match &expression.kind {
        ExpressionKind::List(items)
        | ExpressionKind::Tuple(items)
        | ExpressionKind::Set(items)
        | ExpressionKind::And(items)
        | ExpressionKind::Or(items) => items.iter().any(any),
        ExpressionKind::Dict(pairs) => pairs
            .iter()
            .any(|(key, value)| key.as_ref().is_some_and(any) || any(value)),
        ExpressionKind::Starred(inner)
        | ExpressionKind::Attribute(inner, _)
        | ExpressionKind::Not(inner)
        | ExpressionKind::Negative(inner)
        | ExpressionKind::Positive(inner)
        | ExpressionKind::Named(_, inner) => any(inner),
        ExpressionKind::Subscript(left, right) | ExpressionKind::Binary(left, _, right) => {
            any(left) || any(right)
        }
        ExpressionKind::Slice(lower, upper, step) => [lower, upper, step]
            .into_iter()
            .flatten()
            .any(|bound| any(bound)),
        ExpressionKind::Call(call) => {
            let named = call.keywords.iter().map(|(_, value)| value);
            any(&call.function) || call.arguments.iter().chain(named).any(any)
        }
        ExpressionKind::Compare(left, rest) => {
            any(left) || rest.iter().any(|(_, right)| any(right))
        }
        ExpressionKind::Conditional {
            test,
            body,
            otherwise,
        } => any(test) || any(body) || any(otherwise),
        ExpressionKind::Format(pieces) => pieces.iter().any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Value(inner) | Piece::Representation(inner) => any(inner),
        }),
        ExpressionKind::Comprehension(comprehension) => {
            let clauses = comprehension.clauses.iter();
            any(&comprehension.element)
                || comprehension.value.as_ref().is_some_and(any)
                || clauses
                    .flat_map(|clause| clause.conditions.iter().chain([&clause.iterable]))
                    .any(any)
        }
        ExpressionKind::Lambda(..)
        | ExpressionKind::Opaque { .. }
        | ExpressionKind::None
        | ExpressionKind::Bool(_)
        | ExpressionKind::Int(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::Str(_)
        | ExpressionKind::Bytes(_)
        | ExpressionKind::Name(_) => false,
    }
}
