//! What `env` sets for the application.

use std::collections::BTreeMap;

use super::instance::{Instance, narrowed};
use super::setting::Setting;
use crate::value::Value;

impl Instance {
    /// What `env` sets a variable to for the application; `None` where it does not.
    pub fn env(&self, variable: &str) -> Value<Option<String>> {
        let sets = |setting: &Setting| {
            setting.key == "env" && env_name(setting).is_none_or(|name| name == variable.as_bytes())
        };
        let found = self.in_force(sets);
        self.resolve_in(&found, |setting| {
            setting.value().map_with_origin(|written, origin| {
                let at = written.find('=').map_or(written.len(), |at| at + 1);
                let value = written[at..].to_owned();
                let origin = narrowed(origin, at, value.len());
                (value, origin)
            })
        })
    }

    /// The settings module that `env = DJANGO_SETTINGS_MODULE=…` names.
    pub fn env_settings_module(&self) -> Value<Option<String>> {
        self.env("DJANGO_SETTINGS_MODULE")
    }

    /// Whether an `env` names a variable, whatever it sets it to.
    pub fn names_variable(&self, variable: &str) -> bool {
        self.all("env")
            .any(|setting| env_name(setting) == Some(variable.as_bytes()))
    }

    /// Every variable that an `env` names, with the place of the name.
    pub fn variables(&self) -> Vec<(String, crate::source::Span)> {
        self.all("env")
            .filter_map(|setting| {
                let name = String::from_utf8(env_name(setting)?.to_vec()).ok()?;
                let span = setting.value_span;
                let start = span.range().start;
                let end = (start + name.len()).min(span.range().end);
                Some((name, crate::source::Span::new(span.file, start..end)))
            })
            .collect()
    }

    /// Every variable that `env` is known to set.
    pub fn environment(&self) -> BTreeMap<String, String> {
        self.settings()
            .iter()
            .filter(|setting| setting.key == "env")
            .filter_map(|setting| String::from_utf8(env_name(setting)?.to_vec()).ok())
            .filter_map(|name| {
                let value = self.env(&name).get()?.clone()?;
                Some((name, value))
            })
            .collect()
    }
}

/// The variable that an `env` sets; nothing where it is not known.
fn env_name(setting: &Setting) -> Option<&[u8]> {
    let bytes = setting.value.bytes();
    let name = &bytes[..memchr::memchr(b'=', bytes).unwrap_or(bytes.len())];
    (!name.contains(&super::text::HOLE)).then_some(name)
}
