//! Look-ups in the environment: by the standard library, python-decouple, django-environ, environs.

use std::sync::Arc;

use crate::source::{EnvironmentSource, Origin, Span};
use crate::value::Unknown;

use super::super::object::{EnvironmentRead, Item, Object};
use super::super::syntax::{Call, ExpressionKind};
use super::alternatives::without_environment;
use super::calls::Arguments;
use super::{Evaluator, Frame};

/// What a look-up makes of the variable's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    Text,
    /// django-environ's: what is not one of its words for true is false.
    EnvironBool,
    /// python-decouple's: what is neither is an error, and the empty text is false.
    DecoupleBool,
    /// environs': what is neither is an error.
    EnvironsBool,
    Int,
    /// django-environ's list: without white space taken off, and without what is empty.
    EnvironList,
    /// environs' list: as it is split.
    EnvironsList,
    /// python-decouple's `Csv()`, of what its lexer takes as it is.
    Csv,
    NotFollowed,
}

/// What `Env(NAME=(cast, default))` says of a variable.
#[derive(Clone, Debug)]
pub(super) struct Scheme {
    variable: String,
    cast: Cast,
    default: Option<Item>,
}

/// Words for true, of all three libraries.
const DECOUPLE_TRUE: &[&str] = &["1", "on", "t", "true", "y", "yes"];
const DECOUPLE_FALSE: &[&str] = &["0", "f", "false", "n", "no", "off"];
const ENVIRON_TRUE: &[&str] = &["1", "ok", "on", "true", "y", "yes"];

impl Evaluator<'_> {
    pub(super) fn is_supplied(&self, variable: &str) -> bool {
        self.supplied.contains_key(variable)
    }

    /// The environment may hold other values than were supplied.
    pub(super) fn distrust_environment(&mut self) {
        self.impure |= !self.calls.is_empty();
        self.supplied.clear();
        self.environment_changed = true;
    }

    /// `os.environ[index]`.
    pub(super) fn environment_item(&mut self, index: &Item, span: Span) -> Item {
        self.look_up(index.as_str(), None, Cast::Text, span)
    }

    /// A call that looks something up; nothing where `function` is none.
    pub(super) fn environment_call(
        &mut self,
        function: &str,
        arguments: &Arguments,
        span: Span,
    ) -> Option<Item> {
        let first = arguments.positional.first();
        let variable = first.and_then(Item::as_str);
        let second = || arguments.positional.get(1).cloned();
        let named = |name: &str| arguments.named(name).cloned();
        let (default, cast) = match function {
            "os.getenv" | "os.environ.get" | "os.environ.setdefault" | "os.environ.pop" => {
                (second().or_else(|| named("default")), Cast::Text)
            }
            "dj_database_url.config" | "dj_email_url.config" | "django_cache_url.config" => {
                let usual = match function {
                    "dj_database_url.config" => "DATABASE_URL",
                    "dj_email_url.config" => "EMAIL_URL",
                    _ => "CACHE_URL",
                };
                let variable = match first.cloned().or_else(|| named("env")) {
                    Some(name) => name.as_str().map(str::to_owned),
                    None => Some(usual.to_owned()),
                };
                // The default is a URL, not what becomes of it.
                let mut item = self.look_up(variable.as_deref(), None, Cast::NotFollowed, span);
                item.environment = None;
                return Some(item);
            }
            "decouple.config" => {
                let cast = arguments
                    .positional
                    .get(2)
                    .cloned()
                    .or_else(|| named("cast"));
                let cast = match &cast {
                    None => Cast::Text,
                    Some(cast) => cast_of(cast, Cast::DecoupleBool),
                };
                (second().or_else(|| named("default")), cast)
            }
            _ => {
                let (library, method) = function.split_once("()")?;
                let method = method.trim_start_matches('.');
                if let Some(number) = library.strip_prefix("environ.Env") {
                    let scheme = number
                        .parse()
                        .ok()
                        .and_then(|at: usize| self.schemes.get(at))
                        .cloned();
                    return self.environ_call(scheme, variable, method, arguments, span);
                }
                if !matches!(library, "environs.Env" | "environs.FileAwareEnv") {
                    return None;
                }
                let cast = match method {
                    "" | "str" => Cast::Text,
                    "bool" => Cast::EnvironsBool,
                    "int" => Cast::Int,
                    "list" => Cast::EnvironsList,
                    "float" | "json" | "dict" | "url" | "path" | "log_level" | "enum" | "uuid"
                    | "date" | "datetime" | "timedelta" | "decimal" | "dj_db_url"
                    | "dj_email_url" | "dj_cache_url" => Cast::NotFollowed,
                    _ => return None,
                };
                // A subcast, a validator or another delimiter changes what comes out.
                let is_plain = arguments.named.iter().all(|(name, _)| name == "default")
                    && arguments.positional.len() < 3;
                // A file that another variable names may say otherwise.
                let is_plain = is_plain && library == "environs.Env";
                let cast = if is_plain { cast } else { Cast::NotFollowed };
                (second().or_else(|| named("default")), cast)
            }
        };
        let item = self.look_up(variable, default, cast, span);
        if matches!(function, "os.environ.pop" | "os.environ.setdefault") {
            // What is looked up after it is another environment.
            let is_there = variable.is_some_and(|variable| self.is_supplied(variable));
            if !(is_there && function.ends_with("setdefault")) {
                self.impure |= !self.calls.is_empty();
                self.environment_changed = true;
                match variable {
                    Some(variable) => _ = self.supplied.remove(variable),
                    None => self.supplied.clear(),
                }
            }
        }
        Some(item)
    }

    /// A look-up of django-environ (`Env.get_value`).
    fn environ_call(
        &mut self,
        scheme: Option<Vec<Scheme>>,
        variable: Option<&str>,
        method: &str,
        arguments: &Arguments,
        span: Span,
    ) -> Option<Item> {
        let second = || arguments.positional.get(1).cloned();
        let third = || arguments.positional.get(2).cloned();
        let named = |name: &str| arguments.named(name).cloned();
        let only = |names: &[&str]| {
            let known = |(name, _): &(String, Item)| names.contains(&name.as_str());
            arguments.named.iter().all(known)
        };
        let (mut default, mut cast) = match method {
            // The second argument is the cast, not the default.
            "" => {
                let cast = second().or_else(|| named("cast"));
                let cast = cast.map(|cast| cast_of(&cast, Cast::EnvironBool));
                (third().or_else(|| named("default")), cast)
            }
            "str" if only(&["default"]) && arguments.positional.len() < 3 => {
                (second().or_else(|| named("default")), Some(Cast::Text))
            }
            "bool" => (
                second().or_else(|| named("default")),
                Some(Cast::EnvironBool),
            ),
            "int" => (second().or_else(|| named("default")), Some(Cast::Int)),
            "list" => {
                let cast = match second().or_else(|| named("cast")) {
                    None => Cast::EnvironList,
                    Some(cast) if cast.get() == Some(&Object::None) => Cast::EnvironList,
                    Some(cast) if cast_of(&cast, Cast::EnvironBool) == Cast::Text => {
                        Cast::EnvironList
                    }
                    Some(_) => Cast::NotFollowed,
                };
                (third().or_else(|| named("default")), Some(cast))
            }
            "float" | "json" | "dict" | "tuple" | "url" | "path" | "bytes" | "str" => (
                second().or_else(|| named("default")),
                Some(Cast::NotFollowed),
            ),
            "db" | "db_url" | "cache" | "cache_url" | "email" | "email_url" | "search_url"
            | "channels" | "channels_url" => {
                // The default is a URL, not what becomes of it.
                let mut item = self.look_up(variable, None, Cast::NotFollowed, span);
                item.environment = None;
                return Some(item);
            }
            _ => return None,
        };
        let scheme = scheme.unwrap_or_default();
        let mut known = scheme
            .iter()
            .filter(|known| Some(known.variable.as_str()) == variable);
        if let Some(known) = known.next() {
            cast = cast.or(Some(known.cast));
            default = default.or_else(|| known.default.clone());
        }
        // Without a cast, the default's own kind is one.
        let cast = match (cast, default.as_ref().map(Item::get)) {
            (Some(cast), _) => cast,
            (None, None | Some(Some(Object::None | Object::Str(_)))) => Cast::Text,
            (None, Some(Some(Object::Bool(_)))) => Cast::EnvironBool,
            (None, Some(Some(Object::Int(_)))) => Cast::Int,
            (None, Some(Some(Object::List(_)))) => Cast::EnvironList,
            (None, Some(_)) => Cast::NotFollowed,
        };
        let supplied = variable.and_then(|variable| self.supplied.get(variable));
        let is_odd = supplied.is_some_and(|text| {
            // `$OTHER` is another variable, and what equals the default is left as it is.
            let is_default = default.as_ref().and_then(Item::as_str) == Some(text.as_str());
            text.starts_with('$') || text.is_empty() || (is_default && cast != Cast::Text)
        });
        let cast = if is_odd { Cast::NotFollowed } else { cast };
        Some(self.look_up(variable, default, cast, span))
    }

    /// `environ.Env(NAME=(cast, default), …)`.
    pub(super) fn environ_scheme(&mut self, frame: &mut Frame, call: &Call) -> Option<usize> {
        if !call.arguments.is_empty() {
            return None;
        }
        let mut schemes = Vec::new();
        for (name, value) in &call.keywords {
            let (cast, default) = match &value.kind {
                ExpressionKind::Tuple(pair) if pair.len() == 2 => {
                    (&pair[0], Some(self.expression(frame, &pair[1])))
                }
                _ => (value, None),
            };
            let cast = self.expression(frame, cast);
            schemes.push(Scheme {
                variable: name.clone()?,
                cast: match cast_of(&cast, Cast::EnvironBool) {
                    Cast::NotFollowed if is_list(&cast) => Cast::EnvironList,
                    cast => cast,
                },
                default,
            });
        }
        self.schemes.push(schemes);
        Some(self.schemes.len() - 1)
    }

    fn look_up(
        &mut self,
        variable: Option<&str>,
        default: Option<Item>,
        cast: Cast,
        place: Span,
    ) -> Item {
        let Some(variable) = variable else {
            return Item::unknown(place, "it is read from the environment");
        };
        if let Some(text) = self.supplied.get(variable)
            && let Some(object) = converted(text, cast)
        {
            let object = match object {
                Converted::Object(object) => object,
                Converted::List(parts) => {
                    let items = parts.into_iter();
                    let items = items.map(|part| Item::computed(Object::str(part), place));
                    match self.sequence(items.collect(), None) {
                        Ok(sequence) => Object::List(sequence),
                        Err(why) => return Item::unknown(place, why),
                    }
                }
            };
            let origin = Origin::Environment {
                variable: variable.to_owned(),
                source: EnvironmentSource::Supplied,
                place,
            };
            return Item::with_origin(object, origin, place);
        }
        let why = format!("the environment variable {variable} decides it");
        let mut item = Item::because(Unknown::at(place, why), place);
        item.environment = Some(Arc::new(EnvironmentRead {
            variable: variable.to_owned(),
            default: default.map(without_environment),
            place,
            is_text: cast == Cast::Text,
        }));
        item
    }
}

fn is_list(cast: &Item) -> bool {
    matches!(cast.get(), Some(Object::External(name)) if name == "list")
}

fn cast_of(cast: &Item, bool_cast: Cast) -> Cast {
    match cast.get() {
        Some(Object::External(name)) => match name.as_str() {
            "bool" => bool_cast,
            "int" => Cast::Int,
            "str" => Cast::Text,
            "decouple.Csv()" => Cast::Csv,
            _ => Cast::NotFollowed,
        },
        _ => Cast::NotFollowed,
    }
}

/// What a cast makes of a text; nothing where it raises an exception or is not followed.
fn converted(text: &str, cast: Cast) -> Option<Converted> {
    let word = text.to_lowercase();
    let list = |parts: Vec<&str>| {
        Some(Converted::List(
            parts.into_iter().map(str::to_owned).collect(),
        ))
    };
    let object = match cast {
        Cast::Text => Object::str(text),
        Cast::EnvironBool => Object::Bool(match integer(text) {
            Some(number) => number != 0,
            None if text.bytes().any(|byte| byte.is_ascii_digit()) => return None,
            // Only newer releases take white space off.
            None if word.trim() != word => return None,
            None => ENVIRON_TRUE.contains(&word.as_str()),
        }),
        Cast::DecoupleBool if text.is_empty() => Object::Bool(false),
        Cast::DecoupleBool if DECOUPLE_TRUE.contains(&word.as_str()) => Object::Bool(true),
        Cast::DecoupleBool if DECOUPLE_FALSE.contains(&word.as_str()) => Object::Bool(false),
        Cast::EnvironsBool => {
            // `true`, `True` and `TRUE`, but not `tRue`.
            let mut capital = word.clone();
            if let Some(first) = capital.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            let is_usual = text == word || text == capital || text == word.to_uppercase();
            match (
                DECOUPLE_TRUE.contains(&word.as_str()),
                DECOUPLE_FALSE.contains(&word.as_str()),
            ) {
                (true, _) if is_usual => Object::Bool(true),
                (_, true) if is_usual => Object::Bool(false),
                _ => return None,
            }
        }
        Cast::Int => Object::Int(integer(text)?),
        Cast::EnvironList => {
            return list(text.split(',').filter(|part| !part.is_empty()).collect());
        }
        Cast::EnvironsList if text.is_empty() => return list(Vec::new()),
        Cast::EnvironsList => return list(text.split(',').collect()),
        // Quotes, comments and escapes are the lexer's own.
        Cast::Csv if !text.contains(['"', '\'', '\\', '#', '\n']) => {
            let parts = text.split(',').filter(|part| !part.is_empty());
            return list(
                parts
                    .map(|part| part.trim_matches([' ', '\t', '\r', '\x0b', '\x0c']))
                    .collect(),
            );
        }
        Cast::DecoupleBool | Cast::Csv | Cast::NotFollowed => return None,
    };
    Some(Converted::Object(object))
}

/// What a cast makes of a text.
enum Converted {
    Object(Object),
    List(Vec<String>),
}

/// `int(text)`, of plain digits.
fn integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}
