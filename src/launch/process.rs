//! What is started: a command, on a machine, by something that may watch it.

use std::path::PathBuf;

use super::machine::MachineId;
use super::server::{Program, Server};
use super::word::{Command, Environment, Word};
use crate::source::Span;
use crate::value::Unknown;

/// One thing that is started.
#[derive(Clone, Debug)]
pub struct Process {
    /// Where it runs.
    pub machine: MachineId,
    /// What starts it.
    pub starter: Starter,
    /// Its command line.
    pub command: Command,
    /// The directory that it is started in, as the machine calls it, where that is known.
    pub directory: Option<PathBuf>,
    /// Its environment, as far as what starts it and its own command line say.
    pub environment: Environment,
    /// The user that it is started as; nothing where what starts it names none.
    pub user: Option<Word>,
    /// The group that it is started as.
    pub group: Option<Word>,
    /// The server that it is, if it is one.
    pub server: Option<Server>,
}

/// What starts a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter {
    /// A systemd unit, an index into [`super::Launch::units`].
    Unit(usize),
    /// A service of a compose project, both as indices into [`super::Launch::projects`] and its services.
    Service(usize, usize),
    /// An image that no compose file names, an index into [`super::Launch::images`].
    Image(usize),
    /// A program of supervisord, an index into [`super::Launch::programs`].
    Program(usize),
    /// An entry of a Procfile.
    Procfile,
    /// A shell script or a Makefile that somebody runs by hand.
    Script,
}

impl Process {
    /// Whether it is this server.
    pub fn runs(&self, program: Program) -> bool {
        let server = self.server.as_ref();
        server.is_some_and(|server| server.program == program)
    }

    /// Why a variable that nothing sets may be set all the same.
    pub fn may_be_set(&self) -> Option<&Unknown> {
        self.environment.openings.first()
    }

    /// The program's word.
    pub fn program_span(&self) -> Span {
        self.command
            .words
            .first()
            .map_or(self.command.span, |word| word.span)
    }

    /// Whether somebody runs it by hand, and may run it otherwise on the deployed host.
    pub fn is_by_hand(&self) -> bool {
        self.starter == Starter::Script
    }
}
