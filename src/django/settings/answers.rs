//! What the settings mean to Django: the questions that rules ask.

use crate::value::{Answer, Unknown, Value};

use super::super::defaults::{self, Default};
use super::super::object::{FilePath, Object, Sequence};
use super::{Setting, Settings};

/// The middleware with which a process serves its static files itself.
pub const WHITENOISE: &str = "whitenoise.middleware.WhiteNoiseMiddleware";

/// Storages that keep static files on the local disk.
const LOCAL_STORAGES: &[&str] = &[
    "django.contrib.staticfiles.storage.CachedStaticFilesStorage",
    "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "django.contrib.staticfiles.storage.StaticFilesStorage",
    "django.core.files.storage.FileSystemStorage",
    "django.core.files.storage.filesystem.FileSystemStorage",
    "whitenoise.django.GzipManifestStaticFilesStorage",
    "whitenoise.storage.CompressedManifestStaticFilesStorage",
    "whitenoise.storage.CompressedStaticFilesStorage",
];

/// Where static files are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaticUrl {
    /// Below this path of the site itself; it begins and ends with a slash.
    Local(String),
    /// On another host.
    Remote,
    /// STATIC_URL is not set.
    Unset,
}

impl Settings {
    /// Whether an application is installed, by its name or by that of its configuration.
    pub fn is_installed(&self, application: &str) -> Answer {
        let configuration = format!("{application}.apps.");
        self.any_entry("INSTALLED_APPS", |entry| {
            entry == application || entry.starts_with(&configuration)
        })
    }

    /// Whether a middleware is used, under the name of either setting that ever listed them.
    pub fn middleware_contains(&self, middleware: &str) -> Answer {
        let current = match self.get("MIDDLEWARE") {
            // Its default was `None` once, and nothing is in that either.
            unset if unset.assignments.is_empty() && self.hidden().is_none() => Answer::No,
            _ => self.any_entry("MIDDLEWARE", |entry| entry == middleware),
        };
        let old = self.get("MIDDLEWARE_CLASSES");
        if old.assignments.is_empty() || current.is_yes() {
            return current;
        }
        match (
            current,
            self.any_entry("MIDDLEWARE_CLASSES", |entry| entry == middleware),
        ) {
            (Answer::No, old) => old,
            _ => Answer::Unknown,
        }
    }

    /// Whether WhiteNoise serves the static files from inside the process.
    pub fn uses_whitenoise(&self) -> Answer {
        self.middleware_contains(WHITENOISE)
    }

    /// Whether any entry of a list of texts is as asked for.
    pub fn any_entry(&self, name: &str, holds: impl Fn(&str) -> bool) -> Answer {
        let setting = self.get(name);
        let mut answers =
            setting.value.alternatives().iter().map(|alternative| {
                match alternative.value.as_list() {
                    Some(list) => any(list, &holds),
                    None => Answer::Unknown,
                }
            });
        let Some(first) = answers.next() else {
            return Answer::Unknown;
        };
        if answers.all(|answer| answer == first) {
            first
        } else {
            Answer::Unknown
        }
    }

    /// Where static files are asked for, with the slashes that Django puts around it:
    /// in front (`LazySettings._add_script_prefix`) and behind (`FileSystemStorage.base_url`).
    pub fn static_url(&self) -> Value<StaticUrl> {
        let setting = self.get("STATIC_URL");
        let prefix = self.get("FORCE_SCRIPT_NAME");
        let is_prefixed = !prefix.value.is(|object| *object == Object::None).is_yes();
        let relative = |object: &Object| {
            object
                .as_str()
                .is_some_and(|url| !url.starts_with('/') && !url.contains("://"))
        };
        if is_prefixed && !setting.value.is(relative).is_no() {
            return Value::Unknown(Unknown::because(
                "FORCE_SCRIPT_NAME stands before STATIC_URL",
            ));
        }
        let known = setting
            .value
            .is(|object| object.as_str().is_some() || *object == Object::None);
        match setting.value {
            value if known.is_yes() => value.map(|object| static_url(&object)),
            Value::Unknown(why) => Value::Unknown(why),
            Value::OneOf(_) => Value::Unknown(Unknown::because("STATIC_URL is not a known text")),
        }
    }

    /// Where collectstatic puts static files; nothing where STATIC_ROOT is not set.
    pub fn static_root(&self) -> Value<Option<FilePath>> {
        self.path("STATIC_ROOT")
    }

    /// The path that a setting names; nothing where it is `None` or empty.
    pub fn path(&self, name: &str) -> Value<Option<FilePath>> {
        let setting = self.get(name);
        let known = setting
            .value
            .is(|object| *object == Object::None || object.as_path().is_some());
        match setting.value {
            value if known.is_yes() => value.map(|object| {
                let is_empty = object.truth() == Some(false);
                object.as_path().filter(|_| !is_empty)
            }),
            Value::Unknown(why) => Value::Unknown(why),
            Value::OneOf(_) => Value::Unknown(Unknown::because(format!("{name} is not a path"))),
        }
    }

    /// Whether static files are kept on the local disk. STATICFILES_STORAGE counts where STORAGES
    /// is not set; since 5.1 Django ignores it, so that what it names decides only if it is local.
    pub fn staticfiles_storage_is_local(&self) -> Answer {
        let storages = self.get("STORAGES");
        let old = self.get("STATICFILES_STORAGE");
        if !storages.assignments.is_empty() {
            return combine(storages.value.alternatives().iter().map(|alternative| {
                let Some(storages) = alternative.value.as_dict() else {
                    return Answer::Unknown;
                };
                let staticfiles = storages.get("staticfiles").and_then(|item| item.get());
                let backend = staticfiles.and_then(|entry| super::item_in(entry, "BACKEND"));
                backend
                    .and_then(|backend| backend.as_str())
                    .map_or(Answer::Unknown, storage)
            }));
        }
        if self.hidden().is_some() {
            return Answer::Unknown;
        }
        if old.assignments.is_empty() {
            return Answer::Yes;
        }
        let old = combine(
            old.value
                .alternatives()
                .iter()
                .map(|alternative| alternative.value.as_str().map_or(Answer::Unknown, storage)),
        );
        if old.is_yes() {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }

    /// Whether a setting has no other value than Django's own default.
    pub fn has_default(&self, name: &str) -> bool {
        let setting = self.get(name);
        if setting.assignments.is_empty() {
            return self.hidden().is_none();
        }
        // One that is gone does nothing, whatever it was.
        let default = match defaults::of(name, self.releases()) {
            Default::Is(value) => Some(value),
            Default::ChangedIn(_) => None,
            Default::NoSuch => defaults::last(name),
        };
        let Some(default) = default.and_then(|value| defaults::object(value, self.opening()))
        else {
            return false;
        };
        let equal = |object: &Object| match (object, &default) {
            // An empty list is what startproject writes for the default.
            (Object::List(list) | Object::Tuple(list), Object::List(_)) => {
                Some(list.items.is_empty() && list.incomplete.is_none())
            }
            _ => object.equals(&default),
        };
        setting
            .value
            .is(|object| equal(object) == Some(true))
            .is_yes()
    }

    /// Whether `collectstatic` copies static files to the local disk.
    pub fn collects_static_files(&self) -> Answer {
        match (
            self.is_installed("django.contrib.staticfiles"),
            self.staticfiles_storage_is_local(),
        ) {
            (Answer::Yes, local) => local,
            (other, _) => other,
        }
    }

    /// Whether nothing says which module has the URLs, though the settings name what only a whole project has.
    pub fn has_no_urls(&self) -> bool {
        let is_set = |name: &str| !self.get(name).assignments.is_empty();
        let root = self.get("ROOT_URLCONF");
        let is_empty = |object: &Object| object.truth() == Some(false);
        let is_whole = ["MIDDLEWARE", "INSTALLED_APPS", "TEMPLATES", "DATABASES"]
            .into_iter()
            .all(is_set);
        match is_set("ROOT_URLCONF") {
            true => root.is_assigned() && root.value.is(is_empty).is_yes(),
            false => is_whole && self.hidden().is_none(),
        }
    }

    /// ALLOWED_HOSTS.
    pub fn allowed_hosts(&self) -> Setting {
        self.get("ALLOWED_HOSTS")
    }

    /// Whether DEBUG is on.
    pub fn debug(&self) -> Answer {
        let debug = self.get("DEBUG").value;
        combine(
            debug
                .alternatives()
                .iter()
                .map(|alternative| match alternative.value.truth() {
                    Some(true) => Answer::Yes,
                    Some(false) => Answer::No,
                    None => Answer::Unknown,
                }),
        )
    }
}

fn any(list: &Sequence, holds: impl Fn(&str) -> bool) -> Answer {
    let mut open = list.incomplete.is_some();
    for item in &list.items {
        match item.as_str() {
            Some(entry) if holds(entry) => return Answer::Yes,
            Some(_) => {}
            None => open = true,
        }
    }
    if open { Answer::Unknown } else { Answer::No }
}

fn combine(mut answers: impl Iterator<Item = Answer>) -> Answer {
    match answers.next() {
        Some(first) if answers.all(|answer| answer == first) => first,
        _ => Answer::Unknown,
    }
}

fn storage(backend: &str) -> Answer {
    if LOCAL_STORAGES.contains(&backend) {
        Answer::Yes
    } else if backend.starts_with("storages.backends.") {
        Answer::No
    } else {
        Answer::Unknown
    }
}

fn static_url(object: &Object) -> StaticUrl {
    let Some(url) = object.as_str() else {
        return StaticUrl::Unset;
    };
    if url.contains("://") || url.starts_with("//") {
        return StaticUrl::Remote;
    }
    let front = if url.starts_with('/') { "" } else { "/" };
    let behind = if url.ends_with('/') || url.is_empty() {
        ""
    } else {
        "/"
    };
    StaticUrl::Local(format!("{front}{url}{behind}"))
}
