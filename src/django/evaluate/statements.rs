//! Running statements.

use std::sync::Arc;

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::{
    Expression, ExpressionKind, Operator, Statement, StatementKind, Writes,
};
use super::calls::gives_names_away;
use super::effects::has_effects_to_count;
use super::mutate::kept;
use super::scope::Function;
use super::{Assignment, Binding, Evaluator, Flow, Frame, MAX_DEPTH};

impl Evaluator<'_> {
    pub(super) fn block(&mut self, frame: &mut Frame, statements: &[Statement]) -> Flow {
        for statement in statements {
            self.step(0);
            if self.is_exhausted() {
                return Flow::Next;
            }
            if self.depth >= MAX_DEPTH {
                let why = "the modules are nested too deeply";
                self.hide(frame, &Unknown::at(statement.span, why));
                return Flow::Next;
            }
            self.depth += 1;
            let flow = self.statement(frame, statement);
            self.depth -= 1;
            if flow != Flow::Next {
                return flow;
            }
        }
        Flow::Next
    }

    fn statement(&mut self, frame: &mut Frame, statement: &Statement) -> Flow {
        let targets = match &statement.kind {
            StatementKind::Assign { targets, .. } | StatementKind::Delete(targets) => targets,
            StatementKind::Augment { target, .. } => std::slice::from_ref(target),
            _ => &[],
        };
        if targets.iter().any(has_effects_to_count) {
            let why = Unknown::at(statement.span, "its place is changed as it is looked for");
            return self.give_up(frame, statement.span, &why);
        }
        match &statement.kind {
            StatementKind::Assign { targets, value } => self.assign(frame, targets, value),
            StatementKind::Augment {
                target,
                operator,
                value,
            } => self.augment(frame, target, *operator, value),
            StatementKind::Expression(expression) => {
                self.expression(frame, expression);
                if is_exit(expression) {
                    self.doubts += 1;
                    return Flow::Stopped;
                }
            }
            StatementKind::If { arms, otherwise } => return self.branch(frame, arms, otherwise),
            StatementKind::Try {
                body,
                handlers,
                otherwise,
                last,
            } => return self.attempt(frame, body, handlers, otherwise, last),
            StatementKind::With { items, body } => return self.with(frame, items, body),
            StatementKind::Import(names) => self.import(frame, names),
            StatementKind::ImportFrom {
                level,
                module,
                names,
            } => self.import_from(frame, *level, module, names, statement.span),
            StatementKind::Delete(targets) => {
                for target in targets {
                    self.delete(frame, target);
                }
            }
            StatementKind::For {
                target,
                iterable,
                body,
                otherwise,
            } => {
                let over = (target, iterable);
                return self.for_each(frame, over, body, otherwise, statement.span);
            }
            StatementKind::While {
                test,
                body,
                otherwise,
            } => return self.while_holds(frame, test, body, otherwise, statement.span),
            StatementKind::Match { subject, cases } => {
                return self.choose(frame, subject, cases, statement.span);
            }
            StatementKind::Break => return Flow::Left,
            StatementKind::Continue => return Flow::Again,
            StatementKind::Return(value) => {
                let item = match value {
                    Some(value) => self.expression(frame, value),
                    None => Item::literal(Object::None, statement.span),
                };
                self.returned.push(item);
                return Flow::Returned;
            }
            StatementKind::Define {
                name,
                lambda,
                writes,
            } => {
                let function = self.function(frame, lambda, writes);
                let item = Item::unknown(statement.span, "it is a function");
                let mut binding = Binding::new(item, Vec::new());
                binding.function = Some(function);
                frame.scope.bind(name, binding);
            }
            StatementKind::Global => self.impure |= frame.around.is_some(),
            StatementKind::Raise => {
                self.doubts += 1;
                return Flow::Stopped;
            }
            StatementKind::Assert => self.doubts += 1,
            StatementKind::Pass => {}
            StatementKind::Opaque { what, name, writes } => {
                let why = Unknown::at(statement.span, *what);
                self.touch(frame, writes, &why, true);
                if let Some(name) = name {
                    // Calling it later does what its body says.
                    let item = Item::because(why, statement.span);
                    let mut binding = Binding::new(item, Vec::new());
                    let function = Function::not_followed(writes.clone());
                    binding.function = Some(Arc::new(function));
                    frame.scope.bind(name, binding);
                }
            }
        }
        Flow::Next
    }

    fn assign(&mut self, frame: &mut Frame, targets: &[Expression], value: &Expression) {
        if self.bind_lambda(frame, targets, value) {
            return;
        }
        let item = kept(self.expression(frame, value));
        if gives_names_away(value) {
            self.names_given_away.get_or_insert(value.span);
        }
        if targets.len() > 1 {
            self.share(&item);
        }
        for target in targets {
            self.store(frame, target, item.clone(), value.span);
        }
    }

    /// Gives a value to a name, a pair of names, or a place in a container.
    pub(super) fn store(
        &mut self,
        frame: &mut Frame,
        target: &Expression,
        item: Item,
        value: Span,
    ) {
        match &target.kind {
            ExpressionKind::Name(name) => {
                let place = Assignment {
                    name: target.span,
                    value,
                };
                frame.scope.bind(name, Binding::new(item, vec![place]));
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                self.unpack(frame, targets, &item, value);
            }
            ExpressionKind::Subscript(container, key) => {
                self.store_item(frame, target, container, key, item, value);
            }
            ExpressionKind::Starred(inner) => {
                let item = Item::unknown(value, "it is unpacked in a way that is not followed");
                self.store(frame, inner, item, value);
            }
            ExpressionKind::Attribute(receiver, _) => {
                // `module.NAME = …` of a module of the project is not followed.
                self.expression(frame, receiver);
                self.doubts += 1;
                self.impure |= frame.around.is_some();
                if gives_names_away(receiver) {
                    let why = "names are bound by way of the module itself";
                    self.hide(frame, &Unknown::at(target.span, why));
                }
            }
            ExpressionKind::Opaque { what, writes } => {
                self.touch(frame, writes, &Unknown::at(target.span, *what), true);
            }
            _ => {}
        }
    }

    fn unpack(&mut self, frame: &mut Frame, targets: &[Expression], item: &Item, value: Span) {
        let is_starred = |target: &Expression| matches!(target.kind, ExpressionKind::Starred(_));
        let items = match self.items_of(item, value) {
            Ok((items, None)) => items,
            _ => Vec::new(),
        };
        let star = targets.iter().position(is_starred);
        let fits = match star {
            None => items.len() == targets.len() && !items.is_empty(),
            Some(_) => items.len() + 1 >= targets.len() && !items.is_empty(),
        };
        if !fits {
            self.doubts += 1;
            for target in targets {
                let target = match &target.kind {
                    ExpressionKind::Starred(inner) => inner,
                    _ => target,
                };
                let why = "it is unpacked from something that is not known";
                self.store(frame, target, Item::unknown(value, why), value);
            }
            return;
        }
        // The starred target takes what the others leave.
        let rest = (items.len() + 1).saturating_sub(targets.len());
        let mut items = items.into_iter();
        for (at, target) in targets.iter().enumerate() {
            if let (true, ExpressionKind::Starred(inner)) = (star == Some(at), &target.kind) {
                let taken = items.by_ref().take(rest).collect();
                let item = match self.sequence(taken, None) {
                    Ok(sequence) => Item::computed(Object::List(sequence), value),
                    Err(why) => Item::unknown(value, why),
                };
                self.store(frame, inner, item, value);
            } else if let Some(item) = items.next() {
                let value = item.span;
                self.store(frame, target, item, value);
            }
        }
    }

    fn augment(
        &mut self,
        frame: &mut Frame,
        target: &Expression,
        operator: Operator,
        value: &Expression,
    ) {
        let right = self.expression(frame, value);
        if operator == Operator::Add && self.extend_in_place(frame, target, &right, value.span) {
            return;
        }
        let left = self.expression(frame, target);
        let span = target.span.to(value.span);
        // What is not known may be a list, which takes any items, and is changed itself.
        let is_list = right.value.is(|object| matches!(object, Object::List(_)));
        let result = match left.value.why_unknown() {
            Some(why) if operator == Operator::Add && !is_list.is_yes() => {
                Item::because(why.clone(), span)
            }
            _ => self.binary(&left, operator, &right, span),
        };
        let why = Unknown::at(span, "it is changed in place");
        self.lose_track(frame, &left, &why);
        self.lose_shared(frame, &left, &why);
        let before = match &target.kind {
            ExpressionKind::Name(name) => frame.scope.names.get(name).map(|b| b.places.clone()),
            _ => None,
        };
        self.store(frame, target, result, value.span);
        if let (ExpressionKind::Name(name), Some(before)) = (&target.kind, before)
            && let Some(binding) = frame.scope.names.get_mut(name)
        {
            let binding = Arc::make_mut(binding);
            for place in before {
                binding.add_place(place);
            }
        }
    }

    fn delete(&mut self, frame: &mut Frame, target: &Expression) {
        match &target.kind {
            ExpressionKind::Name(name) => {
                if frame.scope.names.remove(name).is_none() {
                    self.doubts += 1;
                }
            }
            ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
                for target in targets {
                    self.delete(frame, target);
                }
            }
            ExpressionKind::Subscript(container, key) => {
                self.delete_item(frame, target, container, key);
            }
            _ => self.doubts += 1,
        }
    }

    /// What code that is not followed may have done. `runs` says that it ran just now;
    /// where only an expression is not followed, lists that it merely names are safe.
    pub(super) fn touch(&mut self, frame: &mut Frame, writes: &Writes, why: &Unknown, runs: bool) {
        self.doubts += 1;
        self.impure |= frame.around.is_some() && (runs || !writes.binds.is_empty());
        if runs {
            self.run_functions(frame, &writes.mentions, why);
        }
        self.touch_directly(frame, writes, why, runs);
    }

    pub(super) fn touch_directly(
        &mut self,
        frame: &mut Frame,
        writes: &Writes,
        why: &Unknown,
        runs: bool,
    ) {
        self.step(writes.mentions.len() + writes.binds.len());
        if writes.anything && runs {
            self.hide(frame, why);
        }
        if runs {
            for name in &writes.mentions {
                let Some(binding) = frame.scope.names.get(name).map(Arc::clone) else {
                    continue;
                };
                self.lose_track(frame, &binding.item, why);
                if writes.mutates && binding.function.is_none() {
                    self.lose_shared(frame, &binding.item, why);
                }
            }
        }
        for (name, span) in &writes.binds {
            let place = Assignment {
                name: *span,
                value: *span,
            };
            let item = Item::because(why.clone(), *span);
            let mut binding = Binding::new(item, vec![place]);
            binding.optional = true;
            if let Some(before) = frame.scope.names.get(name) {
                binding.optional = before.optional;
                for place in &before.places {
                    binding.add_place(*place);
                }
            }
            frame.scope.bind(name, binding);
        }
    }
}

/// Whether the statement ends the process.
fn is_exit(expression: &Expression) -> bool {
    let ExpressionKind::Call(call) = &expression.kind else {
        return false;
    };
    match &call.function.kind {
        ExpressionKind::Name(name) => name == "exit" || name == "quit",
        ExpressionKind::Attribute(module, name) => {
            name == "exit"
                && matches!(&module.kind, ExpressionKind::Name(module) if module == "sys")
        }
        _ => false,
    }
}
