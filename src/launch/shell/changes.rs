//! What a loop changes from round to round, or a function when it is called.

use std::collections::BTreeMap;

use crate::launch::word::{Command, Variable, Word};
use crate::source::Span;
use crate::value::Unknown;

/// A loop or function that sets more variables than this may set any.
const MAX_NAMES: usize = 64;

/// What a loop changes from round to round, or a function when it is called.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    /// The function's name.
    pub(super) function: Option<String>,
    /// The commands that were found before it.
    pub(super) before: usize,
    pub(super) names: BTreeMap<String, Span>,
    pub(super) directory: bool,
    /// Whether it may change anything.
    pub(super) everything: bool,
}

impl Changes {
    /// One variable.
    pub(super) fn of(name: impl Into<String>, span: Span) -> Self {
        Self {
            names: BTreeMap::from([(name.into(), span)]),
            ..Self::default()
        }
    }

    /// Takes in what is changed inside.
    pub(super) fn add(&mut self, change: &Self) {
        self.names.extend(change.names.clone());
        self.directory |= change.directory;
        self.everything |= change.everything || self.names.len() > MAX_NAMES;
        if self.everything {
            self.names.clear();
        }
    }

    /// Forgets what a command was thought to see of what changes.
    pub(super) fn blur(&self, command: &mut Command) {
        let why = "it changes from one round or call to the next";
        let is_touched = self.everything || !self.names.is_empty();
        if is_touched {
            // A word that was not written out may be made of what changes.
            for word in &mut command.words {
                let is_written = word
                    .value
                    .single()
                    .is_some_and(|only| only.origin.is_literal());
                if !is_written {
                    *word = Word::unknown(word.span, why);
                }
            }
        }
        let variables = &mut command.environment.variables;
        for variable in variables.iter_mut() {
            if self.everything || self.names.contains_key(&variable.name) {
                variable.value = Word::unknown(variable.value.span, why);
            }
        }
        if self.everything && command.environment.openings.is_empty() {
            let opening = Unknown::at(command.span, why);
            command.environment.openings.push(opening);
        }
        for (name, span) in &self.names {
            if !variables.iter().any(|variable| variable.name == *name) {
                variables.push(Variable {
                    name: name.clone(),
                    name_span: *span,
                    value: Word::unknown(*span, why),
                });
            }
        }
        if self.directory {
            command.directory = Some(Word::unknown(command.span, why));
        }
    }
}
