//! What a location says it answers (ngx_http_core_location).

use std::borrow::Cow;

use crate::source::Span;

use super::configuration::Configuration;
use super::directives::Context;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// How a location is compared with a URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// `=`
    Exact,
    /// None: a prefix.
    Prefix,
    /// `^~`: a prefix that keeps the regexes beside it from being tried.
    PrefixNoRegex,
    /// `~`
    Regex,
    /// `~*`
    RegexCaseless,
    /// `@name`: reached from inside only.
    Named,
}

impl Modifier {
    /// Whether it is a prefix, with or without `^~`.
    pub fn is_prefix(self) -> bool {
        matches!(self, Self::Prefix | Self::PrefixNoRegex)
    }

    /// Whether it is a regex, of either kind.
    pub fn is_regex(self) -> bool {
        matches!(self, Self::Regex | Self::RegexCaseless)
    }
}

/// A location's modifier and pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher<'a> {
    /// How it is compared.
    pub modifier: Modifier,
    /// What is compared: a path, a regex or a name.
    pub pattern: Cow<'a, [u8]>,
    /// The word that the pattern is in; a modifier may be glued to it.
    pub span: Span,
    /// The same without quotes.
    pub inner_span: Span,
    /// The bytes before what a template fills in; nothing where nothing is filled in.
    pub(super) before_hole: Option<Vec<u8>>,
}

impl Matcher<'_> {
    /// The pattern as text, with what is not UTF-8 replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.pattern)
    }

    /// Whether another program fills some of it in.
    pub fn has_hole(&self) -> bool {
        self.before_hole.is_some()
    }
}

impl<'a> Node<'a> {
    /// What a location answers; nothing for what is no location, or one that nginx refuses.
    pub fn matcher(self) -> Option<Matcher<'a>> {
        if self.block_context() != Some(Context::Location) {
            return None;
        }
        let words: Vec<_> = self.arguments().collect();
        match words[..] {
            [word] => Some(glued(word)),
            [modifier, word] => {
                let modifier = match &*modifier.bytes() {
                    b"=" => Modifier::Exact,
                    b"^~" => Modifier::PrefixNoRegex,
                    b"~" => Modifier::Regex,
                    b"~*" => Modifier::RegexCaseless,
                    _ => return None,
                };
                Some(matcher(modifier, word, 0))
            }
            _ => None,
        }
    }
}

impl Configuration {
    /// The locations that no path gets to, for want of a slash; none in a server that makes such paths itself.
    pub fn locations_without_slash(&self) -> Vec<(Node<'_>, Matcher<'_>)> {
        let dead = self.locations().filter_map(|location| {
            let matcher = location.matcher().filter(Matcher::lacks_slash)?;
            let makes_paths = |server: Node<'_>| {
                let is_inside = |node: &Node<'_>| node.server() == Some(server);
                let rewrites = self.named("rewrite").filter(is_inside);
                let makes_path = |node: Node<'_>| {
                    node.argument(1)
                        .is_none_or(|word| !word.bytes().starts_with(b"/"))
                };
                let falls_back = || {
                    let fallbacks = self.fallbacks_without_slash();
                    fallbacks.iter().any(|fallback| is_inside(&fallback.node))
                };
                rewrites.into_iter().any(makes_path) || falls_back()
            };
            let is_dead = location.server().is_some_and(|server| !makes_paths(server));
            is_dead.then_some((location, matcher))
        });
        dead.collect()
    }
}

impl Matcher<'_> {
    /// The modifier with a blank behind it, as people write it; nothing for a prefix.
    pub fn modifier_shown(&self) -> &'static str {
        match self.modifier {
            Modifier::Exact => "= ",
            Modifier::PrefixNoRegex => "^~ ",
            Modifier::Regex => "~ ",
            Modifier::RegexCaseless => "~* ",
            Modifier::Prefix | Modifier::Named => "",
        }
    }

    /// Whether no path that a client sends can be answered by it: every path begins with a slash.
    pub fn lacks_slash(&self) -> bool {
        (self.modifier.is_prefix() || self.modifier == Modifier::Exact)
            && !self.has_hole()
            && !self.pattern.is_empty()
            && !self.pattern.starts_with(b"/")
    }
}

impl Node<'_> {
    /// Whether only nginx itself gets to a location: a client is answered 404 (ngx_http_core_find_config_phase).
    /// Locations inside of an internal one are internal too.
    pub fn is_internal(self) -> bool {
        std::iter::once(self)
            .chain(self.ancestors())
            .any(|block| block.children_named("internal").next().is_some())
    }
}

fn glued(word: Argument<'_>) -> Matcher<'_> {
    let bytes = word.bytes();
    let (modifier, length) = match &*bytes {
        [b'=', ..] => (Modifier::Exact, 1),
        [b'^', b'~', ..] => (Modifier::PrefixNoRegex, 2),
        [b'~', b'*', ..] => (Modifier::RegexCaseless, 2),
        [b'~', ..] => (Modifier::Regex, 1),
        [b'@', ..] => (Modifier::Named, 0),
        _ => (Modifier::Prefix, 0),
    };
    matcher(modifier, word, length)
}

fn matcher(modifier: Modifier, word: Argument<'_>, skipped: usize) -> Matcher<'_> {
    let pattern = match word.bytes() {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[skipped..]),
        Cow::Owned(bytes) => Cow::Owned(bytes[skipped..].to_vec()),
    };
    let before_hole = word.has_hole().then(|| {
        let mut before = Vec::new();
        for piece in word.pieces() {
            match piece.kind {
                PieceKind::Literal(literal) => before.extend_from_slice(&literal),
                // No variable is filled in here: it is text.
                PieceKind::Variable(_) => before
                    .extend_from_slice(word.source().bytes().get(piece.range).unwrap_or_default()),
                PieceKind::Hole => break,
            }
        }
        before.split_off(skipped.min(before.len()))
    });
    Matcher {
        modifier,
        pattern,
        span: word.span(),
        inner_span: word.inner_span(),
        before_hole,
    }
}
