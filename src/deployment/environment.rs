//! What the environment of a server's process says, and what the project listens to.

use std::collections::BTreeSet;
use std::path::Path;

use super::named::{Named, NamedBy};
use super::projects::Choice;
use super::{Deployment, Purpose};
use crate::discover::Kind;
use crate::django::{self, How, SETTINGS_MODULE, usage};
use crate::launch::Starter;
use crate::source::{SourceFile, Span};
use crate::tree::git::Tracking;
use crate::value::only;
use crate::workspace::Workspace;

/// A settings module that is not there.
pub struct MissingSettings<'a> {
    /// What names it, and where.
    pub named: &'a Named,
    /// The module that was meant, where one is near enough.
    pub instead: Option<String>,
}

/// A variable that nobody reads, near one that somebody does.
pub struct MisspeltVariable {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub place: Span,
    /// The variable that was meant.
    pub meant: String,
    /// Where that one is read; nothing for what Django itself reads.
    pub read_at: Option<Span>,
}

impl Workspace {
    /// The choices of servers that visitors reach.
    pub fn deployed_choices(&self) -> impl Iterator<Item = &Choice> {
        let served: BTreeSet<usize> = self
            .deployments()
            .iter()
            .filter(|deployment| deployment.purpose == Purpose::Production)
            .flat_map(|deployment: &Deployment| &deployment.backends)
            .map(|backend| backend.id)
            .collect();
        self.choices()
            .iter()
            .filter(move |choice| served.contains(&choice.backend))
    }

    /// The settings module of a server, where it is known not to be there.
    ///
    /// A module that git ignores, or that an example stands beside, is made on the host. One of a
    /// package that is not here may be installed.
    pub fn missing_settings<'a>(&self, choice: &'a Choice) -> Option<MissingSettings<'a>> {
        let named = choice.named.as_ref()?;
        named.by?;
        let roots = [choice.directory.clone()];
        let files = self.files();
        if django::find_module(files, &roots, &named.module).is_some()
            || self.changes_the_module_path(choice)
        {
            return None;
        }
        let near = self.nearest_settings(&choice.directory, &named.module);
        if near.is_some() {
            return Some(MissingSettings {
                named,
                instead: near,
            });
        }
        let (package, last) = named.module.rsplit_once('.')?;
        let directory = choice.directory.join(package.replace('.', "/"));
        let siblings = files.tree().list(&directory).ok()?;
        let is_its_example = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.to_ascii_lowercase();
            let is_example = [
                "example", "sample", "template", "dist", "default", "tpl", "j2",
            ]
            .iter()
            .any(|word| name.contains(word));
            is_example || name.starts_with(&format!("{last}."))
        };
        let file = directory.join(format!("{last}.py"));
        let is_made_elsewhere = siblings.iter().any(|path| is_its_example(path))
            || !matches!(files.tree().tracking(&file), Tracking::NotIgnored);
        (!is_made_elsewhere).then_some(MissingSettings {
            named,
            instead: None,
        })
    }

    /// Whether the settings that a misspelt DJANGO_SETTINGS_MODULE names are here.
    pub fn has_settings(&self, choice: &Choice, misspelt: &MisspeltVariable) -> bool {
        let module = choice.environment.get(&misspelt.name);
        let roots = std::slice::from_ref(&choice.directory);
        module.is_some_and(|module| django::find_module(self.files(), roots, module).is_some())
    }

    fn changes_the_module_path(&self, choice: &Choice) -> bool {
        let backend = &self.backends()[choice.backend];
        choice.environment.contains_key("PYTHONPATH")
            || backend
                .instance()
                .is_some_and(|instance| instance.changes_the_module_path())
    }

    /// The settings module below a directory whose name is one slip away.
    fn nearest_settings(&self, directory: &Path, module: &str) -> Option<String> {
        if module.len() > 128 {
            return None;
        }
        let names = self
            .inventory()
            .of(Kind::Settings)
            .filter_map(|path| django::module_name(path, directory));
        only(names.filter(|name| strsim::damerau_levenshtein(name, module) <= 2))
    }

    /// The variables of a server's environment that nobody reads, near ones that are read and not set.
    pub fn misspelt_variables(&self, choice: &Choice) -> Vec<MisspeltVariable> {
        let set = self.variables_of(choice);
        if set.is_empty() {
            return Vec::new();
        }
        let is_set = |name: &str| {
            choice.environment.contains_key(name) || set.iter().any(|(other, _)| other == name)
        };
        let read = self.variables_read(choice);
        let mut found = Vec::new();
        for (name, place) in &set {
            if name.len() < 5 || name.len() > 128 || read.iter().any(|(other, _)| other == name) {
                continue;
            }
            let meant = match is_near_settings_module(name) {
                true => Some((SETTINGS_MODULE.to_owned(), None)),
                false => read
                    .iter()
                    .find(|(other, _)| strsim::damerau_levenshtein(name, other) == 1)
                    .map(|(other, span)| (other.clone(), Some(*span))),
            };
            let Some((meant, read_at)) = meant else {
                continue;
            };
            if is_set(&meant) || self.is_read(choice, name) {
                continue;
            }
            found.push(MisspeltVariable {
                name: name.clone(),
                place: *place,
                meant,
                read_at,
            });
        }
        found
    }

    /// What uWSGI's `env` and the process's own environment set, with the places of the names.
    fn variables_of(&self, choice: &Choice) -> Vec<(String, Span)> {
        let backend = &self.backends()[choice.backend];
        let mut all = Vec::new();
        if let Some(instance) = backend.instance() {
            all.extend(instance.variables());
        }
        if let Some(process) = backend.process(self.topology()) {
            let variables = process.environment.variables.iter();
            all.extend(variables.map(|variable| (variable.name.clone(), variable.name_span)));
        }
        all.sort();
        all.dedup_by(|one, other| one.0 == other.0);
        all
    }

    /// The names that the settings read from the environment, as far as they stand in quotes there.
    fn variables_read(&self, choice: &Choice) -> Vec<(String, Span)> {
        let read = choice.settings.iter().flat_map(|settings| settings.files());
        let mut names: Vec<(String, Span)> = read
            .flat_map(|file| quoted_names(&self.files().get(*file)))
            .collect();
        names.sort();
        names.dedup_by(|one, other| one.0 == other.0);
        names
    }

    /// Whether anything of the project, or anything that starts it, mentions a variable's name beyond setting it.
    fn is_read(&self, choice: &Choice, name: &str) -> bool {
        let files = self.files();
        let in_scripts = || {
            let scripts = self.inventory().of(Kind::Script);
            let mut scripts = scripts.filter_map(|path| files.open(path).ok());
            scripts.any(|source| memchr::memmem::find(source.bytes(), name.as_bytes()).is_some())
        };
        usage::mentions(files, &choice.directory, name) || in_scripts()
    }

    /// Where wsgi.py assigns another settings module than the environment names, which it so overrules.
    pub fn overruled_settings<'a>(&self, choice: &'a Choice) -> Option<(&'a Named, &'a Named)> {
        let (named, other) = (choice.named.as_ref()?, choice.in_environment.as_ref()?);
        let assigns = named.kind == NamedBy::Module(How::Assign);
        (assigns && named.module != other.module).then_some((named, other))
    }

    /// Whether the name of a server's settings module says that it is for developers.
    pub fn deploys_development_settings(&self, choice: &Choice) -> bool {
        const WORDS: [&str; 7] = [
            "dev",
            "devel",
            "develop",
            "development",
            "test",
            "testing",
            "debug",
        ];
        let Some(named) = &choice.named else {
            return false;
        };
        let module = named.module.to_ascii_lowercase();
        // The project's own name says nothing of what its settings are for.
        let last = module.rsplit('.').next().unwrap_or(&module);
        let is_for_developers = last
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| WORDS.contains(&word));
        let backend = &self.backends()[choice.backend];
        let is_told = named.kind == NamedBy::Environment
            || backend.process(self.topology()).is_some_and(|process| {
                // What reads a Procfile has variables of its own, which no file holds.
                process.may_be_set().is_none()
                    && !process.is_by_hand()
                    && process.starter != Starter::Procfile
            });
        is_for_developers && is_told && named.by.is_some()
    }
}

/// `DJANGO_SETTING_MODULE`, `DJAGO_SETTINGA_MODULE`.
fn is_near_settings_module(name: &str) -> bool {
    name != SETTINGS_MODULE && strsim::damerau_levenshtein(name, SETTINGS_MODULE) <= 3
}

/// Names of variables in quotes: capitals, digits and underscores, and five of them at least.
fn quoted_names(source: &SourceFile) -> Vec<(String, Span)> {
    let bytes = source.bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(quote) = memchr::memchr2(b'"', b'\'', &bytes[at..]).map(|offset| at + offset) {
        let start = quote + 1;
        let is_part =
            |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let length = bytes[start..]
            .iter()
            .take_while(|byte| is_part(byte))
            .count();
        let end = start + length;
        if length >= 5 && bytes.get(end) == bytes.get(quote) {
            let name = String::from_utf8_lossy(&bytes[start..end]).into_owned();
            found.push((name, source.span(start..end)));
        }
        at = end.max(start);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::host::PathMap;
    use crate::tree::Memory;

    #[test]
    fn names_in_quotes_are_found_with_their_places() {
        let files = Files::new(Memory::new(), PathMap::new());
        let text = "A = os.environ['DB_HOST']\nB = env.bool(\"DEBUG_ON\", x='NO')\nC = 'Mixed_CASE'\nD = '";
        let source = files.intern("/settings.py".into(), text.into());
        let names: Vec<String> = quoted_names(&source)
            .into_iter()
            .map(|(name, span)| {
                assert_eq!(source.text(span), name);
                name
            })
            .collect();
        assert_eq!(names, ["DB_HOST", "DEBUG_ON"]);
    }

    #[test]
    fn a_slip_in_the_variable_is_seen() {
        for name in [
            "DJANGO_SETTING_MODULE",
            "DJAGO_SETTINGA_MODULE",
            "DJANGO_SETTINGS_MODUL",
        ] {
            assert!(is_near_settings_module(name), "{name}");
        }
        for name in [
            "DJANGO_SETTINGS_MODULE",
            "DJANGO_SETTINGS",
            "SETTINGS_MODULE",
        ] {
            assert!(!is_near_settings_module(name), "{name}");
        }
    }
}
