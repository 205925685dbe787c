//! Named locations that nothing has: nginx looks for them when a request gets there, and answers 500.

use super::configuration::Configuration;
use super::inherit;
use super::location::Modifier;
use super::node::{Argument, Node};

/// A word that names a location, of a server that has none of that name.
pub struct MissingNamed<'a> {
    /// The `try_files` or `error_page`.
    pub directive: Node<'a>,
    /// The name.
    pub word: Argument<'a>,
    /// The names that the server has.
    pub known: Vec<String>,
}

impl Configuration {
    /// Every name of a location that its server does not have, where all of the server is read.
    pub fn missing_named_locations(&self) -> Vec<MissingNamed<'_>> {
        let mut missing = Vec::new();
        for directive in self.named_any(&["try_files", "error_page"]) {
            let Some(word) = directive.arguments().last() else {
                continue;
            };
            let name = word.bytes();
            if !name.starts_with(b"@") || word.has_hole() || word.has_variable() {
                continue;
            }
            let harmless = |include: Node<'_>| inherit::holds_only_parameters(include, "location");
            let Some(server) = directive.server() else {
                continue;
            };
            let is_read = self.gap(Some(server), harmless).is_none();
            if is_read && self.named_location(server, &name).is_none() {
                missing.push(MissingNamed {
                    directive,
                    word,
                    known: names_of(server),
                });
            }
        }
        missing
    }
}

fn names_of(server: Node<'_>) -> Vec<String> {
    server
        .children()
        .filter_map(Node::matcher)
        .filter(|matcher| matcher.modifier == Modifier::Named && !matcher.has_hole())
        .map(|matcher| matcher.text().into_owned())
        .collect()
}
