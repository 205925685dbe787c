//! One file as a tree: directives in an arena, blocks as links between them.

use std::ops::Range;

use super::directives::Context;
use super::fault::Fault;
use super::template::Template;
use super::word::Word;

/// A directive of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DirectiveId(pub(super) u32);

/// What a directive's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// It ends with a `;`.
    None,
    /// Directives, or the rows of a `map` and its like.
    Block,
    /// Code of another language, which nginx does not read.
    Raw,
    /// Not a directive: something of a template that stands where directives would.
    Statement,
}

/// A directive: its words, where they stand, and its place in the tree.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    pub(super) words: Range<u32>,
    pub(super) parent: Option<DirectiveId>,
    pub(super) first_child: Option<DirectiveId>,
    pub(super) next: Option<DirectiveId>,
    /// Behind the `;` or the `}`.
    pub(super) end: u32,
    /// The `{`.
    pub(super) open: u32,
    pub(super) start: u32,
    pub(super) body: Body,
    /// Whether its block has a `}`.
    pub(super) is_closed: bool,
    /// The context that it stands in, as far as this file tells.
    pub(super) context: Context,
}

/// A file as nginx's tokenizer and block structure see it.
pub(super) struct Ast {
    pub(super) directives: Vec<Directive>,
    pub(super) words: Vec<Word>,
    pub(super) first: Option<DirectiveId>,
    pub(super) faults: Vec<Fault>,
    pub(super) template: Template,
    /// Where reading stopped because of too many faults or directives.
    pub(super) stopped: Option<usize>,
    /// Whether braces were put in or left out, for they do not balance.
    pub(super) is_repaired: bool,
    /// Whether a directive was taken apart, for a `;` is missing in it.
    pub(super) is_split: bool,
}

impl Ast {
    /// The directive of that id.
    pub(super) fn get(&self, id: DirectiveId) -> &Directive {
        &self.directives[id.0 as usize]
    }

    /// The words of a directive; the first one is its name. Empty for what is no directive.
    pub(super) fn words(&self, id: DirectiveId) -> &[Word] {
        let range = &self.get(id).words;
        &self.words[range.start as usize..range.end as usize]
    }

    /// Whether the file's structure is what it seems: no conditions and loops of a template decide it.
    pub(super) fn is_structural(&self) -> bool {
        self.template != Template::Logic
    }
}
