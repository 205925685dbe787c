//! Expressions of which not every part is evaluated.

use crate::source::Span;
use crate::value::{Guard, Unknown, Value};

use super::super::object::{EnvironmentRead, Item, Object};
use super::super::syntax::Expression;
use super::alternatives::without_environment;
use super::effects::has_effects;
use super::scope::add_guard;
use super::{Evaluator, Frame, Scope};

impl Evaluator<'_> {
    /// `a or b or c`, `a and b and c`: the first that decides it, as it is.
    pub(super) fn boolean(
        &mut self,
        frame: &mut Frame,
        values: &[Expression],
        stops_at: bool,
        span: Span,
    ) -> Item {
        let mut last = Item::unknown(span, "nothing decides it");
        let mut open: Option<Item> = None;
        for value in values {
            last = match open {
                None => self.expression(frame, value),
                Some(_) => self.perhaps(frame, value),
            };
            match self.truth(&last) {
                Some(truth) if truth == stops_at => {
                    return match open {
                        None => last,
                        Some(open) => self.either(open, last, stops_at, span),
                    };
                }
                truth => {
                    open = match open {
                        None if truth.is_none() => Some(last.clone()),
                        None => None,
                        Some(open) => Some(self.either(open, last.clone(), stops_at, span)),
                    };
                }
            }
        }
        open.unwrap_or(last)
    }

    /// One of two, where the first is not known to decide it. `os.environ.get("X") or "default"`
    /// is a look-up with a default.
    fn either(&self, first: Item, second: Item, is_or: bool, span: Span) -> Item {
        let why = match first.value.why_unknown().or(second.value.why_unknown()) {
            Some(why) => why.clone(),
            None => Unknown::at(span, "which of them it is is not known"),
        };
        // `False and x`: where both are truth values, so is the result.
        let mut item = Item::because(why, span);
        if let (true, Some(read)) = (is_or, &first.environment) {
            let has_default = read
                .default
                .as_ref()
                .is_some_and(|default| default.get().and_then(Object::truth) != Some(false));
            if !has_default {
                item.environment = Some(std::sync::Arc::new(EnvironmentRead {
                    default: Some(without_environment(second)),
                    is_text: false,
                    ..read.as_ref().clone()
                }));
            } else {
                item.environment = Some(read.clone());
            }
        }
        item
    }

    pub(super) fn conditional(
        &mut self,
        frame: &mut Frame,
        test: &Expression,
        body: &Expression,
        otherwise: &Expression,
    ) -> Item {
        let condition = self.expression(frame, test);
        match self.truth(&condition) {
            Some(true) => self.expression(frame, body),
            Some(false) => self.expression(frame, otherwise),
            None => {
                let guard = |holds| Guard {
                    place: test.span,
                    holds,
                };
                let mut taken = self.perhaps(frame, body);
                let mut left = self.perhaps(frame, otherwise);
                let is_met_once = self.repeated == 0;
                for (item, holds) in [(&mut taken, true), (&mut left, false)] {
                    if let (true, Value::OneOf(alternatives)) = (is_met_once, &mut item.value) {
                        for alternative in alternatives {
                            add_guard(&mut alternative.guards, &guard(holds));
                        }
                    }
                }
                let environment = taken.environment.or(left.environment);
                Item {
                    value: taken.value.or(left.value),
                    environment,
                    span: body.span,
                }
            }
        }
    }

    /// Evaluates what may not be evaluated at all.
    fn perhaps(&mut self, frame: &mut Frame, expression: &Expression) -> Item {
        if !has_effects(expression) {
            return self.expression(frame, expression);
        }
        self.step(frame.scope.names.len());
        let before = frame.scope.clone();
        self.uncertain += 1;
        let item = self.expression(frame, expression);
        self.uncertain -= 1;
        let after = std::mem::take(&mut frame.scope);
        let joined = Scope::join(vec![(after, Vec::new()), (before, Vec::new())]);
        frame.scope = joined.unwrap_or_default();
        item
    }
}
