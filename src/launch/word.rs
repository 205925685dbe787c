//! What the files that start things are made of: words, command lines, variables, each with its place.

use std::collections::BTreeMap;

use crate::source::{Origin, Span};
use crate::value::{Unknown, Value};

/// A word of a command line, a path, a name: what it says, as far as that is known, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text without quotes and escapes, after substitution; unknown where something
    /// that is not here fills in a part of it.
    pub value: Value<String>,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Word {
    /// A word that says just what is written.
    pub fn literal(text: impl Into<String>, span: Span) -> Self {
        Self {
            value: Value::known(text.into(), Origin::Literal(span)),
            span,
        }
    }

    /// A word that nothing is known of.
    pub fn unknown(span: Span, why: impl Into<String>) -> Self {
        Self {
            value: Value::Unknown(Unknown::at(span, why)),
            span,
        }
    }

    /// The text, where it is known.
    pub fn text(&self) -> Option<&str> {
        self.value.get().map(String::as_str)
    }

    /// Whether it is known to say just this.
    pub fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }
}

/// One simple command: a program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments; never empty. What only runs another command
    /// (`exec`, `sudo -u www`, `env A=b`, `poetry run`, `time`) is taken off and accounted for.
    pub words: Vec<Word>,
    /// What is set for it by its script (`export A=b`) and its own line (`A=b uwsgi …`); what was
    /// set when the script was started comes before that.
    pub environment: Environment,
    /// The directory that a `cd` before it led to, taken from where the script starts;
    /// nothing where there is none. Unknown where a `cd` goes somewhere unknown.
    pub directory: Option<Word>,
    /// The user that `sudo -u`, `su`, `gosu`, `su-exec`, `chpst -u` or `--chuid` changes to.
    pub user: Option<Word>,
    /// Whether the shell goes on at once: `… &`, `nohup`, `setsid`, `start-stop-daemon --background`.
    pub in_background: bool,
    /// Whether it replaces the shell (`exec`) or is the last command of its script, so that
    /// what watches the script watches this.
    pub is_last: bool,
    /// Whether it runs for sure: not inside of `if`, `case`, a function, a loop, behind `||`.
    pub is_certain: bool,
    /// All of it.
    pub span: Span,
}

impl Command {
    /// The program's name without its directory, where it is known.
    pub fn program(&self) -> Option<&str> {
        let text = self.words.first()?.text()?;
        Some(text.rsplit('/').next().unwrap_or(text))
    }
}

/// What an image, a service or a unit is told to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// The words of a list, handed over as they are: `["uwsgi", "--ini", "uwsgi.ini"]`.
    Exec(Vec<Word>),
    /// A line for the shell, taken apart into the commands that it runs, in order.
    Shell(Vec<Command>),
}

/// A variable of the environment that something sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it is set to.
    pub value: Word,
}

/// The environment that something sets up, in order; the last of a name wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// What is set.
    pub variables: Vec<Variable>,
    /// Where variables may come from that are not known: an `env_file` that is not here. They
    /// come before `variables` where the file format says so, so that what is set there is known all the same.
    pub openings: Vec<Unknown>,
}

impl Environment {
    /// What sets a variable, if something here does for sure.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables
            .iter()
            .rev()
            .find(|variable| variable.name == name)
    }

    /// The variables whose values are known, and no others.
    pub fn known(&self) -> BTreeMap<String, String> {
        let mut known = BTreeMap::new();
        for variable in &self.variables {
            match variable.value.text() {
                Some(value) => known.insert(variable.name.clone(), value.to_owned()),
                None => known.remove(&variable.name),
            };
        }
        known
    }

    /// This environment with another one on top.
    pub fn with(mut self, other: &Self) -> Self {
        self.variables.extend(other.variables.iter().cloned());
        self.openings.extend(other.openings.iter().cloned());
        self
    }
}
