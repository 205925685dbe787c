//! MIDDLEWARE: what must stand before what.

use crate::source::Span;

use super::object::{Item, Object};
use super::settings::Settings;

const SESSION: &str = "django.contrib.sessions.middleware.SessionMiddleware";
const AUTHENTICATION: &str = "django.contrib.auth.middleware.AuthenticationMiddleware";
const MESSAGES: &str = "django.contrib.messages.middleware.MessageMiddleware";

/// What a middleware needs before it, and refuses every request without (`process_request` of each).
const NEEDS: [(&str, &str); 5] = [
    (AUTHENTICATION, SESSION),
    (MESSAGES, SESSION),
    (
        "django.contrib.auth.middleware.RemoteUserMiddleware",
        AUTHENTICATION,
    ),
    (
        "django.contrib.auth.middleware.PersistentRemoteUserMiddleware",
        AUTHENTICATION,
    ),
    (
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        AUTHENTICATION,
    ),
];

/// A middleware that stands where what it needs is not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The middleware.
    pub middleware: &'static str,
    /// Where it stands.
    pub span: Span,
    /// What must stand before it.
    pub needs: &'static str,
    /// Where that stands; nothing where it is not there.
    pub needed_at: Option<Span>,
    /// Whether every request fails, and not only those that ask for what is missing.
    pub fails_always: bool,
}

impl Settings {
    /// Middleware before what it needs. Only where every entry is known, and none may be a class of
    /// the project's own that stands in for what is needed.
    pub fn misplaced_middleware(&self) -> Vec<Misplaced> {
        let setting = self.get("MIDDLEWARE");
        let Some(list) = setting.value.get().and_then(Object::as_list) else {
            return Vec::new();
        };
        let entries: Option<Vec<(&str, Span)>> = list
            .items
            .iter()
            .map(|item: &Item| {
                let place = item.value.single()?.origin.span().unwrap_or(item.span);
                Some((item.as_str()?, place))
            })
            .collect();
        let Some(entries) = entries.filter(|_| list.incomplete.is_none()) else {
            return Vec::new();
        };
        let place = |name: &str| entries.iter().position(|(entry, _)| *entry == name);
        let mut found = Vec::new();
        for (middleware, needs) in NEEDS {
            let Some(at) = place(middleware) else {
                continue;
            };
            let needed = place(needs);
            let before = || entries[..at].iter().map(|(entry, _)| *entry);
            let is_done = needed.is_some_and(|needed| needed < at);
            let may_be_done = match needed {
                Some(_) => before().any(|entry| may_stand_in(entry, needs)),
                None => before().any(|entry| !entry.starts_with("django.")),
            };
            if is_done || may_be_done {
                continue;
            }
            found.push(Misplaced {
                middleware,
                span: entries[at].1,
                needs,
                needed_at: needed.map(|needed| entries[needed].1),
                // Messages fall back on cookies where the storage is no session's, and
                // LoginRequiredMiddleware looks at the user of views alone.
                fails_always: !middleware.ends_with("LoginRequiredMiddleware")
                    && (middleware != MESSAGES || self.has_default("MESSAGE_STORAGE")),
            });
        }
        found
    }
}

/// Whether a middleware that is none of Django's may be a kind of the one that is needed.
fn may_stand_in(entry: &str, needed: &str) -> bool {
    let word = if needed == SESSION { "ession" } else { "uth" };
    !entry.starts_with("django.")
        && entry
            .rsplit('.')
            .next()
            .is_some_and(|class| class.contains(word))
}
