//! The callable that a uWSGI instance asks its module for, and whether the module has it.

use crate::django;
use crate::source::{SourceFile, Span};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// A callable that its module does not have.
pub struct MissingCallable {
    /// Its name.
    pub name: String,
    /// The module.
    pub module: String,
    /// Where it is asked for.
    pub place: Span,
    /// The first line of the module's file.
    pub file: Span,
    /// What to write.
    pub instead: Option<String>,
}

/// What uWSGI asks for unless it is told otherwise (plugins/python/python_plugin.c).
const USUAL: &str = "application";

impl Workspace {
    /// The callable of an instance, where its module is here and says nothing of that name.
    pub fn missing_callable(&self, instance: &Instance) -> Option<MissingCallable> {
        if instance.changes_the_module_path() || instance.is_garbled("module") {
            return None;
        }
        let application = instance.application();
        let module = application
            .module
            .single()
            .filter(|only| only.guards.is_empty())?;
        let name = module.value.clone()?;
        let callable = application.callable.single()?;
        let asked = callable.value.clone();
        let asked = asked.as_deref().unwrap_or(USUAL);
        // `create_app()` is called first.
        let word = asked.strip_suffix("()").unwrap_or(asked);
        let roots = [self.working_directory_of(instance)?];
        let path = django::find_module(self.files(), &roots, &name)?;
        let source = self.files().open(&path).ok()?;
        if path.ends_with("__init__.py") || !is_identifier(word) || may_have(&source, word) {
            return None;
        }
        let first_line = memchr::memchr(b'\n', source.bytes()).unwrap_or(source.bytes().len());
        Some(MissingCallable {
            name: word.to_owned(),
            place: callable.origin.span().or(module.origin.span())?,
            file: source.span(0..first_line),
            instead: mentions(&source, USUAL).then(|| format!("{name}:{USUAL}")),
            module: name,
        })
    }
}

fn is_identifier(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(is_of_word)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a module may have a name: it is mentioned there, or others may bring it.
fn may_have(source: &SourceFile, name: &str) -> bool {
    const BRINGING: [&str; 7] = [
        "globals", "locals", "vars", "exec", "setattr", "__dict__", "modules",
    ];
    let has_star = source
        .bytes()
        .split(|byte| *byte == b'\n')
        .any(|line| line.trim_ascii_start().starts_with(b"from ") && line.contains(&b'*'));
    has_star || mentions(source, name) || BRINGING.iter().any(|word| mentions(source, word))
}

/// Whether a word stands anywhere in a file.
fn mentions(source: &SourceFile, word: &str) -> bool {
    let bytes = source.bytes();
    memchr::memmem::find_iter(bytes, word.as_bytes()).any(|at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at + word.len());
        !before.copied().is_some_and(is_of_word) && !after.copied().is_some_and(is_of_word)
    })
}
