//! Functions of the project: what calling one gives.
//!
//! A function is followed where it leaves alone what is not its own. Containers are told apart by
//! their identities, so that one look shows whether a change is to something that was there before.

use std::sync::Arc;

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::{Call, Expression, ExpressionKind, Lambda, Writes};
use super::branches::objects;
use super::calls::Arguments;
use super::mutate::{kept, no_external};
use super::scope::{Code, Function};
use super::{Around, Binding, Evaluator, Flow, Frame, MAX_DEPTH, Scope};

/// How much of the depth that is allowed a call takes.
const DEPTH_OF_A_CALL: usize = 4;

impl Evaluator<'_> {
    /// A function as `def` or `lambda` makes it.
    pub(super) fn function(
        &mut self,
        frame: &mut Frame,
        lambda: &Arc<Lambda>,
        writes: &Writes,
    ) -> Arc<Function> {
        let mut defaults = Vec::with_capacity(lambda.parameters.len());
        for parameter in &lambda.parameters {
            let default = parameter.default.as_ref();
            defaults.push(default.map(|default| immutable(self.expression(frame, default))));
        }
        // What a function in a function sees of the names around it is not kept.
        let is_outermost = frame.around.is_none() && frame.locals.is_empty();
        let code = (lambda.is_plain && is_outermost).then(|| Code {
            lambda: Arc::clone(lambda),
            defaults,
            home: frame.source.id(),
            module: frame.name.clone(),
        });
        Arc::new(Function {
            writes: writes.clone(),
            code,
        })
    }

    /// The function of the project that a call names.
    pub(super) fn called(&mut self, frame: &mut Frame, call: &Call) -> Option<Arc<Function>> {
        match &call.function.kind {
            ExpressionKind::Name(name) => {
                let is_local = frame.locals.iter().any(|(local, _)| local == name);
                let binding = frame.binding(name).filter(|_| !is_local)?;
                // Where it is not bound, a function of Python's own may be meant.
                binding.function.clone().filter(|_| !binding.optional)
            }
            ExpressionKind::Attribute(module, name) => {
                let module = self.module_named(frame, module)?;
                let binding = self.finished.get(&module)?.names.get(name)?;
                binding.function.clone().filter(|_| !binding.optional)
            }
            ExpressionKind::Lambda(lambda, writes) => Some(self.function(frame, lambda, writes)),
            _ => None,
        }
    }

    /// What a call of the function gives; nothing where it is not followed, and nothing was changed then.
    pub(super) fn follow(
        &mut self,
        frame: &mut Frame,
        function: &Function,
        arguments: &Arguments,
        span: Span,
    ) -> Option<Item> {
        let code = function.code.as_ref()?;
        let scope = self.parameters(code, arguments, span)?;
        let is_home = frame.source.id() == code.home;
        let source = self.files.get(code.home);
        if self.depth + DEPTH_OF_A_CALL >= MAX_DEPTH || self.is_exhausted() {
            return None;
        }
        let around = match &mut frame.around {
            Some(around) if is_home => std::mem::take(&mut around.module),
            None if is_home => std::mem::take(&mut frame.scope),
            _ => self.finished.remove(&code.home)?,
        };
        self.step(code.lambda.own.len());
        let own = code.lambda.own.iter().cloned().collect();
        let mut inner = Frame {
            scope,
            around: Some(Around {
                module: around,
                own,
            }),
            ..Frame::new(&source, code.module.clone())
        };
        let returned = std::mem::take(&mut self.returned);
        let was_impure = std::mem::replace(&mut self.impure, false);
        let jumped = std::mem::replace(&mut self.jumped, false);
        self.calls.push(self.identities);
        self.depth += DEPTH_OF_A_CALL;
        self.repeated += 1;
        let flow = self.block(&mut inner, &code.lambda.body);
        self.repeated -= 1;
        self.depth -= DEPTH_OF_A_CALL;
        self.calls.pop();
        self.jumped = jumped;
        let is_impure = std::mem::replace(&mut self.impure, was_impure);
        let mut results = std::mem::replace(&mut self.returned, returned);
        let module = inner.around.map(|around| around.module).unwrap_or_default();
        match &mut frame.around {
            Some(around) if is_home => around.module = module,
            None if is_home => frame.scope = module,
            _ => _ = self.finished.insert(code.home, module),
        }
        if is_impure || self.is_exhausted() {
            return None;
        }
        match flow {
            Flow::Next => results.push(Item::computed(Object::None, span)),
            Flow::Stopped => self.doubts += 1,
            Flow::Returned => {}
            Flow::Left | Flow::Again => return None,
        }
        let mut results = results.into_iter();
        let Some(mut result) = results.next() else {
            return Some(Item::unknown(span, "it ends with an exception"));
        };
        for other in results {
            if other.environment != result.environment {
                result.environment = None;
            }
            result.value = result.value.or(other.value);
        }
        result.span = span;
        Some(result)
    }

    /// The names of a function when it starts.
    fn parameters(&mut self, code: &Code, arguments: &Arguments, span: Span) -> Option<Scope> {
        let (positional, named) = arguments.all()?;
        let mut scope = Scope::default();
        let mut positional = positional.iter();
        let mut taken: Vec<&str> = Vec::new();
        for (parameter, default) in code.lambda.parameters.iter().zip(&code.defaults) {
            let by_place = match parameter.is_named {
                true => None,
                false => positional.next(),
            };
            let by_name = named.iter().find(|(name, _)| *name == parameter.name);
            taken.extend(by_name.map(|(name, _)| name.as_str()));
            let item = match (by_place, by_name) {
                (Some(_), Some(_)) => return None,
                (Some(item), None) | (None, Some((_, item))) => item.clone(),
                (None, None) => default.clone()?,
            };
            scope.bind(&parameter.name, Binding::new(kept(item), Vec::new()));
        }
        let more: Vec<Item> = positional.map(|item| no_external(item.clone())).collect();
        match &code.lambda.rest {
            Some(name) => {
                let rest = self.sequence(more, None).ok()?;
                let item = Item::computed(Object::Tuple(rest), span);
                scope.bind(name, Binding::new(item, Vec::new()));
            }
            None if !more.is_empty() => return None,
            None => {}
        }
        let others = named
            .iter()
            .filter(|(name, _)| !taken.contains(&name.as_str()));
        let others: Vec<(Object, Item)> = others
            .map(|(name, item)| (Object::str(name.clone()), no_external(item.clone())))
            .collect();
        match &code.lambda.others {
            Some(name) => {
                let others = self.mapping(others, None).ok()?;
                let item = Item::computed(Object::Dict(others), span);
                scope.bind(name, Binding::new(item, Vec::new()));
            }
            None if !others.is_empty() => return None,
            None => {}
        }
        Some(scope)
    }

    /// A function that is handed to others: it may be called from anywhere.
    pub(super) fn escapes(&mut self, frame: &mut Frame, name: &str, span: Span) {
        let is_function = frame
            .binding(name)
            .is_some_and(|binding| binding.function.is_some());
        if is_function {
            let why = "a function that is not followed may change it";
            let why = self.absent.clone().unwrap_or(Unknown::at(span, why));
            self.run_functions(frame, std::slice::from_ref(&name.to_owned()), &why);
        }
    }

    /// Binds a name to a function that an expression makes.
    pub(super) fn bind_lambda(
        &mut self,
        frame: &mut Frame,
        targets: &[Expression],
        value: &Expression,
    ) -> bool {
        let ([target], ExpressionKind::Lambda(lambda, writes)) = (targets, &value.kind) else {
            return false;
        };
        let ExpressionKind::Name(name) = &target.kind else {
            return false;
        };
        let function = self.function(frame, lambda, writes);
        let item = Item::unknown(value.span, "it is a function");
        let place = super::Assignment {
            name: target.span,
            value: value.span,
        };
        let mut binding = Binding::new(item, vec![place]);
        binding.function = Some(function);
        frame.scope.bind(name, binding);
        true
    }
}

/// A default that calls can change is not known: it is made once.
fn immutable(item: Item) -> Item {
    let is_container = |object: &Object| {
        object.identity().is_some() || matches!(object, Object::Tuple(_) | Object::Generator(_))
    };
    if objects(&item).any(is_container) {
        return Item::unknown(item.span, "it is a default that calls may change");
    }
    item
}
