//! What an option does while the file is read: the options that are called immediate.

use super::load::{Loader, MAX_SETTINGS, Place};
use super::logic::{self, Block, Taken};
use super::options::{self, UwsgiOption};
use super::refusal::{self, Why};
use super::setting::Source;
use super::text::{Hole, Text};
use crate::value::{Guard, Unknown};

/// The longest value that a block fills in, if all of it were `%(_)`.
const MAX_FILLED: usize = 256 * 1024;

impl Loader<'_> {
    /// What an option does while the file is read.
    pub(super) fn act(&mut self, name: &str, value: Text, place: Place) {
        let option = UwsgiOption::find(name.as_bytes());
        if let Some(template) = self.declared(name).cloned() {
            if let Some(setting) = self.loaded.settings.last_mut() {
                setting.configured = true;
            }
            // It acts before all that waits until everything is read.
            return self.follow(&template, &value, 0, &place);
        }
        if option.is_none() && self.strict {
            self.refuse(Why::Strict(name.to_owned()), &place);
        }
        let Some(option) = option.filter(|option| option.is_immediate()) else {
            return;
        };
        let refused = self.loaded.settings.last().and_then(refusal::of_value);
        if let Some(why) = refused {
            self.refuse(why, &place);
        }
        self.run(option, name, value, place);
    }

    /// What the option's own function does.
    pub(super) fn run(&mut self, option: UwsgiOption, name: &str, value: Text, place: Place) {
        match option.kind() {
            "logic" => self.start_block(name, value, place),
            "config" => self.include(name, &value, &place),
            "placeholder" => self.set(name, &value, place),
            "custom:opt_add_custom_option" => self.declare(&value, &place),
            "custom:opt_resolve" => {
                let unknown = Unknown::at(place.value_span, "what the name resolves to");
                let end = memchr::memchr(b'=', value.bytes()).unwrap_or(0);
                let made = String::from_utf8_lossy(&value.bytes()[..end]).into_owned();
                self.push(&made, &Text::hole(Hole::Unknown(unknown)), &place);
            }
            "custom:opt_exit" => {
                let code = value.known().map_or(1, options::atoi);
                self.refuse(Why::Exit(code), &place);
            }
            _ => self.switch(name, value, place),
        }
    }

    /// The options that say which other ones may follow.
    fn switch(&mut self, name: &str, value: Text, place: Place) {
        let is_certain = place.guards.is_empty();
        match name {
            "strict" => {
                self.strict = is_certain && value.known().is_some_and(options::is_true);
            }
            "blacklist" => self.blacklist = is_certain.then_some(value),
            "whitelist" => self.whitelist = is_certain.then_some(value),
            "end-blacklist" => self.blacklist = None,
            "end-whitelist" => self.whitelist = None,
            _ => {}
        }
    }

    pub(super) fn is_forbidden(&self, name: &str) -> bool {
        let lists = |list: &Text| {
            let known = list.known()?;
            let mut words = known.split(|byte| *byte == b' ');
            Some(words.any(|word| word.eq_ignore_ascii_case(name.as_bytes())))
        };
        self.blacklist.as_ref().and_then(lists) == Some(true)
            || self.whitelist.as_ref().and_then(lists) == Some(false)
    }

    fn start_block(&mut self, name: &str, argument: Text, place: Place) {
        if self.block.is_some() {
            self.refuse(Why::NestedLogic(name.to_owned()), &place);
            let why = "uWSGI refuses a block of logic inside of another";
            self.open_at(place.key_span, name, why);
            return;
        }
        self.in_block.clear();
        let around = place.guards;
        let span = place.key_span.to(place.value_span);
        self.block = Some((
            Block {
                name: name.to_owned(),
                argument,
                span,
            },
            around,
        ));
    }

    pub(super) fn add_in_block(
        &mut self,
        block: &Block,
        key: &Text,
        value: &Text,
        mut place: Place,
    ) {
        let (contexts, certain) = match self.outcome(block) {
            Taken::Times(contexts) => (contexts, true),
            Taken::Maybe(context) => (vec![context], false),
        };
        if self.in_block.len() < MAX_SETTINGS {
            let name = key.known().unwrap_or_default();
            self.in_block
                .push(String::from_utf8_lossy(name).into_owned());
        }
        if !certain {
            place.guards.push(Guard {
                place: block.span,
                holds: true,
            });
        }
        // uwsgi_substitute looks into a string that is not there.
        let is_something = |context: &Text| context.known() != Some(logic::NOTHING);
        let is_filled = contexts.iter().any(is_something);
        if certain && is_filled && place.source == Source::Switch {
            self.refuse(Why::SwitchInBlock, &place);
        }
        for context in contexts {
            if self.loaded.settings.len() >= MAX_SETTINGS {
                break;
            }
            // `%(_)` has four bytes.
            let longest = value.bytes().len() / 4 * context.bytes().len();
            let filled = if longest > MAX_FILLED {
                Text::hole(Hole::Unknown(Unknown::at(place.value_span, "too long")))
            } else {
                value.substitute(logic::NOTHING, &context)
            };
            self.add(key.clone(), filled, place.clone());
        }
    }

    /// `set = name=value`: an option, or with `set-placeholder` a name only.
    fn set(&mut self, name: &str, value: &Text, place: Place) {
        let Some(at) = memchr::memchr(b'=', value.bytes()) else {
            if value.known().is_some() {
                self.refuse(Why::NoEquals, &place);
            }
            return;
        };
        let key = value.slice(0..at);
        let rest = value.slice(at + 1..value.bytes().len());
        if name == "set" {
            return self.add(key, rest, place);
        }
        // In a block the name is added as it is: whoever runs it has left the block for the moment.
        let Some(made) = key
            .known()
            .map(|key| String::from_utf8_lossy(key).into_owned())
        else {
            return self.add(key, rest, place);
        };
        let is_option = UwsgiOption::find(made.as_bytes()).is_some();
        if is_option || self.declared(&made).is_some() {
            self.refuse(Why::PlaceholderIsOption(made.clone()), &place);
        }
        self.push(&made, &rest, &place);
        if let Some(setting) = self.loaded.settings.last_mut() {
            setting.configured = true;
        }
    }
}
