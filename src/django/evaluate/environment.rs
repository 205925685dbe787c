//! Look-ups in the environment: by the standard library, python-decouple, django-environ, environs.

use std::sync::Arc;

use crate::source::{EnvironmentSource, Origin, Span};
use crate::value::Unknown;

use super::super::object::{EnvironmentRead, Item, Object};
use super::Evaluator;
use super::alternatives::without_environment;
use super::calls::Arguments;

/// What a look-up makes of the variable's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cast {
    Text,
    /// django-environ's: what is not one of its words for true is false.
    EnvironBool,
    /// python-decouple's and environs': what is neither is an error.
    StrictBool,
    Int,
    NotFollowed,
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
        self.supplied.clear();
        self.environment_changed = true;
    }

    /// `os.environ[index]`.
    pub(super) fn environment_item(&self, index: &Item, span: Span) -> Item {
        self.look_up(index.as_str(), None, Cast::Text, span)
    }

    /// A call that looks something up; nothing where `function` is none.
    pub(super) fn environment_call(
        &self,
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
            "decouple.config" => {
                let cast = arguments
                    .positional
                    .get(2)
                    .cloned()
                    .or_else(|| named("cast"));
                (
                    second().or_else(|| named("default")),
                    cast_of(cast.as_ref(), Cast::StrictBool),
                )
            }
            _ => {
                let (library, method) = match function.split_once(".Env()") {
                    Some((library, method)) => (library, method.trim_start_matches('.')),
                    None => return None,
                };
                let is_environ = library == "environ";
                match method {
                    // django-environ's second argument is the cast, environs' the default.
                    "" if is_environ => {
                        let cast = second().or_else(|| named("cast"));
                        let default = arguments.positional.get(2).cloned();
                        (
                            default.or_else(|| named("default")),
                            cast_of(cast.as_ref(), Cast::EnvironBool),
                        )
                    }
                    "" | "str" => (second().or_else(|| named("default")), Cast::Text),
                    "bool" => {
                        let cast = if is_environ {
                            Cast::EnvironBool
                        } else {
                            Cast::StrictBool
                        };
                        (second().or_else(|| named("default")), cast)
                    }
                    "int" => (second().or_else(|| named("default")), Cast::Int),
                    "list" | "float" | "json" | "dict" | "tuple" | "url" | "path" | "log_level" => {
                        (second().or_else(|| named("default")), Cast::NotFollowed)
                    }
                    "db" | "db_url" | "cache" | "cache_url" | "email" | "email_url"
                    | "search_url" | "dj_db_url" | "dj_email_url" | "dj_cache_url" => {
                        // The default is a URL, not what becomes of it.
                        let mut item = self.look_up(variable, None, Cast::NotFollowed, span);
                        item.environment = None;
                        return Some(item);
                    }
                    _ => return None,
                }
            }
        };
        Some(self.look_up(variable, default, cast, span))
    }

    fn look_up(
        &self,
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

fn cast_of(cast: Option<&Item>, bool_cast: Cast) -> Cast {
    match cast.map(|cast| cast.get()) {
        None => Cast::Text,
        Some(Some(Object::External(name))) => match name.as_str() {
            "bool" => bool_cast,
            "int" => Cast::Int,
            "str" => Cast::Text,
            _ => Cast::NotFollowed,
        },
        Some(_) => Cast::NotFollowed,
    }
}

fn converted(text: &str, cast: Cast) -> Option<Object> {
    let word = text.to_ascii_lowercase();
    match cast {
        Cast::Text => Some(Object::str(text)),
        Cast::EnvironBool => Some(Object::Bool(match text.trim().parse::<i64>() {
            Ok(number) => number != 0,
            Err(_) => ENVIRON_TRUE.contains(&word.trim()),
        })),
        Cast::StrictBool if DECOUPLE_TRUE.contains(&word.as_str()) => Some(Object::Bool(true)),
        Cast::StrictBool if DECOUPLE_FALSE.contains(&word.as_str()) => Some(Object::Bool(false)),
        Cast::Int => text.trim().parse().ok().map(Object::Int),
        Cast::StrictBool | Cast::NotFollowed => None,
    }
}
