//! Imports between the modules of a project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::Files;
use crate::source::Span;
use crate::tree::FileKind;
use crate::value::Unknown;

use super::super::names;
use super::super::object::{Item, Object};
use super::super::python;
use super::super::syntax::Alias;
use super::branches::is_always_here;
use super::{Assignment, Binding, Evaluator, Frame, MAX_DEPTH, Scope};

/// How much of the depth that is allowed a module takes.
pub(super) const DEPTH_OF_A_MODULE: usize = 8;

/// The file of a module: `x/y.py` or `x/y/__init__.py` below the first root that has it.
pub(crate) fn find_module(files: &Files, roots: &[PathBuf], dotted: &str) -> Option<PathBuf> {
    roots
        .iter()
        .find_map(|root| find_below(files, root, dotted))
}

fn find_below(files: &Files, directory: &Path, dotted: &str) -> Option<PathBuf> {
    let is_file = |path: &PathBuf| {
        let stat = files.tree().stat(path);
        stat.is_ok_and(|stat| stat.kind == FileKind::File)
    };
    let mut path = directory.to_owned();
    for part in dotted.split('.').filter(|part| !part.is_empty()) {
        if part.contains('/') {
            return None;
        }
        path.push(part);
    }
    // A package wins over a module of the same name (importlib's FileFinder).
    let package = path.join("__init__.py");
    if is_file(&package) {
        return Some(package);
    }
    if dotted.is_empty() {
        return None;
    }
    let mut name = path.file_name()?.to_owned();
    name.push(".py");
    path.set_file_name(name);
    Some(path).filter(is_file)
}

/// What an import found.
enum Found {
    /// The names of a module of the project.
    Module(Scope),
    /// Nothing that can be followed, and why.
    Not(Unknown),
}

impl Evaluator<'_> {
    pub(super) fn find_absolute(&self, dotted: &str) -> Option<PathBuf> {
        find_module(self.files, self.roots, dotted)
    }

    /// The directory that `level` dots stand for.
    fn directory(frame: &Frame, level: usize) -> Option<PathBuf> {
        frame
            .directory()
            .ancestors()
            .nth(level.saturating_sub(1))
            .map(Path::to_owned)
    }

    pub(super) fn find_from(&self, frame: &Frame, level: usize, module: &str) -> Option<PathBuf> {
        if level == 0 {
            return self.find_absolute(module);
        }
        find_below(self.files, &Self::directory(frame, level)?, module)
    }

    pub(super) fn import(&mut self, frame: &mut Frame, names: &[Alias]) {
        for alias in names {
            let package = alias.name.split('.').next().unwrap_or(&alias.name);
            let (bound, dotted) = match &alias.alias {
                Some(bound) => (bound.as_str(), alias.name.as_str()),
                None => (package, package),
            };
            let item = Item::computed(Object::External(canonical(dotted)), alias.span);
            if !is_always_here(&alias.name) {
                self.doubts += 1;
            }
            frame.scope.bind(bound, Binding::new(item, Vec::new()));
        }
    }

    pub(super) fn import_from(
        &mut self,
        frame: &mut Frame,
        level: usize,
        module: &str,
        names: &[Alias],
        place: Span,
    ) {
        if level == 0 && (module == "__future__" || self.import_known(frame, module, names)) {
            return;
        }
        let found = self.load(frame, level, module, place);
        if matches!(found, Found::Not(_)) {
            self.doubts += 1;
        }
        for alias in names {
            if alias.name == "*" {
                match &found {
                    Found::Module(scope) => {
                        for binding in scope.names.values() {
                            self.share(&binding.item);
                        }
                        if scope.hidden.is_some() {
                            self.doubts += 1;
                        }
                        import_star(frame, scope);
                    }
                    Found::Not(why) => self.hide(frame, why),
                }
                continue;
            }
            let bound = alias.alias.as_ref().unwrap_or(&alias.name);
            let binding = self.imported(frame, level, module, &found, alias);
            frame.scope.bind(bound, binding);
        }
    }

    /// Imports from modules that are the same everywhere.
    fn import_known(&mut self, frame: &mut Frame, module: &str, names: &[Alias]) -> bool {
        let star = names.iter().any(|alias| alias.name == "*");
        if module == "django.conf.global_settings" && star {
            let why = Unknown::because("it is one of Django's own defaults");
            let overwritten: Vec<String> = frame.scope.names.keys().cloned().collect();
            for name in overwritten {
                if names::is_known(&name) {
                    frame.scope.forget(&name, &why);
                }
            }
            return true;
        }
        if star || self.find_absolute(module).is_some() {
            return false;
        }
        if !is_always_here(module) {
            self.doubts += 1;
        }
        for alias in names {
            let bound = alias.alias.as_ref().unwrap_or(&alias.name);
            let dotted = canonical(&format!("{module}.{}", alias.name));
            let item = Item::computed(Object::External(dotted), alias.span);
            let place = Assignment {
                name: alias.span,
                value: alias.span,
            };
            frame.scope.bind(bound, Binding::new(item, vec![place]));
        }
        true
    }

    fn imported(
        &mut self,
        frame: &Frame,
        level: usize,
        module: &str,
        found: &Found,
        alias: &Alias,
    ) -> Binding {
        let place = Assignment {
            name: alias.span,
            value: alias.span,
        };
        if let Found::Module(scope) = found
            && let Some(binding) = scope.names.get(&alias.name)
        {
            let mut binding = binding.as_ref().clone();
            self.share(&binding.item);
            binding.add_place(place);
            return binding;
        }
        let submodule = if module.is_empty() {
            alias.name.clone()
        } else {
            format!("{module}.{}", alias.name)
        };
        let item = if let Some(path) = self.find_from(frame, level, &submodule) {
            let mut roots = self.roots.iter();
            let absolute = roots.find_map(|root| super::super::entry::module_name(&path, root));
            let absolute = absolute.filter(|_| level > 0);
            Item::computed(Object::External(absolute.unwrap_or(submodule)), alias.span)
        } else {
            self.doubts += 1;
            let why = match found {
                Found::Module(scope) => scope.hidden.clone(),
                Found::Not(why) => Some(why.clone()),
            };
            let why = why.unwrap_or_else(|| {
                Unknown::at(
                    alias.span,
                    format!("{} does not define it", shown(level, module)),
                )
            });
            Item::because(why, alias.span)
        };
        Binding::new(item, vec![place])
    }

    /// Runs a module of the project, if it did not run yet.
    pub(super) fn load_absolute(&mut self, frame: &Frame, dotted: &str) {
        if self.calls.is_empty() {
            let place = Span::new(frame.source.id(), 0..0);
            self.load(frame, 0, dotted, place);
        }
    }

    fn load(&mut self, frame: &Frame, level: usize, module: &str, place: Span) -> Found {
        let Some(path) = self.find_from(frame, level, module) else {
            return Found::Not(Unknown::at(place, self.not_here(frame, level, module)));
        };
        let source = match self.files.open(&path) {
            Ok(source) => source,
            Err(error) => {
                let why = format!("{} cannot be read: {error}", self.relative(&path));
                return Found::Not(Unknown::at(place, why));
            }
        };
        if let Some(scope) = self.finished.get(&source.id()) {
            return Found::Module(scope.clone());
        }
        if !self.calls.is_empty() {
            // What the module would do is not the function's own.
            self.impure = true;
            return Found::Not(Unknown::at(place, "a function imports it"));
        }
        if self.running.contains(&source.id()) {
            return Found::Not(Unknown::at(place, "the modules import each other"));
        }
        if self.depth + DEPTH_OF_A_MODULE >= MAX_DEPTH {
            return Found::Not(Unknown::at(place, "the modules are nested too deeply"));
        }
        self.depth += DEPTH_OF_A_MODULE;
        let name = if level == 0 {
            Some(module.to_owned())
        } else {
            None
        };
        let parsed = python::parse(&source);
        let scope = self.run_parsed(&source, name, parsed);
        self.depth -= DEPTH_OF_A_MODULE;
        Found::Module(scope)
    }

    pub(super) fn not_here(&self, frame: &Frame, level: usize, module: &str) -> String {
        if level == 0 {
            let package = module.split('.').next().unwrap_or(module);
            let beside_it = |root: &PathBuf| {
                find_below(self.files, root, package).is_some()
                    || self.files.tree().stat(&root.join(package)).is_ok()
            };
            return match self.roots.iter().find(|root| beside_it(root)) {
                Some(_) => format!("{}.py is not here", module.replace('.', "/")),
                None => format!("the module {module} is not here"),
            };
        }
        let mut path = Self::directory(frame, level).unwrap_or_default();
        path.extend(module.split('.').filter(|part| !part.is_empty()));
        format!("{}.py is not here", self.relative(&path))
    }

    /// A path as the import roots show it.
    pub(super) fn relative(&self, path: &Path) -> String {
        let relative = self
            .roots
            .iter()
            .find_map(|root| path.strip_prefix(root).ok());
        relative.unwrap_or(path).display().to_string()
    }
}

fn import_star(frame: &mut Frame, scope: &Scope) {
    if let Some(why) = &scope.hidden {
        frame.scope.hide(why);
    }
    let exported: Option<Vec<String>> = scope.names.get("__all__").and_then(|all| {
        let all = all.item.get()?.as_list()?;
        let names: Option<Vec<String>> = all
            .items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect();
        names.filter(|_| all.incomplete.is_none())
    });
    for (name, binding) in &scope.names {
        let is_exported = match &exported {
            Some(names) => names.contains(name),
            None => !name.starts_with('_'),
        };
        if is_exported {
            import_binding(frame, name, binding);
        }
    }
}

fn import_binding(frame: &mut Frame, name: &str, binding: &Arc<Binding>) {
    let before = frame.scope.names.get(name);
    if !binding.optional {
        frame
            .scope
            .names
            .insert(name.to_owned(), Arc::clone(binding));
        return;
    }
    // Where the other module leaves the name unbound, the one before stays.
    let mut joined = binding.as_ref().clone();
    if let Some(before) = before {
        joined.item.value = joined.item.value.or(before.item.value.clone());
        joined.item.environment = None;
        joined.optional = before.optional;
        for place in &before.places {
            joined.add_place(*place);
        }
    }
    frame.scope.bind(name, joined);
}

fn shown(level: usize, module: &str) -> String {
    format!("{}{module}", ".".repeat(level))
}

/// One spelling for what has several.
pub(super) fn canonical(dotted: &str) -> String {
    match dotted.strip_prefix("posixpath") {
        Some(rest) => format!("os.path{rest}"),
        None => dotted.to_owned(),
    }
}
