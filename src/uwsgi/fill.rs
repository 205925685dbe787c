//! The passes over what was read: `$(…)`, `@(…)` and `%(…)` in every value, then the options
//! that wait until all of them are known (uwsgi_setup and uwsgi_configure).

use std::path::Path;

use super::expand;
use super::load::{Loader, MAX_SIZE, Place};
use super::refusal::{self, Why};
use super::setting::{Setting, Source};
use super::text::{Hole, Text};
use crate::host::Existence;
use crate::source::Span;
use crate::value::Unknown;

/// Bytes that all expansions together may look at.
pub(super) const MAX_EXPANSION: usize = 8 * 1024 * 1024;

impl Loader<'_> {
    /// The passes of uwsgi_setup: the environment, then files, then options.
    pub(super) fn expand(&mut self) {
        for symbol in [b'$', b'@', b'%'] {
            for at in 0..self.loaded.settings.len() {
                if !self.loaded.settings[at].configured {
                    self.expand_one(symbol, at);
                }
            }
        }
    }

    fn expand_one(&mut self, symbol: u8, at: usize) {
        let setting = &self.loaded.settings[at];
        if memchr::memchr(symbol, setting.value.bytes()).is_none() {
            return;
        }
        let place = setting.value_span;
        if self.budget == 0 {
            let why = Unknown::at(place, "too much is filled in elsewhere");
            self.loaded.settings[at].value = Text::hole(Hole::Unknown(why));
            return;
        }
        let written = setting.value.bytes().len();
        let mut variable = None;
        let mut missing = None;
        let mut spent = 0_usize;
        // Of a file with which a process is started, and of which all is known, no one fills in anything.
        let is_template = !self.conditions.is_whole_environment;
        let unknown =
            |why: String| expand::Answer::Text(Text::hole(Hole::Unknown(Unknown::at(place, why))));
        let made = expand::pass(symbol, &setting.value, |inside, next| {
            spent += 1;
            let name = String::from_utf8_lossy(inside.bytes()).into_owned();
            match (symbol, inside.known()) {
                (b'%', _) => match expand::placeholder(inside, |key| self.first_of(key, place)) {
                    // `%(name)s` is what Python's % operator fills in.
                    expand::Answer::Nothing if next == Some(b's') && is_template => {
                        unknown(format!("a template fills in %({name})s"))
                    }
                    answer => answer,
                },
                (_, None) => unknown("a template fills it in".to_owned()),
                (b'$', Some(_)) => match self.conditions.environment.get(&name) {
                    Some(value) => {
                        if inside.bytes().len() + 3 == written {
                            variable = Some(name);
                        }
                        expand::Answer::Text(Text::literal(value.as_bytes()))
                    }
                    // getenv finds nothing, and the reference stays.
                    None if self.conditions.is_whole_environment => expand::Answer::Nothing,
                    None => unknown(format!(
                        "the environment variable {name} is set elsewhere, or nowhere"
                    )),
                },
                (_, Some(path)) => match self.at_file(path) {
                    Ok(Some(content)) => expand::Answer::Text(content),
                    Ok(None) => unknown(format!("what {name} holds at the start")),
                    Err(refused) => {
                        missing.get_or_insert(refused);
                        unknown(format!("{name} is not there"))
                    }
                },
            }
        });
        // Each replacement looks at the whole value again.
        let length = made.as_ref().map_or(written, |text| text.bytes().len());
        let cost = (spent + 1).saturating_mul(length + written + self.loaded.settings.len());
        self.budget = self.budget.saturating_sub(cost);
        let made = made.unwrap_or_else(|_| {
            missing.get_or_insert(Why::NeverEnds);
            let why = "a reference to itself, which never ends";
            Text::hole(Hole::Unknown(Unknown::at(place, why)))
        });
        if let Some(why) = missing {
            self.refuse(why, &place_of(&self.loaded.settings[at]));
        }
        let setting = &mut self.loaded.settings[at];
        setting.computed |= made != setting.value;
        setting.variable = variable.or(setting.variable.take());
        setting.value = made;
    }

    /// The value of the first option of that name, as far as it is one for sure
    /// (uwsgi_get_exported_opt in core/config.c).
    pub(super) fn first_of(&self, key: &[u8], place: Span) -> Option<Text> {
        let unknown = |why: String| Some(Text::hole(Hole::Unknown(Unknown::at(place, why))));
        let found = self
            .loaded
            .settings
            .iter()
            .position(|setting| setting.key.as_bytes() == key);
        let opened = self
            .loaded
            .openings
            .iter()
            .find(|opening| found.is_none_or(|at| opening.before <= at));
        let name = String::from_utf8_lossy(key);
        match (found.map(|at| &self.loaded.settings[at]), opened) {
            (_, Some(opening)) => unknown(format!(
                "{name} may be set by {}, which is not known",
                opening.what
            )),
            (Some(setting), None) if setting.is_conditional() => {
                unknown(format!("{name} is set under a condition"))
            }
            (Some(setting), None) => Some(setting.value.clone()),
            (None, None) => None,
        }
    }

    /// The content of a file that is here, without its last line end (uwsgi_at_file_read); nothing
    /// where it is not known, and what uWSGI says where there is no such file.
    fn at_file(&self, path: &[u8]) -> Result<Option<Text>, Why> {
        if memchr::memmem::find(path, b"://").is_some() {
            return Ok(None);
        }
        let content = self.content(&super::paths::from_bytes(path))?;
        Ok(content.map(|bytes| {
            let end = bytes.strip_suffix(b"\n").or(bytes.strip_suffix(b"\r"));
            Text::literal(end.unwrap_or(&bytes))
        }))
    }

    /// What a file of the host holds; nothing where that is not known.
    pub(super) fn content(&self, path: &Path) -> Result<Option<Vec<u8>>, Why> {
        let Some(path) = self.on_host(path) else {
            return Ok(None);
        };
        let found = match self.files.locate(&path, self.root.path()) {
            Existence::Here(found, _) => found,
            Existence::Absent => return Err(Why::NoSuchFile(path)),
            Existence::NotInThisTree => return Ok(None),
        };
        let opened = self.files.open(&found).ok();
        let small = opened.filter(|source| source.bytes().len() <= MAX_SIZE);
        Ok(small.map(|source| source.bytes().to_vec()))
    }

    /// Whether a socket is to be one of the shared ones, and there is none.
    fn lacks_shared_socket(&self, setting: &Setting) -> bool {
        let mut all = self.loaded.settings.iter();
        super::socket::is_socket_option(&setting.key)
            && setting.value.bytes().starts_with(b"=")
            && self.loaded.openings.is_empty()
            && !all.any(|setting| setting.key.ends_with("shared-socket"))
    }

    /// uwsgi_configure: `inherit` is read when all else is known, so that what it brings is last
    /// and nothing in it is filled in; and the first value that an option does not take ends it all.
    pub(super) fn configure(&mut self) {
        let mut at = 0;
        while let Some(setting) = self.loaded.settings.get(at) {
            at += 1;
            if setting.configured {
                continue;
            }
            let before = self.loaded.settings.len();
            self.configure_one(at - 1);
            // What has brought more has uWSGI look at all of them again, at those that it did not
            // know too.
            if self.loaded.settings.len() > before {
                at = 0;
            }
        }
    }

    /// One option that has waited.
    fn configure_one(&mut self, at: usize) {
        let setting = &self.loaded.settings[at];
        let (place, name) = (place_of(setting), setting.key.clone());
        let Some(option) = setting.option else {
            if let Some(template) = self.declared.get(&name).cloned() {
                let value = setting.value.clone();
                self.loaded.settings[at].configured = true;
                self.follow(&template, &value, at + 1, &place);
            } else if self.strict {
                self.refuse(Why::Strict(name), &place);
            }
            return;
        };
        let value = setting.value.clone();
        let lacks_socket = self.lacks_shared_socket(setting);
        let why = refusal::of_value(setting);
        if let Some(why) = why.or(lacks_socket.then_some(Why::NoSharedSocket)) {
            self.refuse(why, &place);
        }
        self.loaded.settings[at].configured = true;
        if matches!(option.kind(), "config" | "custom:opt_add_custom_option") {
            if option.kind() == "config" {
                let before = self.loaded.settings.len();
                self.loaded.own.get_or_insert(before);
            }
            self.run(option, &name, value, place);
        }
    }
}

fn place_of(setting: &Setting) -> Place {
    Place {
        key_span: setting.key_span,
        value_span: setting.value_span,
        guards: setting.guards.clone(),
        source: Source::File,
    }
}
