//! YAML with places: a tree in an arena, whose aliases are ids and are never expanded.
//!
//! An alias costs what its name costs: a "billion laughs" file is as small here as it is on disk,
//! and a cycle is two ids. What walks the tree pays for each step from a budget, so that a small
//! file that repeats itself cannot make a large answer.

mod build;
mod offsets;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use saphyr_parser::ScalarStyle;

/// Files above this are not parsed. The parser keeps the tokens of an open `[` or `{`, some
/// hundred bytes for each byte of the file.
pub const MAX_SIZE: usize = 1024 * 1024;

/// What may be looked at in one file: nodes, and pieces of text.
const BUDGET: usize = 400_000;

/// How many bytes of text cost as much as a node.
const BYTES_A_STEP: usize = 32;

/// How many mappings a chain of `<<` may go through.
const MAX_MERGES: usize = 1000;

/// A node of a [`Yaml`] tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A document.
#[derive(Debug)]
pub struct Yaml {
    nodes: Vec<Node>,
    root: Option<NodeId>,
    budget: Cell<usize>,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    range: Range<usize>,
    tag: Option<String>,
}

#[derive(Debug)]
enum Kind {
    Scalar(String, ScalarStyle),
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
    Alias(NodeId),
}

/// Why a file is no document that can be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The reason, to be read after "not known: ".
    pub why: String,
    /// The bytes to point at.
    pub range: Range<usize>,
}

/// A scalar.
#[derive(Clone, Copy, Debug)]
pub struct Scalar<'a> {
    /// What it says.
    pub text: &'a str,
    /// Whether it is written without quotes, so that it may be a number, a truth value or null.
    pub is_plain: bool,
    style: ScalarStyle,
    /// The bytes, quotes included.
    range: &'a Range<usize>,
}

impl Scalar<'_> {
    /// The bytes, quotes included; of a block its lines, without the `|`.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// For each byte of the text the offset in the file of the byte that it comes from; one more at the end.
    pub fn offsets(&self, bytes: &[u8]) -> Vec<u32> {
        offsets::of(self.text, self.style, bytes, self.range())
    }

    /// Whether it says nothing: `~`, `null`, or nothing at all.
    pub fn is_null(&self) -> bool {
        self.is_plain && matches!(self.text, "" | "~" | "null" | "Null" | "NULL")
    }
}

/// An entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The key's text.
    pub name: &'a str,
    /// The key.
    pub key: NodeId,
    /// The value, never an alias.
    pub value: NodeId,
}

impl Yaml {
    /// Reads the one document of a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MAX_SIZE {
            return Err(Fault {
                why: format!("files over {} KB are not read", MAX_SIZE / 1024),
                range: 0..0,
            });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| Fault {
            why: "this is not UTF-8".to_owned(),
            range: error.valid_up_to()..error.valid_up_to() + 1,
        })?;
        // The parser would count the byte order mark as a character.
        let (text, skipped) = text
            .strip_prefix('\u{FEFF}')
            .map_or((text, 0), |rest| (rest, '\u{FEFF}'.len_utf8()));
        build::build(text, skipped)
    }

    /// The document's top node, where there is one.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// Whether so much was looked at that answers are no longer whole.
    pub fn is_exhausted(&self) -> bool {
        self.budget.get() == 0
    }

    /// Lets the next one look around as long as the first.
    pub fn refill(&self) {
        self.budget.set(BUDGET);
    }

    /// Pays for something that is made of this file; false where it has cost too much already.
    pub fn spend(&self, bytes: usize) -> bool {
        let cost = 1 + bytes / BYTES_A_STEP;
        let left = self.budget.get().saturating_sub(cost);
        self.budget.set(left);
        left > 0
    }

    /// The node, or what an alias stands for.
    fn node(&self, id: NodeId) -> Option<&Node> {
        let node = self.nodes.get(id.0 as usize)?;
        match node.kind {
            // An alias cannot have an anchor, so what it stands for is no alias.
            Kind::Alias(target) => self.nodes.get(target.0 as usize),
            _ => Some(node),
        }
    }

    fn resolve(&self, id: NodeId) -> NodeId {
        match self.nodes.get(id.0 as usize).map(|node| &node.kind) {
            Some(Kind::Alias(target)) => *target,
            _ => id,
        }
    }

    /// The bytes of a node as it stands here: those of an alias are `*name`.
    pub fn range(&self, id: NodeId) -> Range<usize> {
        self.nodes
            .get(id.0 as usize)
            .map_or(0..0, |node| node.range.clone())
    }

    /// A tag of the file's own, without its `!`: `reset`.
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.node(id)?.tag.as_deref()
    }

    /// The node as a scalar.
    pub fn scalar(&self, id: NodeId) -> Option<Scalar<'_>> {
        let node = self.node(id)?;
        match &node.kind {
            Kind::Scalar(text, style) if self.spend(text.len()) => Some(Scalar {
                text,
                is_plain: *style == ScalarStyle::Plain,
                style: *style,
                range: &node.range,
            }),
            _ => None,
        }
    }

    /// Whether the node says nothing.
    pub fn is_null(&self, id: NodeId) -> bool {
        self.scalar(id).is_some_and(|scalar| scalar.is_null())
    }

    /// The items of a sequence.
    pub fn sequence(&self, id: NodeId) -> Option<Vec<NodeId>> {
        match &self.node(id)?.kind {
            Kind::Sequence(items) => Some(
                items
                    .iter()
                    .take_while(|_| self.spend(0))
                    .map(|item| self.resolve(*item))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// Whether the node is a mapping.
    pub fn is_mapping(&self, id: NodeId) -> bool {
        self.node(id)
            .is_some_and(|node| matches!(node.kind, Kind::Mapping(_)))
    }

    /// The entries of a mapping: its own in order, then what `<<` brings.
    pub fn mapping(&self, id: NodeId) -> Option<Vec<Entry<'_>>> {
        if !self.is_mapping(id) {
            return None;
        }
        let mut entries = Vec::new();
        let mut names = HashSet::new();
        self.visit(id, &mut |entry| {
            if names.insert(entry.name) {
                entries.push(entry);
            }
            true
        });
        Some(entries)
    }

    /// The value of a key, looked up through `<<` where the mapping does not have it.
    pub fn get(&self, id: NodeId, name: &str) -> Option<Entry<'_>> {
        let mut found = None;
        self.visit(id, &mut |entry| {
            if entry.name == name {
                found = Some(entry);
            }
            found.is_none()
        });
        found
    }

    /// Gives each entry of a mapping and of what it merges, the nearest first, until told to stop.
    ///
    /// A mapping that was seen has nothing new to say, so that cycles and bombs of merges end.
    fn visit<'a>(&'a self, id: NodeId, take: &mut dyn FnMut(Entry<'a>) -> bool) {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![self.resolve(id)];
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            if seen.len() > MAX_MERGES {
                self.budget.set(0);
                return;
            }
            let Some(Kind::Mapping(entries)) = self.node(id).map(|node| &node.kind) else {
                continue;
            };
            let mut merged = Vec::new();
            for (key, value) in entries {
                if !self.spend(0) {
                    return;
                }
                let Some(Kind::Scalar(name, style)) = self.node(*key).map(|node| &node.kind) else {
                    continue;
                };
                let value = self.resolve(*value);
                if name == "<<" && *style == ScalarStyle::Plain {
                    match self.node(value).map(|node| &node.kind) {
                        Some(Kind::Mapping(_)) => merged.push(value),
                        Some(Kind::Sequence(items)) if self.spend(items.len() * BYTES_A_STEP) => {
                            merged.extend(items.iter().map(|item| self.resolve(*item)));
                        }
                        _ => {}
                    }
                } else if !take(Entry {
                    name,
                    key: *key,
                    value,
                }) {
                    return;
                }
            }
            waiting.extend(merged.into_iter().rev());
        }
    }
}
