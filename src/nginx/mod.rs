//! nginx: what a configuration says, and what nginx would make of it.
//!
//! ```text
//! lexer, word, template   bytes -> words, each a span
//! parser, split, repair   words -> a tree, past the faults on the way
//! dump                    what `nginx -T` prints, as the files that it holds
//! load                    one root file and its includes -> nodes, each in its context
//! inherit, effective      which value of a directive holds here, and which directives do
//! address                 whom a request is passed to
//! level, search, path     which location answers a URI, from which file
//! request                 the whole way of one request
//! ```

mod address;
mod alias;
mod ast;
mod branch;
mod chosen;
mod configuration;
mod directives;
mod dump;
mod effective;
mod fallback;
mod fault;
#[cfg(test)]
pub(crate) mod fixture;
mod groups;
mod guard;
mod host;
mod inherit;
mod level;
mod lexer;
mod load;
mod location;
mod lua;
mod named;
mod node;
mod packaged;
mod parser;
mod path;
mod redirect;
mod refusals;
mod regex;
mod repair;
mod request;
mod search;
mod server;
mod shadow;
mod shown;
mod split;
mod template;
mod unresolved;
mod vain;
mod variable;
mod version;
mod word;

pub use address::{Address, Endpoint, Pass, Protocol, SocketWord};
pub use alias::Alias;
pub use branch::Untried;
pub use chosen::{ClientsChoice, WeakOrigin};
pub use configuration::{Configuration, Included, NodeId, Role, Surroundings};
pub use directives::{Context, Known, find as find_directive};
pub(crate) use dump::looks_like as is_dump;
pub use effective::{Effective, LostHeaders};
pub use fallback::WithoutSlash;
pub use fault::{Fault, FaultKind};
pub use groups::MissingGroup;
pub use guard::Bypassed;
pub use host::SentHost;
pub use inherit::{Parameter, Parameters, Setting};
pub use load::Reader;
pub use location::{Matcher, Modifier};
pub use named::MissingNamed;
pub use node::{Argument, Children, Node};
pub use packaged::Packaged;
pub use redirect::Redirect;
pub use refusals::{AtListens, Ending, Refusal, RefusalKind, Verdict};
pub use request::{
    Answer, Assumption, Disk, Handed, Host, Kind, Lost, Overruled, Request, Step, Target, Trace,
    no_disk,
};
pub use search::Search;
pub use server::{Conflict, Listen, ListenHost, ServerName};
pub use shadow::{Shadow, Shadowed};
pub use template::Template;
pub(crate) use template::is_named_template;
pub use unresolved::Unresolved;
pub use vain::ForAnotherPass;
pub use version::{Release, Version};
pub use word::{Piece, PieceKind, Quote};
