//! What nginx did with a request, one line each.

use crate::source::Span;

use super::super::node::Node;

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A server was chosen.
    Server,
    /// A location was chosen.
    Location,
    /// A condition held, or did not.
    If,
    /// A variable was set.
    Set,
    /// The path was rewritten.
    Rewrite,
    /// `return`.
    Return,
    /// Somebody was let in, or not.
    Access,
    /// `try_files` found something, or went on.
    TryFiles,
    /// `index` found something.
    Index,
    /// An error page was asked for.
    ErrorPage,
    /// The answer was made.
    Content,
}

impl Kind {
    /// One word for it, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Location => "location",
            Self::If => "if",
            Self::Set => "set",
            Self::Rewrite => "rewrite",
            Self::Return => "return",
            Self::Access => "access",
            Self::TryFiles => "try_files",
            Self::Index => "index",
            Self::ErrorPage => "error_page",
            Self::Content => "content",
        }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// What happened.
    pub kind: Kind,
    /// The directive that made it happen; nothing where it is nginx's own doing.
    pub node: Option<Node<'a>>,
    /// What came of it: a location's name, a path, a status.
    pub what: String,
    /// Why.
    pub why: String,
    /// The path that was asked for at this point.
    pub uri: Vec<u8>,
}

impl Step<'_> {
    /// The place in the files.
    pub fn place(&self) -> Option<Span> {
        self.node.map(Node::header_span)
    }
}
