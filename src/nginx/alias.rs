//! Aliases in prefix locations, where nginx replaces one string by another and minds no slash.

use super::configuration::Configuration;
use super::location::Matcher;
use super::node::{Argument, Node};
use super::request::{Answer, Request, no_disk};
use super::search::Search;
use super::word::PieceKind;

/// An `alias` in a location that is a prefix.
#[derive(Clone)]
pub struct Alias<'a> {
    /// The location.
    pub node: Node<'a>,
    /// What the location answers.
    pub location: Matcher<'a>,
    /// The alias's path.
    pub path: Argument<'a>,
}

impl Configuration {
    /// Every alias that stands in a prefix location; none whose location or path a template fills in.
    pub fn prefix_aliases(&self) -> impl Iterator<Item = Alias<'_>> {
        self.named("alias").filter_map(|alias| {
            let node = alias.parent()?;
            let location = node.matcher()?;
            let path = alias.argument(0)?;
            if !location.modifier.is_prefix() || location.has_hole() || path.has_hole() {
                return None;
            }
            Some(Alias {
                node,
                location,
                path,
            })
        })
    }

    /// Every alias in a regex that takes nothing of the path although files below it are asked for: each of
    /// them is the same directory. With a path that shows it.
    pub fn fixed_aliases(&self) -> Vec<(Node<'_>, Argument<'_>, String)> {
        let fixed = self.named("alias").filter_map(|alias| {
            let location = alias.parent()?;
            let matcher = location.matcher()?;
            let path = alias.argument(0)?;
            if !matcher.modifier.is_regex()
                || matcher.has_hole()
                || path.has_hole()
                || path.has_variable()
                || !path.bytes().ends_with(b"/")
            {
                return None;
            }
            let start = literal_start(&matcher.text())?.to_owned();
            let probe = format!("{start}style.css");
            let is_match = self.compiled(&matcher).is_match(probe.as_bytes()) == Some(true);
            is_match.then_some((location, path, probe))
        });
        fixed.collect()
    }

    /// Whether `uri` may be answered by this location: not if the search ends in another one.
    pub fn may_answer(&self, location: Node<'_>, uri: &[u8]) -> bool {
        match location.server().map(|server| self.search(server, uri)) {
            Some(Search::Location(found)) => found == location,
            Some(Search::Unknown(_)) | None => true,
            Some(Search::Server | Search::Redirect(_)) => false,
        }
    }
}

/// The directory that every path that a regex matches begins with: `/u/` for `^/u/`.
pub(super) fn literal_start(pattern: &str) -> Option<&str> {
    let rest = pattern.strip_prefix('^')?;
    let end = rest
        .find(|byte: char| !byte.is_ascii_alphanumeric() && !matches!(byte, '/' | '-' | '_'))
        .unwrap_or(rest.len());
    let start = &rest[..end];
    (start.starts_with('/') && start.ends_with('/')).then_some(start)
}

impl Alias<'_> {
    /// Whether files are handed out here at all, and not the answer of another server, or none.
    pub fn serves_files(&self) -> bool {
        let asked = Request::get_path(&self.location.pattern);
        let traces = self
            .node
            .configuration()
            .trace_in(self.node, &asked, &no_disk);
        let is_file = |answer: &Answer<'_>| {
            matches!(
                answer,
                Answer::File(_) | Answer::Directory(_) | Answer::Unknown(_)
            )
        };
        traces.iter().any(|trace| is_file(&trace.answer))
    }

    /// Whether only nginx itself gets here.
    pub fn is_internal(&self) -> bool {
        self.node.is_internal()
    }

    /// The path's last byte, unless a variable decides it.
    pub fn literal_end(&self) -> Option<u8> {
        match self.path.pieces().pop()?.kind {
            PieceKind::Literal(bytes) => bytes.last().copied(),
            PieceKind::Variable(_) | PieceKind::Hole => None,
        }
    }

    /// Whether the path plainly names one file: it ends as the location does, or as files do.
    pub fn names_file(&self) -> bool {
        const FILES: &[&str] = &[
            "css",
            "gif",
            "htm",
            "html",
            "ico",
            "jpg",
            "js",
            "json",
            "map",
            "pdf",
            "png",
            "svg",
            "txt",
            "webmanifest",
            "webp",
            "xml",
        ];
        let path = self.path.text();
        let name = path.rsplit('/').next().unwrap_or_default();
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return false;
        };
        !stem.is_empty()
            && FILES
                .iter()
                .any(|file| extension.eq_ignore_ascii_case(file))
    }
}
