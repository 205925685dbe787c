//! Command lines, as a POSIX shell takes them apart.
//!
//! ```text
//! encoded   text that stands in a file in another form, with the place of each byte
//! lexer     bytes -> words in pieces, operators; skip goes past what is left out
//! fill      words with the variables that the script sets
//! scope     what the script has set so far; changes what loops and functions change in it
//! parse     words -> commands: what runs for sure, where, with which variables
//! wrap      what only runs another command is taken off
//! ```

mod changes;
mod encoded;
mod fill;
mod lexer;
mod parse;
mod scope;
mod skip;
#[cfg(test)]
mod tests;
mod tokens;
mod wrap;

pub use encoded::Encoded;

use super::word::{Command, Environment, Word};
use crate::source::{SourceFile, Span};

/// Why a word is not known that stands for the script's own arguments.
pub(super) const ARGUMENTS: &str = "it is what the script is called with";

/// Scripts in scripts (`sh -c "sh -c …"`) are followed so far.
const MAX_DEPTH: usize = 6;
/// More commands than this are no script that starts a server.
const MAX_COMMANDS: usize = 5_000;

/// The commands of a script or of `sh -c`'s argument, in order.
pub fn commands(source: &SourceFile, script: &Encoded) -> Vec<Command> {
    read(source, script, &Environment::default())
}

/// The commands of a script, where these variables are set when it starts.
pub fn read(source: &SourceFile, script: &Encoded, known: &Environment) -> Vec<Command> {
    parse::script(source, script, known, 0)
}

/// The commands that a list of words runs: what only runs another command is taken off
/// (`exec`, `env A=b`, `sudo -u www`, `poetry run`), and `sh -c "…"` is taken apart.
pub fn run(source: &SourceFile, words: Vec<Word>, span: Span) -> Vec<Command> {
    let mut commands = wrap::unwrap(source, bare(words, span), 0);
    parse::mark_last(&mut commands);
    commands
}

/// A command of just these words.
fn bare(words: Vec<Word>, span: Span) -> Command {
    Command {
        words,
        environment: Environment::default(),
        directory: None,
        user: None,
        in_background: false,
        is_last: false,
        is_certain: true,
        span,
    }
}
