//! The programs that a deployment runs on, as far as they were told: no file of it says which.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A release, as far as it was told: `5.2` is every 5.2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(Vec<u32>);

impl Version {
    /// Whether it is this release or a later one; nothing where it was not told exactly enough.
    pub fn is_at_least(&self, other: &Self) -> Option<bool> {
        for (at, wanted) in other.0.iter().enumerate() {
            match self.0.get(at) {
                Some(own) if own == wanted => {}
                Some(own) => return Some(own > wanted),
                // What follows may be any number: enough where none is asked for.
                None if other.0[at..].iter().all(|number| *number == 0) => return Some(true),
                None => return None,
            }
        }
        Some(true)
    }
}

/// Why a text is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version is one to four numbers with dots between them")]
pub struct NoVersion;

impl FromStr for Version {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let number = |part: &str| {
            let is_number = part.len() < 10 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number
                .then(|| part.parse().ok())
                .flatten()
                .ok_or(NoVersion)
        };
        let numbers: Vec<u32> = text.split('.').map(number).collect::<Result<_, _>>()?;
        match numbers.len() {
            1..=4 => Ok(Self(numbers)),
            _ => Err(NoVersion),
        }
    }
}

impl TryFrom<String> for Version {
    type Error = NoVersion;

    fn try_from(text: String) -> Result<Self, NoVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// Who builds nginx: some builds know more directives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavour {
    /// nginx itself.
    #[default]
    Nginx,
    /// nginx with Lua and more.
    Openresty,
    /// A fork by former developers of nginx.
    Angie,
}

/// What is known of the programs; what was not told is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programs {
    /// nginx's release; of the nginx that a flavour is built on.
    pub nginx: Option<Version>,
    /// Who builds nginx, where that was told.
    pub flavour: Option<Flavour>,
    /// Modules that are built into nginx or loaded, beyond its own: `brotli`, `headers-more`.
    pub nginx_modules: Vec<String>,
    /// uWSGI's release.
    pub uwsgi: Option<Version>,
    /// Django's release.
    pub django: Option<Version>,
    /// Python's release.
    pub python: Option<Version>,
}

impl Programs {
    /// nginx's release, as nginx's own table has them.
    pub fn nginx_release(&self) -> Option<crate::nginx::Release> {
        crate::nginx::Release::parse(&self.nginx.as_ref()?.to_string())
    }

    /// Whether there may be directives in nginx that its own sources do not have.
    pub fn has_other_nginx_modules(&self) -> bool {
        !self.nginx_modules.is_empty() || !matches!(self.flavour, None | Some(Flavour::Nginx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_numbers_with_dots() {
        for text in ["1", "5.2", "2.0.31", "1.25.3.1"] {
            let version: Version = text.parse().unwrap();
            assert_eq!(version.to_string(), text);
        }
        for text in ["", "5.", "v5", "5.2rc1", "1.2.3.4.5", "+1", "99999999999"] {
            assert_eq!(text.parse::<Version>(), Err(NoVersion), "{text}");
        }
    }

    #[test]
    fn a_version_that_is_not_told_exactly_leaves_questions_open() {
        let at_least = |told: &str, asked: &str| {
            let told: Version = told.parse().unwrap();
            told.is_at_least(&asked.parse().unwrap())
        };
        assert_eq!(at_least("5.2", "5.2"), Some(true));
        assert_eq!(at_least("5.2.1", "5.2"), Some(true));
        assert_eq!(at_least("5.2", "4.10.3"), Some(true));
        assert_eq!(at_least("5.2", "5.10"), Some(false));
        assert_eq!(at_least("5", "5.0"), Some(true));
        assert_eq!(at_least("5", "5.2"), None);
        assert_eq!(at_least("2.0", "2.0.21"), None);
    }
}
