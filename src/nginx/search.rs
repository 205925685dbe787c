//! Which location answers a URI (ngx_http_core_find_location).
//!
//! The longest prefix of a level is found first, and what is nested in it; an
//! exact location ends the search. Else the level's regexes are tried in the
//! order of the file, unless the prefix is `^~`, and what is nested in the first
//! that matches. So an outer regex beats a nested prefix, but not a nested regex.

use std::sync::{Arc, PoisonError};

use crate::value::Unknown;

use super::configuration::{Configuration, NodeId};
use super::level::Level;
use super::location::{Matcher, Modifier};
use super::node::Node;
use super::regex::Compiled;

/// No one nests locations deeper.
const MAX_DEPTH: usize = 32;

/// What answers a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search<'a> {
    /// This location.
    Location(Node<'a>),
    /// No location: the server itself.
    Server,
    /// A redirect to the same URI with a `/` behind it, because this location passes that on.
    Redirect(Node<'a>),
    /// Not known.
    Unknown(Unknown),
}

/// What one level of locations answers, in nginx's terms.
enum Found<'a> {
    /// NGX_DECLINED: nothing matches.
    Nothing,
    /// NGX_AGAIN: a prefix, unless a regex further out matches.
    Prefix(Node<'a>),
    /// NGX_OK: this one.
    Final(Node<'a>),
    /// NGX_DONE: a redirect.
    Redirect(Node<'a>),
    Unknown(Unknown),
}

impl Configuration {
    /// Which location of a server answers `uri`: decoded, without query, `//` and dots taken out.
    ///
    /// What `rewrite` and `return` of the server do first is [`Configuration::trace_at`]'s question.
    pub fn search<'a>(&'a self, server: Node<'a>, uri: &[u8]) -> Search<'a> {
        match self.level(server, uri, 0) {
            Found::Nothing => Search::Server,
            Found::Prefix(node) | Found::Final(node) => Search::Location(node),
            Found::Redirect(node) => Search::Redirect(node),
            Found::Unknown(unknown) => Search::Unknown(unknown),
        }
    }

    fn level<'a>(&'a self, block: Node<'a>, uri: &[u8], depth: usize) -> Found<'a> {
        if depth > MAX_DEPTH {
            let why = "locations are nested too deeply";
            return Found::Unknown(Unknown::at(block.name_span(), why));
        }
        let level = self.locations_in(block);
        if let Some(exact) = level.exact(uri) {
            return Found::Final(self.node(exact));
        }
        if let Some(unknown) = &level.unread {
            return Found::Unknown(unknown.clone());
        }
        let mut open = level.open().iter().filter_map(|id| self.matcher(*id));
        if let Some(unknown) = open.find_map(|matcher| hole(&matcher, uri)) {
            return Found::Unknown(unknown);
        }
        if let Some(location) = self.redirect(&level, uri) {
            return Found::Redirect(location);
        }
        let prefix = level.longest_prefix(uri).map(|id| self.node(id));
        let mut found = Found::Nothing;
        if let Some(node) = prefix {
            found = match self.level(node, uri, depth + 1) {
                Found::Nothing => Found::Prefix(node),
                Found::Prefix(nested) => Found::Prefix(nested),
                other => return other,
            };
        }
        let matcher = prefix.and_then(Node::matcher);
        if matcher.is_some_and(|matcher| matcher.modifier == Modifier::PrefixNoRegex) {
            return found;
        }
        self.first_regex(&level, uri, depth).unwrap_or(found)
    }

    fn first_regex<'a>(&'a self, level: &Level, uri: &[u8], depth: usize) -> Option<Found<'a>> {
        for id in &level.regexes {
            let node = self.node(*id);
            let Some(matcher) = node.matcher() else {
                continue;
            };
            if matcher.has_hole() {
                let why = "the regex is filled in when the template is rendered";
                return Some(Found::Unknown(Unknown::at(matcher.span, why)));
            }
            match self.compiled(&matcher).is_match(uri) {
                Some(false) => {}
                None => {
                    let why = "only PCRE can tell what this regex matches";
                    return Some(Found::Unknown(Unknown::at(matcher.span, why)));
                }
                // Whatever the search inside ends with, nginx goes on with the location that it got to.
                Some(true) => {
                    return Some(match self.level(node, uri, depth + 1) {
                        Found::Nothing => Found::Final(node),
                        Found::Prefix(nested) | Found::Final(nested) | Found::Redirect(nested) => {
                            Found::Final(nested)
                        }
                        unknown @ Found::Unknown(_) => unknown,
                    });
                }
            }
        }
        None
    }

    /// `/app` is redirected to `/app/` by a location that passes that on, before any regex is tried.
    fn redirect<'a>(&'a self, level: &Level, uri: &[u8]) -> Option<Node<'a>> {
        if level.prefix(uri).is_some() {
            return None;
        }
        let with_slash = [uri, b"/"].concat();
        // The exact location is entered where there is one, whichever of the two passes on.
        let beside = [level.exact(&with_slash), level.prefix(&with_slash)];
        let mut beside = beside
            .into_iter()
            .flatten()
            .map(|id| self.node(id))
            .peekable();
        let first = beside.peek().copied();
        let passes = |node: Node<'a>| node.settings().any(|child| self.pass(child).is_some());
        beside.any(passes).then_some(first).flatten()
    }

    /// The locations directly in a block. Sorting them is dear, and every request asks for them.
    pub(super) fn locations_in(&self, block: Node<'_>) -> Arc<Level> {
        let mut known = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let level = known
            .entry(block.id())
            .or_insert_with(|| Arc::new(Level::of(block)));
        Arc::clone(level)
    }

    fn matcher(&self, location: NodeId) -> Option<Matcher<'_>> {
        self.node(location).matcher()
    }

    /// A location's regex.
    pub(super) fn compiled(&self, matcher: &Matcher<'_>) -> Arc<Compiled> {
        self.regex(
            &matcher.pattern,
            matcher.modifier == Modifier::RegexCaseless,
        )
    }

    /// A regex. Compiling is dear, and the same few are asked again and again.
    pub(super) fn regex(&self, pattern: &[u8], caseless: bool) -> Arc<Compiled> {
        let mut known = self.regexes.lock().unwrap_or_else(PoisonError::into_inner);
        let compiled = known
            .entry((pattern.to_vec(), caseless))
            .or_insert_with(|| Arc::new(Compiled::of(pattern, caseless)));
        Arc::clone(compiled)
    }

    /// The named location of a server, as `try_files` and `error_page` reach it.
    pub fn named_location<'a>(&'a self, server: Node<'a>, name: &[u8]) -> Option<Node<'a>> {
        let named = self.locations_in(server).named(name)?;
        Some(self.node(named))
    }
}

/// Why an exact or prefix location may match, where a template fills it in.
fn hole(matcher: &Matcher<'_>, uri: &[u8]) -> Option<Unknown> {
    let before = matcher.before_hole.as_ref()?;
    // The hole may hold anything, also the slash that the URI lacks.
    let may_match = uri.starts_with(before) || before.strip_suffix(b"/") == Some(uri);
    may_match.then(|| {
        let why = "the location is filled in when the template is rendered";
        Unknown::at(matcher.span, why)
    })
}

#[cfg(test)]
mod tests;
