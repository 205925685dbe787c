//! Names as a dict (`globals()`), and as attributes of a module of the project.

use crate::source::{FileId, Span};
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::{Call, Expression, ExpressionKind};
use super::calls::gives_names_away;
use super::mutate::kept;
use super::{Assignment, Binding, Evaluator, Frame};

/// Methods of a dict that leave it as it is.
const READING: &[&str] = &["__contains__", "copy", "get", "items", "keys", "values"];

impl Evaluator<'_> {
    /// Whether an expression is `globals()` or its like, of the module itself.
    fn is_namespace(&self, frame: &Frame, expression: &Expression) -> bool {
        let ExpressionKind::Call(call) = &expression.kind else {
            return false;
        };
        let ExpressionKind::Name(name) = &call.function.kind else {
            return false;
        };
        matches!(name.as_str(), "globals" | "locals" | "vars")
            && call.arguments.is_empty()
            && call.keywords.is_empty()
            && frame.around.is_none()
            && frame.locals.is_empty()
            && !frame.scope.names.contains_key(name)
    }

    /// `globals()[name] = item`, where the name is known.
    pub(super) fn store_name(
        &mut self,
        frame: &mut Frame,
        container: &Expression,
        index: &Item,
        item: &Item,
        place: Span,
        value: Span,
    ) -> bool {
        let Some(name) = index
            .as_str()
            .filter(|_| self.is_namespace(frame, container))
        else {
            return false;
        };
        let places = vec![Assignment { name: place, value }];
        let item = kept(item.clone());
        self.share(&item);
        frame.scope.bind(name, Binding::new(item, places));
        true
    }

    /// `globals()[name]`, where the name is known.
    pub(super) fn item_of_names(
        &mut self,
        frame: &mut Frame,
        container: &Expression,
        key: &Expression,
        span: Span,
    ) -> Option<Item> {
        if !self.is_namespace(frame, container) {
            return None;
        }
        let index = self.expression(frame, key);
        let binding = frame.scope.names.get(index.as_str()?)?;
        if binding.optional || binding.function.is_some() {
            return None;
        }
        let mut item = binding.item.clone();
        item.span = span;
        Some(item)
    }

    /// `name in globals()`, where that is known.
    pub(super) fn is_bound(
        &mut self,
        frame: &mut Frame,
        left: &Expression,
        namespace: &Expression,
    ) -> Option<bool> {
        if !self.is_namespace(frame, namespace) {
            return None;
        }
        let name = self.peek(frame, left);
        let name = name.as_str()?;
        match (frame.scope.names.get(name), &frame.scope.hidden) {
            (Some(binding), _) if !binding.optional => Some(true),
            (None, None) if !name.starts_with("__") => Some(false),
            _ => None,
        }
    }

    /// `globals().update(…)` and `setattr(sys.modules[__name__], …)`, where the names are known.
    pub(super) fn names_call(
        &mut self,
        frame: &mut Frame,
        call: &Call,
        span: Span,
    ) -> Option<Item> {
        match &call.function.kind {
            ExpressionKind::Attribute(receiver, method) if self.is_namespace(frame, receiver) => {
                match (method.as_str(), call.arguments.as_slice()) {
                    ("update", [given]) if call.keywords.is_empty() => {
                        let given = self.expression(frame, given);
                        self.update_names(frame, &given, span);
                        Some(Item::computed(Object::None, span))
                    }
                    ("get", [name, ..]) if call.keywords.is_empty() => {
                        let held = self.item_of_names(frame, receiver, name, span);
                        match (
                            held,
                            self.is_bound(frame, name, receiver),
                            call.arguments.get(1),
                        ) {
                            (Some(item), ..) => Some(item),
                            (None, Some(false), Some(default)) => {
                                Some(self.expression(frame, default))
                            }
                            (None, Some(false), None) => Some(Item::computed(Object::None, span)),
                            _ => Some(Item::unknown(
                                span,
                                "whether the name is bound is not known",
                            )),
                        }
                    }
                    ("copy" | "items" | "keys" | "values", []) => {
                        Some(Item::unknown(span, "all names are taken at once"))
                    }
                    _ => {
                        let why = Unknown::at(span, "names are bound by way of globals()");
                        for argument in &call.arguments {
                            self.expression(frame, argument);
                        }
                        self.hide(frame, &why);
                        Some(Item::because(why, span))
                    }
                }
            }
            ExpressionKind::Attribute(receiver, method)
                if gives_names_away(receiver) && !READING.contains(&method.as_str()) =>
            {
                for argument in &call.arguments {
                    self.expression(frame, argument);
                }
                let why = Unknown::at(span, "names are bound by way of globals()");
                self.hide(frame, &why);
                Some(Item::because(why, span))
            }
            ExpressionKind::Name(function) if function == "setattr" => {
                let [module, name, value] = call.arguments.as_slice() else {
                    return None;
                };
                let is_own = is_own_module(module);
                if !is_own || frame.around.is_some() || frame.scope.names.contains_key(function) {
                    return None;
                }
                let index = self.expression(frame, name);
                let name = index.as_str()?;
                let item = kept(self.expression(frame, value));
                self.share(&item);
                let places = vec![Assignment {
                    name: span,
                    value: value.span,
                }];
                frame.scope.bind(name, Binding::new(item, places));
                Some(Item::computed(Object::None, span))
            }
            _ => None,
        }
    }

    fn update_names(&mut self, frame: &mut Frame, given: &Item, span: Span) {
        self.share(given);
        let mapping = given.get().and_then(Object::as_dict);
        let whole = mapping.filter(|mapping| {
            let texts = mapping
                .entries
                .iter()
                .all(|(key, _)| key.as_str().is_some());
            texts && mapping.incomplete.is_none()
        });
        let Some(mapping) = whole else {
            let why = given.value.why_unknown().cloned();
            let unknown = || Unknown::at(span, "names are bound by way of globals()");
            self.hide(frame, &why.unwrap_or_else(unknown));
            return;
        };
        for (key, item) in mapping.entries.clone() {
            let places = vec![Assignment {
                name: item.span,
                value: item.span,
            }];
            if let Some(name) = key.as_str() {
                frame.scope.bind(name, Binding::new(item, places));
            }
        }
    }

    /// The module of the project that an expression names, after it has run.
    pub(super) fn module_named(
        &mut self,
        frame: &mut Frame,
        expression: &Expression,
    ) -> Option<FileId> {
        if !is_dotted(expression) {
            return None;
        }
        let held = self.peek(frame, expression);
        match held.get() {
            Some(Object::External(name)) => self.module_file(frame, &name.clone()),
            _ => None,
        }
    }

    fn module_file(&mut self, frame: &Frame, dotted: &str) -> Option<FileId> {
        let path = self.find_absolute(dotted)?;
        let source = self.files.open(&path).ok()?;
        let id = source.id();
        if !self.finished.contains_key(&id) {
            self.load_absolute(frame, dotted);
        }
        self.finished.contains_key(&id).then_some(id)
    }

    /// An attribute of a module of the project.
    pub(super) fn name_in_module(
        &mut self,
        frame: &Frame,
        dotted: &str,
        name: &str,
        span: Span,
    ) -> Option<Item> {
        let module = self.module_file(frame, dotted)?;
        let scope = self.finished.get(&module)?;
        match (scope.names.get(name), &scope.hidden) {
            (Some(binding), _) if !binding.optional => {
                let mut item = binding.item.clone();
                item.span = span;
                self.share(&item);
                Some(item)
            }
            (None, Some(why)) => Some(Item::because(why.clone(), span)),
            (Some(_), _) => Some(Item::unknown(span, "it may not be bound")),
            // A module in the package.
            (None, None) => None,
        }
    }
}

/// `sys.modules[__name__]`
fn is_own_module(expression: &Expression) -> bool {
    let ExpressionKind::Subscript(_, key) = &expression.kind else {
        return false;
    };
    gives_names_away(expression)
        && matches!(&key.kind, ExpressionKind::Name(name) if name == "__name__")
}

fn is_dotted(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Name(_) => true,
        ExpressionKind::Attribute(inner, _) => is_dotted(inner),
        _ => false,
    }
}
