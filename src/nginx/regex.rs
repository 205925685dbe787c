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

/// What the groups of a pattern matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Captures {
    /// By number; the first is the whole match. nginx takes a group without a match for empty.
    pub(super) groups: Vec<Vec<u8>>,
    /// By name.
    pub(super) named: Vec<(String, Vec<u8>)>,
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
            Self::Linear(regex) => (!is_told_apart(text)).then(|| regex.is_match(text)),
            Self::Backtracking(regex) => regex.is_match(plain(text)?).ok(),
            Self::Unknown => None,
        }
    }

    /// What its groups matched in `text`, if it matches; nothing where that is not known.
    pub(super) fn captures(&self, text: &[u8]) -> Option<Option<Captures>> {
        match self {
            Self::Linear(_) if is_told_apart(text) => None,
            Self::Linear(regex) => Some(regex.captures(text).map(|found| {
                let group = |at: Option<regex::bytes::Match<'_>>| {
                    at.map_or(Vec::new(), |at| at.as_bytes().to_vec())
                };
                let names = regex.capture_names().flatten();
                Captures {
                    groups: found.iter().map(group).collect(),
                    named: names
                        .map(|name| (name.to_owned(), group(found.name(name))))
                        .collect(),
                }
            })),
            Self::Backtracking(regex) => Some(regex.captures(plain(text)?).ok()?.map(|found| {
                let group = |at: Option<fancy_regex::Match<'_>>| {
                    at.map_or(Vec::new(), |at| at.as_str().as_bytes().to_vec())
                };
                let names = regex.capture_names().flatten();
                Captures {
                    groups: found.iter().map(group).collect(),
                    named: names
                        .map(|name| (name.to_owned(), group(found.name(name))))
                        .collect(),
                }
            })),
            Self::Unknown => None,
        }
    }

    /// How many groups it has; nothing where that is not known.
    pub(super) fn group_count(&self) -> Option<usize> {
        match self {
            Self::Linear(regex) => Some(regex.captures_len().saturating_sub(1)),
            Self::Backtracking(regex) => Some(regex.captures_len().saturating_sub(1)),
            Self::Unknown => None,
        }
    }

    /// The names of its groups.
    pub(super) fn group_names(&self) -> Vec<String> {
        match self {
            Self::Linear(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
            Self::Backtracking(regex) => {
                regex.capture_names().flatten().map(str::to_owned).collect()
            }
            Self::Unknown => Vec::new(),
        }
    }
}

/// Whether a text is one that PCRE and Rust see differently: `$` matches before a last newline in PCRE.
fn is_told_apart(text: &[u8]) -> bool {
    text.ends_with(b"\n")
}

/// A text in which a byte is a character, for the engine that knows only those.
fn plain(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    (text.is_ascii() && !is_told_apart(text.as_bytes())).then_some(text)
}

/// Whether a pattern means the same to PCRE: set operations and nested sets are Rust's own, as
/// are some escapes, and `*+` repeats in Rust what in PCRE gives nothing back.
fn is_same(pattern: &str) -> bool {
    let mut bytes = pattern.bytes().peekable();
    let mut in_set = false;
    let mut is_first = false;
    let mut before = 0;
    while let Some(byte) = bytes.next() {
        let last = std::mem::replace(&mut before, byte);
        match byte {
            b'\\' => {
                // What is escaped repeats nothing, and is no quantifier.
                before = 0;
                let is_known = bytes.next().is_some_and(|escaped| {
                    !escaped.is_ascii_alphanumeric() && !matches!(escaped, b'<' | b'>')
                        || ESCAPES.contains(&escaped)
                });
                if !is_known {
                    return false;
                }
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
            b'+' | b'*' if !in_set && matches!(last, b'*' | b'+' | b'?' | b'}') => return false,
            _ => {}
        }
        is_first = false;
    }
    true
}

/// Letters and digits that mean the same behind a backslash.
const ESCAPES: &[u8] = b"dDwWsSbBnrtfAzk123456789";

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
        assert_matches(r"^/a*+a", "/aa", None);
        assert_matches(r"^/\<a", "/a", None);
        assert_matches(r"^/\h", "/a", None);
        assert_matches(r"^/a\*+$", "/a**", Some(true));
        // PCRE's `$` also stands before a last newline.
        assert_matches(r"\.css$", "/a.css\n", None);
    }

    #[test]
    fn groups_are_known_by_number_and_by_name() {
        let compiled = Compiled::of(br"^/(?<user>\w+)/(x)?(.*)$", false);
        let found = compiled.captures(b"/ann/rest").unwrap().unwrap();
        assert_eq!(found.groups, [&b"/ann/rest"[..], b"ann", b"", b"rest"]);
        assert_eq!(found.named, [("user".to_owned(), b"ann".to_vec())]);
        assert_eq!(compiled.captures(b"nothing"), Some(None));
        let looks = Compiled::of(br"^/(?!api)(.*)$", false);
        let found = looks.captures(b"/x").unwrap().unwrap();
        assert_eq!(found.groups[1], b"x");
        assert_eq!(looks.captures("/é".as_bytes()), None);
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
