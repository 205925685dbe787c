//! From TOML to [`Config`]: every key known, every value of its type, every fault with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Config, ConfigError};
use crate::finding::Severity;
use crate::nginx::Surroundings;
use crate::rules;
use crate::suggest::nearest;

/// The whole file is ours.
pub(super) fn own(path: &Path, text: &str) -> Result<Config, Vec<ConfigError>> {
    let mut reader = Reader::new(path, text);
    let config = match DeTable::parse(text) {
        Ok(table) => reader.config(table.get_ref()),
        Err(error) => {
            reader.fault(error.span().unwrap_or_default(), error.message().to_owned());
            Config::default()
        }
    };
    reader.finish(config)
}

/// One table of the file is ours; nothing where it has none.
pub(super) fn shared(path: &Path, text: &str) -> Result<Option<Config>, Vec<ConfigError>> {
    let mut reader = Reader::new(path, text);
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            reader.fault(error.span().unwrap_or_default(), error.message().to_owned());
            return reader.finish(Config::default()).map(Some);
        }
    };
    let ours = table
        .get_ref()
        .get("tool")
        .and_then(|tool| tool.get_ref().as_table())
        .and_then(|tool| tool.get("djlint-check"));
    let Some(ours) = ours else {
        return Ok(None);
    };
    let config = match ours.get_ref() {
        DeValue::Table(table) => reader.config(table),
        other => {
            reader.wrong_type(ours.span(), "tool.djlint-check", "a table", other);
            Config::default()
        }
    };
    reader.finish(config).map(Some)
}

const KEYS: [&str; 8] = [
    "select",
    "ignore",
    "exclude",
    "env",
    "min-severity",
    "fail-on",
    "nginx",
    "paths",
];
const NGINX_KEYS: [&str; 1] = ["assume"];
const SEVERITIES: [&str; 3] = ["advice", "warning", "error"];
const SURROUNDINGS: [&str; 1] = ["debian"];

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    faults: Vec<(usize, String)>,
}

impl<'a> Reader<'a> {
    fn new(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            faults: Vec::new(),
        }
    }

    fn finish(mut self, config: Config) -> Result<Config, Vec<ConfigError>> {
        if self.faults.is_empty() {
            return Ok(Config {
                path: Some(self.path.to_owned()),
                ..config
            });
        }
        self.faults.sort();
        Err(self
            .faults
            .iter()
            .map(|(offset, message)| ConfigError {
                path: self.path.to_owned(),
                place: Some(self.place(*offset)),
                message: message.clone(),
            })
            .collect())
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
        self.fault(span, format!("`{key}` is {wanted}, not {}", kind(found)));
    }

    fn unknown_key(&mut self, span: Range<usize>, what: &str, key: &str, known: &[&str]) {
        let meant = match nearest(key, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        self.fault(span, format!("unknown key `{key}`{what}; {meant}"));
    }

    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            match name {
                "select" => config.select = self.rules(name, value),
                "ignore" => config.ignore = self.rules(name, value),
                "exclude" => config.exclude = self.patterns(name, value),
                "env" => config.env = self.environment(name, value),
                "min-severity" => config.min_severity = self.severity(name, value),
                "fail-on" => config.fail_on = self.severity(name, value),
                "nginx" => config.surroundings = self.nginx(value),
                "paths" => config.paths = self.paths(name, value),
                _ => self.unknown_key(key.span(), "", name, &KEYS),
            }
        }
        config
    }

    fn strings(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<(Range<usize>, String)> {
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(value.span(), key, "a list of strings", value.get_ref());
            return Vec::new();
        };
        let mut strings = Vec::new();
        for entry in array {
            match entry.get_ref() {
                DeValue::String(string) => strings.push((entry.span(), string.to_string())),
                other => {
                    let what = format!("{key}` is a list of strings; this is {}", kind(other));
                    self.fault(entry.span(), format!("`{what}"));
                }
            }
        }
        strings
    }

    fn rules(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let mut names = Vec::new();
        for (span, name) in self.strings(key, value) {
            if rules::is_known(&name) {
                names.push(name);
            } else {
                self.fault(span, unknown_rule(&name));
            }
        }
        names
    }

    fn patterns(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let mut patterns = Vec::new();
        for (span, pattern) in self.strings(key, value) {
            match GitignoreBuilder::new("/").add_line(None, &pattern) {
                Ok(_) => patterns.push(pattern),
                Err(error) => self.fault(span, format!("`{pattern}` is no pattern: {error}")),
            }
        }
        patterns
    }

    fn environment(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> BTreeMap<String, String> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(
                value.span(),
                key,
                "a table of NAME = \"value\"",
                value.get_ref(),
            );
            return BTreeMap::new();
        };
        let mut variables = BTreeMap::new();
        for (name, value) in table {
            match value.get_ref() {
                DeValue::String(string) => {
                    variables.insert(name.get_ref().to_string(), string.to_string());
                }
                other => {
                    let name = name.get_ref();
                    let message = format!(
                        "`{key}.{name}` is a string, not {}; write it in quotes",
                        kind(other)
                    );
                    self.fault(value.span(), message);
                }
            }
        }
        variables
    }

    fn paths(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<(PathBuf, PathBuf)> {
        let DeValue::Table(table) = value.get_ref() else {
            let wanted = "a table of \"/deployed/directory\" = \"directory here\"";
            self.wrong_type(value.span(), key, wanted, value.get_ref());
            return Vec::new();
        };
        let mut paths = Vec::new();
        for (deployed, value) in table {
            let name: &str = deployed.get_ref();
            if !name.starts_with('/') {
                let message = format!("`{name}` is no absolute path of the deployed host");
                self.fault(deployed.span(), message);
                continue;
            }
            match value.get_ref() {
                DeValue::String(here) => {
                    paths.push((PathBuf::from(name), PathBuf::from(here.as_ref())));
                }
                other => {
                    let message = format!("`{key}.\"{name}\"` is a string, not {}", kind(other));
                    self.fault(value.span(), message);
                }
            }
        }
        paths
    }

    fn word(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        known: &[&'static str],
    ) -> Option<&'static str> {
        let wanted = || match known {
            [only] => format!("\"{only}\""),
            _ => format!("one of \"{}\"", known.join("\", \"")),
        };
        let DeValue::String(string) = value.get_ref() else {
            self.wrong_type(value.span(), key, &wanted(), value.get_ref());
            return None;
        };
        let found = known.iter().find(|word| *word == string).copied();
        if found.is_none() {
            let meant = nearest(string, known.iter().copied())
                .map(|meant| format!("; did you mean \"{meant}\"?"))
                .unwrap_or_default();
            let message = format!("`{key}` is {}, not \"{string}\"{meant}", wanted());
            self.fault(value.span(), message);
        }
        found
    }

    fn severity(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Severity> {
        match self.word(key, value, &SEVERITIES)? {
            "advice" => Some(Severity::Advice),
            "warning" => Some(Severity::Warning),
            _ => Some(Severity::Error),
        }
    }

    fn nginx(&mut self, value: &Spanned<DeValue<'_>>) -> Surroundings {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(value.span(), "nginx", "a table", value.get_ref());
            return Surroundings::default();
        };
        let mut surroundings = Surroundings::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            match name {
                "assume" => {
                    if self.word("nginx.assume", value, &SURROUNDINGS).is_some() {
                        surroundings = Surroundings::Debian;
                    }
                }
                _ => self.unknown_key(key.span(), " in `nginx`", name, &NGINX_KEYS),
            }
        }
        surroundings
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
