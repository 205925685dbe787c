//! supervisord: the programs of its ini files.

use std::sync::Arc;

use super::word::{Command, Environment, Word};
use crate::files::Files;
use crate::source::{SourceFile, Span};

/// One `[program:…]`.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name behind `program:`.
    pub name: String,
    /// The section's header.
    pub header: Span,
    /// The file.
    pub file: Arc<SourceFile>,
    /// `command`. supervisord runs no shell; where it names one, these are that shell's commands.
    pub commands: Vec<Command>,
    /// The value of `command`.
    pub command_span: Span,
    /// `directory`.
    pub directory: Option<Word>,
    /// `user`.
    pub user: Option<Word>,
    /// `environment`, with that of `[supervisord]` before it.
    pub environment: Environment,
    /// `stopsignal`; supervisord's default is TERM.
    pub stop_signal: Option<Word>,
    /// `umask`.
    pub umask: Option<Word>,
    /// `autostart`, where it is off.
    pub autostart_off: bool,
}

/// Whether the first bytes of a file look like supervisord's.
pub fn looks_like(_head: &[u8]) -> bool {
    false
}

/// The programs of one file. `[include]` is not followed: what it names is found by itself.
pub fn programs(_files: &Files, _source: &Arc<SourceFile>) -> Vec<Program> {
    Vec::new()
}
