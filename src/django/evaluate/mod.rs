//! What a settings module's names are bound to when Python has run it.
//!
//! The whole of Python is not run: what is not followed is unknown, with the place
//! that makes it so. Steps, depth and sizes are bounded, for the file may be hostile.

mod alternatives;
mod branches;
mod calls;
mod comprehension;
mod environment;
mod expressions;
mod imports;
mod methods;
mod mutate;
mod operators;
mod paths;
mod scope;
mod statements;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};
use crate::value::Unknown;

use super::object::{Item, Mapping, Object, Sequence};
use super::python;
use super::syntax::{Fault, Module};

pub(crate) use imports::find_module;
pub use scope::Assignment;
pub(crate) use scope::{Binding, Scope};

/// Evaluating more expressions and items than this tells nobody anything.
const MAX_STEPS: u64 = 300_000;

/// How deep evaluation may go, all modules that import each other together.
const MAX_DEPTH: usize = 150;

/// A longer text is unknown.
const MAX_TEXT: usize = 64 * 1024;

/// A container that holds more, all levels together, is unknown.
const MAX_WEIGHT: u32 = 20_000;

/// A container nested deeper is unknown: walking and dropping one is recursive.
const MAX_NESTING: u32 = 40;

/// The evaluation of one settings module and of what it imports.
pub(crate) struct Evaluator<'a> {
    files: &'a Files,
    roots: &'a [PathBuf],
    /// What the environment is known to hold.
    supplied: BTreeMap<String, String>,
    /// Whether code may have changed the environment in a way that is not followed.
    environment_changed: bool,
    /// Where a name was given to `globals()` or its like: whatever is done with it later may bind any name.
    names_given_away: Option<Span>,
    steps: u64,
    depth: usize,
    identities: u64,
    /// Containers that more than one name may hold.
    shared: HashSet<u64>,
    finished: BTreeMap<FileId, Scope>,
    running: Vec<FileId>,
    /// What Python would refuse, in the order it was met.
    pub(crate) faults: Vec<Fault>,
    /// Every file that was read.
    pub(crate) read: Vec<FileId>,
}

/// One module while it runs.
struct Frame {
    source: Arc<SourceFile>,
    /// Its dotted name, where that is known.
    name: Option<String>,
    scope: Scope,
    /// Names of comprehensions, innermost last.
    locals: Vec<(String, Item)>,
}

/// Whether what follows a statement happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Next,
    /// An exception, or the end of the process.
    Stopped,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(
        files: &'a Files,
        roots: &'a [PathBuf],
        supplied: &BTreeMap<String, String>,
    ) -> Self {
        Self {
            files,
            roots,
            supplied: supplied.clone(),
            environment_changed: false,
            names_given_away: None,
            steps: 0,
            depth: 0,
            identities: 0,
            shared: HashSet::new(),
            finished: BTreeMap::new(),
            running: Vec::new(),
            faults: Vec::new(),
            read: Vec::new(),
        }
    }

    /// Runs a module, once; also gives the place to point at for something absent.
    pub(crate) fn run(&mut self, source: &Arc<SourceFile>, name: Option<String>) -> (Scope, Span) {
        let module = python::parse(source);
        let opening = module.opening;
        (self.run_parsed(source, name, module), opening)
    }

    fn run_parsed(
        &mut self,
        source: &Arc<SourceFile>,
        name: Option<String>,
        module: Module,
    ) -> Scope {
        self.read.push(source.id());
        self.faults.extend(module.faults);
        self.running.push(source.id());
        let mut frame = Frame {
            source: Arc::clone(source),
            name,
            scope: Scope::default(),
            locals: Vec::new(),
        };
        let flow = self.block(&mut frame, &module.body);
        self.running.pop();
        if flow == Flow::Stopped {
            let why = "the module ends with an exception";
            frame.scope.hide(&Unknown::at(module.opening, why));
        }
        if let Some(place) = self.names_given_away {
            let why = "names are bound by way of globals()";
            frame.scope.hide(&Unknown::at(place, why));
        }
        if self.is_exhausted() {
            let why = "there is too much to work out in it";
            frame.scope.hide(&Unknown::at(module.opening, why));
        }
        self.finished.insert(source.id(), frame.scope.clone());
        frame.scope
    }

    fn is_exhausted(&self) -> bool {
        self.steps > MAX_STEPS
    }

    fn step(&mut self, cost: usize) {
        self.steps = self.steps.saturating_add(cost as u64 + 1);
    }

    fn identity(&mut self) -> u64 {
        self.identities += 1;
        self.identities
    }

    fn sequence(
        &mut self,
        items: Vec<Item>,
        incomplete: Option<Unknown>,
    ) -> Result<Arc<Sequence>, String> {
        self.step(items.len());
        let mut sequence = Sequence::new(self.identity(), items, incomplete);
        sequence.measure()?;
        Ok(Arc::new(sequence))
    }

    fn mapping(
        &mut self,
        entries: Vec<(Object, Item)>,
        incomplete: Option<Unknown>,
    ) -> Result<Arc<Mapping>, String> {
        self.step(entries.len());
        let mut mapping = Mapping::new(self.identity(), entries, incomplete);
        mapping.measure()?;
        Ok(Arc::new(mapping))
    }
}

impl Frame {
    fn directory(&self) -> &Path {
        self.source.path().parent().unwrap_or(Path::new("/"))
    }
}

/// Whether a container may be so large.
pub(crate) fn check_size(weight: u32, nesting: u32) -> Result<(), String> {
    if weight > MAX_WEIGHT {
        Err("it holds too much".to_owned())
    } else if nesting > MAX_NESTING {
        Err("it is nested too deeply".to_owned())
    } else {
        Ok(())
    }
}

/// Whether a text may be so long.
fn check_text(length: usize) -> Result<(), String> {
    if length > MAX_TEXT {
        Err("the text is too long".to_owned())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
