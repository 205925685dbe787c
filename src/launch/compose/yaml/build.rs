//! From the parser's events to the tree.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::{BUDGET, Fault, Kind, Node, NodeId, Yaml};

/// Deeper trees are refused; no file that people write comes near.
const MAX_DEPTH: usize = 64;

/// Reads a text that lies so many bytes behind the start of its file.
pub(super) fn build(text: &str, skipped: usize) -> Result<Yaml, Fault> {
    Builder::new(text, skipped).build(text)
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
    // Behind a closing quote the parser counts blanks and a comment too.
    let kept = match style {
        ScalarStyle::SingleQuoted => quoted(rest, b'\''),
        ScalarStyle::DoubleQuoted => quoted(rest, b'"'),
        _ => rest.trim_ascii_end().len(),
    };
    start..start + kept
}

/// How long a text in quotes is.
fn quoted(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let is_doubled = quote == b'\'' && bytes.get(at + 1) == Some(&quote);
        match byte {
            b'\\' if quote == b'"' => at += 2,
            _ if *byte != quote => at += 1,
            _ if is_doubled => at += 2,
            _ => return at + 1,
        }
    }
    bytes.len()
}
