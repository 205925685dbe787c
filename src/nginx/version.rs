//! Versions of nginx, and which of them know a directive.

use std::fmt;

/// A version of nginx, like 1.22.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u16,
    minor: u16,
    patch: u16,
}

impl Version {
    /// The version in `1.22.1`, `1.22` or `1.22.1-9+deb12u1`; nothing where it does not begin with one.
    pub const fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut numbers = [0u16; 3];
        let (mut at, mut count, mut has_digit) = (0, 0, false);
        while at < bytes.len() && count < 3 {
            match bytes[at] {
                digit @ b'0'..=b'9' => {
                    let Some(shifted) = numbers[count].checked_mul(10) else {
                        return None;
                    };
                    let Some(number) = shifted.checked_add((digit - b'0') as u16) else {
                        return None;
                    };
                    numbers[count] = number;
                    has_digit = true;
                }
                b'.' if has_digit => {
                    count += 1;
                    has_digit = false;
                }
                _ => break,
            }
            at += 1;
        }
        if count == 0 || (count == 1 && !has_digit) {
            return None;
        }
        let [major, minor, patch] = numbers;
        Some(Self {
            major,
            minor,
            patch,
        })
    }

    /// The first version of the development series that led to a stable one: 1.25.0 for 1.26.0.
    const fn series(self) -> Self {
        let minor = if self.minor.is_multiple_of(2) {
            self.minor.saturating_sub(1)
        } else {
            self.minor
        };
        Self {
            major: self.major,
            minor,
            patch: 0,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The versions that have something. The bounds are stable releases: in the development series
/// before one of them it is not known from which release on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// The first stable release that has it; nothing where every version in use does.
    pub(crate) since: Option<Version>,
    /// The first stable release that has it no more.
    pub(crate) removed: Option<Version>,
}

impl Lifetime {
    /// Whether a version surely lacks it. One that is not known may have anything.
    pub(crate) fn excludes(self, version: Option<Version>) -> bool {
        let Some(version) = version else {
            return false;
        };
        self.since.is_some_and(|since| version < since.series())
            || self.removed.is_some_and(|removed| version >= removed)
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.since, self.removed) {
            (Some(since), Some(removed)) => write!(f, "from {since} up to {removed}"),
            (Some(since), None) => write!(f, "from {since} on"),
            (None, Some(removed)) => write!(f, "up to {removed}"),
            (None, None) => write!(f, "in every version"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn a_version_is_read_as_packages_and_images_write_it() {
        assert_eq!(version("1.22.1-9+deb12u11"), version("1.22.1"));
        assert_eq!(version("1.27-alpine").to_string(), "1.27.0");
        assert!(version("1.9.15") < version("1.10.0"));
        for text in ["", "latest", "1", "alpine3.20", "99999.1"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_version_between_two_stable_ones_may_have_it_or_not() {
        let lifetime = Lifetime {
            since: Some(version("1.26.0")),
            removed: None,
        };
        let excludes = |text| lifetime.excludes(Some(version(text)));
        assert!(excludes("1.24.0") && !excludes("1.25.1") && !excludes("1.28.0"));
        assert!(!lifetime.excludes(None));
        let gone = Lifetime {
            since: None,
            removed: Some(version("1.26.0")),
        };
        let excludes = |text| gone.excludes(Some(version(text)));
        assert!(!excludes("1.25.1") && excludes("1.26.0"));
    }
}
