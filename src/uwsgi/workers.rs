//! Workers: how many there are, and what ends them.

use super::instance::Instance;
use super::options;
use super::setting::Setting;
use crate::source::Span;
use crate::value::{Answer, Value};

/// A `cheaper` that is not below `processes` (uwsgi_check_option_order in core/init.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cheaper {
    /// How many workers it keeps.
    pub cheaper: i32,
    /// Where that stands.
    pub place: Span,
    /// How many workers there may be.
    pub processes: i32,
    /// Where that stands; nothing where it is uWSGI's default.
    pub processes_place: Option<Span>,
}

impl Instance {
    /// What C's atoi makes of the value that wins; `None` where the option is not set.
    pub fn number(&self, name: &str) -> Value<Option<i32>> {
        self.resolve(name, |setting| {
            setting.read(|value| Ok(options::int(value)))
        })
    }

    /// A number that is set for sure, and the option that sets it.
    pub(super) fn certain_number(&self, name: &str) -> Option<(i32, &Setting)> {
        let number = self.number(name);
        let only = number.single()?;
        let setting = self
            .last(name)
            .filter(|setting| !setting.is_conditional())?;
        Some((only.value?, setting))
    }

    /// Where `cheaper` keeps as many workers as there may be, or more, which uWSGI refuses.
    pub fn cheaper_is_refused(&self) -> Option<Cheaper> {
        let (cheaper, setting) = self.certain_number("cheaper")?;
        let (processes, processes_place) = match self.certain_number("processes") {
            Some((number, setting)) => (number, Some(setting.key_span().to(setting.value_span()))),
            // default.ini of Debian's packages, where Python is a plugin, sets another number.
            None if self.last("processes").is_some() || self.is_open() => return None,
            None if self.is_debian_app() || self.last("plugin").is_some() => return None,
            None => (1, None),
        };
        (cheaper > 0 && cheaper >= processes).then(|| Cheaper {
            cheaper,
            place: setting.key_span().to(setting.value_span()),
            processes,
            processes_place,
        })
    }

    /// How many workers there may be, where a line says so for certain, and where.
    pub fn workers(&self) -> Option<(i32, Span)> {
        let (number, setting) = self.certain_number("processes")?;
        Some((number, setting.value_span()))
    }

    /// The seconds after which a request is ended, where `harakiri` says so, and where.
    pub fn harakiri(&self) -> Option<(i32, Span)> {
        self.set_number("harakiri")
    }

    /// A number above 0 that an option sets for sure, and where.
    pub fn set_number(&self, name: &str) -> Option<(i32, Span)> {
        let (number, setting) = self.certain_number(name)?;
        (number > 0).then(|| (number, setting.key_span().to(setting.value_span())))
    }

    /// The `harakiri` that ends the whole of uWSGI with the first slow request: there is no master to
    /// start another worker.
    pub fn harakiri_ends_all(&self) -> Option<Span> {
        let (seconds, setting) = self.certain_number("harakiri")?;
        let alone = self.has_master() == Answer::No && self.is_emperor() == Answer::No;
        (seconds > 0 && alone && self.is_application())
            .then(|| setting.key_span().to(setting.value_span()))
    }

    /// Whether it may run commands of its own while it starts.
    pub fn runs_commands(&self) -> bool {
        let mut keys = self.settings().iter().map(|setting| &setting.key);
        keys.any(|key| key.starts_with("hook-") || key.starts_with("exec-"))
    }

    /// Whether SIGTERM makes it start anew instead of ending it: there is a master, and neither
    /// `die-on-term` nor a hook takes the signal (uwsgi_unix_signal in core/master.c).
    pub fn reloads_on_sigterm(&self) -> Answer {
        let hooked = self.settings().iter().any(|setting| {
            let value = setting.value();
            let signals = value.get().is_none_or(|value| {
                value.contains("unix_signal:15") || value.contains("signal:15")
            });
            setting.key.starts_with("hook-") && signals
        });
        match (self.has_master(), self.is_on("die-on-term")) {
            (Answer::Yes, Answer::No) if !hooked => Answer::Yes,
            (Answer::No, _) | (_, Answer::Yes) => Answer::No,
            _ => Answer::Unknown,
        }
    }
}
