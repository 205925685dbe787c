//! Options that a configuration makes of others: `declare-option = app=ini=%d$1.ini;processes=$2`
//! (uwsgi_opt_add_custom_option and uwsgi_opt_custom). What they bring is handed to the other
//! options' own functions at once, so that `--show-config` does not tell of it.

use super::load::{Loader, Place};
use super::options::{Argument, UwsgiOption};
use super::refusal::{self, Why};
use super::setting::{Setting, Source};
use super::text::Text;

/// A custom option that leads to others for longer than this leads to itself.
const MAX_DEPTH: usize = 100;
/// How often they are looked into in one instance, and how long what they bring may get.
const MAX_CALLS: usize = 1_000;
const MAX_LENGTH: usize = 64 * 1024;
/// More words than this are no value for them.
const MAX_WORDS: usize = 100;

/// How far the options that others are made of have been followed.
#[derive(Default)]
pub(super) struct Followed {
    depth: usize,
    calls: usize,
}

impl Loader<'_> {
    /// `declare-option = name=template`.
    pub(super) fn declare(&mut self, value: &Text, place: &Place) {
        let Some(end) = memchr::memchr(b'=', value.bytes()) else {
            if value.known().is_some() {
                self.refuse(Why::NoEquals, place);
            }
            return;
        };
        let made = String::from_utf8_lossy(&value.bytes()[..end]).into_owned();
        let template = value.slice(end + 1..value.bytes().len());
        self.loaded.placeholders.insert(made.clone());
        if !place.guards.is_empty() {
            let why = "whether it is declared hangs on a condition";
            self.open_at(place.key_span, &made, why);
        }
        // The first of a name is found first.
        self.declared.entry(made).or_insert(template);
    }

    /// What the option `name` was declared to be made of. An option of uWSGI's own of that name is
    /// found before it.
    pub(super) fn declared(&self, name: &str) -> Option<&Text> {
        let template = self.declared.get(name)?;
        UwsgiOption::find(name.as_bytes())
            .is_none()
            .then_some(template)
    }

    /// Whether the option of that name takes a value on the command line: one with `$1`, `$2` or `$3`
    /// does. Nothing where none was declared.
    pub(super) fn takes_argument(&self, name: &str) -> Option<Argument> {
        let template = self.declared(name)?.bytes();
        let is_there = |word: &[u8]| memchr::memmem::find(template, word).is_some();
        Some(
            match [b"$1", b"$2", b"$3"].into_iter().any(|word| is_there(word)) {
                true => Argument::Required,
                false => Argument::No,
            },
        )
    }

    /// An option of that name acts, with what `template` makes of its value; `at` is where in the order
    /// of the settings it does.
    pub(super) fn follow(&mut self, template: &Text, value: &Text, at: usize, place: &Place) {
        self.followed.calls += 1;
        if self.followed.calls > MAX_CALLS {
            return self.open_at(place.key_span, "an option", "it leads to too many others");
        }
        if self.followed.depth >= MAX_DEPTH {
            self.refuse(Why::NeverEnds, place);
            return self.open_at(place.key_span, "an option", "it leads to itself");
        }
        self.followed.depth += 1;
        let words = Words::of(value);
        for part in split(template, b';') {
            let Some(end) = memchr::memchr(b'=', part.bytes()) else {
                break;
            };
            let key = words.put_into(&part.slice(0..end));
            let value = words.put_into(&part.slice(end + 1..part.bytes().len()));
            match (key, value) {
                (Some(key), Some(value)) => self.manage(&key, value, at, place),
                _ => self.open_at(place.key_span, "an option", "it brings too much"),
            }
        }
        self.followed.depth -= 1;
    }

    /// uwsgi_manage_opt: the option's function is called, and nothing else is told of it.
    fn manage(&mut self, key: &Text, value: Text, at: usize, place: &Place) {
        let Some(name) = key.known() else {
            return self.open_at(place.key_span, "an option", "a template fills in its name");
        };
        let name = String::from_utf8_lossy(name).into_owned();
        let Some(option) = UwsgiOption::find(name.as_bytes()) else {
            if let Some(template) = self.declared.get(&name).cloned() {
                self.follow(&template, &value, at, place);
            } else if self.strict {
                self.refuse(Why::Strict(name), place);
            }
            return;
        };
        let setting = Setting {
            option: Some(option),
            shared: Some(option.group()),
            value: value.clone(),
            key_span: place.key_span,
            value_span: place.value_span,
            guards: place.guards.clone(),
            source: Source::Custom,
            variable: None,
            computed: true,
            configured: true,
            key: name.clone(),
        };
        if let Some(why) = refusal::of_value(&setting) {
            self.refuse(why, place);
        }
        if option.is_immediate() || option.kind() == "config" {
            // What is added on the way is shown as any other option.
            self.run(option, &name, value, place.clone());
        } else {
            self.loaded.applied.push((at, setting));
        }
    }

    /// Puts what custom options have brought where it takes effect.
    pub(super) fn merge_applied(&mut self) {
        let mut applied = std::mem::take(&mut self.loaded.applied);
        if applied.is_empty() {
            return;
        }
        applied.sort_by_key(|(at, _)| *at);
        let moved = |before: usize| before + applied.partition_point(|(at, _)| *at <= before);
        for opening in &mut self.loaded.openings {
            opening.before = moved(opening.before);
        }
        self.loaded.own = self.loaded.own.map(moved);
        let mut applied = applied.into_iter().peekable();
        let mut merged = Vec::new();
        for (at, setting) in std::mem::take(&mut self.loaded.settings)
            .into_iter()
            .enumerate()
        {
            while let Some((_, setting)) = applied.next_if(|(before, _)| *before <= at) {
                merged.push(setting);
            }
            merged.push(setting);
        }
        merged.extend(applied.map(|(_, setting)| setting));
        self.loaded.settings = merged;
    }
}

/// The words of a value, which `$1`, `$2` and so on stand for.
struct Words(Vec<Text>);

impl Words {
    fn of(value: &Text) -> Self {
        if value.bytes().is_empty() {
            return Self(vec![Text::default()]);
        }
        Self(split(value, b' ').take(MAX_WORDS).collect())
    }

    /// The text with the words put in, one after the other; nothing where that gets too long.
    fn put_into(&self, text: &Text) -> Option<Text> {
        let mut made = text.clone();
        for (at, word) in self.0.iter().enumerate() {
            let name = format!("${}", at + 1);
            if memchr::memchr(b'$', made.bytes()).is_none() {
                break;
            }
            // One occurrence has two bytes at least.
            if made.bytes().len() / 2 * word.bytes().len() > MAX_LENGTH {
                return None;
            }
            made = made.substitute(name.as_bytes(), word);
        }
        Some(made)
    }
}

/// The parts between separators, without the empty ones (uwsgi_foreach_token is strtok).
fn split(text: &Text, separator: u8) -> impl Iterator<Item = Text> + '_ {
    let mut start = 0;
    let bytes = text.bytes();
    std::iter::from_fn(move || {
        while bytes.get(start) == Some(&separator) {
            start += 1;
        }
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let end = start + memchr::memchr(separator, rest).unwrap_or(rest.len());
        let part = text.slice(start..end);
        start = end;
        Some(part)
    })
}
