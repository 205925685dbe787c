//! What a directive's own handler answers.

use std::borrow::Cow;

use crate::nginx::node::{Argument, Node};
use crate::source::Span;

use super::RefusalKind;

/// A directive as its handler gets it.
pub(super) struct Call<'a> {
    pub(super) node: Node<'a>,
    pub(super) arguments: Vec<Argument<'a>>,
    values: Vec<Cow<'a, [u8]>>,
}

impl<'a> Call<'a> {
    pub(super) fn new(node: Node<'a>, arguments: Vec<Argument<'a>>) -> Self {
        let values = arguments.iter().map(|argument| argument.bytes()).collect();
        Self {
            node,
            arguments,
            values,
        }
    }

    /// How many arguments there are.
    pub(super) fn count(&self) -> usize {
        self.values.len()
    }

    /// An argument, from 0; empty where there is none.
    pub(super) fn word(&self, index: usize) -> &[u8] {
        self.values.get(index).map_or(&[], |value| value)
    }

    /// The same as text.
    pub(super) fn text(&self, index: usize) -> Cow<'_, str> {
        String::from_utf8_lossy(self.word(index))
    }

    /// Whether an argument is that word.
    pub(super) fn is(&self, index: usize, word: &[u8]) -> bool {
        self.word(index) == word
    }

    /// The arguments from one on, with their numbers.
    pub(super) fn words_from(&self, start: usize) -> impl Iterator<Item = (usize, &[u8])> {
        self.values
            .iter()
            .enumerate()
            .skip(start)
            .map(|(index, value)| (index, &**value))
    }

    /// The place of an argument, or of the name where there is none.
    pub(super) fn span(&self, index: usize) -> Span {
        self.arguments
            .get(index)
            .map_or(self.node.name_span(), |argument| argument.span())
    }
}

/// What nginx does not take, or what is not known.
pub(super) enum Reply {
    Invalid(Box<Invalid>),
    /// Whether nginx takes it depends on this.
    Open(String),
}

/// Nothing to say, or one thing: nginx stops there.
pub(super) type Outcome = Result<(), Reply>;

/// The word to edit.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Argument(usize),
    Name,
}

/// What is wrong, what nginx says and what was expected.
pub(super) struct Invalid {
    pub(super) kind: RefusalKind,
    pub(super) place: Place,
    pub(super) says: String,
    /// What the value should have been, where the sentence is made of that.
    pub(super) expected: Option<String>,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
    /// What is to stand in its place, where that is plain.
    pub(super) meant: Option<String>,
    pub(super) others: Vec<(Span, String)>,
    /// Where nginx says that it is, where that is another line than the directive's.
    pub(super) noticed: Option<Span>,
}

impl Invalid {
    pub(super) fn new(kind: RefusalKind, place: Place, says: impl Into<String>) -> Self {
        let says = says.into();
        Self {
            kind,
            place,
            message: format!("nginx refuses this: {says}"),
            says,
            expected: None,
            label: String::new(),
            help: None,
            meant: None,
            others: Vec::new(),
            noticed: None,
        }
    }

    /// A value that the directive does not take; it wants `expected`.
    pub(super) fn value(
        argument: usize,
        says: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let mut invalid = Self::new(RefusalKind::InvalidValue, Place::Argument(argument), says);
        invalid.expected = Some(expected.into());
        invalid
    }

    pub(super) fn of_kind(mut self, kind: RefusalKind) -> Self {
        self.kind = kind;
        self
    }

    /// What was found, and what stands beside the underline.
    pub(super) fn because(mut self, message: impl Into<String>, label: impl Into<String>) -> Self {
        self.message = message.into();
        self.label = label.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is to stand in its place.
    pub(super) fn meant(mut self, word: impl Into<String>) -> Self {
        self.meant = Some(word.into());
        self
    }

    /// nginx names another line than the directive's.
    pub(super) fn noticed_at(mut self, span: Span) -> Self {
        self.noticed = Some(span);
        self
    }

    pub(super) fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push((span, text.into()));
        self
    }
}

impl From<Box<Invalid>> for Reply {
    fn from(invalid: Box<Invalid>) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Invalid> for Reply {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(Box::new(invalid))
    }
}

/// Refuses.
pub(super) fn refuse(invalid: Invalid) -> Outcome {
    Err(invalid.into())
}

/// Holds back.
pub(super) fn open(why: impl Into<String>) -> Outcome {
    Err(Reply::Open(why.into()))
}

/// Bytes as nginx prints them.
pub(super) fn shown(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
