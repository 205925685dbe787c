//! Loops, and `match`.

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::{
    Case, Comparison, Expression, ExpressionKind, Makes, Pattern, Statement,
};
use super::super::writes;
use super::branches::objects;
use super::effects::has_effects;
use super::{Evaluator, Flow, Frame};

/// A loop that runs more often is not followed.
const MAX_ITERATIONS: usize = 5_000;

impl Evaluator<'_> {
    pub(super) fn for_each(
        &mut self,
        frame: &mut Frame,
        (target, iterable): (&Expression, &Expression),
        body: &[Statement],
        otherwise: &[Statement],
        span: Span,
    ) -> Flow {
        let over = self.expression(frame, iterable);
        let items = match self.items_of(&over, iterable.span) {
            Ok((items, None)) if items.len() <= MAX_ITERATIONS => items,
            Ok((_, Some(why))) | Err(why) => return self.give_up(frame, span, &why),
            Ok((_, None)) => {
                let why = Unknown::at(iterable.span, "a loop runs too often to be followed");
                return self.give_up(frame, span, &why);
            }
        };
        let watched = self.iterating.len();
        self.iterating
            .extend(objects(&over).filter_map(Object::identity));
        self.watch(frame, iterable);
        let mut items = items.into_iter();
        let flow = self.repeat(frame, body, otherwise, span, |evaluator, frame| {
            let Some(item) = items.next() else {
                return Some(false);
            };
            evaluator.store(frame, target, item, iterable.span);
            Some(true)
        });
        self.iterating.truncate(watched);
        flow
    }

    /// Notes what an iterator looks at as it goes on: a change to it is seen by the loop.
    fn watch(&mut self, frame: &mut Frame, iterable: &Expression) {
        const COPIES: &[&str] = &["list", "tuple", "sorted", "set", "dict", "range", "copy"];
        if has_effects(iterable) {
            return;
        }
        match &iterable.kind {
            ExpressionKind::Name(_) | ExpressionKind::Subscript(..) => {
                let held = self.peek(frame, iterable);
                self.iterating
                    .extend(objects(&held).filter_map(Object::identity));
            }
            ExpressionKind::Call(call) => {
                match &call.function.kind {
                    ExpressionKind::Name(name) if COPIES.contains(&name.as_str()) => return,
                    ExpressionKind::Attribute(_, name) if COPIES.contains(&name.as_str()) => return,
                    ExpressionKind::Attribute(receiver, _) => self.watch(frame, receiver),
                    _ => {}
                }
                for argument in &call.arguments {
                    self.watch(frame, argument);
                }
            }
            ExpressionKind::Comprehension(comprehension) => {
                let is_lazy = comprehension.makes == Makes::Generator;
                for clause in comprehension.clauses.iter().filter(|_| is_lazy) {
                    self.watch(frame, &clause.iterable);
                }
            }
            _ => {}
        }
    }

    pub(super) fn while_holds(
        &mut self,
        frame: &mut Frame,
        test: &Expression,
        body: &[Statement],
        otherwise: &[Statement],
        span: Span,
    ) -> Flow {
        let mut rounds = 0;
        self.repeat(frame, body, otherwise, span, |evaluator, frame| {
            rounds += 1;
            let condition = evaluator.expression(frame, test);
            let holds = evaluator.truth(&condition);
            holds.filter(|_| rounds <= MAX_ITERATIONS)
        })
    }

    /// Runs a body as often as `next` says; where that is not known, or whether the loop is
    /// left early, the loop may have done anything that its words say.
    fn repeat(
        &mut self,
        frame: &mut Frame,
        body: &[Statement],
        otherwise: &[Statement],
        span: Span,
        mut next: impl FnMut(&mut Self, &mut Frame) -> Option<bool>,
    ) -> Flow {
        self.step(frame.scope.names.len());
        let before = frame.scope.clone();
        let jumped = std::mem::replace(&mut self.jumped, false);
        self.repeated += 1;
        let end = loop {
            match next(self, frame) {
                Some(true) => {}
                Some(false) => break Flow::Next,
                None => {
                    self.jumped = true;
                    break Flow::Next;
                }
            }
            match self.block(frame, body) {
                Flow::Next | Flow::Again => {}
                end => break end,
            }
            if self.jumped || self.is_exhausted() {
                break Flow::Next;
            }
        };
        self.repeated -= 1;
        if std::mem::replace(&mut self.jumped, jumped) {
            frame.scope = before;
            let why = Unknown::at(span, "a loop decides it");
            return self.give_up(frame, span, &why);
        }
        match end {
            Flow::Next => self.block(frame, otherwise),
            Flow::Left => Flow::Next,
            end => end,
        }
    }

    /// A statement that is not followed: what its words may bind or change is not known.
    pub(super) fn give_up(&mut self, frame: &mut Frame, span: Span, why: &Unknown) -> Flow {
        let text = frame.source.slice(span);
        let writes = writes::scan(frame.source.id(), span.range().start, text);
        self.touch(frame, &writes, why, true);
        Flow::Next
    }

    pub(super) fn choose(
        &mut self,
        frame: &mut Frame,
        subject: &Expression,
        cases: &[Case],
        span: Span,
    ) -> Flow {
        let subject = self.expression(frame, subject);
        self.step(frame.scope.names.len());
        let before = frame.scope.clone();
        let mut arms = cases.iter();
        let mut is_followed = true;
        let flow = self.ways(
            frame,
            |evaluator, frame| {
                let case = arms.next()?;
                let mut holds = evaluator.matches(frame, &subject, &case.pattern);
                if holds.is_err() {
                    is_followed = false;
                    return None;
                }
                if let (Ok(Some(true) | None), Some(guard)) = (&holds, &case.guard) {
                    let guard = evaluator.expression(frame, guard);
                    holds = match (holds, evaluator.truth(&guard)) {
                        (_, Some(false)) => Ok(Some(false)),
                        (Ok(Some(true)), truth) => Ok(truth),
                        _ => Ok(None),
                    };
                }
                let place = case.body.first().map_or(span, |statement| statement.span);
                Some((holds.ok().flatten(), place, case.body.as_slice()))
            },
            &[],
        );
        if !is_followed {
            frame.scope = before;
            let why = Unknown::at(span, "a match statement decides it");
            return self.give_up(frame, span, &why);
        }
        flow
    }

    /// Whether a pattern matches; an error where it binds what is not followed.
    fn matches(
        &mut self,
        frame: &mut Frame,
        subject: &Item,
        pattern: &Pattern,
    ) -> Result<Option<bool>, ()> {
        let compare = |evaluator: &mut Self, frame: &mut Frame, value: &Expression, how| {
            let value = evaluator.expression(frame, value);
            let answer = evaluator.compare(subject, how, &value, value.span);
            evaluator.truth(&answer)
        };
        match pattern {
            Pattern::Any => Ok(Some(true)),
            Pattern::Value(value) => Ok(compare(self, frame, value, Comparison::Equal)),
            Pattern::Singleton(value) => Ok(compare(self, frame, value, Comparison::Is)),
            Pattern::Or(patterns) => {
                let mut any = Some(false);
                for pattern in patterns {
                    match self.matches(frame, subject, pattern)? {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                Ok(any)
            }
            Pattern::Other => Err(()),
        }
    }
}
