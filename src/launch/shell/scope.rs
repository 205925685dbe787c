//! What a script has set so far: its variables, what of them its commands see, and where it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::launch::word::{Environment, Variable, Word};
use crate::source::{Origin, Span};
use crate::value::{Unknown, Value};

/// A script that exports more variables than this is not followed in what it exports.
const MAX_EXPORTS: usize = 64;
/// As many variables of a script are known.
const MAX_VARIABLES: usize = 256;

/// What a script has set so far. Cloning it is cheap: a subshell has a scope of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// What variables are set to; nothing for one that is set to something unknown.
    values: Arc<BTreeMap<String, Option<String>>>,
    /// What the script exports, the last of each name.
    exported: Arc<Environment>,
    /// The names whose values its commands see, and whether that is certain.
    names: Arc<BTreeMap<String, bool>>,
    /// Whether other variables may have been there.
    may_inherit: bool,
    /// Where it is; nothing where it has not gone anywhere.
    pub(super) directory: Option<Word>,
}

impl Scope {
    /// The start of a script in an environment.
    pub(super) fn new(known: &Environment) -> Self {
        let values = known.variables.iter().map(|variable| {
            let value = variable.value.text().map(str::to_owned);
            (variable.name.clone(), value)
        });
        Self {
            values: Arc::new(values.collect()),
            names: Arc::new(
                known
                    .variables
                    .iter()
                    .map(|variable| (variable.name.clone(), true))
                    .collect(),
            ),
            may_inherit: !known.openings.is_empty(),
            ..Self::default()
        }
    }

    /// What a variable is, where that is known.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Option::as_deref)
    }

    /// What the commands of the script see of what it set.
    pub(super) fn exported(&self) -> &Environment {
        &self.exported
    }

    /// `NAME=value`: exported if the name is already.
    pub(super) fn assign(&mut self, variable: &Variable, is_certain: bool) {
        let value = variable.value.text().filter(|_| is_certain);
        self.keep(&variable.name, value.map(str::to_owned));
        match self.names.get(&variable.name) {
            Some(is_exported) => self.set_exported(variable.clone(), is_certain && *is_exported),
            None if self.may_inherit => self.set_exported(variable.clone(), false),
            None => {}
        }
    }

    /// `export NAME=value`
    pub(super) fn export(&mut self, variable: Variable, is_certain: bool) {
        let value = variable.value.text().filter(|_| is_certain);
        self.keep(&variable.name, value.map(str::to_owned));
        self.mark_exported(&variable.name, is_certain);
        self.set_exported(variable, is_certain);
    }

    /// `export NAME`: whatever it is set to, now or later.
    pub(super) fn export_name(&mut self, name: &str, span: Span, is_certain: bool) {
        let value = match self.values.get(name) {
            Some(Some(text)) => Value::known(text.clone(), Origin::Computed(span)),
            Some(None) => Value::Unknown(Unknown::at(span, "the shell computes it")),
            None => return self.mark_exported(name, is_certain),
        };
        self.mark_exported(name, is_certain);
        let variable = Variable {
            name: name.to_owned(),
            name_span: span,
            value: Word { value, span },
        };
        self.set_exported(variable, is_certain);
    }

    /// A variable that is set to something unknown.
    pub(super) fn forget(&mut self, name: &str, span: Span) {
        self.keep(name, None);
        if self.names.contains_key(name) || self.may_inherit {
            let why = "the shell computes it, or takes it away";
            let variable = Variable {
                name: name.to_owned(),
                name_span: span,
                value: Word::unknown(span, why),
            };
            self.set_exported(variable, false);
        }
    }

    /// A variable that may have been set, exported or unset.
    pub(super) fn doubt(&mut self, name: &str, span: Span) {
        Arc::make_mut(&mut self.names).insert(name.to_owned(), false);
        self.forget(name, span);
    }

    /// `unset NAME`
    pub(super) fn unset(&mut self, name: &str, span: Span, is_certain: bool) {
        self.forget(name, span);
        if is_certain && !self.may_inherit {
            Arc::make_mut(&mut self.names).remove(name);
        } else if let Some(exported) = Arc::make_mut(&mut self.names).get_mut(name) {
            *exported = false;
        }
    }

    /// Anything may have been set.
    pub(super) fn forget_all(&mut self, why: Unknown) {
        self.values = Arc::default();
        self.may_inherit = true;
        if self.exported.openings.is_empty() {
            Arc::make_mut(&mut self.exported).openings.push(why);
        }
    }

    fn keep(&mut self, name: &str, value: Option<String>) {
        if self.values.len() < MAX_VARIABLES || self.values.contains_key(name) {
            Arc::make_mut(&mut self.values).insert(name.to_owned(), value);
        }
    }

    /// Its commands see the name from now on.
    fn mark_exported(&mut self, name: &str, is_certain: bool) {
        let names = Arc::make_mut(&mut self.names);
        let known = names.entry(name.to_owned()).or_insert(is_certain);
        *known |= is_certain;
    }

    fn set_exported(&mut self, mut variable: Variable, is_certain: bool) {
        if !is_certain {
            let why = "whether the script sets it is not known";
            variable.value = Word::unknown(variable.value.span, why);
        }
        let known = &mut Arc::make_mut(&mut self.exported).variables;
        known.retain(|other| other.name != variable.name);
        if known.len() < MAX_EXPORTS {
            known.push(variable);
        } else {
            let why = "the script exports too much";
            self.forget_all(Unknown::at(variable.name_span, why));
        }
    }
}
