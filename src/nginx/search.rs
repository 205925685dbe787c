//! Which location answers a URI (ngx_http_core_find_location).
//!
//! The longest prefix of a level is found first, and what is nested in it; an
//! exact location ends the search. Else the level's regexes are tried in the
//! order of the file, unless the prefix is `^~`, and what is nested in the first
//! that matches. So an outer regex beats a nested prefix, but not a nested regex.

use std::sync::{Arc, PoisonError};

use crate::value::Unknown;

use super::configuration::Configuration;
use super::directives::Context;
use super::inherit;
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
        let locations: Vec<(Node<'a>, Matcher<'a>)> = block
            .children()
            .filter_map(|child| Some((child, child.matcher()?)))
            .collect();
        let exact = locations
            .iter()
            .find(|(_, matcher)| matcher.modifier == Modifier::Exact && is(matcher, uri));
        if let Some((node, _)) = exact {
            return Found::Final(*node);
        }
        if let Some(unknown) = self.unread_locations(block) {
            return Found::Unknown(unknown);
        }
        if let Some(unknown) = locations.iter().find_map(|(_, matcher)| hole(matcher, uri)) {
            return Found::Unknown(unknown);
        }
        if let Some(redirect) = self.redirect(&locations, uri) {
            return redirect;
        }
        let prefix = locations
            .iter()
            .filter(|(_, matcher)| {
                matcher.modifier.is_prefix()
                    && !matcher.has_hole()
                    && uri.starts_with(&matcher.pattern)
            })
            .max_by_key(|(_, matcher)| matcher.pattern.len());
        let mut found = Found::Nothing;
        if let Some((node, _)) = prefix {
            found = match self.level(*node, uri, depth + 1) {
                Found::Nothing => Found::Prefix(*node),
                Found::Prefix(nested) => Found::Prefix(nested),
                other => return other,
            };
        }
        if prefix.is_some_and(|(_, matcher)| matcher.modifier == Modifier::PrefixNoRegex) {
            return found;
        }
        self.first_regex(&locations, uri, depth).unwrap_or(found)
    }

    fn first_regex<'a>(
        &'a self,
        locations: &[(Node<'a>, Matcher<'a>)],
        uri: &[u8],
        depth: usize,
    ) -> Option<Found<'a>> {
        for (node, matcher) in locations {
            if !matcher.modifier.is_regex() {
                continue;
            }
            if matcher.has_hole() {
                let why = "the regex is filled in when the template is rendered";
                return Some(Found::Unknown(Unknown::at(matcher.span, why)));
            }
            match self.compiled(matcher).is_match(uri) {
                Some(false) => {}
                None => {
                    let why = "only PCRE can tell what this regex matches";
                    return Some(Found::Unknown(Unknown::at(matcher.span, why)));
                }
                // Whatever the search inside ends with, nginx goes on with the location that it got to.
                Some(true) => {
                    return Some(match self.level(*node, uri, depth + 1) {
                        Found::Nothing => Found::Final(*node),
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
    fn redirect<'a>(
        &'a self,
        locations: &[(Node<'a>, Matcher<'a>)],
        uri: &[u8],
    ) -> Option<Found<'a>> {
        let is_static = |matcher: &Matcher<'_>| {
            !matcher.has_hole()
                && (matcher.modifier.is_prefix() || matcher.modifier == Modifier::Exact)
        };
        if locations
            .iter()
            .any(|(_, matcher)| is_static(matcher) && *matcher.pattern == *uri)
        {
            return None;
        }
        let with_slash: Vec<&(Node<'a>, Matcher<'a>)> = locations
            .iter()
            .filter(|(_, matcher)| {
                is_static(matcher) && matcher.pattern.strip_suffix(b"/") == Some(uri)
            })
            .collect();
        let passes = |node: &Node<'a>| node.children().any(|child| self.pass(child).is_some());
        if !with_slash.iter().any(|(node, _)| passes(node)) {
            return None;
        }
        // The exact location is entered where there is one, whichever of the two passes on.
        let exact = with_slash
            .iter()
            .find(|(_, matcher)| matcher.modifier == Modifier::Exact);
        exact
            .or(with_slash.first())
            .map(|(node, _)| Found::Redirect(*node))
    }

    /// Why there may be locations that were not read.
    fn unread_locations(&self, block: Node<'_>) -> Option<Unknown> {
        self.gap(Some(block), |include| {
            inherit::holds_only_parameters(include, "location")
        })
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
        server.children().find(|child| {
            child.block_context() == Some(Context::Location)
                && child.matcher().is_some_and(|matcher| {
                    matcher.modifier == Modifier::Named && is(&matcher, name)
                })
        })
    }
}

fn is(matcher: &Matcher<'_>, uri: &[u8]) -> bool {
    !matcher.has_hole() && *matcher.pattern == *uri
}

/// Why an exact or prefix location may match, where a template fills it in.
fn hole(matcher: &Matcher<'_>, uri: &[u8]) -> Option<Unknown> {
    let before = matcher.before_hole.as_ref()?;
    let is_static = matcher.modifier.is_prefix() || matcher.modifier == Modifier::Exact;
    // The hole may hold anything, also the slash that the URI lacks.
    let may_match = uri.starts_with(before) || before.strip_suffix(b"/") == Some(uri);
    (is_static && may_match).then(|| {
        let why = "the location is filled in when the template is rendered";
        Unknown::at(matcher.span, why)
    })
}

#[cfg(test)]
mod tests;
