//! The locations of one block, as nginx keeps them: what is compared byte by byte in a tree, and the regexes in
//! the order of the file (ngx_http_init_locations).
//!
//! A server may have thousands, and every request asks for one: the tree is made once.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::value::Unknown;

use super::configuration::NodeId;
use super::inherit;
use super::location::{Matcher, Modifier};
use super::node::Node;

/// The locations directly in a block.
#[derive(Debug)]
pub(super) struct Level {
    exact: BTreeMap<Vec<u8>, NodeId>,
    prefixes: BTreeMap<Vec<u8>, NodeId>,
    named: BTreeMap<Vec<u8>, NodeId>,
    /// In the order of the file.
    pub(super) regexes: Vec<NodeId>,
    /// What is compared byte by byte and filled in when a template is rendered.
    open: Vec<NodeId>,
    /// Why there may be locations that were not read.
    pub(super) unread: Option<Unknown>,
}

impl Level {
    pub(super) fn of(block: Node<'_>) -> Self {
        let mut level = Self {
            exact: BTreeMap::new(),
            prefixes: BTreeMap::new(),
            named: BTreeMap::new(),
            regexes: Vec::new(),
            open: Vec::new(),
            unread: block.configuration().gap(Some(block), |include| {
                inherit::holds_only_parameters(include, "location")
            }),
        };
        for child in block.children() {
            if let Some(matcher) = child.matcher() {
                level.add(child.id(), matcher);
            }
        }
        level
    }

    fn add(&mut self, location: NodeId, matcher: Matcher<'_>) {
        let has_hole = matcher.has_hole();
        let tree = match matcher.modifier {
            Modifier::Regex | Modifier::RegexCaseless => {
                self.regexes.push(location);
                return;
            }
            Modifier::Named if has_hole => return,
            _ if has_hole => {
                self.open.push(location);
                return;
            }
            Modifier::Exact => &mut self.exact,
            Modifier::Prefix | Modifier::PrefixNoRegex => &mut self.prefixes,
            Modifier::Named => &mut self.named,
        };
        // nginx refuses a second one.
        tree.entry(matcher.pattern.into_owned()).or_insert(location);
    }

    /// `location = path`
    pub(super) fn exact(&self, path: &[u8]) -> Option<NodeId> {
        self.exact.get(path).copied()
    }

    /// The prefix that is this very path.
    pub(super) fn prefix(&self, path: &[u8]) -> Option<NodeId> {
        self.prefixes.get(path).copied()
    }

    /// `location @name`
    pub(super) fn named(&self, name: &[u8]) -> Option<NodeId> {
        self.named.get(name).copied()
    }

    /// The longest prefix that a path begins with.
    pub(super) fn longest_prefix(&self, path: &[u8]) -> Option<NodeId> {
        let mut upper = path;
        loop {
            let up_to = (Bound::Unbounded, Bound::Included(upper));
            let (prefix, location) = self.prefixes.range::<[u8], _>(up_to).next_back()?;
            if path.starts_with(prefix) {
                return Some(*location);
            }
            // Every prefix of the path that sorts before this one begins both of them.
            let common = prefix
                .iter()
                .zip(path)
                .take_while(|(one, other)| one == other);
            upper = &path[..common.count()];
        }
    }

    /// The prefixes that begin with this one and are longer.
    pub(super) fn prefixes_below<'s>(
        &'s self,
        prefix: &'s [u8],
    ) -> impl Iterator<Item = NodeId> + 's {
        let beyond = (Bound::Excluded(prefix), Bound::Unbounded);
        let range = self.prefixes.range::<[u8], _>(beyond);
        range
            .take_while(move |(own, _)| own.starts_with(prefix))
            .map(|(_, location)| *location)
    }

    /// What a template fills in and may come before what is known, in the order of the file.
    pub(super) fn open(&self) -> &[NodeId] {
        &self.open
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::nginx::fixture;

    proptest! {
        #[test]
        fn the_longest_prefix_is_the_one_that_a_look_at_all_of_them_finds(
            prefixes in proptest::collection::btree_set("/[ab/]{0,5}", 0..12),
            path in "/[abc/]{0,7}",
        ) {
            let locations: Vec<String> = prefixes
                .iter()
                .map(|prefix| format!("location {prefix} {{ }}"))
                .collect();
            let nginx = fixture::site(&format!("server {{ {} }}", locations.join(" ")));
            let level = Level::of(nginx.servers().next().unwrap());
            let found = level.longest_prefix(path.as_bytes());
            let found = found.map(|id| nginx.node(id).matcher().unwrap().text().into_owned());
            let longest = prefixes.iter().filter(|prefix| path.starts_with(&**prefix));
            prop_assert_eq!(found.as_ref(), longest.max_by_key(|prefix| prefix.len()));
        }
    }
}
