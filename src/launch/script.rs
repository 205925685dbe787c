//! Shell scripts, Makefiles and Procfiles, as far as a plain command line in them goes.

use std::sync::Arc;

use super::word::{Command, Environment};
use crate::source::{SourceFile, Span};

/// The commands of a shell script, in order; what is inside of `if`, loops and functions is there
/// too, and says that it is not certain.
pub fn shell(_source: &Arc<SourceFile>) -> Vec<Command> {
    Vec::new()
}

/// The variables that a shell script exports before everything else, in order.
pub fn exported(_source: &Arc<SourceFile>) -> Environment {
    Environment::default()
}

/// The commands of a Makefile's recipes, each recipe line a shell of its own.
pub fn makefile(_source: &Arc<SourceFile>) -> Vec<Command> {
    Vec::new()
}

/// One line of a Procfile.
#[derive(Clone, Debug)]
pub struct ProcfileEntry {
    /// `web`, `worker`, `release`.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it runs.
    pub commands: Vec<Command>,
}

/// The entries of a Procfile.
pub fn procfile(_source: &Arc<SourceFile>) -> Vec<ProcfileEntry> {
    Vec::new()
}
