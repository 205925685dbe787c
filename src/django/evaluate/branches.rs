//! Statements of which not every part runs.

use crate::source::Span;
use crate::value::{Guard, Unknown};

use super::super::object::{Item, Object};
use super::super::syntax::{Expression, ExpressionKind, Statement, StatementKind};
use super::super::writes;
use super::scope::add_guard;
use super::{Evaluator, Flow, Frame, Scope};

/// Modules that are always there: importing one does not fail.
const ALWAYS_HERE: &[&str] = &[
    "__future__",
    "ast",
    "base64",
    "collections",
    "copy",
    "datetime",
    "django",
    "functools",
    "hashlib",
    "importlib",
    "io",
    "itertools",
    "json",
    "locale",
    "logging",
    "math",
    "os",
    "pathlib",
    "platform",
    "posixpath",
    "random",
    "re",
    "secrets",
    "shutil",
    "socket",
    "ssl",
    "string",
    "subprocess",
    "sys",
    "tempfile",
    "time",
    "typing",
    "urllib",
    "uuid",
    "warnings",
];

impl Evaluator<'_> {
    pub(super) fn branch(
        &mut self,
        frame: &mut Frame,
        arms: &[(Expression, Vec<Statement>)],
        otherwise: &[Statement],
    ) -> Flow {
        let mut arms = arms.iter();
        self.ways(
            frame,
            |evaluator, frame| {
                let (test, body) = arms.next()?;
                let condition = evaluator.expression(frame, test);
                Some((evaluator.truth(&condition), test.span, body.as_slice()))
            },
            otherwise,
        )
    }

    /// Runs the first body whose condition holds, else the last; where that is not known, all of
    /// which it may be, and joins what they leave behind.
    pub(super) fn ways<'s>(
        &mut self,
        frame: &mut Frame,
        mut next: impl FnMut(&mut Self, &mut Frame) -> Option<(Option<bool>, Span, &'s [Statement])>,
        otherwise: &'s [Statement],
    ) -> Flow {
        let mut ways: Vec<(Scope, Vec<Guard>)> = Vec::new();
        let mut passed: Vec<Guard> = Vec::new();
        let (mut is_open, mut is_returned) = (false, false);
        let last = loop {
            match next(self, frame) {
                None => break otherwise,
                Some((Some(true), _, body)) => break body,
                Some((Some(false), ..)) => {}
                Some((None, place, body)) => {
                    is_open = true;
                    self.step(frame.scope.names.len() + passed.len());
                    let before = frame.scope.clone();
                    self.uncertain += 1;
                    let flow = self.block(frame, body);
                    self.uncertain -= 1;
                    let after = std::mem::replace(&mut frame.scope, before);
                    let mut guards = passed.clone();
                    self.add_guard(&mut guards, place, true);
                    match flow {
                        Flow::Next => ways.push((after, guards)),
                        Flow::Left | Flow::Again => {
                            self.jumped = true;
                            ways.push((after, guards));
                        }
                        Flow::Returned => is_returned = true,
                        Flow::Stopped => {}
                    }
                    self.add_guard(&mut passed, place, false);
                }
            }
            if self.is_exhausted() {
                return Flow::Next;
            }
        };
        if !is_open {
            return self.block(frame, last);
        }
        self.uncertain += 1;
        let flow = self.block(frame, last);
        self.uncertain -= 1;
        match flow {
            Flow::Next => ways.push((std::mem::take(&mut frame.scope), passed)),
            Flow::Left | Flow::Again => {
                self.jumped = true;
                ways.push((std::mem::take(&mut frame.scope), passed));
            }
            Flow::Returned => is_returned = true,
            Flow::Stopped => {}
        }
        self.join(frame, ways, is_returned)
    }

    fn join(
        &mut self,
        frame: &mut Frame,
        ways: Vec<(Scope, Vec<Guard>)>,
        is_returned: bool,
    ) -> Flow {
        self.step(ways.iter().map(|(scope, _)| scope.names.len()).sum());
        match (Scope::join(ways), is_returned) {
            (Some(scope), _) => {
                frame.scope = scope;
                Flow::Next
            }
            (None, true) => Flow::Returned,
            (None, false) => Flow::Stopped,
        }
    }

    /// Notes the outcome of a condition, where it is met only once.
    fn add_guard(&self, guards: &mut Vec<Guard>, place: Span, holds: bool) {
        if self.repeated == 0 {
            add_guard(guards, &Guard { place, holds });
        }
    }

    pub(super) fn attempt(
        &mut self,
        frame: &mut Frame,
        body: &[Statement],
        handlers: &[Vec<Statement>],
        otherwise: &[Statement],
        last: &[Statement],
    ) -> Flow {
        // The states in which an exception may leave the body.
        let mut left: Vec<(Scope, Vec<Guard>)> = Vec::new();
        let mut failing: Option<Span> = None;
        let mut flow = Flow::Next;
        self.uncertain += 1;
        let around = self.absent.clone();
        for statement in body {
            if let Some(module) = self.absent_module(frame, statement) {
                self.absent.get_or_insert(module);
            }
            let before = self.may_fail(frame, statement).then(|| {
                self.step(frame.scope.names.len());
                frame.scope.clone()
            });
            let doubts = self.doubts;
            flow = self.block(frame, std::slice::from_ref(statement));
            if let (Some(before), true) = (before, self.doubts != doubts) {
                failing = failing.or(Some(statement.span));
                left.push((before, Vec::new()));
                if is_compound(statement) {
                    left.push((self.half_done(frame, statement), Vec::new()));
                }
            }
            if flow != Flow::Next || self.is_exhausted() {
                break;
            }
        }
        self.absent = around;
        let guards = |evaluator: &Self, holds| {
            let mut guards = Vec::new();
            if let Some(place) = failing {
                evaluator.add_guard(&mut guards, place, holds);
            }
            guards
        };
        if flow == Flow::Next {
            flow = self.block(frame, otherwise);
        }
        self.uncertain -= 1;
        if left.is_empty() && matches!(flow, Flow::Next | Flow::Left | Flow::Again) {
            let end = self.block(frame, last);
            return if end == Flow::Next { flow } else { end };
        }
        let mut ways: Vec<(Scope, Vec<Guard>)> = Vec::new();
        let mut is_returned = false;
        self.uncertain += 1;
        let mut flows = vec![(flow, guards(self, true))];
        let state = Scope::join(left);
        let mut handlers = handlers.iter().filter(|_| state.is_some());
        while let Some((flow, met)) = flows.pop() {
            match flow {
                Flow::Next => ways.push((frame.scope.clone(), met)),
                Flow::Left | Flow::Again => {
                    self.jumped = true;
                    ways.push((frame.scope.clone(), met));
                }
                Flow::Returned => is_returned = true,
                Flow::Stopped => {}
            }
            if let (Some(handler), Some(state)) = (handlers.next(), &state) {
                self.step(state.names.len());
                frame.scope = state.clone();
                flows.push((self.block(frame, handler), guards(self, false)));
            }
        }
        self.uncertain -= 1;
        // What `finally` does where something is returned is not followed.
        self.impure |= is_returned && !last.is_empty();
        match self.join(frame, ways, is_returned) {
            Flow::Next => self.block(frame, last),
            flow => flow,
        }
    }

    /// What is known when a compound statement was left somewhere in its middle.
    fn half_done(&mut self, frame: &Frame, statement: &Statement) -> Scope {
        let text = frame.source.slice(statement.span);
        let start = statement.span.range().start;
        let writes = writes::scan(frame.source.id(), start, text);
        let mut scope = frame.scope.clone();
        let why = Unknown::at(statement.span, "an exception may leave this half done");
        for (name, _) in &writes.binds {
            scope.forget(name, &why);
        }
        for name in &writes.mentions {
            let is_container = scope.names.get(name).is_some_and(|binding| {
                binding
                    .item
                    .value
                    .alternatives()
                    .iter()
                    .any(|a| a.value.identity().is_some())
            });
            if is_container {
                scope.forget(name, &why);
            }
        }
        scope
    }

    pub(super) fn with(
        &mut self,
        frame: &mut Frame,
        items: &[(Expression, Option<Expression>)],
        body: &[Statement],
    ) -> Flow {
        let mut swallows = false;
        self.doubts += 1;
        for (context, target) in items {
            let held = self.expression(frame, context);
            swallows |= is_suppress(context);
            if let ExpressionKind::Call(call) = &context.kind
                && let Some(path) = self.opened(frame, call)
            {
                frame.opened.push((context.span, path));
            }
            if let Some(target) = target {
                let why = held.value.why_unknown().cloned();
                let why = why.unwrap_or_else(|| {
                    Unknown::at(context.span, "it is read when the process starts")
                });
                self.store(
                    frame,
                    target,
                    Item::because(why, context.span),
                    context.span,
                );
            }
        }
        if swallows {
            return self.attempt(frame, body, &[Vec::new()], &[], &[]);
        }
        self.block(frame, body)
    }

    /// The module that a statement imports and that is not here, where it does nothing else.
    fn absent_module(&self, frame: &Frame, statement: &Statement) -> Option<Unknown> {
        let StatementKind::Import(names) = &statement.kind else {
            return None;
        };
        let absent = names.iter().find(|alias| {
            !is_always_here(&alias.name) && self.find_absolute(&alias.name).is_none()
        })?;
        let why = self.not_here(frame, 0, &absent.name);
        Some(Unknown::at(absent.span, why))
    }

    /// Whether a statement may raise an exception, as far as one can see before it is run.
    fn may_fail(&mut self, frame: &mut Frame, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Pass
            | StatementKind::Global
            | StatementKind::Break
            | StatementKind::Continue => false,
            StatementKind::Import(names) => names.iter().any(|alias| {
                !is_always_here(&alias.name) && self.find_absolute(&alias.name).is_none()
            }),
            StatementKind::ImportFrom {
                level,
                module,
                names,
            } => {
                if *level == 0 && is_always_here(module) {
                    return false;
                }
                match self.find_from(frame, *level, module) {
                    // `from module import name` fails where the name is not there.
                    Some(_) => names.iter().any(|alias| alias.name != "*"),
                    None => true,
                }
            }
            StatementKind::Assign { targets, value } => {
                !targets
                    .iter()
                    .all(|target| matches!(target.kind, ExpressionKind::Name(_)))
                    || !is_harmless(value)
            }
            _ => true,
        }
    }

    /// `bool(item)`, where every alternative agrees.
    pub(super) fn truth(&self, item: &Item) -> Option<bool> {
        let mut answers = item.value.alternatives().iter().map(|a| a.value.truth());
        let first = answers.next()??;
        answers.all(|answer| answer == Some(first)).then_some(first)
    }
}

pub(super) fn is_always_here(module: &str) -> bool {
    let package = module.split('.').next().unwrap_or(module);
    ALWAYS_HERE.contains(&package)
}

fn is_compound(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::If { .. }
            | StatementKind::Try { .. }
            | StatementKind::With { .. }
            | StatementKind::For { .. }
            | StatementKind::While { .. }
            | StatementKind::Match { .. }
            | StatementKind::Opaque { .. }
    )
}

/// Whether evaluating it cannot raise an exception.
fn is_harmless(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::None
        | ExpressionKind::Bool(_)
        | ExpressionKind::Int(_)
        | ExpressionKind::Float(_)
        | ExpressionKind::Str(_)
        | ExpressionKind::Bytes(_) => true,
        ExpressionKind::List(items) | ExpressionKind::Tuple(items) => items.iter().all(is_harmless),
        ExpressionKind::Dict(entries) => entries.iter().all(|(key, value)| {
            key.as_ref()
                .is_some_and(|key| matches!(key.kind, ExpressionKind::Str(_)))
                && is_harmless(value)
        }),
        _ => false,
    }
}

fn is_suppress(context: &Expression) -> bool {
    let ExpressionKind::Call(call) = &context.kind else {
        return false;
    };
    match &call.function.kind {
        ExpressionKind::Name(name) | ExpressionKind::Attribute(_, name) => {
            // Anything that is not a plain open() may swallow what its body raises.
            name != "open"
        }
        _ => true,
    }
}

/// The objects that an item may be.
pub(super) fn objects(item: &Item) -> impl Iterator<Item = &Object> {
    item.value
        .alternatives()
        .iter()
        .map(|alternative| &alternative.value)
}
