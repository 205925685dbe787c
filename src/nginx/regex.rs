//! Regexes as PCRE would run them, as far as that is known.
//!
//! No Rust engine is PCRE. What means the same in both is matched; what is
//! refused or may mean something else is unknown, and never a fault of the file.

/// As much memory as one pattern may take when compiled.
const SIZE_LIMIT: usize = 1 << 20;

/// As many steps as a pattern with look-around or back-references may take.
const BACKTRACK_LIMIT: usize = 100_000;

/// A pattern, compiled if it can be.
pub(super) enum Compiled {
    /// A regular expression in the strict sense.
    Linear(regex::bytes::Regex),
    /// One that looks around or back.
    Backtracking(fancy_regex::Regex),
    /// One that only PCRE knows.
    Unknown,
}

impl Compiled {
    pub(super) fn of(pattern: &[u8], caseless: bool) -> Self {
        let Some(pattern) = std::str::from_utf8(pattern)
            .ok()
            .filter(|text| is_same(text))
        else {
            return Self::Unknown;
        };
        // PCRE without its UTF mode, as nginx uses it, knows bytes.
        let linear = regex::bytes::RegexBuilder::new(pattern)
            .unicode(false)
            .case_insensitive(caseless)
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(SIZE_LIMIT)
            .build();
        if let Ok(linear) = linear {
            return Self::Linear(linear);
        }
        fancy_regex::RegexBuilder::new(pattern)
            .case_insensitive(caseless)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .delegate_dfa_size_limit(SIZE_LIMIT)
            .build()
            .map_or(Self::Unknown, Self::Backtracking)
    }

    /// Whether it matches somewhere in `text`; nothing where that is not known.
    pub(super) fn is_match(&self, text: &[u8]) -> Option<bool> {
        match self {
            Self::Linear(regex) => Some(regex.is_match(text)),
            Self::Backtracking(regex) => regex.is_match(std::str::from_utf8(text).ok()?).ok(),
            Self::Unknown => None,
        }
    }
}

/// Whether a pattern means the same to PCRE: set operations and nested sets are Rust's own.
fn is_same(pattern: &str) -> bool {
    let mut bytes = pattern.bytes().peekable();
    let mut in_set = false;
    let mut is_first = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'[' if !in_set => {
                in_set = true;
                is_first = true;
                if bytes.peek() == Some(&b'^') {
                    bytes.next();
                }
                continue;
            }
            b']' if in_set && !is_first => in_set = false,
            // `[:alpha:]` is the same in both.
            b'[' if bytes.peek() != Some(&b':') => return false,
            b'&' | b'-' | b'~' if in_set && bytes.peek() == Some(&byte) => return false,
            _ => {}
        }
        is_first = false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_matches(pattern: &str, text: &str, expected: Option<bool>) {
        let found = Compiled::of(pattern.as_bytes(), false).is_match(text.as_bytes());
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn what_means_the_same_is_matched_and_the_rest_is_unknown() {
        assert_matches(r"\.(css|js)$", "/a.css", Some(true));
        assert_matches(r"^/(?!api/)", "/api/x", Some(false));
        assert_matches(r"^/(?!api/)", "/static/x", Some(true));
        assert_matches(r"^/(?<name>\w+)/\k<name>/", "/a/a/", Some(true));
        assert_matches("[a[b]", "/b", None);
        assert_matches("[a&&b]", "/b", None);
        assert_matches("[[:alpha:]]", "/b", Some(true));
        assert_matches("(unclosed", "/", None);
        assert_matches(r"^/(?|(a)|(b))\1", "/aa", None);
    }

    #[test]
    fn case_counts_unless_it_is_said_not_to() {
        assert_eq!(
            Compiled::of(b"\\.CSS$", true).is_match(b"/a.css"),
            Some(true)
        );
        assert_eq!(
            Compiled::of(b"\\.CSS$", false).is_match(b"/a.css"),
            Some(false)
        );
    }

    #[test]
    fn a_pattern_that_would_run_for_ever_is_unknown() {
        let text = format!("/{}!", "a".repeat(60));
        assert_matches(r"^/(?:(a)|a|a\1)*c$", &text, None);
    }
}
