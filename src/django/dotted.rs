//! Settings that name what Django imports by a dotted path: middleware, applications, engines, backends.

use crate::source::Span;
use crate::value::Answer;

use super::object::{Item, Object};
use super::settings::Settings;

/// When Django imports what a setting names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedAt {
    /// While the process starts: `get_wsgi_application` and `django.setup` fail.
    Start,
    /// At the first request, and at every one after it.
    Request,
    /// At every page that is made of a template, at a login.
    Page,
    /// When it is first used, and that may be never.
    Use,
    /// When `manage.py runserver` is started, and by no server.
    Runserver,
}

/// What a dotted path is to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// A class or a function in a module (`django.utils.module_loading.import_string`).
    Attribute,
    /// A module.
    Module,
    /// A package with a module `base` in it (`django.db.utils.load_backend`).
    Engine,
    /// A module, or the class of an application's configuration.
    Application,
}

/// A dotted path in a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DottedPath {
    /// The setting, with keys: `DATABASES["default"]["ENGINE"]`.
    pub setting: String,
    /// What is written.
    pub path: String,
    /// Where.
    pub span: Span,
    /// When Django imports it.
    pub imported_at: ImportedAt,
    pub(super) names: Names,
}

/// Settings that are one path.
const SINGLE: [(&str, ImportedAt, Names); 11] = [
    ("CSRF_FAILURE_VIEW", ImportedAt::Use, Names::Attribute),
    (
        "DEFAULT_EXCEPTION_REPORTER",
        ImportedAt::Use,
        Names::Attribute,
    ),
    ("DEFAULT_FILE_STORAGE", ImportedAt::Use, Names::Attribute),
    ("EMAIL_BACKEND", ImportedAt::Use, Names::Attribute),
    ("FORM_RENDERER", ImportedAt::Use, Names::Attribute),
    ("MESSAGE_STORAGE", ImportedAt::Use, Names::Attribute),
    ("ROOT_URLCONF", ImportedAt::Request, Names::Module),
    ("SESSION_ENGINE", ImportedAt::Use, Names::Module),
    ("SESSION_SERIALIZER", ImportedAt::Use, Names::Attribute),
    ("STATICFILES_STORAGE", ImportedAt::Use, Names::Attribute),
    ("WSGI_APPLICATION", ImportedAt::Runserver, Names::Attribute),
];

/// Settings that are lists of paths.
const LISTS: [(&str, ImportedAt, Names); 6] = [
    (
        "AUTHENTICATION_BACKENDS",
        ImportedAt::Page,
        Names::Attribute,
    ),
    ("FILE_UPLOAD_HANDLERS", ImportedAt::Use, Names::Attribute),
    ("INSTALLED_APPS", ImportedAt::Start, Names::Application),
    ("MIDDLEWARE", ImportedAt::Start, Names::Attribute),
    ("PASSWORD_HASHERS", ImportedAt::Use, Names::Attribute),
    ("STATICFILES_FINDERS", ImportedAt::Use, Names::Attribute),
];

/// Settings that are dicts of dicts, with the key that holds a path.
const DICTS: [(&str, &str, ImportedAt, Names); 3] = [
    ("CACHES", "BACKEND", ImportedAt::Use, Names::Attribute),
    ("DATABASES", "ENGINE", ImportedAt::Start, Names::Engine),
    ("STORAGES", "BACKEND", ImportedAt::Use, Names::Attribute),
];

/// What is imported as soon as a middleware is made, or at each request that it sees.
const BY_MIDDLEWARE: [(&str, &str, ImportedAt); 2] = [
    (
        "MESSAGE_STORAGE",
        "django.contrib.messages.middleware.MessageMiddleware",
        ImportedAt::Request,
    ),
    (
        "SESSION_ENGINE",
        "django.contrib.sessions.middleware.SessionMiddleware",
        ImportedAt::Start,
    ),
];

impl Settings {
    /// The dotted paths that the settings are known to hold, and that Django imports.
    pub fn dotted_paths(&self) -> Vec<DottedPath> {
        let mut found = Found::default();
        for (name, imported_at, names) in SINGLE {
            let setting = self.get(name);
            if let (Some(Object::Str(text)), Some(place)) =
                (setting.value.get(), setting.assignments.last())
            {
                let span = setting
                    .value
                    .single()
                    .and_then(|single| single.origin.span())
                    .unwrap_or(place.value);
                let imported_at = self.imported_at(name, imported_at);
                found.add(name.to_owned(), &text.text, span, imported_at, names);
            }
        }
        for (name, imported_at, names) in LISTS {
            let setting = self.get(name);
            let list = setting.value.get().and_then(Object::as_list);
            for item in list.iter().flat_map(|list| &list.items) {
                found.add_item(name.to_owned(), item, imported_at, names);
            }
        }
        for (name, key, imported_at, names) in DICTS {
            let setting = self.get(name);
            let Some(dict) = setting.value.get().and_then(Object::as_dict) else {
                continue;
            };
            for (alias, options) in &dict.entries {
                let option = options.get().and_then(Object::as_dict);
                if let (Some(alias), Some(item)) =
                    (alias.as_str(), option.and_then(|option| option.get(key)))
                {
                    let setting = format!("{name}[\"{alias}\"][\"{key}\"]");
                    found.add_item(setting, item, imported_at, names);
                }
            }
        }
        self.add_templates(&mut found);
        found.paths.retain(|path| self.is_read(&path.setting));
        found.paths
    }

    /// Whether every release of Django that it may be reads the setting.
    fn is_read(&self, setting: &str) -> bool {
        let name = setting.split('[').next().unwrap_or(setting);
        match name {
            "DEFAULT_FILE_STORAGE" | "STATICFILES_STORAGE" => {
                self.releases().is_since((5, 1)).is_no()
            }
            "STORAGES" => self.releases().is_since((4, 2)).is_yes(),
            _ => true,
        }
    }

    /// When what the setting names is imported, with these middleware.
    fn imported_at(&self, name: &str, otherwise: ImportedAt) -> ImportedAt {
        let by = BY_MIDDLEWARE.iter().find(|(setting, ..)| *setting == name);
        match by {
            Some((_, middleware, at)) if self.middleware_contains(middleware) == Answer::Yes => *at,
            _ => otherwise,
        }
    }

    fn add_templates(&self, found: &mut Found) {
        let templates = self.get("TEMPLATES");
        let Some(engines) = templates.value.get().and_then(Object::as_list) else {
            return;
        };
        for (at, engine) in engines.items.iter().enumerate() {
            let Some(engine) = engine.get().and_then(Object::as_dict) else {
                continue;
            };
            if let Some(backend) = engine.get("BACKEND") {
                let setting = format!("TEMPLATES[{at}][\"BACKEND\"]");
                found.add_item(setting, backend, ImportedAt::Request, Names::Attribute);
            }
            let processors = engine
                .get("OPTIONS")
                .and_then(Item::get)
                .and_then(Object::as_dict)
                .and_then(|options| options.get("context_processors"))
                .and_then(Item::get)
                .and_then(Object::as_list);
            for processor in processors.iter().flat_map(|list| &list.items) {
                let setting = format!("TEMPLATES[{at}][\"OPTIONS\"][\"context_processors\"]");
                found.add_item(setting, processor, ImportedAt::Page, Names::Attribute);
            }
        }
    }
}

#[derive(Default)]
struct Found {
    paths: Vec<DottedPath>,
}

impl Found {
    fn add_item(&mut self, setting: String, item: &Item, imported_at: ImportedAt, names: Names) {
        if let Some(text) = item.as_str() {
            let single = item.value.single();
            let span = single.and_then(|single| single.origin.span());
            self.add(setting, text, span.unwrap_or(item.span), imported_at, names);
        }
    }

    fn add(
        &mut self,
        setting: String,
        path: &str,
        span: Span,
        imported_at: ImportedAt,
        names: Names,
    ) {
        self.paths.push(DottedPath {
            setting,
            path: path.to_owned(),
            span,
            imported_at,
            names,
        });
    }
}
