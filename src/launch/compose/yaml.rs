//! YAML with places: a tree in an arena, whose aliases are ids and are never expanded.
//!
//! An alias costs what its name costs: a "billion laughs" file is as small here as it is on disk,
//! and a cycle is two ids. What walks the tree pays for each step from a budget, so that a small
//! file that repeats itself cannot make a large answer.

mod offsets;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

/// Files above this are not parsed. The parser keeps the tokens of an open `[` or `{`, some
/// hundred bytes for each byte of the file.
pub const MAX_SIZE: usize = 1024 * 1024;

/// Deeper trees are refused; no file that people write comes near.
const MAX_DEPTH: usize = 64;

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
        Builder::new(text, skipped).build(text)
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

/// What is still open while the document is read.
struct Open {
    id: NodeId,
    /// The key that waits for its value, in a mapping.
    key: Option<NodeId>,
    /// The keys so far.
    names: HashSet<String>,
}

struct Builder {
    nodes: Vec<Node>,
    open: Vec<Open>,
    root: Option<NodeId>,
    /// The node of each anchor, by the parser's number.
    anchors: Vec<Option<NodeId>>,
    places: Places,
}

/// From the parser's count of characters to bytes.
struct Places {
    /// Where each character begins; nothing where each is one byte.
    starts: Option<Vec<u32>>,
    /// Bytes before the first character.
    skipped: usize,
    length: usize,
}

impl Places {
    fn new(text: &str, skipped: usize) -> Self {
        let starts =
            (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at as u32).collect());
        Self {
            starts,
            skipped,
            length: text.len(),
        }
    }

    fn byte(&self, character: usize) -> usize {
        let at = match &self.starts {
            Some(starts) => starts
                .get(character)
                .map_or(self.length, |start| *start as usize),
            None => character.min(self.length),
        };
        at + self.skipped
    }

    fn range(&self, span: saphyr_parser::Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }

    fn fault(&self, error: &ScanError) -> Fault {
        let at = self.byte(error.marker().index());
        Fault {
            // The parser's own words may repeat a part of the file, which may be a secret.
            why: "this is not YAML".to_owned(),
            range: at..at,
        }
    }
}

impl Builder {
    fn new(text: &str, skipped: usize) -> Self {
        Self {
            nodes: Vec::new(),
            open: Vec::new(),
            root: None,
            anchors: Vec::new(),
            places: Places::new(text, skipped),
        }
    }

    fn build(mut self, text: &str) -> Result<Yaml, Fault> {
        let mut documents = 0;
        // The events are pulled: the parser's own loop calls itself for each level.
        let mut parser = Parser::new_from_str(text);
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.places.fault(&error))?;
            let range = self.places.range(span);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.fault("a file with several documents", range));
                    }
                }
                Event::Scalar(value, style, anchor, tag) => {
                    let range = own(text, self.places.skipped, range, style, &value);
                    let kind = Kind::Scalar(value.into_owned(), style);
                    self.add(kind, range, anchor, own_tag(tag.as_deref()))?;
                }
                Event::SequenceStart(anchor, tag) => {
                    let kind = Kind::Sequence(Vec::new());
                    let range = with_dash(text, self.places.skipped, range);
                    let id = self.add(kind, range.clone(), anchor, own_tag(tag.as_deref()))?;
                    self.enter(id, range)?;
                }
                Event::MappingStart(anchor, tag) => {
                    let kind = Kind::Mapping(Vec::new());
                    let id = self.add(kind, range.clone(), anchor, own_tag(tag.as_deref()))?;
                    self.enter(id, range)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.leave(text, range),
                Event::Alias(anchor) => {
                    let target = self.anchors.get(anchor).copied().flatten();
                    let target =
                        target.ok_or_else(|| self.fault("an alias of nothing", range.clone()))?;
                    self.add(Kind::Alias(target), range, 0, None)?;
                }
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok(Yaml {
            nodes: self.nodes,
            root: self.root,
            budget: Cell::new(BUDGET),
        })
    }

    fn fault(&self, why: &str, range: Range<usize>) -> Fault {
        Fault {
            why: why.to_owned(),
            range,
        }
    }

    fn add(
        &mut self,
        kind: Kind,
        range: Range<usize>,
        anchor: usize,
        tag: Option<String>,
    ) -> Result<NodeId, Fault> {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let name = match &kind {
            Kind::Scalar(text, _) => Some(text.clone()),
            _ => None,
        };
        self.nodes.push(Node {
            kind,
            range: range.clone(),
            tag,
        });
        if anchor > 0 {
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, None);
            }
            if let Some(slot) = self.anchors.get_mut(anchor) {
                *slot = Some(id);
            }
        }
        let Some(parent) = self.open.last_mut() else {
            self.root.get_or_insert(id);
            return Ok(id);
        };
        let Some(node) = self.nodes.get_mut(parent.id.0 as usize) else {
            return Ok(id);
        };
        match &mut node.kind {
            Kind::Sequence(items) => items.push(id),
            Kind::Mapping(entries) => match parent.key.take() {
                Some(key) => entries.push((key, id)),
                None => {
                    parent.key = Some(id);
                    // Compose's YAML library refuses it: "mapping key … already defined".
                    if let Some(name) = name
                        && !parent.names.insert(name)
                    {
                        return Err(Fault {
                            why: "a key that this mapping has already".to_owned(),
                            range,
                        });
                    }
                }
            },
            Kind::Scalar(..) | Kind::Alias(_) => {}
        }
        Ok(id)
    }

    fn enter(&mut self, id: NodeId, range: Range<usize>) -> Result<(), Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.fault("this is nested too deeply", range));
        }
        self.open.push(Open {
            id,
            key: None,
            names: HashSet::new(),
        });
        Ok(())
    }

    /// Gives what ends here its end: the bracket of `[` and `{`. A block "ends" where the next thing
    /// begins; what it holds says where it really does.
    fn leave(&mut self, text: &str, range: Range<usize>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let last = match self.nodes.get(open.id.0 as usize).map(|node| &node.kind) {
            Some(Kind::Sequence(items)) => items.last().copied(),
            Some(Kind::Mapping(entries)) => entries.last().map(|entry| entry.1),
            _ => None,
        };
        let last = last.and_then(|last| self.nodes.get(last.0 as usize));
        let inner = range.start.saturating_sub(self.places.skipped)
            ..range.end.saturating_sub(self.places.skipped);
        // The parser counts the blanks behind a bracket too.
        let is_bracket = text
            .get(inner)
            .is_some_and(|token| token.starts_with([']', '}']));
        let end = match last {
            _ if is_bracket => range.start + 1,
            Some(last) => last.range.end,
            None => range.end,
        };
        if let Some(node) = self.nodes.get_mut(open.id.0 as usize) {
            node.range.end = end.max(node.range.start);
        }
    }
}

fn own_tag(tag: Option<&Tag>) -> Option<String> {
    let tag = tag?;
    (tag.handle == "!").then(|| tag.suffix.clone())
}

/// The range from the `-` on, where the parser begins behind it: a list that is not indented.
fn with_dash(text: &str, skipped: usize, range: Range<usize>) -> Range<usize> {
    let start = range.start.saturating_sub(skipped);
    if matches!(text.as_bytes().get(start), Some(b'-' | b'[' | b'&' | b'!')) {
        return range;
    }
    let before = text.get(..start).unwrap_or_default().trim_end();
    match before.strip_suffix('-') {
        Some(before) => before.len() + skipped..range.end,
        None => range,
    }
}

/// The range of a scalar without its anchor and tag, and without the line ends and blanks that the
/// parser counts as a part of it.
fn own(
    text: &str,
    skipped: usize,
    range: Range<usize>,
    style: ScalarStyle,
    value: &str,
) -> Range<usize> {
    let inner = range.start.saturating_sub(skipped)..range.end.saturating_sub(skipped);
    let Some(whole) = text.get(inner) else {
        return range;
    };
    let mut rest = whole;
    while rest.starts_with(['&', '!']) {
        rest = rest
            .trim_start_matches(|c: char| !c.is_ascii_whitespace())
            .trim_ascii_start();
    }
    let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    if is_block && rest.len() < whole.len() {
        // With an anchor the range has the header too; its lines may begin with blanks of their own.
        let lines = rest.split_once('\n').map_or("", |(_, lines)| lines);
        let first = lines.trim_ascii_start();
        let value = value.trim_start_matches('\n');
        let blanks = value.len() - value.trim_start_matches(' ').len();
        let start = (lines.len() - first.len()).saturating_sub(blanks);
        rest = lines.get(start..).unwrap_or_default();
    }
    let start = range.start + (whole.len() - rest.len());
    let kept = match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => rest,
        _ => rest.trim_ascii_end(),
    };
    start..start + kept.len()
}
