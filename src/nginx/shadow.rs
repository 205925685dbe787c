//! Locations that no path gets to, because another one takes all of theirs.

use super::alias::literal_start;
use super::configuration::Configuration;
use super::directives::Context;
use super::level::Level;
use super::location::{Matcher, Modifier};
use super::node::Node;

/// A location whose paths another one takes.
pub struct Shadowed<'a> {
    /// The location.
    pub location: Node<'a>,
    /// The one that takes them.
    pub by: Node<'a>,
    /// Why.
    pub why: Shadow,
}

/// Why a location gets no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shadow {
    /// A regex before it matches every path.
    Everything,
    /// A regex before it is the same.
    Same,
    /// What it matches begins with a prefix that keeps regexes from being tried.
    NoRegex,
}

/// Regexes that match every path, as people write them.
const EVERYTHING: &[&str] = &[
    "/", "^/", "^", ".", ".*", "^.*", "^.*$", ".+", "(.*)", "^(.*)$", "^/.*", "^/.*$", "^/(.*)",
    "^/(.*)$",
];

impl Configuration {
    /// Every location that no path gets to, in blocks that are read whole.
    pub fn shadowed_locations(&self) -> Vec<Shadowed<'_>> {
        let mut found = Vec::new();
        for block in self.named_any(&["server", "location"]) {
            let context = block.block_context();
            if !matches!(context, Some(Context::Server | Context::Location)) {
                continue;
            }
            let level = self.locations_in(block);
            if level.unread.is_none() && level.open().is_empty() {
                self.shadowed_in(&level, block, &mut found);
            }
        }
        found
    }

    fn shadowed_in<'a>(&'a self, level: &Level, block: Node<'a>, found: &mut Vec<Shadowed<'a>>) {
        let mut tried: Vec<(Node<'a>, Matcher<'a>)> = Vec::new();
        for id in &level.regexes {
            let location = self.node(*id);
            let Some(matcher) = location.matcher().filter(|matcher| !matcher.has_hole()) else {
                // What is filled in may match anything.
                return;
            };
            let before = tried.iter().find_map(|(by, own)| {
                let why = if matches_everything(own) {
                    Shadow::Everything
                } else if is_same(own, &matcher) {
                    Shadow::Same
                } else {
                    return None;
                };
                Some((*by, why))
            });
            let shadow =
                before.or_else(|| Some((self.no_regex(level, &matcher)?, Shadow::NoRegex)));
            if let Some((by, why)) = shadow {
                found.push(Shadowed { location, by, why });
            }
            tried.push((location, matcher));
        }
        let everything = tried
            .iter()
            .find(|(_, matcher)| matches_everything(matcher));
        let Some((by, _)) = everything else {
            return;
        };
        for location in block.children() {
            let is_plain = |matcher: Matcher<'_>| matcher.modifier == Modifier::Prefix;
            // What is nested in it may be final, and what passes on is redirected to.
            let is_simple = location.children_named("location").next().is_none()
                && !location.settings().any(|child| self.pass(child).is_some());
            if is_simple && location.matcher().is_some_and(is_plain) {
                let why = Shadow::Everything;
                found.push(Shadowed {
                    location,
                    by: *by,
                    why,
                });
            }
        }
    }

    /// The `^~` location that takes every path that a regex matches.
    fn no_regex<'a>(&'a self, level: &Level, matcher: &Matcher<'_>) -> Option<Node<'a>> {
        let text = matcher.text();
        if matcher.modifier != Modifier::Regex || text.contains('|') {
            return None;
        }
        let start = literal_start(&text)?;
        let behind = text.strip_prefix('^')?.strip_prefix(start)?;
        if behind.starts_with(['?', '*', '{']) {
            return None;
        }
        let prefix = self.node(level.longest_prefix(start.as_bytes())?);
        let own = prefix.matcher()?;
        let is_final = own.modifier == Modifier::PrefixNoRegex
            && level.prefixes_below(start.as_bytes()).next().is_none();
        is_final.then_some(prefix)
    }
}

fn matches_everything(matcher: &Matcher<'_>) -> bool {
    EVERYTHING.contains(&&*matcher.text())
}

/// Whether the first of two regexes matches all that the other one does, because both are written alike.
fn is_same(first: &Matcher<'_>, other: &Matcher<'_>) -> bool {
    first.pattern == other.pattern
        && (first.modifier == other.modifier || first.modifier == Modifier::RegexCaseless)
}
