//! What Django takes from a setting: a number, a text, a list, a yes or no. And what fails where it gets another.

use std::sync::Arc;

use crate::files::Files;
use crate::source::Span;

use super::object::{EnvironmentRead, Item, Object};
use super::settings::{Setting, Settings};

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something to count with.
    Number,
    /// A text.
    Text,
    /// `True` or `False`.
    Flag,
    /// A list or a tuple.
    List,
}

/// What comes of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// The process does not start.
    Load,
    /// Every request, or every one of some kind: a clause.
    Requests(&'static str),
    /// No request, but something else that is needed: a clause.
    Other(&'static str),
    /// Nothing: it only means something else.
    Meaning,
}

/// A setting that has another kind of value than Django takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The setting.
    pub setting: &'static str,
    /// What Django takes.
    pub wanted: Kind,
    /// What it gets.
    pub given: Given,
    /// Where the value stands.
    pub span: Span,
    /// What comes of it.
    pub breaks: Breaks,
}

/// What a setting is given instead.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A text.
    Text(String),
    /// The text of an environment variable, whatever it is.
    Variable {
        /// Its name.
        name: String,
        /// Whether the setting is of the right kind where the variable is not set.
        only_if_set: bool,
    },
    /// A tuple of one: a comma too many.
    TupleOfOne {
        /// What stands before the comma.
        of: Option<Object>,
    },
    /// Something else, with its article: "a dict".
    Other(&'static str),
}

/// Seen on Django 5.2: what a text does in these.
const NUMBERS: [(&str, Breaks); 10] = [
    (
        "CSRF_COOKIE_AGE",
        Breaks::Requests("every page with a form fails with 500"),
    ),
    (
        "DATA_UPLOAD_MAX_MEMORY_SIZE",
        Breaks::Requests("every form that is sent fails with 500"),
    ),
    (
        "DATA_UPLOAD_MAX_NUMBER_FIELDS",
        Breaks::Requests("every request whose query or form is read fails with 500"),
    ),
    (
        "DATA_UPLOAD_MAX_NUMBER_FILES",
        Breaks::Requests("every upload fails with 500"),
    ),
    ("EMAIL_TIMEOUT", Breaks::Other("every mail fails")),
    (
        "FILE_UPLOAD_DIRECTORY_PERMISSIONS",
        Breaks::Requests("every upload fails with 500"),
    ),
    (
        "FILE_UPLOAD_MAX_MEMORY_SIZE",
        Breaks::Requests("every upload fails with 500"),
    ),
    (
        "FILE_UPLOAD_PERMISSIONS",
        Breaks::Requests("every upload fails with 500"),
    ),
    (
        "PASSWORD_RESET_TIMEOUT",
        Breaks::Requests("every link to reset a password fails with 500"),
    ),
    (
        "SESSION_COOKIE_AGE",
        Breaks::Requests("every login fails with 500"),
    ),
];

/// Seen on Django 5.2: what a tuple of one does in these.
const TEXTS: [(&str, Breaks); 19] = [
    ("AUTH_USER_MODEL", Breaks::Load),
    (
        "CSRF_COOKIE_DOMAIN",
        Breaks::Requests("browsers drop the cookie, and every form gets 403"),
    ),
    (
        "CSRF_COOKIE_NAME",
        Breaks::Requests("every page with a form fails with 500"),
    ),
    ("EMAIL_BACKEND", Breaks::Other("every mail fails")),
    ("EMAIL_HOST", Breaks::Other("every mail fails")),
    ("LANGUAGE_CODE", Breaks::Load),
    (
        "MEDIA_ROOT",
        Breaks::Requests("every upload fails with 500"),
    ),
    (
        "MEDIA_URL",
        Breaks::Requests("every page with static files, or with uploaded ones, fails with 500"),
    ),
    (
        "MESSAGE_STORAGE",
        Breaks::Requests("every request fails with 500"),
    ),
    (
        "ROOT_URLCONF",
        Breaks::Requests("every request fails with 500"),
    ),
    ("SECRET_KEY", Breaks::Meaning),
    (
        "SESSION_COOKIE_DOMAIN",
        Breaks::Requests("browsers drop the cookie, and nobody stays logged in"),
    ),
    (
        "SESSION_COOKIE_NAME",
        Breaks::Requests("every login fails with 500"),
    ),
    ("SESSION_ENGINE", Breaks::Load),
    (
        "SESSION_SERIALIZER",
        Breaks::Requests("every request with a session fails with 500"),
    ),
    ("STATIC_ROOT", Breaks::Other("collectstatic fails")),
    (
        "STATIC_URL",
        Breaks::Requests("every page with static files fails with 500"),
    ),
    ("TIME_ZONE", Breaks::Load),
    (
        "X_FRAME_OPTIONS",
        Breaks::Requests("every request fails with 500"),
    ),
];

/// Any text but the empty one, and any tuple that holds something, counts as true.
const FLAGS: [&str; 17] = [
    "APPEND_SLASH",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_SECURE",
    "CSRF_USE_SESSIONS",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "PREPEND_WWW",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SECURE",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE",
    "SESSION_SAVE_EVERY_REQUEST",
    "USE_TZ",
    "USE_X_FORWARDED_HOST",
];

/// `django.conf.Settings.__init__` refuses what is neither list nor tuple, of every version; MIDDLEWARE fails
/// in `BaseHandler.load_middleware`.
const LISTS: [&str; 3] = ["INSTALLED_APPS", "LOCALE_PATHS", "MIDDLEWARE"];

const SESSIONS: &str = "django.contrib.sessions.middleware.SessionMiddleware";

/// Settings whose middleware alone reads them.
const READ_BY: [(&str, &str); 5] = [
    (
        "MESSAGE_STORAGE",
        "django.contrib.messages.middleware.MessageMiddleware",
    ),
    ("SESSION_COOKIE_AGE", SESSIONS),
    ("SESSION_COOKIE_NAME", SESSIONS),
    ("SESSION_SERIALIZER", SESSIONS),
    (
        "X_FRAME_OPTIONS",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ),
];

impl Settings {
    /// Settings whose value is of another kind than Django takes. DEBUG and ALLOWED_HOSTS are not among them.
    pub fn misfits(&self, files: &Files) -> Vec<Misfit> {
        let mut found = Vec::new();
        let numbers = NUMBERS
            .iter()
            .map(|(name, breaks)| (*name, Kind::Number, *breaks));
        let texts = TEXTS
            .iter()
            .map(|(name, breaks)| (*name, Kind::Text, *breaks));
        let flags = FLAGS
            .iter()
            .map(|name| (*name, Kind::Flag, Breaks::Meaning));
        let lists = LISTS.iter().map(|name| (*name, Kind::List, Breaks::Load));
        for (setting, wanted, breaks) in numbers.chain(texts).chain(flags).chain(lists) {
            if READ_BY.iter().any(|(name, middleware)| {
                *name == setting && !self.middleware_contains(middleware).is_yes()
            }) {
                continue;
            }
            let value = self.get(setting);
            let Some((given, span)) = given(files, &value, wanted) else {
                continue;
            };
            // What Django 1.10 and 1.11 have for it.
            if setting == "MIDDLEWARE" && given == Given::Other("None") {
                continue;
            }
            found.push(Misfit {
                setting,
                wanted,
                given,
                span,
                breaks,
            });
        }
        found
    }

    /// What ALLOWED_HOSTS is, where every Django refuses it: no list and no tuple.
    pub fn allowed_hosts_misfit(&self, files: &Files) -> Option<Misfit> {
        let setting = self.get("ALLOWED_HOSTS");
        let (given, span) = given(files, &setting, Kind::List)?;
        // Before 4.0 any text was taken apart into characters, and a `*` among them let in every host.
        let is_refused = self.releases().is_since((4, 0));
        let was_taken = match &given {
            Given::Text(text) => text.contains('*'),
            Given::Variable { .. } => true,
            Given::TupleOfOne { .. } => false,
            Given::Other(what) => *what == "a set",
        };
        (is_refused.is_yes() || !was_taken).then_some(Misfit {
            setting: "ALLOWED_HOSTS",
            wanted: Kind::List,
            given,
            span,
            breaks: Breaks::Load,
        })
    }

    /// What CSRF_TRUSTED_ORIGINS is, where Django takes it apart into characters and finds no scheme in them.
    pub fn trusted_origins_are_no_list(&self, files: &Files) -> Option<(Given, Span)> {
        if !self.releases().is_since((4, 0)).is_yes() {
            return None;
        }
        let setting = self.get("CSRF_TRUSTED_ORIGINS");
        let (given, span) = given(files, &setting, Kind::List)?;
        match &given {
            Given::Text(text) => !text.is_empty(),
            Given::Variable { only_if_set, .. } => !only_if_set,
            Given::TupleOfOne { .. } | Given::Other(_) => false,
        }
        .then_some((given, span))
    }

    /// The look-up of a setting's value in the environment, where its text is taken as it is.
    pub fn text_of_variable(&self, files: &Files, name: &str) -> Option<Arc<EnvironmentRead>> {
        let setting = self.get(name);
        setting
            .environment
            .filter(|read| is_text(files, read) && setting.value.why_unknown().is_some())
    }
}

/// What a setting is given that is not wanted, and where, if that is so whatever happens.
fn given(files: &Files, setting: &Setting, wanted: Kind) -> Option<(Given, Span)> {
    let assignment = setting.assignment()?;
    let place = setting.place()?;
    if setting.optional {
        return None;
    }
    if let Some(read) = setting
        .environment
        .as_ref()
        .filter(|read| is_text(files, read) && setting.value.why_unknown().is_some())
    {
        if wanted == Kind::Text {
            return None;
        }
        let default = read.default.as_ref().map(Item::get);
        let only_if_set = match default {
            Some(Some(Object::Str(_))) => false,
            None | Some(Some(_)) => true,
            Some(None) => return None,
        };
        let given = Given::Variable {
            name: read.variable.clone(),
            only_if_set,
        };
        return Some((given, assignment.value));
    }
    let object = setting.value.get()?;
    let given = match (wanted, object) {
        (Kind::Number | Kind::Text | Kind::Flag, Object::Tuple(items))
            if items.items.len() == 1 && items.incomplete.is_none() =>
        {
            Given::TupleOfOne {
                of: items.items[0].get().cloned(),
            }
        }
        (Kind::Number | Kind::Flag | Kind::List, Object::Str(text)) => {
            Given::Text(text.text.clone())
        }
        (Kind::List, Object::None) => Given::Other("None"),
        (Kind::List, Object::Set(_)) => Given::Other("a set"),
        _ => return None,
    };
    Some((given, place))
}

/// Whether a look-up gives the variable's text: by the standard library, for others cast by the kind of the default.
fn is_text(files: &Files, read: &EnvironmentRead) -> bool {
    let code = files.get(read.place.file);
    let code = code.slice(read.place);
    let is_standard = [&b"os."[..], b"environ", b"getenv"]
        .iter()
        .any(|name| code.starts_with(name));
    read.is_text && is_standard
}
