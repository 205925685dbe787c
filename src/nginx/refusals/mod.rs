//! What nginx refuses to load, beyond words and braces: which directive, where it notices, and what it says.
//!
//! ```text
//! placement    which directive, in which block, with how many arguments (ngx_conf_handler)
//! value, slot  what the handlers that modules share make of the arguments
//! own          what the directive's own handler makes of them
//! names        what is defined by name, and asked for by name
//! script, url, pattern   the variables in a word, an address, a regex
//! closing      what nginx finds at the `}` of a block
//! verdict      what comes first
//! ```
//!
//! nginx stops at the first one; here all of them are told, in the order in which nginx would come to them.

mod absent;
mod buffers;
mod certificates;
mod closing;
mod foreign;
mod hosts;
mod instead;
mod judge;
mod names;
mod own;
mod pattern;
mod placement;
mod reply;
mod script;
pub(super) mod slot;
mod url;
mod value;
mod verdict;

pub use instead::{AtListens, Ending};
pub use verdict::Verdict;

use crate::finding::Label;
use crate::source::Span;

use super::configuration::{Configuration, NodeId};
use super::node::Node;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// No module has a directive of that name.
    UnknownDirective,
    /// The release that reads it lacks the directive, value, option or variable.
    NotInThisVersion,
    /// The directive may not stand in that block.
    MisplacedDirective,
    /// Too few or too many arguments.
    WrongArguments,
    /// The directive does not take that value.
    InvalidValue,
    /// The directive may stand in a block once only.
    DuplicateDirective,
    /// Two locations of one level answer the same paths.
    DuplicateLocation,
    /// A location stands in one that it may not stand in.
    MisnestedLocation,
    /// An address or option of `listen` that nginx does not take.
    InvalidListen,
    /// Two servers are the default one of the same socket.
    DuplicateDefaultServer,
    /// A name of a server that is no name and no pattern.
    InvalidServerName,
    /// An upstream without servers, or with one that nginx does not take.
    InvalidUpstream,
    /// An address that requests are to be passed to and that is none.
    InvalidPassAddress,
    /// A `$` without a name, or a variable that may not be set.
    InvalidVariable,
    /// Nothing makes a variable of that name.
    UndefinedVariable,
    /// No upstream has the name, and it is no address.
    UndefinedUpstream,
    /// Nothing makes a zone of that name.
    UndefinedZone,
    /// Two things want a zone of the same name.
    ConflictingZone,
    /// No log format has the name, as far as the file was read.
    UndefinedLogFormat,
    /// A row of `map`, `geo` or their like that nginx does not take.
    InvalidMap,
    /// A `rewrite`, `return`, `set` or `if` that nginx does not take.
    InvalidRewrite,
    /// PCRE does not take the regex.
    InvalidRegex,
    /// `alias` and `root` stand in one location.
    AliasBesideRoot,
    /// The file of an `include` is not there.
    IncludeNotFound,
    /// A file includes itself.
    IncludeCycle,
    /// A server speaks TLS and has no certificate.
    SslCertificateMissing,
    /// The main file has no `events { }`.
    EventsMissing,
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
    /// What is to stand in place of the labelled word, where that is plain.
    pub meant: Option<String>,
    /// Other places that show it.
    pub others: Vec<Label>,
    /// Whether it is a name that another program seems to fill in before nginx reads the file.
    pub is_filled_in: bool,
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
    /// It reads the words, and finds a sign among them, or the end of the file.
    Words,
    /// It looks the name up.
    Name,
    /// It has found a `;` where the directive wants a `{`, or the other way round.
    Body,
    /// It counts the arguments.
    Arguments,
    /// The directive's own handler looks at them.
    Values,
    /// It reads on, and finds a sign where it wants none.
    Sign,
    /// It is at the `}` of a block, whose own handler looks at what was in it.
    BlockEnd,
    /// It finds a sign where it wants none behind the `}` of a block.
    SignBehindBlock,
    /// It is at the `}` of http.
    Closing(Phase),
    /// It finds a sign where it wants none behind the `}` of http.
    SignBehind,
}

/// What nginx does at the `}` of http (ngx_http_block), and when everything is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Upstreams look for their servers.
    Upstreams,
    /// What is set around is inherited.
    Merge,
    /// The locations of every server are sorted.
    Locations,
    /// Modules look at all of it.
    Modules,
    /// Every variable is looked up.
    Variables,
    /// The names of servers on one socket are put together.
    Servers,
    /// All files are read.
    End,
    /// Memory is asked for.
    Zones,
}

impl Refusal {
    /// Adds what to type.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what is to stand in place of the labelled word.
    pub(super) fn meant(mut self, word: impl Into<String>) -> Self {
        self.meant = Some(word.into());
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

    /// The directive whose name nginx refuses; nothing for a refusal of anything else.
    pub fn refused_directive(&self, refusal: &Refusal) -> Option<Node<'_>> {
        let of_name = refusal.order.step == Step::Name;
        of_name.then(|| self.node(NodeId(refusal.order.node)))
    }

    /// What is taken for granted, for only the machine decides it.
    pub fn assumptions(&self) -> &[Assumed] {
        &self.judgement().assumed
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
    /// What the machine decides, and is taken for granted.
    assumed: Vec<Assumed>,
}

/// Something that only the machine decides: that a name is resolved, or that a file is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// The word that says so.
    pub place: Span,
    /// What is taken for granted.
    pub what: String,
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
