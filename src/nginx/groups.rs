//! What regexes take from a path, and who asks for it.

use super::configuration::Configuration;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// `$3` in a replacement whose regex has two groups.
pub struct MissingGroup<'a> {
    /// The `rewrite`.
    pub node: Node<'a>,
    /// The regex.
    pub regex: Argument<'a>,
    /// The replacement.
    pub replacement: Argument<'a>,
    /// The group that is asked for.
    pub group: usize,
    /// How many there are.
    pub groups: usize,
}

impl Configuration {
    /// The rewrites that ask for a group that their regex has not: nothing stands there.
    pub fn missing_groups(&self) -> Vec<MissingGroup<'_>> {
        let missing = self.named("rewrite").filter_map(|node| {
            let (regex, replacement) = (node.argument(0)?, node.argument(1)?);
            if regex.has_hole() || replacement.has_hole() {
                return None;
            }
            let groups = self.regex(&regex.bytes(), false).group_count()?;
            let asked = replacement.pieces().into_iter().filter_map(|piece| {
                let PieceKind::Variable([digit @ b'1'..=b'9']) = piece.kind else {
                    return None;
                };
                Some(usize::from(digit - b'0'))
            });
            let group = asked.max().filter(|group| *group > groups)?;
            Some(MissingGroup {
                node,
                regex,
                replacement,
                group,
                groups,
            })
        });
        missing.collect()
    }

    /// The regex locations that mean the end of a file's name and do not say so: `\.css` is also in
    /// `/a.css/b` and `/a.cssx`.
    pub fn unanchored_endings(&self) -> impl Iterator<Item = Node<'_>> {
        self.locations().filter(|location| {
            location.matcher().is_some_and(|matcher| {
                matcher.modifier.is_regex() && !matcher.has_hole() && is_ending(&matcher.text())
            })
        })
    }
}

/// `\.php`, `\.(css|js)`, `\.(?:css|js)`, whatever stands before.
fn is_ending(pattern: &str) -> bool {
    let Some(at) = pattern.rfind("\\.") else {
        return false;
    };
    // Behind a slash it is the beginning of a name: `/\.ht`.
    if pattern[..at].ends_with('/') {
        return false;
    }
    let rest = &pattern[at + 2..];
    let inside = rest
        .strip_prefix('(')
        .and_then(|inside| inside.strip_suffix(')'))
        .map(|inside| inside.strip_prefix("?:").unwrap_or(inside));
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'?')
    };
    match inside {
        Some(inside) => inside.split('|').all(is_word),
        None => is_word(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nginx::fixture::site;

    #[test]
    fn groups_that_are_not_there_are_found() {
        let found = |rewrite: &str| {
            let nginx = site(&format!("server {{ {rewrite} }}"));
            let missing = nginx.missing_groups();
            missing.first().map(|one| (one.group, one.groups))
        };
        assert_eq!(found("rewrite ^/a/(.*)$ /b/$2;"), Some((2, 1)));
        assert_eq!(found("rewrite ^/a /b/$1;"), Some((1, 0)));
        assert_eq!(found("rewrite ^/(?<x>a)/(.*)$ /$2;"), None);
        assert_eq!(found("rewrite ^/(?:a)/(.*)$ /$1$args;"), None);
        assert_eq!(found("rewrite ^/(?!a)(.*)$ /$1;"), None);
        assert_eq!(found(r"rewrite ^/\h(.*)$ /$2;"), None);
    }

    #[test]
    fn endings_are_told_from_what_is_in_the_middle() {
        for pattern in [r"\.php", r"\.(css|js)", r"^/x/.*\.(?:jpe?g|png)"] {
            assert!(is_ending(pattern), "{pattern}");
        }
        for pattern in [
            r"\.php$",
            r"\.php(/|$)",
            r"^/\.",
            r"/\.(?!well-known)",
            r"^/a",
            r"\.(css|js)$",
            r"\.git/",
        ] {
            assert!(!is_ending(pattern), "{pattern}");
        }
    }
}
