//! Releases of nginx, and which of them know a directive.

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
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A release as far as it was told: `1.25` is every 1.25.x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    least: Version,
    most: Version,
}

impl Release {
    /// The release in `1.22.1`, `1.22` or `1.22.1-9+deb12u1`; nothing where it does not begin with one.
    pub fn parse(text: &str) -> Option<Self> {
        let least = Version::parse(text)?;
        let numbers = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let numbers = numbers.map(|numbers| numbers.split('.').filter(|number| !number.is_empty()));
        let is_exact = numbers.take(1).flatten().count() > 2;
        let most = match is_exact {
            true => least,
            false => Version {
                patch: u16::MAX,
                ..least
            },
        };
        Some(Self { least, most })
    }

    /// Whether it is surely older.
    pub(crate) fn is_before(self, version: Version) -> bool {
        self.most < version
    }

    /// Whether it is surely that one or newer.
    pub(crate) fn is_from(self, version: Version) -> bool {
        self.least >= version
    }

    /// What both are: where they differ, it may be any from the one to the other.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { least, most } = self;
        let is_exact = |version: &Version| version.patch != u16::MAX;
        if least == most {
            write!(f, "{least}")
        } else if (least.major, least.minor, least.patch) == (most.major, most.minor, 0) {
            write!(f, "{}.{}", least.major, least.minor)
        } else if is_exact(most) {
            write!(f, "{least} to {most}")
        } else {
            write!(f, "{least} to {}.{}", most.major, most.minor)
        }
    }
}

/// The releases that have something, as nginx's sources show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// The first release that has it; nothing where every one from 1.10.0 on does.
    pub(crate) since: Option<Version>,
    /// The first release that has it no more.
    pub(crate) removed: Option<Version>,
}

impl Lifetime {
    /// Whether a release surely lacks it. One that is not known may have anything.
    pub(crate) fn excludes(self, release: Option<Release>) -> bool {
        let Some(release) = release else {
            return false;
        };
        self.since.is_some_and(|since| release.is_before(since))
            || self.removed.is_some_and(|removed| release.is_from(removed))
    }

    /// Whether a release surely has it.
    pub(crate) fn includes(self, release: Option<Release>) -> bool {
        let is = |bound: Option<Version>, holds: fn(Release, Version) -> bool| {
            bound.is_none_or(|bound| release.is_some_and(|release| holds(release, bound)))
        };
        is(self.since, Release::is_from) && is(self.removed, Release::is_before)
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.since, self.removed) {
            (Some(since), Some(removed)) => {
                write!(f, "it came with {since} and went with {removed}")
            }
            (Some(since), None) => write!(f, "it came with {since}"),
            (None, Some(removed)) => write!(f, "it went with {removed}"),
            (None, None) => write!(f, "every release has it"),
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
    fn a_release_that_is_told_by_its_series_may_be_any_of_it() {
        let release = |text| Release::parse(text).unwrap();
        let first = version("1.25.1");
        assert!(release("1.25.0").is_before(first) && release("1.24").is_before(first));
        assert!(!release("1.25").is_before(first) && !release("1.25").is_from(first));
        assert!(release("1.25.1").is_from(first) && release("1.26-alpine").is_from(first));
        for (text, shown) in [("1.25.3-alpine3.18", "1.25.3"), ("1.25-alpine3.18", "1.25")] {
            assert_eq!(release(text).to_string(), shown);
        }
        let either = release("1.24").or(release("1.26.2"));
        assert!(!either.is_before(first) && !either.is_from(first));
        assert_eq!(either.to_string(), "1.24.0 to 1.26.2");
    }

    #[test]
    fn what_has_a_lifetime_is_in_the_releases_between() {
        let lifetime = Lifetime {
            since: Some(version("1.13.9")),
            removed: Some(version("1.25.1")),
        };
        let ask = |text: &str| {
            let release = Release::parse(text);
            (lifetime.excludes(release), lifetime.includes(release))
        };
        assert_eq!(ask("1.13.8"), (true, false));
        assert_eq!(ask("1.13"), (false, false));
        assert_eq!(ask("1.25.0"), (false, true));
        assert_eq!(ask("1.25.1"), (true, false));
        assert_eq!(ask(""), (false, false));
    }
}
