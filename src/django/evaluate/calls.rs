//! Calls: of the few functions that settings are written with, and of all others.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::super::object::{Item, Object};
use super::super::syntax::{Call, Expression, ExpressionKind, Writes};
use super::alternatives::each;
use super::scope::Function;
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
    "celery.schedules.crontab",
    "copy.copy",
    "copy.deepcopy",
    "datetime.date",
    "datetime.datetime",
    "datetime.datetime.now",
    "datetime.timedelta",
    "json.dumps",
    "json.load",
    "json.loads",
    "pytimeparse.parse",
    "re.compile",
    "sentry_sdk.init",
    "urllib.parse.quote",
    "urllib.parse.urlparse",
    "django_stubs_ext.monkeypatch",
    "os.makedirs",
    "os.path.exists",
    "os.path.isdir",
    "os.path.isfile",
];

/// Functions of which all is decided by a URL.
const MAKE_OF_A_URL: &[&str] = &[
    "dj_database_url.parse",
    "dj_email_url.parse",
    "django_cache_url.parse",
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
    pub(super) named: Vec<(String, Item)>,
    /// Whether there are others, from `*x` or `**x`.
    more: bool,
}

/// Those that are given by their place, and those that are given by name.
pub(super) type Given<'a> = (&'a [Item], &'a [(String, Item)]);

impl Arguments {
    pub(super) fn named(&self, name: &str) -> Option<&Item> {
        self.named
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, item)| item)
    }

    pub(super) fn only_positional(&self) -> Option<&[Item]> {
        (self.named.is_empty() && !self.more).then_some(self.positional.as_slice())
    }

    /// All of them, where none comes from `*x` or `**x`.
    pub(super) fn all(&self) -> Option<Given<'_>> {
        (!self.more).then_some((self.positional.as_slice(), self.named.as_slice()))
    }
}

impl Evaluator<'_> {
    pub(super) fn call(&mut self, frame: &mut Frame, call: &Call, span: Span) -> Item {
        if let Some(item) = self.names_call(frame, call, span) {
            return item;
        }
        if let Some(item) = self.runs_files(frame, call, span) {
            return item;
        }
        let function = self.called(frame, call);
        if let ExpressionKind::Attribute(receiver, method) = &call.function.kind
            && function.is_none()
        {
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
        if let Some(function) = function {
            let arguments = self.arguments(frame, call);
            if let Some(item) = self.follow(frame, &function, &arguments, span) {
                return item;
            }
            let why = "a function that is not followed may change it";
            // It runs only where a module is there that is not here.
            let why = self.absent.clone().unwrap_or(Unknown::at(span, why));
            self.run_function(frame, &function, &why);
            let why = "a function that is not followed decides it";
            return self.not_followed(frame, &arguments, call, Unknown::at(span, why));
        }
        let function = self.peek(frame, &call.function);
        let arguments = self.arguments(frame, call);
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
            let binding = frame.binding(&name);
            let Some(function) = binding.and_then(|binding| binding.function.clone()) else {
                continue;
            };
            if self.is_exhausted() {
                return;
            }
            let writes = &function.writes;
            self.step(writes.mentions.len());
            seen.insert(name);
            let unseen = writes.mentions.iter().filter(|name| !seen.contains(*name));
            waiting.extend(unseen.cloned());
            self.run_body(frame, writes, why);
        }
    }

    /// What a function that is not followed may do, and those that it mentions.
    fn run_function(&mut self, frame: &mut Frame, function: &Function, why: &Unknown) {
        self.run_functions(frame, &function.writes.mentions, why);
        self.run_body(frame, &function.writes, why);
    }

    fn run_body(&mut self, frame: &mut Frame, writes: &Writes, why: &Unknown) {
        self.impure |= frame.around.is_some();
        // Names that the function binds are its own, unless it says `global`.
        let mut writes = writes.clone();
        if !writes.mentions.iter().any(|word| word == "global") {
            writes.binds.clear();
        }
        self.touch_directly(frame, &writes, why, true);
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
        if function == "typing.cast"
            && let Some([_, value]) = arguments.only_positional()
        {
            return value.clone();
        }
        if MAKE_OF_A_URL.contains(&function)
            && let Some(why) = arguments
                .positional
                .first()
                .and_then(|url| url.value.why_unknown())
        {
            return Item::because(why.clone(), span);
        }
        if let Some(item) = self.constructed(frame, function, arguments, call, span) {
            return item;
        }
        if let Some(positional) = arguments.only_positional() {
            let path = function.strip_prefix("os.path.");
            let known = path.and_then(|path| paths::os_path(path, positional, span));
            if let Some(item) = known.or_else(|| self.builtin(function, positional, span)) {
                return item;
            }
        }
        if let Some(item) = self.builtin_with_names(function, arguments, span) {
            return item;
        }
        if REACHES_SETTINGS.contains(&function) {
            let why = format!("{function}() may set anything");
            self.hide(frame, &Unknown::at(span, why));
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
            self.hide(frame, &Unknown::at(place, why));
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
    fn constructed(
        &mut self,
        frame: &mut Frame,
        function: &str,
        arguments: &Arguments,
        call: &Call,
        span: Span,
    ) -> Option<Item> {
        let plain = arguments.only_positional().is_some_and(<[Item]>::is_empty);
        let name = match function {
            // Files in the place of variables say what nobody else sees.
            "environ.Env" => match self.environ_scheme(frame, call) {
                Some(number) => format!("environ.Env{number}()"),
                None => return None,
            },
            "environs.Env" if plain => "environs.Env()".to_owned(),
            "environs.FileAwareEnv" if plain => "environs.FileAwareEnv()".to_owned(),
            "decouple.Csv" if plain => "decouple.Csv()".to_owned(),
            "decouple.Config" | "decouple.AutoConfig" => "decouple.config".to_owned(),
            _ => return None,
        };
        Some(Item::computed(Object::External(name), span))
    }

    /// A copy: the same content, another identity; deep, also of what it holds.
    pub(super) fn copied(&mut self, value: &Item, deep: bool, span: Span) -> Item {
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
