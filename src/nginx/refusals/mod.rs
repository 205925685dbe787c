//! What nginx refuses to load, beyond words and braces: which directive, where it notices, and what it says.
//!
//! ```text
//! placement    which directive, in which block, with how many arguments (ngx_conf_handler)
//! value        what the directive's own handler makes of its arguments
//! ```
//!
//! nginx stops at the first one; here all of them are told, in the order in which nginx would come to them.

mod foreign;
mod judge;
mod placement;
mod slot;
mod value;
mod verdict;

pub use verdict::Verdict;

use crate::finding::Label;
use crate::source::Span;

use super::configuration::Configuration;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// No module has a directive of that name.
    UnknownDirective,
    /// The directive may not stand in that block.
    MisplacedDirective,
    /// Too few or too many arguments.
    WrongArguments,
    /// The directive does not take that value.
    InvalidValue,
    /// The directive may stand in a block once only.
    DuplicateDirective,
}

/// One thing that nginx refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub kind: RefusalKind,
    /// The word to edit, and what to say beside it.
    pub label: Label,
    /// Where nginx is when it notices; nothing where it names no line.
    pub noticed: Option<Span>,
    /// What nginx logs, without the file and line.
    pub says: String,
    /// What was found and what was expected.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
    /// Other places that show it.
    pub others: Vec<Label>,
    /// When nginx comes to it.
    pub(super) order: Order,
}

/// When nginx comes to something: at which directive, and how far it is with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    /// The last directive that nginx has begun to read.
    pub(super) node: u32,
    pub(super) step: Step,
}

/// How far nginx is with a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// It looks the name up.
    Name,
    /// It counts the arguments.
    Arguments,
    /// The directive's own handler looks at them.
    Values,
    /// It reads on, and finds a sign where it wants none.
    Sign,
}

impl Refusal {
    /// Adds what to type.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    pub(super) fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label {
            span,
            text: text.into(),
        });
        self
    }
}

impl Configuration {
    /// What nginx refuses of its directives, in the order in which it comes to them.
    pub fn refusals(&self) -> &[Refusal] {
        &self.judgement().refusals
    }

    fn judgement(&self) -> &Judgement {
        self.judgement.get_or_init(|| judge::judge(self))
    }
}

/// What came of looking at every directive.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    refusals: Vec<Refusal>,
    /// What nginx may refuse or not: that is not known.
    open: Vec<Open>,
}

/// Something that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    order: Order,
    place: Span,
    why: String,
}

#[cfg(test)]
mod tests;
