//! What a configuration sets, key by key, as it is shown to a person.

use std::path::Path;

use toml::Value;

use super::Config;
use super::keys::{KEYS, Key, Shape};
use crate::secrets;

/// What each key is, in the order of the keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct InForce {
    /// The keys that are set.
    pub lines: Vec<Line>,
    /// Those that are not.
    pub unset: Vec<&'static str>,
}

/// One key that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its dotted name, as TOML has it.
    pub key: String,
    /// Its value, as TOML has it; secrets masked.
    pub value: String,
    /// The line of the configuration file that sets it, where it is that file that does.
    pub line: Option<usize>,
}

impl Line {
    /// An environment variable, its value masked where it is a secret.
    pub fn variable(name: &str, value: &str, line: Option<usize>) -> Self {
        Self {
            key: super::read::dotted("env", name),
            value: toml_text(&masked(name, value)),
            line,
        }
    }
}

impl Config {
    /// What it sets.
    pub fn in_force(&self) -> InForce {
        let mut shown = InForce::default();
        if let Ok(Value::Table(table)) = Value::try_from(self) {
            for key in KEYS {
                let before = shown.lines.len();
                if let Some(value) = table.get(key.name) {
                    self.show("", key, value, &mut shown.lines);
                }
                if shown.lines.len() == before {
                    shown.unset.push(key.name);
                }
            }
        }
        shown
    }

    fn show(&self, path: &str, key: &Key, value: &Value, lines: &mut Vec<Line>) {
        let dotted = super::read::dotted(path, key.name);
        match (&key.shape, value) {
            (Shape::Table(keys), Value::Table(table)) => {
                for key in *keys {
                    if let Some(value) = table.get(key.name) {
                        self.show(&dotted, key, value, lines);
                    }
                }
            }
            (Shape::Each(_, inner), Value::Table(table)) => {
                for (name, value) in table {
                    match (inner, value) {
                        (Shape::Table(keys), Value::Table(table)) => {
                            let dotted = super::read::dotted(&dotted, name);
                            for key in *keys {
                                if let Some(value) = table.get(key.name) {
                                    self.show(&dotted, key, value, lines);
                                }
                            }
                        }
                        (_, Value::String(value)) if key.name == "env" => {
                            let line = self.line(&super::read::dotted("env", name));
                            lines.push(Line::variable(name, value, line));
                        }
                        _ => lines.push(self.leaf(super::read::dotted(&dotted, name), value)),
                    }
                }
            }
            (_, Value::Array(list)) if list.is_empty() => {}
            (Shape::Tables(..), Value::Array(list)) => {
                let list = list.iter().cloned().map(shown).collect();
                lines.push(self.leaf(dotted, &Value::Array(list)));
            }
            _ => lines.push(self.leaf(dotted, value)),
        }
    }

    fn leaf(&self, key: String, value: &Value) -> Line {
        Line {
            line: self.line(&key),
            value: value.to_string(),
            key,
        }
    }

    fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }
}

/// A table of a list without the keys that it does not set, and without the headers that are nobody else's to see.
fn shown(entry: Value) -> Value {
    let Value::Table(mut table) = entry else {
        return entry;
    };
    table.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    let lists = table
        .iter_mut()
        .filter_map(|(_, value)| value.as_array_mut());
    for header in lists.flatten() {
        let secret = header.as_str().and_then(|text| {
            let (name, _) = text.split_once(':')?;
            secrets::is_secret_header(name).then(|| format!("{name}: ********"))
        });
        if let Some(secret) = secret {
            *header = Value::String(secret);
        }
    }
    Value::Table(table)
}

/// A text as TOML writes it.
fn toml_text(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// The value with what its name or form says to be secret hidden; what is plain is to be seen.
fn masked(name: &str, value: &str) -> String {
    let text = format!("{name}={value}");
    let secrets = secrets::look(Path::new(".env"), text.as_bytes()).named;
    let value = name.len() + 1..text.len();
    secrets::mask(text.as_bytes(), value, &secrets::merge(secrets))
}
