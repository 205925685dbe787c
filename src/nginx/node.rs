//! A directive in its place, and its arguments: what the questions to a configuration are answered with.

use std::borrow::Cow;
use std::sync::Arc;

use crate::source::{Origin, SourceFile, Span};
use crate::value::Value;

use super::ast::{Body, Directive};
use super::configuration::{Configuration, IncludeFault, Included, NodeData, NodeId, Parsed};
use super::directives::Context;
use super::template::Template;
use super::word::{Piece, PieceKind, Quote, Word};

/// The directives of one block.
pub struct Children<'a> {
    configuration: &'a Configuration,
    next: Option<NodeId>,
    follow: fn(&NodeData) -> Option<NodeId>,
}

impl<'a> Children<'a> {
    /// All from this one on.
    pub(super) fn new(configuration: &'a Configuration, first: Option<NodeId>) -> Self {
        Self {
            configuration,
            next: first,
            follow: |data| data.next,
        }
    }

    /// From this one on those that are no server and no location.
    pub(super) fn settings(configuration: &'a Configuration, first: Option<NodeId>) -> Self {
        Self {
            configuration,
            next: first,
            follow: |data| data.next_setting,
        }
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = self.configuration.node(self.next?);
        self.next = (self.follow)(node.data());
        Some(node)
    }
}

/// A directive in its place.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    configuration: &'a Configuration,
    id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.configuration, other.configuration)
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{:?}", self.name(), self.span().range())
    }
}

impl<'a> Node<'a> {
    pub(super) fn new(configuration: &'a Configuration, id: NodeId) -> Self {
        Self { configuration, id }
    }

    /// Its id, to keep and ask again.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The configuration that it is in.
    pub fn configuration(self) -> &'a Configuration {
        self.configuration
    }

    pub(super) fn data(self) -> &'a NodeData {
        &self.configuration.nodes[self.id.0 as usize]
    }

    fn parsed(self) -> &'a Parsed {
        &self.configuration.trees[self.data().tree as usize]
    }

    pub(super) fn directive(self) -> &'a Directive {
        self.parsed().ast.get(self.data().directive)
    }

    fn words(self) -> &'a [Word] {
        self.parsed().ast.words(self.data().directive)
    }

    /// The file that it stands in.
    pub fn source(self) -> &'a Arc<SourceFile> {
        &self.parsed().source
    }

    /// Its name; empty for what stands between directives in a template.
    pub fn name(self) -> Cow<'a, str> {
        match self.words().first() {
            Some(word) => match word.value(self.source().bytes()) {
                Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
                Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
            },
            None => Cow::Borrowed(""),
        }
    }

    /// Whether it has that name. nginx compares every byte.
    pub fn is(self, name: &str) -> bool {
        let parsed = self.parsed();
        let words = parsed.ast.words(self.data().directive);
        words
            .first()
            .is_some_and(|word| word.says(parsed.source.bytes(), name.as_bytes()))
    }

    /// Its name's place.
    pub fn name_span(self) -> Span {
        match self.words().first() {
            Some(word) => self.source().span(word.outer()),
            None => self.span(),
        }
    }

    /// Name and arguments, without `;` or block.
    pub fn header_span(self) -> Span {
        match self.words().last() {
            Some(last) => self.name_span().to(self.source().span(last.outer())),
            None => self.span(),
        }
    }

    /// The `;` or the `{` that ends the header: where nginx is when it judges the directive.
    pub(super) fn terminator(self) -> Span {
        let directive = self.directive();
        let at = match directive.body {
            Body::Block | Body::Raw => directive.open as usize,
            Body::None | Body::Statement => (directive.end as usize).saturating_sub(1),
        };
        self.source()
            .span(at..(at + 1).min(self.source().bytes().len()))
    }

    /// Whether another program fills some of its name in.
    pub(super) fn has_hole_in_name(self) -> bool {
        self.words().first().is_some_and(|word| {
            Argument {
                parsed: self.parsed(),
                word: *word,
            }
            .has_hole()
        })
    }

    /// All of it, up to the `;` or the `}`.
    pub fn span(self) -> Span {
        let directive = self.directive();
        self.source()
            .span(directive.start as usize..directive.end as usize)
    }

    /// What follows the name.
    pub fn arguments(self) -> impl ExactSizeIterator<Item = Argument<'a>> {
        let parsed = self.parsed();
        let words = self.words();
        words[words.len().min(1)..].iter().map(|word| Argument {
            parsed,
            word: *word,
        })
    }

    /// The words of a row of a table, in which the first one is no name.
    pub(super) fn row(self) -> impl Iterator<Item = Argument<'a>> {
        let parsed = self.parsed();
        self.words().iter().map(|word| Argument {
            parsed,
            word: *word,
        })
    }

    /// An argument, from 0.
    pub fn argument(self, index: usize) -> Option<Argument<'a>> {
        self.arguments().nth(index)
    }

    /// Whether it has a block.
    pub fn is_block(self) -> bool {
        matches!(self.directive().body, Body::Block | Body::Raw)
    }

    /// Whether it is something of a template that stands where directives would; what it becomes is not known.
    pub fn is_template_statement(self) -> bool {
        self.directive().body == Body::Statement
    }

    /// The context that it stands in.
    pub fn context(self) -> Context {
        self.data().context
    }

    /// The context that its block makes, where it has one.
    pub fn block_context(self) -> Option<Context> {
        self.data().inside
    }

    /// The block that it stands in; nothing at the top.
    pub fn parent(self) -> Option<Self> {
        self.data().parent.map(|id| self.configuration.node(id))
    }

    /// The blocks that it stands in, from the inside out.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// What is in its block, with what is included there in its place. An `include` itself comes before what it brings.
    pub fn children(self) -> Children<'a> {
        Children::new(self.configuration, self.data().first_child)
    }

    /// What is in its block and is neither a server nor a location: of those there may be thousands.
    pub(super) fn settings(self) -> Children<'a> {
        self.configuration.settings_in(Some(self))
    }

    /// The directives of that name directly in its block.
    pub fn children_named(self, name: &'a str) -> impl Iterator<Item = Self> {
        let may_be_block = matches!(name, "server" | "location");
        let children = match may_be_block {
            true => self.children(),
            false => self.settings(),
        };
        children.filter(move |child| child.is(name))
    }

    /// The `include` that brought the file it stands in.
    pub fn included_by(self) -> Option<Self> {
        self.data().include.map(|id| self.configuration.node(id))
    }

    /// What an `include` brought; nothing for other directives.
    pub fn included(self) -> Option<&'a Included> {
        self.configuration.includes.get(&self.id)
    }

    /// What nginx finds wrong with an `include`.
    pub(super) fn include_fault(self) -> Option<&'a IncludeFault> {
        self.configuration.include_faults.get(&self.id)
    }

    /// The server that it stands in, or is.
    pub fn server(self) -> Option<Self> {
        std::iter::once(self)
            .chain(self.ancestors())
            .find(|node| node.block_context() == Some(Context::Server))
    }

    /// The innermost location that it stands in, or is.
    pub fn location(self) -> Option<Self> {
        std::iter::once(self)
            .chain(self.ancestors())
            .find(|node| node.block_context() == Some(Context::Location))
    }

    /// Whether its file's braces do not balance, so that its place is where it was meant to be.
    pub(super) fn is_repaired(self) -> bool {
        self.parsed().ast.is_repaired
    }

    /// Whether the file's blocks are what they seem: no conditions and loops of a template decide them.
    pub fn is_structural(self) -> bool {
        self.parsed().ast.is_structural()
    }
}

/// An argument of a directive.
#[derive(Clone, Copy)]
pub struct Argument<'a> {
    parsed: &'a Parsed,
    word: Word,
}

impl<'a> Argument<'a> {
    /// Its place, with its quotes.
    pub fn span(self) -> Span {
        self.parsed.source.span(self.word.outer())
    }

    /// The place of what is inside its quotes.
    pub fn inner_span(self) -> Span {
        self.parsed.source.span(self.word.inner())
    }

    /// The file that it stands in.
    pub fn source(self) -> &'a Arc<SourceFile> {
        &self.parsed.source
    }

    /// How it was quoted.
    pub fn quote(self) -> Quote {
        self.word.quote()
    }

    /// What nginx makes of it, variables and holes as they are written.
    pub fn bytes(self) -> Cow<'a, [u8]> {
        self.word.value(self.parsed.source.bytes())
    }

    /// The same as text, with what is not UTF-8 replaced.
    pub fn text(self) -> Cow<'a, str> {
        match self.bytes() {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// What it is made of.
    pub fn pieces(self) -> Vec<Piece<'a>> {
        self.word
            .pieces(self.parsed.source.bytes(), self.template())
    }

    fn template(self) -> Template {
        self.parsed.ast.template
    }

    /// Whether another program fills some of it in.
    pub fn has_hole(self) -> bool {
        self.template().is_template()
            && self
                .pieces()
                .iter()
                .any(|piece| piece.kind == PieceKind::Hole)
    }

    /// Whether a variable of nginx's is in it.
    pub fn has_variable(self) -> bool {
        self.pieces()
            .iter()
            .any(|piece| matches!(piece.kind, PieceKind::Variable(_)))
    }

    /// What it says to a directive that takes no variables: known unless a hole is in it.
    pub fn literal(self) -> Value<Vec<u8>> {
        if self.has_hole() {
            return Value::unknown(self.span(), "it is filled in when the template is rendered");
        }
        Value::known(self.bytes().into_owned(), Origin::Literal(self.span()))
    }
}
