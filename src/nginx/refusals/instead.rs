//! What to write where a release of nginx lacks a directive or an option, and what newer ones lack.

use crate::nginx::configuration::Configuration;
use crate::nginx::directives::{self, Variant};
use crate::nginx::node::Node;
use crate::nginx::version::Version;

use super::judge;

/// A directive that newer releases refuse.
pub struct Ending<'a> {
    /// The directive.
    pub directive: Node<'a>,
    /// The first release that refuses it.
    pub removed: Version,
    /// What to write.
    pub instead: String,
}

impl Configuration {
    /// The directives that newer releases than the one that is run refuse; than any, where that is not known.
    pub fn endings(&self) -> impl Iterator<Item = Ending<'_>> {
        let ending = self.by_name.iter().filter_map(move |(name, nodes)| {
            let known = directives::find(name)?;
            let mut variants = known.variants().iter();
            let ends = variants.any(|variant| variant.lifetime.removed.is_some());
            ends.then(|| nodes.iter().map(move |node| (self.node(*node), known)))
        });
        let judged = ending.flatten().filter(|(node, _)| judge::is_judged(*node));
        judged.filter_map(|(directive, known)| {
            let mut here = known.here(directive.context());
            // One that some module keeps stays.
            let variant = here.next().filter(|_| here.next().is_none())?;
            let removed = variant.lifetime.removed?;
            let is_there = !variant.lifetime.excludes(self.release());
            is_there.then(|| Ending {
                directive,
                removed,
                instead: of(variant),
            })
        })
    }
}

/// What does the same in the releases that lack a directive.
const OF_DIRECTIVE: &[(&str, &str)] = &[
    (
        "add_header_inherit",
        "repeat the headers of the block around it in this one",
    ),
    (
        "add_trailer_inherit",
        "repeat the trailers of the block around it in this one",
    ),
    ("http2", "write it at the `listen`: `listen 443 ssl http2;`"),
    ("ssl", "write it at the `listen`: `listen 443 ssl;`"),
];

/// The same for an option of `listen`.
const OF_LISTEN: &[(&str, &str)] = &[("spdy", "write `http2`, which took its place")];

/// What to do about a directive that the release lacks.
pub(super) fn of(variant: &Variant) -> String {
    let written = OF_DIRECTIVE
        .iter()
        .find(|(name, _)| *name == variant.name)
        .map(|(_, help)| (*help).to_owned());
    let lifetime = variant.lifetime;
    written.unwrap_or_else(|| match (lifetime.since, lifetime.removed) {
        (_, Some(_)) => "remove it".to_owned(),
        (Some(since), None) => format!("run nginx {since} or later, or do without it"),
        (None, None) => "do without it".to_owned(),
    })
}

/// What to do about an option of `listen` that the release lacks.
pub(super) fn of_option(name: &str) -> Option<&'static str> {
    let found = OF_LISTEN.iter().find(|(option, _)| *option == name);
    found.map(|(_, help)| *help)
}
