//! The settings that a process will have: every name, its value, and what that means to Django.

mod answers;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::files::Files;
use crate::finding::Undecided;
use crate::source::{FileId, Origin, SourceFile, Span};
use crate::value::{Unknown, Value};

use super::checks::SystemCheck;
use super::defaults::{self, Default};
use super::dump::{self, Dump};
use super::entry::module_name;
use super::evaluate::{Assignment, Binding, Evaluator, Scope};
use super::object::{EnvironmentRead, Item, Object};
use super::syntax::Fault;
use super::version::Releases;

pub use answers::{StaticUrl, WHITENOISE};

/// The settings that rules ask for, and that a report counts as decided or not.
const ASKED: &[&str] = &[
    "ALLOWED_HOSTS",
    "DATABASES",
    "DEBUG",
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "SECRET_KEY",
    "STATICFILES_DIRS",
    "STATIC_ROOT",
    "STATIC_URL",
    "STORAGES",
];

/// The settings of one settings module.
pub struct Settings {
    source: Arc<SourceFile>,
    opening: Span,
    scope: Scope,
    faults: Vec<Fault>,
    files: Vec<FileId>,
    releases: Releases,
    /// Its dotted name.
    name: Option<String>,
    /// Settings that a dump gives another value.
    differing: Vec<String>,
    /// Django's own values, where a dump tells them.
    dumped: BTreeMap<String, Object>,
    pub(super) checks: OnceLock<Vec<SystemCheck>>,
}

/// One setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its value, Django's own default included where the module leaves it unset.
    pub value: Value<Object>,
    /// The look-up that it comes from, where the environment decides it.
    pub environment: Option<Arc<EnvironmentRead>>,
    /// Where it is assigned or changed, in the order that happens; empty where it is not.
    pub assignments: Vec<Assignment>,
    /// Whether there is a way through the module on which it stays unset.
    pub optional: bool,
}

impl Setting {
    /// Where it is first given a value.
    pub fn assignment(&self) -> Option<Assignment> {
        self.assignments.first().copied()
    }

    /// Where the value that it ends up with stands; nothing where nothing gives it one.
    pub fn place(&self) -> Option<Span> {
        let last = self.assignments.last()?;
        let single = self.value.single();
        Some(
            single
                .and_then(|single| single.origin.span())
                .unwrap_or(last.value),
        )
    }

    /// Whether the module gives it a value on every way through.
    pub fn is_assigned(&self) -> bool {
        !self.assignments.is_empty() && !self.optional
    }
}

impl Settings {
    /// Works out the settings of a module. `import_roots` are the directories of the tree that are
    /// on the process's module path; `environment` is what is known of its environment.
    pub fn load(
        files: &Files,
        module_file: &Arc<SourceFile>,
        import_roots: &[PathBuf],
        environment: &BTreeMap<String, String>,
    ) -> Self {
        let mut evaluator = Evaluator::new(files, import_roots, environment);
        let name = import_roots
            .iter()
            .find_map(|root| module_name(module_file.path(), root));
        let (scope, opening) = evaluator.run(module_file, name.clone());
        let settings = Self {
            source: Arc::clone(module_file),
            opening,
            scope,
            faults: evaluator.faults,
            files: evaluator.read,
            releases: Releases::asked_for(files, import_roots),
            name,
            differing: Vec::new(),
            dumped: BTreeMap::new(),
            checks: OnceLock::new(),
        };
        settings.mask_secrets(files);
        settings
    }

    /// Forgets all that the module says, for it is not the one that is run.
    pub(crate) fn hide(&mut self, why: &Unknown) {
        self.scope.hide(why);
    }

    /// Takes what a dump of the running process says for what is not known. Where a value is known
    /// and the dump has another, the process is right.
    pub(crate) fn apply(&mut self, dump: &Dump) {
        if let (Some(own), Some(theirs)) = (&self.name, &dump.module)
            && own != theirs
        {
            return;
        }
        for (name, dumped) in &dump.settings {
            let Some(binding) = self.scope.names.get_mut(name) else {
                if !dumped.is_default {
                    let binding = Binding::new(dumped.item.clone(), vec![dumped.place]);
                    self.scope.bind(name, binding);
                } else if let Some(object) = dumped.item.get() {
                    self.dumped.insert(name.clone(), object.clone());
                }
                continue;
            };
            let is_known = dumped.item.get().is_some();
            let binding = Arc::make_mut(binding);
            binding.optional = false;
            let agrees = dump::agrees(&binding.item, &dumped.item);
            if !agrees {
                self.differing.push(name.clone());
            }
            if is_known && !(agrees && dump::is_whole(&binding.item)) {
                binding.item.value = dumped.item.value.clone();
            }
        }
        // It holds all that there is.
        if !dump.settings.is_empty() {
            self.scope.hidden = None;
        }
    }

    /// The settings that a dump gives another value than the module does.
    pub fn differing(&self) -> &[String] {
        &self.differing
    }

    /// The module that was asked for.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// Every file that was read, the module itself first.
    pub fn files(&self) -> &[FileId] {
        &self.files
    }

    /// What Python would refuse in them.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What keeps Python from reading the module itself, where it is Python 3 and nothing fills it in.
    pub fn syntax_fault(&self) -> Option<&Fault> {
        let mut own = self
            .faults
            .iter()
            .filter(|fault| fault.span.file == self.source.id());
        own.next().filter(|fault| !fault.is_of_another_language)
    }

    /// The releases of Django that the project may run with.
    pub fn releases(&self) -> &Releases {
        &self.releases
    }

    /// The place to point at for something absent: the first word of the module.
    pub fn opening(&self) -> Span {
        self.opening
    }

    /// A setting by name.
    pub fn get(&self, name: &str) -> Setting {
        let Some(binding) = self.binding(name) else {
            return Setting {
                value: match &self.scope.hidden {
                    Some(why) => Value::Unknown(why.clone()),
                    None => self.default(name),
                },
                environment: None,
                assignments: Vec::new(),
                optional: true,
            };
        };
        let value = decided(binding.item.value.clone(), binding.item.span);
        let value = match (binding.optional, &self.scope.hidden) {
            (false, _) => value,
            (true, None) => value.or(self.default(name)),
            (true, Some(why)) => value.or(Value::Unknown(why.clone())),
        };
        Setting {
            value,
            environment: binding.item.environment.clone(),
            assignments: binding.places.clone(),
            optional: binding.optional,
        }
    }

    /// Django's own value for a setting, in the releases that the project may run with.
    fn default(&self, name: &str) -> Value<Object> {
        if let Some(object) = self.dumped.get(name) {
            return Value::known(object.clone(), Origin::Default("Django"));
        }
        let value = match defaults::of(name, &self.releases) {
            Default::Is(value) => defaults::object(value, self.opening),
            Default::ChangedIn(release) => {
                return Value::Unknown(Unknown::because(format!(
                    "its default changed in Django {release}, and which release is installed is not known"
                )));
            }
            Default::NoSuch => None,
        };
        match value {
            Some(object) => Value::known(object, Origin::Default("Django")),
            None => Value::Unknown(Unknown::because(format!("{name} is not set here"))),
        }
    }

    /// Every setting that the module leaves to Django and that a release which the project may run
    /// with gives a value, sorted by name.
    pub fn left_to_django(&self) -> impl Iterator<Item = &'static str> {
        defaults::names()
            .filter(|name| self.binding(name).is_none())
            .filter(|name| defaults::of(name, &self.releases) != Default::NoSuch)
    }

    /// Every setting that the module assigns, with the place of its first assignment, sorted by name.
    /// Django takes the names that are upper case (`django.conf.Settings`).
    pub fn assigned(&self) -> impl Iterator<Item = (&str, Assignment)> {
        self.scope.names.iter().filter_map(|(name, binding)| {
            let place = binding.places.first()?;
            is_upper(name).then_some((name.as_str(), *place))
        })
    }

    /// Why settings may have other values than the module shows, where a module that
    /// it imports is not here.
    pub fn hidden(&self) -> Option<&Unknown> {
        self.scope.hidden.as_ref()
    }

    /// The settings that rules ask for and that are not known, with the reason for each.
    pub fn undecided(&self) -> Vec<Undecided> {
        let mut unread = self.faults.iter();
        let unread = unread.find(|fault| fault.is_of_another_language);
        let unread = unread.map(|fault| Undecided {
            what: "settings".to_owned(),
            why: fault.message.clone(),
            place: Some(fault.span),
        });
        let unknown = ASKED.iter().filter_map(|name| {
            let setting = self.get(name);
            // What nothing sets has the default of whichever version is installed.
            if setting.assignments.is_empty() && self.scope.hidden.is_none() {
                return None;
            }
            let why = setting.value.why_unknown()?;
            Some(Undecided {
                what: (*name).to_owned(),
                why: why.why.clone(),
                place: why.place,
            })
        });
        let differing = self.differing.iter().map(|name| Undecided {
            what: name.clone(),
            why: "the dump has another value than the module gives it".to_owned(),
            place: self.get(name).assignments.last().map(|place| place.name),
        });
        unread.into_iter().chain(unknown).chain(differing).collect()
    }

    fn binding(&self, name: &str) -> Option<&Binding> {
        self.scope.names.get(name).map(AsRef::as_ref)
    }
}

/// What is not a value that a setting can have, but a thing that was imported, is not known.
fn decided(value: Value<Object>, span: Span) -> Value<Object> {
    let external = value
        .alternatives()
        .iter()
        .find_map(|alternative| match &alternative.value {
            Object::External(name) => Some(name.clone()),
            _ => None,
        });
    match external {
        Some(name) => Value::unknown(span, format!("{name} is not worked out")),
        None => value,
    }
}

/// `str.isupper()`: something to be upper case, and nothing that is lower case.
fn is_upper(name: &str) -> bool {
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// The item of an element by key, for settings that are dicts of dicts.
pub(crate) fn item_in<'o>(object: &'o Object, key: &str) -> Option<&'o Item> {
    object.as_dict()?.get(key)
}

#[cfg(test)]
mod tests;
