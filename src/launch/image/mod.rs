//! Dockerfiles: the stages of an image, and what is in the one that is built.

mod build;
mod lines;
mod read;
mod substitute;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::word::{Command, Environment, Invocation, Variable, Word};
use crate::source::{SourceFile, Span};

/// A Dockerfile.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// `ARG` before the first `FROM`.
    pub arguments: Vec<Variable>,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// Whether all of it was read: no template, no fault, not cut off for its size.
    pub is_whole: bool,
}

/// One `FROM` and what follows it, without what it takes from the stage it builds on.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The name behind `AS`, in lower case.
    pub name: Option<String>,
    /// The `FROM` line.
    pub from_span: Span,
    /// What it builds on.
    pub base: Base,
    /// What it does, in order.
    pub steps: Vec<Step>,
}

/// What a stage builds on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// An earlier stage, by index.
    Stage(usize),
    /// An image of a registry: `python:3.12-slim`.
    Image(Word),
    /// `scratch`.
    Scratch,
}

/// One instruction.
#[derive(Clone, Debug)]
pub enum Step {
    /// `ENV`, each variable a step.
    Env(Variable),
    /// `ARG`; the value is its default.
    Arg {
        /// The name.
        name: String,
        /// The default, where it has one.
        default: Option<Word>,
        /// The instruction.
        span: Span,
    },
    /// `WORKDIR`.
    Workdir(Word),
    /// `USER`: the user, and the group behind a colon.
    User(Word, Option<Word>),
    /// `COPY` or `ADD`.
    Copy(Copy),
    /// `RUN`, with the commands of its shell or its one exec form.
    Run {
        /// What is run.
        commands: Vec<Command>,
        /// The instruction.
        span: Span,
    },
    /// `CMD`.
    Cmd(Invocation, Span),
    /// `ENTRYPOINT`.
    Entrypoint(Invocation, Span),
    /// `EXPOSE`, each port a step.
    Expose(Word),
    /// `VOLUME`, each path a step.
    Volume(Word),
    /// `STOPSIGNAL`.
    StopSignal(Word),
}

/// A `COPY` or `ADD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// `--from`: another stage or image; nothing for the build context.
    pub from: Option<CopyFrom>,
    /// What is copied. Relative to the build context.
    pub sources: Vec<Word>,
    /// Where to; relative to the working directory.
    pub destination: Word,
    /// `--chown`.
    pub chown: Option<Word>,
    /// `--chmod`.
    pub chmod: Option<Word>,
    /// Whether it is `ADD`, which unpacks archives and fetches URLs.
    pub is_add: bool,
    /// The instruction.
    pub span: Span,
}

/// What `--from` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyFrom {
    /// An earlier stage, by index.
    Stage(usize),
    /// Another image, or a build context of another name.
    Other(Word),
}

/// What an image is once it is built: its last stage or the one that `target` names, with
/// everything that comes from the stages it builds on.
#[derive(Clone, Debug)]
pub struct Built {
    /// The indices of the stages, the base first.
    pub stages: Vec<usize>,
    /// The image of a registry that it all builds on; nothing for `scratch`.
    pub base: Option<Word>,
    /// `ENV`.
    pub environment: Environment,
    /// The working directory, absolute where it is known. `/` where nothing sets it and the base sets none
    /// (official images of Python, nginx and the distributions do not).
    pub working_directory: Option<Word>,
    /// The user, and the group behind a colon, in force at the end.
    pub user: Option<(Word, Option<Word>)>,
    /// What was copied, each with its destination made absolute where that is known.
    pub copies: Vec<Copy>,
    /// What was run, in order, each with the working directory and the user at that place.
    pub runs: Vec<Ran>,
    /// The entrypoint in force.
    pub entrypoint: Option<(Invocation, Span)>,
    /// The command in force; an `ENTRYPOINT` of a later stage resets one of an earlier.
    pub cmd: Option<(Invocation, Span)>,
    /// Ports.
    pub exposed: Vec<Word>,
    /// Declared volumes.
    pub volumes: Vec<Word>,
    /// `STOPSIGNAL`.
    pub stop_signal: Option<Word>,
}

/// One command that was run while the image was built.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The command.
    pub command: Command,
    /// The working directory at that place.
    pub working_directory: Option<Word>,
    /// The user at that place; nothing for root, or whatever the base image says.
    pub user: Option<Word>,
}

/// Whether the first bytes of a file look like a Dockerfile.
pub fn looks_like(head: &[u8]) -> bool {
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty() && line[0] != b'#');
    lines.next().is_some_and(|line| {
        let word = line.split(u8::is_ascii_whitespace).next().unwrap_or(line);
        word.eq_ignore_ascii_case(b"from") || word.eq_ignore_ascii_case(b"arg")
    })
}

/// Takes a Dockerfile apart.
pub fn parse(source: &Arc<SourceFile>) -> Dockerfile {
    read::dockerfile(source, &[])
}

impl Dockerfile {
    /// What is built of `target` (the last stage for nothing) with these build arguments.
    /// Nothing where there is no such stage.
    pub fn build(&self, target: Option<&str>, arguments: &[Variable]) -> Option<Built> {
        if arguments.is_empty() {
            return build::built(self, target);
        }
        build::built(&read::dockerfile(&self.file, arguments), target)
    }
}
