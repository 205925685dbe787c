//! References that stay as they are written.

use super::garbled::Consequence;
use super::instance::Instance;
use super::setting::Setting;
use crate::source::Span;

/// A `%(name)` that nothing fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// The option's name.
    pub key: String,
    /// The name in the parentheses.
    pub name: String,
    /// What comes of it.
    pub consequence: Consequence,
    /// The option's value.
    pub place: Span,
}

/// Options without which nothing is served.
const ESSENTIAL: [&str; 5] = ["chdir", "module", "wsgi-file", "home", "processes"];

impl Instance {
    /// The references to names that nothing sets. Log formats have a `%(…)` of their own.
    pub fn unfilled_placeholders(&self) -> Vec<Unfilled> {
        let settings = self.settings().iter();
        let candidates = settings.filter(|setting| {
            let option = setting.option();
            let has_its_own = [
                "log-",
                "logformat",
                "logger",
                "req-logger",
                "route",
                "error-route",
                "final-route",
                "response-route",
                "print",
            ]
            .iter()
            .any(|prefix| setting.key().starts_with(prefix));
            option.is_some_and(|option| !option.is_immediate()) && !has_its_own
        });
        candidates
            .filter_map(|setting| {
                let value = std::str::from_utf8(setting.value.known()?).ok()?;
                let name = reference(value).filter(|name| self.last(name).is_none())?;
                Some(Unfilled {
                    key: setting.key().to_owned(),
                    name: name.to_owned(),
                    consequence: consequence(setting),
                    place: setting.value_span(),
                })
            })
            .collect()
    }
}

fn consequence(setting: &Setting) -> Consequence {
    let is_essential =
        ESSENTIAL.contains(&setting.group()) || super::socket::is_socket_option(setting.key());
    match is_essential && !setting.is_conditional() {
        true => Consequence::Fatal,
        false => Consequence::Other,
    }
}

/// The first name in `%(…)`.
fn reference(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("%(")?;
    let (name, _) = rest.split_once(')')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}
