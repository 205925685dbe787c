//! Django's own system checks (django/core/checks, contrib's checks.py), as far as the settings alone
//! decide them: what `manage.py check --deploy` says of settings that are known.
//!
//! A check is told only where it fires in every release of Django that the project may run with; `X is True`
//! is Python's identity, and membership in a list is that of the text, as it is there.

mod admin;
mod caches;
mod files;
mod security;
mod translation;

use std::ops::Range;

use crate::source::Span;
use crate::value::Answer;

use super::object::{Item, Object};
use super::settings::Settings;
use super::version::Series;

/// A check that fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemCheck {
    /// Its id: `security.W004`.
    pub id: &'static str,
    /// What it is about, where there can be several: the setting, the cache, the entry.
    pub about: String,
    /// Where that stands; nothing for what is not set.
    pub place: Option<Span>,
}

/// The end of all releases.
const EVER: Series = (u16::MAX, 0);

/// What the checks put their findings into.
struct Fired<'s> {
    settings: &'s Settings,
    fired: Vec<SystemCheck>,
}

impl Settings {
    /// `bool` of a setting, or of Django's own value where it is not set.
    pub fn truth_of(&self, name: &str) -> Answer {
        let value = self.get(name).value;
        let is = |wanted: bool| value.is(|object| object.truth() == Some(wanted));
        match (is(true), is(false)) {
            (Answer::Yes, _) => Answer::Yes,
            (_, Answer::Yes) => Answer::No,
            _ => Answer::Unknown,
        }
    }

    /// Whether SILENCED_SYSTEM_CHECKS names a check.
    pub fn silences(&self, check: &str) -> bool {
        self.any_entry("SILENCED_SYSTEM_CHECKS", |id| id == check)
            .is_yes()
    }

    /// Every check that is known to fire and that SILENCED_SYSTEM_CHECKS does not name.
    pub fn system_checks(&self) -> &[SystemCheck] {
        self.checks.get_or_init(|| {
            let mut fired = Fired {
                settings: self,
                fired: Vec::new(),
            };
            security::run(&mut fired);
            admin::run(&mut fired);
            caches::run(&mut fired);
            files::run(&mut fired);
            translation::run(&mut fired);
            let mut fired = fired.fired;
            fired.retain(|check| {
                let is_silenced = |id: &str| id == check.id;
                self.any_entry("SILENCED_SYSTEM_CHECKS", is_silenced)
                    .is_no()
            });
            fired
        })
    }
}

impl Fired<'_> {
    fn add(&mut self, id: &'static str, about: impl Into<String>, place: Option<Span>) {
        self.fired.push(SystemCheck {
            id,
            about: about.into(),
            place,
        });
    }

    /// A check of a setting, where it is known to fire.
    fn of(&mut self, id: &'static str, setting: &str, fires: bool) {
        if fires {
            let place = self.settings.get(setting).place();
            self.add(id, setting, place);
        }
    }

    /// A check of what a setting lacks: its name is the place.
    fn lacking(&mut self, id: &'static str, setting: &str, about: &str) {
        let assignment = self.settings.get(setting).assignment();
        self.add(id, about, assignment.map(|assignment| assignment.name));
    }

    /// Whether the check is in every release that it may be.
    fn within(&self, releases: Range<Series>) -> bool {
        self.settings
            .releases()
            .all(|series| releases.contains(&series))
            .is_yes()
    }

    /// Whether a setting is other than `True`.
    fn is_not_true(&self, setting: &str) -> bool {
        let value = self.settings.get(setting).value;
        value.is(|object| *object != Object::Bool(true)).is_yes()
    }

    fn is_truthy(&self, setting: &str) -> bool {
        self.settings.truth_of(setting).is_yes()
    }

    /// Whether MIDDLEWARE_CLASSES is set, and may be read: before 2.0.
    fn reads_old_middleware(&self) -> bool {
        let old = self.settings.get("MIDDLEWARE_CLASSES");
        !old.assignments.is_empty() && !self.settings.releases().is_since((2, 0)).is_yes()
    }

    fn has_middleware(&self, middleware: &str) -> Answer {
        match self.reads_old_middleware() {
            true => self.settings.middleware_contains(middleware),
            false => self
                .settings
                .any_entry("MIDDLEWARE", |entry| entry == middleware),
        }
    }
}

/// The texts of a list that is known to its end.
fn texts(object: &Object) -> Option<Vec<&str>> {
    let list = object.as_sequence()?;
    if list.incomplete.is_some() {
        return None;
    }
    list.items.iter().map(Item::as_str).collect()
}
