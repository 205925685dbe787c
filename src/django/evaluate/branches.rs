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
        let mut ways: Vec<(Scope, Vec<Guard>)> = Vec::new();
        let mut passed: Vec<Guard> = Vec::new();
        for (test, body) in arms {
            let condition = self.expression(frame, test);
            match self.truth(&condition) {
                Some(false) => {}
                Some(true) => return self.last_way(frame, ways, passed, body),
                None => {
                    self.step(frame.scope.names.len());
                    let before = frame.scope.clone();
                    let flow = self.block(frame, body);
                    let after = std::mem::replace(&mut frame.scope, before);
                    if flow == Flow::Next {
                        let mut guards = passed.clone();
                        add_guard(&mut guards, &guard(test.span, true));
                        ways.push((after, guards));
                    }
                    add_guard(&mut passed, &guard(test.span, false));
                }
            }
            if self.is_exhausted() {
                return Flow::Next;
            }
        }
        self.last_way(frame, ways, passed, otherwise)
    }

    /// Runs the way that is taken when none of those before is, and joins them all.
    fn last_way(
        &mut self,
        frame: &mut Frame,
        mut ways: Vec<(Scope, Vec<Guard>)>,
        guards: Vec<Guard>,
        body: &[Statement],
    ) -> Flow {
        if self.block(frame, body) == Flow::Next {
            ways.push((std::mem::take(&mut frame.scope), guards));
        }
        self.step(ways.iter().map(|(scope, _)| scope.names.len()).sum());
        match Scope::join(ways) {
            Some(scope) => {
                frame.scope = scope;
                Flow::Next
            }
            None => Flow::Stopped,
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
        for statement in body {
            let may_fail = self.may_fail(frame, statement);
            if may_fail {
                failing = failing.or(Some(statement.span));
                self.step(frame.scope.names.len());
                left.push((frame.scope.clone(), Vec::new()));
            }
            flow = self.block(frame, std::slice::from_ref(statement));
            if may_fail && is_compound(statement) {
                left.push((self.half_done(frame, statement), Vec::new()));
            }
            if flow == Flow::Stopped || self.is_exhausted() {
                break;
            }
        }
        let guards = |holds| {
            failing
                .map(|place| guard(place, holds))
                .into_iter()
                .collect()
        };
        let mut ways: Vec<(Scope, Vec<Guard>)> = Vec::new();
        if flow == Flow::Next && self.block(frame, otherwise) == Flow::Next {
            ways.push((frame.scope.clone(), guards(true)));
        }
        if let Some(state) = Scope::join(left) {
            for handler in handlers {
                self.step(state.names.len());
                frame.scope = state.clone();
                if self.block(frame, handler) == Flow::Next {
                    ways.push((std::mem::take(&mut frame.scope), guards(false)));
                }
            }
        }
        match Scope::join(ways) {
            Some(scope) => {
                frame.scope = scope;
                self.block(frame, last)
            }
            None => Flow::Stopped,
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
        for (context, target) in items {
            let held = self.expression(frame, context);
            swallows |= is_suppress(context);
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

    /// Whether a statement may raise an exception, as far as one can see.
    fn may_fail(&mut self, frame: &mut Frame, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Pass | StatementKind::Define { .. } => false,
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

fn guard(place: Span, holds: bool) -> Guard {
    Guard { place, holds }
}

fn is_always_here(module: &str) -> bool {
    let package = module.split('.').next().unwrap_or(module);
    ALWAYS_HERE.contains(&package)
}

fn is_compound(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::If { .. }
            | StatementKind::Try { .. }
            | StatementKind::With { .. }
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
