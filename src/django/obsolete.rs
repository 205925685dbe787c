//! Settings that this Django does not read, or not where they stand, or not beside each other.

use std::path::Path;

use crate::files::Files;
use crate::source::Span;

use super::names;
use super::object::{Item, Object};
use super::settings::Settings;
use super::usage;
use super::version::Series;

/// A setting that every release of Django that it may be leaves alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The setting.
    pub setting: &'static str,
    /// The series that reads it no more.
    pub since: &'static str,
    /// Its name.
    pub place: Span,
    /// What is not as it was meant; nothing where nobody notices.
    pub lost: Option<&'static str>,
    /// Whether requests fail for it.
    pub fails: bool,
    /// What to write instead.
    pub instead: Option<&'static str>,
}

/// What a removed setting did, the setting in whose absence that is lost, and what to write.
struct Lost {
    setting: &'static str,
    unless: Option<&'static str>,
    what: &'static str,
    instead: &'static str,
}

const LOST: [Lost; 8] = [
    Lost {
        setting: "DEFAULT_FILE_STORAGE",
        unless: Some("STORAGES"),
        what: "uploads go to the local disk",
        instead: "STORAGES = {\"default\": {\"BACKEND\": …}, \"staticfiles\": {\"BACKEND\": …}}",
    },
    Lost {
        setting: "MIDDLEWARE_CLASSES",
        unless: Some("MIDDLEWARE"),
        what: "no middleware runs: no sessions, no users, no CSRF protection",
        instead: "rename it to MIDDLEWARE",
    },
    Lost {
        setting: "PASSWORD_RESET_TIMEOUT_DAYS",
        unless: Some("PASSWORD_RESET_TIMEOUT"),
        what: "links to reset a password last three days",
        instead: "PASSWORD_RESET_TIMEOUT, in seconds",
    },
    Lost {
        setting: "STATICFILES_STORAGE",
        unless: Some("STORAGES"),
        what: "static files are kept by Django's plain storage: no hashed names, no compression, no other host",
        instead: "STORAGES = {\"default\": {\"BACKEND\": …}, \"staticfiles\": {\"BACKEND\": …}}",
    },
    Lost {
        setting: "TEMPLATE_CONTEXT_PROCESSORS",
        unless: Some("TEMPLATES"),
        what: "no template finds what they give",
        instead: "\"context_processors\" in the OPTIONS of TEMPLATES",
    },
    Lost {
        setting: "TEMPLATE_DIRS",
        unless: Some("TEMPLATES"),
        what: "no template is found in them",
        instead: "\"DIRS\" in TEMPLATES",
    },
    Lost {
        setting: "TEMPLATE_LOADERS",
        unless: Some("TEMPLATES"),
        what: "no template is loaded by them",
        instead: "\"loaders\" in the OPTIONS of TEMPLATES",
    },
    Lost {
        setting: "USE_DEPRECATED_PYTZ",
        unless: None,
        what: "time zones are zoneinfo's",
        instead: "take it out",
    },
];

/// Two settings, or keys, of which Django takes one or the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The one, with where it stands.
    pub one: (String, Span),
    /// The other.
    pub other: (String, Span),
    /// Whether the process does not start, and not only what needs it fails.
    pub at_load: bool,
}

impl Settings {
    /// The settings that this Django does not read any more. `project` is the directory on the module path.
    pub fn removed(&self, files: &Files, project: &Path) -> Vec<Removed> {
        let mut found = Vec::new();
        for (name, first) in self.assigned() {
            let Some((setting, since, series)) = names::removed(name) else {
                continue;
            };
            if !self.releases().is_since(series).is_yes() || self.has_default(name) {
                continue;
            }
            let places: Vec<Span> = self
                .get(name)
                .assignments
                .iter()
                .map(|it| it.name)
                .collect();
            if usage::reads_name(files, project, name, &places) {
                continue;
            }
            let lost = LOST.iter().find(|lost| lost.setting == setting);
            let lost = lost.filter(|lost| {
                let is_set = |other| !self.get(other).assignments.is_empty();
                self.hidden().is_none() && !lost.unless.is_some_and(is_set)
            });
            found.push(Removed {
                setting,
                since,
                place: first.name,
                lost: lost.map(|lost| lost.what),
                fails: setting == "MIDDLEWARE_CLASSES"
                    && lost.is_some()
                    && self.is_installed("django.contrib.admin").is_yes(),
                instead: lost.map(|lost| lost.instead),
            });
        }
        found
    }

    /// Keys of a database that stand beside DATABASES, where nothing reads them.
    pub fn database_keys_outside(
        &self,
        files: &Files,
        project: &Path,
    ) -> Vec<(&'static str, Span)> {
        const KEYS: [&str; 4] = [
            "ATOMIC_REQUESTS",
            "CONN_HEALTH_CHECKS",
            "CONN_MAX_AGE",
            "DISABLE_SERVER_SIDE_CURSORS",
        ];
        let outside = KEYS.into_iter().filter_map(|key| {
            let setting = self.get(key);
            let first = setting.assignment()?;
            let places: Vec<Span> = setting.assignments.iter().map(|it| it.name).collect();
            (!usage::reads_name(files, project, key, &places)).then_some((key, first.name))
        });
        outside.collect()
    }

    /// Settings that Django refuses beside each other.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut found = Vec::new();
        let within = |from: Series, before: Series| {
            let within = self
                .releases()
                .all(|series| series >= from && series < before);
            within.is_yes()
        };
        let set = |name: &str| {
            let setting = self.get(name);
            let place = setting.assignment().filter(|_| setting.is_assigned())?;
            Some((name.to_owned(), place.name))
        };
        let mut refused = |one: &str, other: &str| {
            if let (Some(one), Some(other)) = (set(one), set(other)) {
                found.push(Conflict {
                    one,
                    other,
                    at_load: true,
                });
            }
        };
        if within((4, 2), (5, 1)) {
            refused("STATICFILES_STORAGE", "STORAGES");
            refused("DEFAULT_FILE_STORAGE", "STORAGES");
        }
        if within((3, 1), (4, 0)) {
            refused("PASSWORD_RESET_TIMEOUT_DAYS", "PASSWORD_RESET_TIMEOUT");
        }
        found.extend(self.loaders_beside_directories());
        found
    }

    /// `APP_DIRS` beside `loaders` (`django.template.engine.Engine.__init__`).
    fn loaders_beside_directories(&self) -> Vec<Conflict> {
        let templates = self.get("TEMPLATES");
        let Some(engines) = templates.value.get().and_then(Object::as_list) else {
            return Vec::new();
        };
        let conflict = |engine: &Item| {
            let engine = engine.get()?.as_dict()?;
            let is_djangos = engine.get("BACKEND")?.as_str()?
                == "django.template.backends.django.DjangoTemplates";
            let directories = engine.get("APP_DIRS")?;
            let loaders = engine.get("OPTIONS")?.get()?.as_dict()?.get("loaders")?;
            let both = directories.get()?.truth() == Some(true)
                && !matches!(loaders.get(), Some(Object::None));
            (is_djangos && both).then(|| Conflict {
                one: ("APP_DIRS".to_owned(), directories.span),
                other: ("loaders".to_owned(), loaders.span),
                at_load: false,
            })
        };
        engines.items.iter().filter_map(conflict).collect()
    }
}
