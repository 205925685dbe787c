//! A compose file that is being read: its tree, its directory, the variables that are filled in.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::super::word::{Variable, Word};
use super::MountSource;
use super::text::{Text, Variables};
use super::yaml::{Fault, NodeId, Yaml};
use crate::source::{EnvironmentSource, Origin, SourceFile, Span};
use crate::tree::normalize;
use crate::value::{Unknown, Value};

/// A file and what it says, or why it cannot be read.
pub(super) struct Document {
    pub(super) source: Arc<SourceFile>,
    pub(super) yaml: Result<Yaml, Fault>,
}

impl Document {
    pub(super) fn new(source: Arc<SourceFile>) -> Self {
        let yaml = Yaml::parse(source.bytes());
        Self { source, yaml }
    }

    /// Why nothing is known of the file.
    pub(super) fn fault(&self) -> Option<Unknown> {
        let fault = self.yaml.as_ref().err()?;
        let place = self.source.span(fault.range.clone());
        Some(Unknown::at(place, fault.why.clone()))
    }
}

/// A document in the project that reads it.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) document: Rc<Document>,
    /// Where its relative paths begin.
    pub(super) directory: PathBuf,
    pub(super) variables: Rc<Variables>,
}

/// An entry of `environment` or `args`, as a list or a mapping has it.
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) name_span: Span,
    /// What it is set to; nothing where only the name is given.
    pub(super) value: Option<Word>,
    /// Whether `!reset` takes it away.
    pub(super) is_reset: bool,
}

impl Context {
    pub(super) fn source(&self) -> &Arc<SourceFile> {
        &self.document.source
    }

    pub(super) fn yaml(&self) -> Option<&Yaml> {
        self.document.yaml.as_ref().ok()
    }

    pub(super) fn span(&self, node: NodeId) -> Span {
        let range = self.yaml().map_or(0..0, |yaml| yaml.range(node));
        self.source().span(range)
    }

    /// The value of a key, where it has one.
    pub(super) fn get(&self, node: NodeId, name: &str) -> Option<NodeId> {
        let value = self.yaml()?.get(node, name)?.value;
        (!self.is_null(value)).then_some(value)
    }

    /// Whether the node says nothing.
    pub(super) fn is_null(&self, node: NodeId) -> bool {
        self.yaml().is_none_or(|yaml| yaml.is_null(node))
    }

    pub(super) fn is_mapping(&self, node: NodeId) -> bool {
        self.yaml().is_some_and(|yaml| yaml.is_mapping(node))
    }

    pub(super) fn is_reset(&self, node: NodeId) -> bool {
        self.yaml()
            .is_some_and(|yaml| yaml.tag(node) == Some("reset"))
    }

    /// A scalar with its variables filled in.
    pub(super) fn text(&self, node: NodeId) -> Option<Text> {
        let yaml = self.yaml()?;
        let scalar = yaml.scalar(node)?;
        let span = self.source().span(scalar.range());
        let offsets = scalar.offsets(self.source().bytes());
        let text = Text::written(scalar.text, offsets, span).filled(&self.variables);
        yaml.spend(text.as_str().len());
        Some(text)
    }

    /// A scalar, or a word that nothing is known of where something else stands in its place.
    pub(super) fn word(&self, node: NodeId) -> Word {
        match self.text(node) {
            Some(text) => text.word(),
            None => Word::unknown(self.span(node), "this is no text"),
        }
    }

    /// The scalars of a list, or the one scalar.
    pub(super) fn texts(&self, node: NodeId) -> Vec<Text> {
        let items = self.yaml().and_then(|yaml| yaml.sequence(node));
        let items = items.unwrap_or_else(|| vec![node]);
        items
            .into_iter()
            .filter_map(|item| self.text(item))
            .collect()
    }

    /// The items of a list, or the node itself.
    pub(super) fn items(&self, node: NodeId) -> Vec<NodeId> {
        let items = self.yaml().and_then(|yaml| yaml.sequence(node));
        items.unwrap_or_else(|| vec![node])
    }

    /// The entries of a mapping: name, its place, value.
    pub(super) fn entries(&self, node: NodeId) -> Vec<(String, Span, NodeId)> {
        let Some(yaml) = self.yaml() else {
            return Vec::new();
        };
        let entries = yaml.mapping(node).unwrap_or_default();
        entries
            .into_iter()
            .filter(|entry| yaml.spend(entry.name.len()))
            .map(|entry| (entry.name.to_owned(), self.span(entry.key), entry.value))
            .collect()
    }

    /// What a list of `A=b` or a mapping sets; names that are not known are told apart.
    pub(super) fn assignments(&self, node: NodeId) -> (Vec<Assignment>, Vec<Unknown>) {
        let mut openings = Vec::new();
        if self.is_mapping(node) {
            let entries = self.entries(node).into_iter();
            let assignments = entries.map(|(name, name_span, value)| Assignment {
                name,
                name_span,
                value: (!self.is_null(value)).then(|| self.value(value)),
                is_reset: self.is_reset(value),
            });
            return (assignments.collect(), openings);
        }
        let mut assignments = Vec::new();
        for item in self.texts(node) {
            let (name, value) = match item.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (item, None),
            };
            match name.hole() {
                Some(hole) => openings.push(hole.clone()),
                None => assignments.push(Assignment {
                    name: name.as_str().to_owned(),
                    name_span: name.span(),
                    value: value.map(|value| value.word()),
                    is_reset: false,
                }),
            }
        }
        (assignments, openings)
    }

    /// A variable's value in a mapping: what is no text in YAML is written out as Go does it.
    fn value(&self, node: NodeId) -> Word {
        let word = self.word(node);
        let scalar = self.yaml().and_then(|yaml| yaml.scalar(node));
        let Some(scalar) = scalar.filter(|scalar| scalar.is_plain) else {
            return word;
        };
        match scalar.text {
            "true" | "false" => word,
            "True" | "TRUE" | "False" | "FALSE" => Word {
                value: Value::known(
                    scalar.text.to_ascii_lowercase(),
                    Origin::Computed(word.span),
                ),
                span: word.span,
            },
            text if is_rewritten_number(text) => {
                Word::unknown(word.span, "how Compose writes this number")
            }
            _ => word,
        }
    }

    /// What a name without a value gets: Compose takes it from its own environment.
    pub(super) fn passed_on(&self, name: &str, place: Span) -> Word {
        match self.variables.get(name) {
            Some(value) => Word {
                value: Value::known(
                    value.to_owned(),
                    Origin::Environment {
                        variable: name.to_owned(),
                        source: EnvironmentSource::Supplied,
                        place,
                    },
                ),
                span: place,
            },
            None => Word::unknown(
                place,
                format!("{name} comes from the shell that runs Compose"),
            ),
        }
    }

    /// A variable with its value, or with the one that Compose has for it.
    pub(super) fn variable(&self, assignment: Assignment) -> Variable {
        let Assignment {
            name,
            name_span,
            value,
            ..
        } = assignment;
        let value = value.unwrap_or_else(|| self.passed_on(&name, name_span));
        Variable {
            name,
            name_span,
            value,
        }
    }

    /// What a path of the machine that runs Compose is.
    pub(super) fn path(&self, text: &Text) -> MountSource {
        let path = match (text.known(), text.hole()) {
            (_, Some(hole)) => return MountSource::Unknown(hole.clone()),
            (None, None) => return MountSource::Own,
            (Some(path), None) => path,
        };
        if path.starts_with('~') {
            return MountSource::Unknown(Unknown::at(text.span(), "whose home directory this is"));
        }
        if path.starts_with('/') || path.starts_with('\\') || has_drive(path) {
            return MountSource::Host(PathBuf::from(path));
        }
        MountSource::Tree(normalize(&self.directory, Path::new(path)))
    }
}

/// Whether a path begins with a Windows drive.
pub(super) fn has_drive(path: &str) -> bool {
    let mut characters = path.chars();
    characters.next().is_some_and(char::is_alphabetic) && characters.next() == Some(':')
}

/// Whether YAML takes a plain text for a number or a date that Go writes in another way: `010`, `1.10`.
fn is_rewritten_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return false;
    }
    let is_canonical = |digits: &str| {
        !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits.len() == 1 || !digits.starts_with('0'))
    };
    let is_plain = match digits.split_once('.') {
        None => digits.len() <= 18 && is_canonical(digits),
        Some((whole, part)) => {
            digits.len() <= 15
                && is_canonical(whole)
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && part.ends_with(|last: char| last != '0')
        }
    };
    if is_plain && !text.starts_with('+') && text != "-0" {
        return false;
    }
    let without = text.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let is_date = lower.len() >= 8
        && lower.as_bytes().get(4) == Some(&b'-')
        && lower.bytes().take(4).all(|byte| byte.is_ascii_digit());
    without.parse::<f64>().is_ok()
        || ["0x", "0o", "0b", ".inf", ".nan"]
            .iter()
            .any(|prefix| lower.starts_with(prefix))
        || is_date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_go_writes_in_another_way_are_told() {
        for text in [
            "1", "0", "-1", "8000", "1.5", "1.2.3", "10.0.0.1", "1a", "a1", "12:30", "-x", "3d", "",
        ] {
            assert!(!is_rewritten_number(text), "{text:?}");
        }
        for text in [
            "010",
            "1.10",
            "1.0",
            "+1",
            "1_000",
            "1e3",
            "0x1F",
            "0o7",
            ".5",
            "2001-01-01",
            "-0",
            "1.",
        ] {
            assert!(is_rewritten_number(text), "{text:?}");
        }
    }
}
