//! What a settings module's names are bound to when Python has run it.
//!
//! The whole of Python is not run: what is not followed is unknown, with the place
//! that makes it so. Steps, depth and sizes are bounded, for the file may be hostile.

mod alternatives;
mod branches;
mod builtins;
mod calls;
mod choices;
mod comprehension;
mod containers;
mod effects;
mod environment;
mod expressions;
mod functions;
mod identity;
mod imports;
mod included;
mod iterate;
mod library;
mod loops;
mod methods;
mod mutate;
mod namespace;
mod operators;
mod paths;
mod scope;
mod statements;
mod text;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};
use crate::value::Unknown;

use super::object::{Item, Mapping, Object, Sequence};
use super::python;
use super::syntax::{ExpressionKind, Fault, Module, StatementKind};

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
    /// What `environ.Env(…)` was given, by number.
    schemes: Vec<Vec<environment::Scheme>>,
    steps: u64,
    depth: usize,
    identities: u64,
    /// How many things were met that may have raised an exception.
    doubts: u64,
    /// How many statements are being run of which it is not known whether they run.
    uncertain: usize,
    /// How many loops and functions are being run: a condition in one is met more than once.
    repeated: usize,
    /// Whether a loop may or may not have been left: what it does is not known.
    jumped: bool,
    /// What is being iterated over.
    iterating: Vec<u64>,
    /// In a `try`, behind the import of a module that is not here: that one decides whether the rest runs.
    absent: Option<Unknown>,
    /// For each function being followed, the last container that was there before.
    calls: Vec<u64>,
    /// Whether a function being followed changed what is not its own.
    impure: bool,
    /// What the function being followed may have returned.
    returned: Vec<Item>,
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
    /// What is read just now.
    source: Arc<SourceFile>,
    /// The module that it runs in: `__file__`.
    module: Arc<SourceFile>,
    /// Files that were opened, by the place that opened them.
    opened: Vec<(Span, PathBuf)>,
    /// The files that are being included, the innermost last.
    included: Vec<PathBuf>,
    /// Those that were, and whether that is certain.
    was_included: BTreeMap<PathBuf, bool>,
    /// Its dotted name, where that is known.
    name: Option<String>,
    scope: Scope,
    /// Names of comprehensions, innermost last.
    locals: Vec<(String, Item)>,
    /// In a function: what surrounds it.
    around: Option<Around>,
}

/// What surrounds a function while it runs.
struct Around {
    /// The names of its module.
    module: Scope,
    /// Names that are its own wherever it binds them: before that they are bound to nothing.
    own: HashSet<String>,
}

/// Whether what follows a statement happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Next,
    /// An exception, or the end of the process.
    Stopped,
    /// `return`: what is returned has been noted.
    Returned,
    /// `break`
    Left,
    /// `continue`
    Again,
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
            schemes: Vec::new(),
            steps: 0,
            depth: 0,
            identities: 0,
            doubts: 0,
            uncertain: 0,
            repeated: 0,
            jumped: false,
            iterating: Vec::new(),
            absent: None,
            calls: Vec::new(),
            impure: false,
            returned: Vec::new(),
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
        let mut frame = Frame::new(source, name);
        let opening = module.opening;
        let flow = self.run_body_of(&mut frame, module);
        if flow == Flow::Stopped {
            let why = "the module ends with an exception";
            frame.scope.hide(&Unknown::at(opening, why));
        }
        if let Some(place) = self.names_given_away {
            let why = "names are bound by way of globals()";
            frame.scope.hide(&Unknown::at(place, why));
        }
        if self.is_exhausted() {
            let why = "there is too much to work out in it";
            frame.scope.hide(&Unknown::at(opening, why));
        }
        self.finished.insert(source.id(), frame.scope.clone());
        frame.scope
    }

    /// Runs what `frame` reads.
    fn run_body_of(&mut self, frame: &mut Frame, module: Module) -> Flow {
        let file = frame.source.id();
        self.read.push(file);
        self.faults.extend(module.faults);
        self.running.push(file);
        let flow = self.block(frame, &module.body);
        self.running.pop();
        flow
    }

    /// Anything may be bound to any name from now on.
    fn hide(&mut self, frame: &mut Frame, why: &Unknown) {
        self.doubts += 1;
        if frame.around.is_some() {
            self.impure = true;
        }
        frame.scope.hide(why);
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
    /// A module that has not begun to run.
    fn new(source: &Arc<SourceFile>, name: Option<String>) -> Self {
        Self {
            source: Arc::clone(source),
            module: Arc::clone(source),
            opened: Vec::new(),
            included: Vec::new(),
            was_included: BTreeMap::new(),
            name,
            scope: Scope::default(),
            locals: Vec::new(),
            around: None,
        }
    }

    /// What a name is bound to, outside of comprehensions.
    fn binding(&self, name: &str) -> Option<&Arc<Binding>> {
        let own = self.scope.names.get(name);
        own.or_else(|| {
            let around = self.around.as_ref()?;
            let is_own = around.own.contains(name);
            around.module.names.get(name).filter(|_| !is_own)
        })
    }

    /// Why any other name may be bound too.
    fn hidden(&self) -> Option<&Unknown> {
        let around = self.around.as_ref().map(|around| &around.module);
        around.unwrap_or(&self.scope).hidden.as_ref()
    }

    fn directory(&self) -> &Path {
        self.module.path().parent().unwrap_or(Path::new("/"))
    }
}

/// What each assignment of a file gives its name, on its own.
pub(crate) fn values_of(
    files: &Files,
    source: &Arc<SourceFile>,
) -> Vec<(String, Item, Assignment)> {
    let module = python::parse(source);
    let mut evaluator = Evaluator::new(files, &[], &BTreeMap::new());
    let mut frame = Frame::new(source, None);
    let path = Object::External("pathlib.Path".to_owned());
    let path = Item::computed(path, module.opening);
    let mut found = Vec::new();
    for statement in &module.body {
        let StatementKind::Assign { targets, value } = &statement.kind else {
            continue;
        };
        let [target] = targets.as_slice() else {
            continue;
        };
        if let ExpressionKind::Name(name) = &target.kind {
            // How Python writes a path.
            for class in ["PosixPath", "PurePosixPath"] {
                let binding = Binding::new(path.clone(), Vec::new());
                frame.scope.bind(class, binding);
            }
            let item = evaluator.expression(&mut frame, value);
            let place = Assignment {
                name: target.span,
                value: value.span,
            };
            found.push((name.clone(), item, place));
        }
    }
    found
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
