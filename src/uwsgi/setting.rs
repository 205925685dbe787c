//! One option as it is in force: where it stands, what it says, what it hangs on.

use super::options::UwsgiOption;
use super::text::Text;
use crate::source::{EnvironmentSource, Origin, Span};
use crate::value::{Alternative, Guard, Unknown, Value};

/// Where an option comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// It stands in a file.
    File,
    /// It stands on the command line without a value, and shows as `true`.
    Switch,
    /// `UWSGI_MASTER=1` in the environment.
    Environment(String),
    /// An option that `declare-option` has made sets it, and `--show-config` does not show it.
    Custom,
}

/// An option in force, in the order in which uWSGI takes it.
#[derive(Clone, Debug)]
pub struct Setting {
    pub(super) key: String,
    /// What uWSGI knows of it.
    pub(super) option: Option<UwsgiOption>,
    /// The name that it shares with all options that set the same thing, where it is one: looked for by
    /// every question, in every setting.
    pub(super) shared: Option<&'static str>,
    pub(super) value: Text,
    pub(super) key_span: Span,
    pub(super) value_span: Span,
    pub(super) guards: Vec<Guard>,
    pub(super) source: Source,
    /// The environment variable that the whole value is.
    pub(super) variable: Option<String>,
    /// Whether the value is not as it is written.
    pub(super) computed: bool,
    /// Whether it was taken already while the file was read, and is expanded no more.
    pub(super) configured: bool,
}

impl Setting {
    /// The option's name as written.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What uWSGI knows of an option of this name; nothing where it knows none, and so ignores it.
    pub fn option(&self) -> Option<UwsgiOption> {
        self.option
    }

    /// The name that it shares with all options that set the same thing.
    pub(super) fn group(&self) -> &str {
        self.shared.unwrap_or(&self.key)
    }

    /// The value after expansion.
    pub fn value(&self) -> Value<String> {
        self.read(|bytes| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Unknown::at(self.value_span, "not UTF-8")),
        })
    }

    /// Whether it is one of the options that uWSGI shows; what an option of one's own sets is not.
    pub fn is_shown(&self) -> bool {
        self.source != Source::Custom
    }

    /// Where the name stands.
    pub fn key_span(&self) -> Span {
        self.key_span
    }

    /// Where the value stands; empty for an option without one.
    pub fn value_span(&self) -> Span {
        self.value_span
    }

    /// The conditions whose outcome is not known and that this option hangs on.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// Whether it is not known to be in force.
    pub fn is_conditional(&self) -> bool {
        !self.guards.is_empty()
    }

    /// Where the value comes from.
    pub fn origin(&self) -> Origin {
        let variable = match &self.source {
            Source::Environment(variable) => Some(variable),
            Source::File | Source::Switch | Source::Custom => self.variable.as_ref(),
        };
        match variable {
            Some(variable) => Origin::Environment {
                variable: variable.clone(),
                source: EnvironmentSource::Supplied,
                place: self.value_span,
            },
            None if self.computed => Origin::Computed(self.value_span),
            None => Origin::Literal(self.value_span),
        }
    }

    /// The value, made into something else.
    pub(super) fn read<T>(&self, read: impl FnOnce(&[u8]) -> Result<T, Unknown>) -> Value<T> {
        self.read_text(|text| match text.known() {
            Some(bytes) => read(bytes),
            None => Err(self.why_unknown()),
        })
    }

    /// The value, made into something else although parts of it may be unknown.
    pub(super) fn read_text<T>(&self, read: impl FnOnce(&Text) -> Result<T, Unknown>) -> Value<T> {
        match read(&self.value) {
            Ok(value) => Value::OneOf(vec![Alternative {
                value,
                origin: self.origin(),
                guards: self.guards.clone(),
            }]),
            Err(unknown) => Value::Unknown(unknown),
        }
    }

    /// Why the value is not known; the place is the value unless the hole knows better.
    pub(super) fn why_unknown(&self) -> Unknown {
        let why = self.value.holes().first().map(super::text::Hole::why);
        let mut unknown = why.unwrap_or_else(|| Unknown::because("not known"));
        unknown.place.get_or_insert(self.value_span);
        unknown
    }
}
