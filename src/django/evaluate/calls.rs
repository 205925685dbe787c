//! Calls: of the few functions that settings are written with, and of all others.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::super::object::{Item, Object};
use super::super::syntax::{Call, Expression, ExpressionKind};
use super::alternatives::each;
use super::operators::text_of;
use super::{Evaluator, Frame, methods, paths};

/// Functions that leave the lists and dicts alone that they are given.
const HARMLESS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "callable",
    "dict",
    "dir",
    "float",
    "frozenset",
    "getattr",
    "hasattr",
    "int",
    "isinstance",
    "issubclass",
    "len",
    "list",
    "logging.config.dictConfig",
    "max",
    "min",
    "open",
    "print",
    "range",
    "repr",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "copy.copy",
    "copy.deepcopy",
    "json.dumps",
    "django_stubs_ext.monkeypatch",
    "os.makedirs",
    "os.path.exists",
    "os.path.isdir",
    "os.path.isfile",
];

/// Functions that may bind or overwrite any setting.
const REACHES_SETTINGS: &[&str] = &[
    "django_heroku.settings",
    "eval",
    "exec",
    "execfile",
    "setattr",
    "split_settings.tools.include",
];

/// The arguments of a call, evaluated.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Item>,
    named: Vec<(String, Item)>,
    /// Whether there are others, from `*x` or `**x`.
    more: bool,
}

impl Arguments {
    pub(super) fn named(&self, name: &str) -> Option<&Item> {
        self.named
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, item)| item)
    }

    fn only_positional(&self) -> Option<&[Item]> {
        (self.named.is_empty() && !self.more).then_some(self.positional.as_slice())
    }

    /// The named ones, where nothing else is given.
    pub(super) fn only_named(&self) -> Option<&[(String, Item)]> {
        (self.positional.is_empty() && !self.more).then_some(self.named.as_slice())
    }
}

impl Evaluator<'_> {
    pub(super) fn call(&mut self, frame: &mut Frame, call: &Call, span: Span) -> Item {
        if let ExpressionKind::Attribute(receiver, method) = &call.function.kind {
            if gives_names_away(receiver) && !READING.contains(&method.as_str()) {
                self.arguments(frame, call);
                let why = "names are bound by way of globals()";
                frame.scope.hide(&Unknown::at(span, why));
                return Item::because(Unknown::at(span, why), span);
            }
            let held = self.peek(frame, receiver);
            return match held.get() {
                Some(Object::External(module)) => {
                    let function = super::imports::canonical(&format!("{module}.{method}"));
                    let arguments = self.arguments(frame, call);
                    self.external(frame, &function, &arguments, call, span)
                }
                _ => self.method(frame, receiver, &held, method, call, span),
            };
        }
        let function = self.peek(frame, &call.function);
        let arguments = self.arguments(frame, call);
        if let ExpressionKind::Name(name) = &call.function.kind {
            let why = Unknown::at(span, "a function that is not followed may change it");
            self.run_functions(frame, std::slice::from_ref(name), &why);
        }
        match function.get() {
            Some(Object::External(name)) => {
                let name = name.clone();
                self.external(frame, &name, &arguments, call, span)
            }
            _ => {
                let why = "a function that is not followed decides it";
                self.not_followed(frame, &arguments, call, Unknown::at(span, why))
            }
        }
    }

    fn arguments(&mut self, frame: &mut Frame, call: &Call) -> Arguments {
        let mut arguments = Arguments::default();
        for argument in &call.arguments {
            if let ExpressionKind::Starred(inner) = &argument.kind {
                let inner = self.expression(frame, inner);
                match self.items_of(&inner, argument.span) {
                    Ok((items, None)) => arguments.positional.extend(items),
                    _ => arguments.more = true,
                }
            } else {
                arguments.positional.push(self.expression(frame, argument));
            }
        }
        for (name, value) in &call.keywords {
            let item = self.expression(frame, value);
            match name {
                Some(name) => arguments.named.push((name.clone(), item)),
                None => arguments.more = true,
            }
        }
        arguments
    }

    /// What calling functions of this module may do to the names around them.
    pub(super) fn run_functions(&mut self, frame: &mut Frame, names: &[String], why: &Unknown) {
        let mut waiting: BTreeSet<String> = names.iter().cloned().collect();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        while let Some(name) = waiting.pop_first() {
            let binding = frame.scope.names.get(&name);
            let Some(writes) = binding.and_then(|binding| binding.function.clone()) else {
                continue;
            };
            if self.is_exhausted() {
                return;
            }
            self.step(writes.mentions.len());
            seen.insert(name);
            let unseen = writes.mentions.iter().filter(|name| !seen.contains(*name));
            waiting.extend(unseen.cloned());
            // Names that the function binds are its own, unless it says `global`.
            let mut writes = writes.as_ref().clone();
            if !writes.mentions.iter().any(|word| word == "global") {
                writes.binds.clear();
            }
            self.touch_directly(frame, &writes, why, true);
        }
    }

    fn external(
        &mut self,
        frame: &mut Frame,
        function: &str,
        arguments: &Arguments,
        call: &Call,
        span: Span,
    ) -> Item {
        if let Some(item) = self.environment_call(function, arguments, span) {
            return item;
        }
        if let Some(item) = self.constructed(function, arguments, span) {
            return item;
        }
        if let Some(positional) = arguments.only_positional() {
            let path = function.strip_prefix("os.path.");
            let known = path.and_then(|path| paths::os_path(path, positional, span));
            if let Some(item) = known.or_else(|| self.builtin(function, positional, span)) {
                return item;
            }
        }
        if function == "dict"
            && let Some(named) = arguments.only_named()
        {
            let entries = named
                .iter()
                .map(|(name, item)| {
                    let item = super::mutate::no_external(item.clone());
                    (Object::str(name.clone()), item)
                })
                .collect();
            return match self.mapping(entries, None) {
                Ok(mapping) => Item::computed(Object::Dict(mapping), span),
                Err(why) => Item::unknown(span, why),
            };
        }
        if REACHES_SETTINGS.contains(&function) {
            let why = format!("{function}() may set anything");
            frame.scope.hide(&Unknown::at(span, why));
        }
        if overrides_environment(function, arguments) {
            self.distrust_environment();
        }
        let why = Unknown::at(
            span,
            format!("{function}() decides it when the process starts"),
        );
        if HARMLESS.contains(&function) {
            return Item::because(why, span);
        }
        self.not_followed(frame, arguments, call, why)
    }

    /// A call of which nothing is known: it may change the containers that it is given,
    /// and given `globals()`, every name.
    fn not_followed(
        &mut self,
        frame: &mut Frame,
        arguments: &Arguments,
        call: &Call,
        why: Unknown,
    ) -> Item {
        let all = call
            .arguments
            .iter()
            .chain(call.keywords.iter().map(|(_, value)| value));
        if all.into_iter().any(gives_names_away) {
            let place = call.function.span;
            let why = "the call is given all names and may set any";
            frame.scope.hide(&Unknown::at(place, why));
        }
        let named = arguments.named.iter().map(|(_, item)| item);
        for item in arguments.positional.iter().chain(named) {
            let place = why.place.unwrap_or(item.span);
            let why = Unknown::at(place, "a call that is given it may change it");
            self.lose_track(frame, item, &why);
        }
        // What is given by name may be held under another name too.
        let is_place = |argument: &&Expression| {
            matches!(
                argument.kind,
                ExpressionKind::Name(_) | ExpressionKind::Subscript(..)
            )
        };
        let all = call
            .arguments
            .iter()
            .chain(call.keywords.iter().map(|(_, value)| value));
        let places: Vec<&Expression> = all.filter(is_place).collect();
        for place in places {
            let held = self.peek(frame, place);
            self.lose_shared(frame, &held, &why);
        }
        Item::because(why.clone(), why.place.unwrap_or(call.function.span))
    }

    /// Objects that only their methods make something of.
    fn constructed(&self, function: &str, arguments: &Arguments, span: Span) -> Option<Item> {
        let plain = arguments.only_positional().is_some_and(<[Item]>::is_empty);
        let external = |name: &str| Some(Item::computed(Object::External(name.to_owned()), span));
        match function {
            "environ.Env" | "environ.FileAwareEnv" if plain => external("environ.Env()"),
            // A scheme names casts and defaults that are not followed.
            "environ.Env" | "environ.FileAwareEnv" => external("environ.Scheme.Env()"),
            "environs.Env" => external("environs.Env()"),
            "decouple.Config" | "decouple.AutoConfig" => external("decouple.config"),
            _ => None,
        }
    }

    fn builtin(&mut self, function: &str, arguments: &[Item], span: Span) -> Option<Item> {
        match (function, arguments) {
            ("pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath", _) => {
                Some(paths::new_path(arguments, span))
            }
            ("str" | "os.fspath", [value]) => {
                Some(each(value, span, |object| text_of(object).map(Object::Str)))
            }
            ("bool", [value]) => Some(each(value, span, |object| {
                let truth = object.truth().map(Object::Bool);
                truth.ok_or_else(|| "whether it holds is not known".to_owned())
            })),
            ("int", [value]) => Some(each(value, span, to_int)),
            ("list" | "tuple" | "set" | "frozenset", []) => {
                Some(self.collect(function, None, span))
            }
            ("list" | "tuple" | "set" | "frozenset", [value]) => {
                Some(self.collect(function, Some(value), span))
            }
            ("len", [value]) => Some(each(value, span, length)),
            ("copy.copy", [value]) => {
                self.share(value);
                Some(self.copied(value, false, span))
            }
            ("copy.deepcopy", [value]) => Some(self.copied(value, true, span)),
            _ => None,
        }
    }

    /// `list(value)` and its like.
    fn collect(&mut self, function: &str, value: Option<&Item>, span: Span) -> Item {
        let (items, incomplete) = match value.map(|value| (value, self.items_of(value, span))) {
            None => (Vec::new(), None),
            Some((_, Ok(items))) => items,
            Some((value, Err(why))) => {
                let mut item = Item::because(why, span);
                item.environment = super::alternatives::changed(value);
                return item;
            }
        };
        match (function, self.sequence(items, incomplete)) {
            ("list", Ok(sequence)) => Item::computed(Object::List(sequence), span),
            ("tuple", Ok(sequence)) => Item::computed(Object::Tuple(sequence), span),
            (_, Ok(sequence)) => Item::computed(Object::Set(sequence), span),
            (_, Err(why)) => Item::unknown(span, why),
        }
    }

    /// A copy: the same content, another identity; deep, also of what it holds.
    fn copied(&mut self, value: &Item, deep: bool, span: Span) -> Item {
        each(value, span, |object| {
            Ok(if deep {
                self.renewed(object)
            } else {
                methods::with_identity(object, self.identity())
            })
        })
    }

    fn renewed(&mut self, object: &Object) -> Object {
        self.step(0);
        let mut object = methods::with_identity(object, self.identity());
        let items: Vec<&mut Item> = match &mut object {
            Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
                Arc::make_mut(sequence).items.iter_mut().collect()
            }
            Object::Dict(mapping) => {
                let entries = Arc::make_mut(mapping).entries.iter_mut();
                entries.map(|(_, item)| item).collect()
            }
            _ => Vec::new(),
        };
        for item in items {
            if let Value::OneOf(alternatives) = &mut item.value {
                for alternative in alternatives {
                    alternative.value = self.renewed(&alternative.value);
                }
            }
        }
        object
    }
}

/// Methods of a dict that leave it as it is.
const READING: &[&str] = &["__contains__", "copy", "get", "items", "keys", "values"];

/// Whether an argument is `globals()`, `locals()` or `vars()`, or holds the module itself.
pub(super) fn gives_names_away(argument: &Expression) -> bool {
    match &argument.kind {
        ExpressionKind::Call(call) => matches!(
            &call.function.kind,
            ExpressionKind::Name(name) if matches!(name.as_str(), "globals" | "locals" | "vars")
        ),
        ExpressionKind::Subscript(modules, _) => matches!(
            &modules.kind,
            ExpressionKind::Attribute(_, name) if name == "modules"
        ),
        _ => false,
    }
}

/// Whether a call lets a file beside the settings win over the environment.
fn overrides_environment(function: &str, arguments: &Arguments) -> bool {
    let loads = function.ends_with("load_dotenv") || function.ends_with("read_env");
    let named = ["override", "overwrite"];
    loads
        && (arguments.more
            || named.iter().any(|name| {
                arguments
                    .named(name)
                    .is_some_and(|item| item.get().and_then(Object::truth) != Some(false))
            }))
        || function == "os.environ.update"
}

fn to_int(object: &Object) -> Result<Object, String> {
    let number = match object {
        Object::Int(value) => Some(*value),
        Object::Bool(value) => Some(i64::from(*value)),
        Object::Str(text) => text.as_plain().and_then(|text| {
            let text = text.trim();
            let plain = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
            plain.then(|| text.parse().ok()).flatten()
        }),
        _ => None,
    };
    number
        .map(Object::Int)
        .ok_or_else(|| "it is not a number here".to_owned())
}

fn length(object: &Object) -> Result<Object, String> {
    let length = match object {
        Object::List(sequence) | Object::Tuple(sequence) if sequence.incomplete.is_none() => {
            sequence.items.len()
        }
        Object::Dict(mapping) if mapping.incomplete.is_none() => mapping.entries.len(),
        Object::Str(text) if !text.local => text.text.chars().count(),
        _ => return Err("its length is not known".to_owned()),
    };
    i64::try_from(length)
        .map(Object::Int)
        .map_err(|_| super::alternatives::too_large())
}
