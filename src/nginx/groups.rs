//! What regexes take from a path, and who asks for it.

use super::configuration::Configuration;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// `$3` in a replacement whose regex has two groups.
pub struct MissingGroup<'a> {
    /// The `rewrite`, or the `set` or `return` of an `if`.
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
            let group = asked_for(replacement).filter(|group| *group > groups)?;
            Some(MissingGroup {
                node,
                regex,
                replacement,
                group,
                groups,
            })
        });
        missing.chain(self.missing_groups_of_conditions()).collect()
    }

    /// The same for the regex of an `if`, and what is set or answered in its block before another regex comes.
    fn missing_groups_of_conditions(&self) -> impl Iterator<Item = MissingGroup<'_>> {
        let conditions = self.named("if").filter_map(|node| {
            let (_, regex, pattern) = super::chosen::condition(node)?;
            let groups = match regex.has_hole() {
                true => None,
                false => self.regex(&pattern, false).group_count(),
            };
            Some((node, regex, groups?))
        });
        conditions.flat_map(|(condition, regex, groups)| {
            let before = condition
                .settings()
                .take_while(|child| child.is("set") || child.is("return"));
            before.filter_map(move |node| {
                let replacement = node.argument(1).filter(|word| !word.has_hole())?;
                let group = asked_for(replacement).filter(|group| *group > groups)?;
                Some(MissingGroup {
                    node,
                    regex,
                    replacement,
                    group,
                    groups,
                })
            })
        })
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

/// The highest group that a word asks for.
fn asked_for(word: Argument<'_>) -> Option<usize> {
    let pieces = word.pieces().into_iter();
    let asked = pieces.filter_map(|piece| match piece.kind {
        PieceKind::Variable([digit @ b'1'..=b'9']) => Some(usize::from(digit - b'0')),
        _ => None,
    });
    asked.max()
}

/// A group of a regex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group<'p> {
    /// Its name, where it has one.
    pub(super) name: Option<&'p str>,
    /// What stands between its parentheses.
    pub(super) inside: &'p str,
}

/// The groups that take something, by their opening parentheses; none of a regex whose parentheses do not pair.
pub(super) fn of(pattern: &str) -> Vec<Group<'_>> {
    let bytes = pattern.as_bytes();
    let mut groups: Vec<Group<'_>> = Vec::new();
    // For each that is open, which group it is and where its inside begins.
    let mut open: Vec<(Option<usize>, usize)> = Vec::new();
    let (mut at, mut in_set) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' if !in_set => {
                in_set = true;
                // A bracket that comes first is one of the set.
                let negated = usize::from(bytes.get(at + 1) == Some(&b'^'));
                at += negated + usize::from(bytes.get(at + 1 + negated) == Some(&b']'));
            }
            b']' => in_set = false,
            b'(' if !in_set => {
                let rest = &pattern[at + 1..];
                let named = ["?<", "?P<", "?'"].iter().find_map(|start| {
                    let rest = rest.strip_prefix(start)?;
                    let end = rest.find(['>', '\''])?;
                    let is_name = !rest.starts_with(['=', '!']);
                    is_name.then(|| (&rest[..end], start.len() + end + 1))
                });
                let (name, skipped) = match named {
                    Some((name, skipped)) => (Some(name), skipped),
                    None => (None, 0),
                };
                let takes = name.is_some() || !rest.starts_with(['?', '*']);
                open.push((takes.then_some(groups.len()), at + 1 + skipped));
                if takes {
                    groups.push(Group { name, inside: "" });
                }
                at += skipped;
            }
            b')' if !in_set => match open.pop() {
                Some((Some(group), start)) => groups[group].inside = &pattern[start..at],
                Some((None, _)) => {}
                None => return Vec::new(),
            },
            _ => {}
        }
        at += 1;
    }
    match open.is_empty() {
        true => groups,
        false => Vec::new(),
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
        assert_eq!(found("if ($uri ~ ^/a) { set $x $1; }"), Some((1, 0)));
        assert_eq!(
            found("if ($uri ~* \"^/(a)\" ) { return 301 /$2; }"),
            Some((2, 1))
        );
        assert_eq!(found("if ($uri ~ ^/(a)) { set $x $1; }"), None);
        assert_eq!(found("if ($uri !~ ^/a) { set $x $1; }"), None);
        assert_eq!(found("if ($uri = /a) { set $x $1; }"), None);
    }

    #[test]
    fn groups_are_taken_apart() {
        let found = |pattern| -> Vec<(Option<&str>, &str)> {
            let groups = of(pattern).into_iter();
            groups.map(|group| (group.name, group.inside)).collect()
        };
        assert_eq!(found(r"^/(a|b)/(?:x)(.*)$"), [(None, "a|b"), (None, ".*")]);
        assert_eq!(
            found(r"(?<a>x(y))(?P<b>[)]+)"),
            [(Some("a"), "x(y)"), (None, "y"), (Some("b"), "[)]+")]
        );
        assert_eq!(found(r"\((?<!a)(?!b)([])]\))"), [(None, r"[])]\)")]);
        for none in ["(", "a)", "(a))", "(?<", "[(", "\\"] {
            assert!(found(none).is_empty(), "{none}");
        }
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
