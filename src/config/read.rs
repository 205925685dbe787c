//! From TOML to [`Config`]: every key known, every value of its type, every fault with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use ignore::gitignore::GitignoreBuilder;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::keys::{KEYS, Key, Names, Needed, Shape, Text};
use super::{Config, ConfigError};
use crate::deployment::request::{Asked, Expectation};
use crate::programs::Version;
use crate::rules;
use crate::suggest::nearest;

/// The whole file is ours.
pub(super) fn own(path: &Path, text: &str) -> Result<Config, Vec<ConfigError>> {
    let mut reader = Reader::new(path, text);
    match DeTable::parse(text) {
        Ok(table) => {
            let span = table.span();
            let value = DeValue::Table(table.into_inner());
            reader.config(Spanned::new(span, value))
        }
        Err(error) => reader.no_toml(&error),
    }
}

/// One table of the file is ours; nothing where it has none.
pub(super) fn shared(path: &Path, text: &str) -> Result<Option<Config>, Vec<ConfigError>> {
    let mut reader = Reader::new(path, text);
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => return reader.no_toml(&error).map(Some),
    };
    let ours = table
        .get_ref()
        .get("tool")
        .and_then(|tool| tool.get_ref().as_table())
        .and_then(|tool| tool.get("djlint-check"));
    match ours {
        Some(ours) => reader.config(ours.clone()).map(Some),
        None => Ok(None),
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    faults: Vec<(usize, String)>,
    /// The line of each key that is set, by its dotted name.
    lines: BTreeMap<String, usize>,
    /// The bytes of each value in a list of tables, by its dotted name.
    spans: BTreeMap<String, Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            faults: Vec::new(),
            lines: BTreeMap::new(),
            spans: BTreeMap::new(),
        }
    }

    fn config(&mut self, value: Spanned<DeValue<'_>>) -> Result<Config, Vec<ConfigError>> {
        match value.get_ref() {
            DeValue::Table(table) => self.table("", KEYS, table),
            other => self.wrong_type(value.span(), "tool.djlint-check", "a table", other),
        }
        if !self.faults.is_empty() {
            return Err(self.errors());
        }
        match Config::deserialize(ValueDeserializer::from(value)) {
            Ok(config) => Ok(Config {
                path: Some(self.path.to_owned()),
                lines: std::mem::take(&mut self.lines),
                spans: std::mem::take(&mut self.spans),
                ..config
            }),
            Err(error) => self.no_toml(&error),
        }
    }

    fn no_toml(&mut self, error: &toml::de::Error) -> Result<Config, Vec<ConfigError>> {
        self.fault(error.span().unwrap_or_default(), error.message().to_owned());
        Err(self.errors())
    }

    fn errors(&mut self) -> Vec<ConfigError> {
        self.faults.sort();
        self.faults
            .iter()
            .map(|(offset, message)| ConfigError {
                path: self.path.to_owned(),
                place: Some(self.place(*offset)),
                message: message.clone(),
            })
            .collect()
    }

    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..]
            .trim_start_matches('\u{feff}')
            .chars()
            .count()
            + 1;
        (line, column)
    }

    fn fault(&mut self, span: Range<usize>, message: String) {
        self.faults.push((span.start, message));
    }

    fn wrong_type(&mut self, span: Range<usize>, key: &str, wanted: &str, found: &DeValue<'_>) {
        let hint = match found {
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)
                if wanted == "a string" =>
            {
                "; write it in quotes"
            }
            _ => "",
        };
        self.fault(
            span,
            format!("`{key}` is {wanted}, not {}{hint}", kind(found)),
        );
    }

    fn table(&mut self, path: &str, keys: &'static [Key], table: &DeTable<'_>) {
        for (name, value) in table {
            let Some(key) = keys.iter().find(|key| key.name == name.get_ref().as_ref()) else {
                self.unknown_key(name.span(), path, name.get_ref(), keys);
                continue;
            };
            let dotted = dotted(path, key.name);
            self.lines
                .insert(dotted.clone(), self.place(name.span().start).0);
            self.value(&dotted, &key.shape, value);
        }
    }

    /// A table of a list.
    fn entry(
        &mut self,
        path: &str,
        keys: &'static [Key],
        needed: Needed,
        entry: &Spanned<DeValue<'_>>,
    ) {
        let DeValue::Table(table) = entry.get_ref() else {
            self.wrong_type(entry.span(), path, "a table", entry.get_ref());
            return;
        };
        for (name, value) in table {
            self.spans
                .insert(dotted(path, name.get_ref()), value.span());
        }
        self.table(path, keys, table);
        for name in needed.iter().filter(|name| !table.contains_key(**name)) {
            self.fault(entry.span(), format!("`{path}` lacks `{name}`"));
        }
    }

    fn unknown_key(&mut self, span: Range<usize>, path: &str, name: &str, keys: &'static [Key]) {
        let known = keys.iter().map(|key| key.name);
        let meant = match nearest(name, known.clone()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
        };
        let inside = match path {
            "" => String::new(),
            _ => format!(" in `{path}`"),
        };
        self.fault(span, format!("unknown key `{name}`{inside}; {meant}"));
    }

    fn value(&mut self, path: &str, shape: &'static Shape, value: &Spanned<DeValue<'_>>) {
        match (shape, value.get_ref()) {
            (Shape::Table(keys), DeValue::Table(table)) => self.table(path, keys, table),
            (Shape::Tables(keys, needed), DeValue::Array(array)) => {
                for (index, entry) in array.iter().enumerate() {
                    self.entry(&format!("{path}[{index}]"), keys, needed, entry);
                }
            }
            (Shape::Each(names, inner), DeValue::Table(table)) => {
                for (name, value) in table {
                    if let Some(fault) = fault_of_name(*names, name.get_ref()) {
                        self.fault(name.span(), fault);
                        continue;
                    }
                    let dotted = dotted(path, name.get_ref());
                    self.lines
                        .insert(dotted.clone(), self.place(name.span().start).0);
                    self.value(&dotted, inner, value);
                }
            }
            (Shape::List(text), DeValue::Array(array)) => {
                for entry in array {
                    match entry.get_ref() {
                        DeValue::String(string) => {
                            if let Some(fault) = fault_of_text(*text, path, string) {
                                self.fault(entry.span(), fault);
                            }
                        }
                        other => {
                            let message =
                                format!("`{path}` is a list of strings; this is {}", kind(other));
                            self.fault(entry.span(), message);
                        }
                    }
                }
            }
            (Shape::Text(text), DeValue::String(string)) => {
                if let Some(fault) = fault_of_text(*text, path, string) {
                    self.fault(value.span(), fault);
                }
            }
            (_, other) => self.wrong_type(value.span(), path, &shape.wanted(), other),
        }
    }
}

/// `nginx.version`, `paths."/srv/shop"`
pub(crate) fn dotted(path: &str, name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let name = match !name.is_empty() && name.bytes().all(is_bare) {
        true => name.to_owned(),
        false => format!("\"{name}\""),
    };
    match path {
        "" => name,
        _ => format!("{path}.{name}"),
    }
}

fn fault_of_name(names: Names, name: &str) -> Option<String> {
    match names {
        Names::Any => None,
        Names::Rule => fault_of_text(Text::Rule, "", name),
        Names::Pattern => fault_of_text(Text::Pattern, "", name),
        Names::Deployed => (!name.starts_with('/'))
            .then(|| format!("`{name}` is no absolute path of the deployed host")),
    }
}

fn fault_of_text(text: Text, key: &str, value: &str) -> Option<String> {
    match text {
        Text::Any => None,
        Text::Path => value.is_empty().then(|| format!("`{key}` names no file")),
        Text::Rule => (!rules::is_known(value)).then(|| unknown_rule(value)),
        Text::Pattern => GitignoreBuilder::new("/")
            .add_line(None, value)
            .err()
            .map(|error| format!("`{value}` is no pattern: {error}")),
        Text::Version => value
            .parse::<Version>()
            .err()
            .map(|error| format!("`{value}` is no version: {error}")),
        Text::Url => value.parse::<Asked>().err(),
        Text::Expectation => value.parse::<Expectation>().err(),
        // The text is not repeated: it may be a secret.
        Text::Header => Asked::header(value)
            .is_none()
            .then(|| format!("an entry of `{key}` is not of the form \"Name: value\"")),
        Text::Word(words) => (!words.contains(&value)).then(|| {
            let meant = nearest(value, words.iter().copied())
                .map(|meant| format!("; did you mean \"{meant}\"?"))
                .unwrap_or_default();
            let wanted = Shape::Text(text).wanted();
            format!("`{key}` is {wanted}, not \"{value}\"{meant}")
        }),
    }
}

/// What to say of a rule that there is not, on the command line or in the configuration.
pub(crate) fn unknown_rule(name: &str) -> String {
    match rules::nearest(name) {
        Some(meant) => format!("no rule or family is called `{name}`; did you mean `{meant}`?"),
        None => format!("no rule or family is called `{name}`; `djlint rules` lists them"),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
