//! The way of one request through nginx: which server takes it, which location, and what that makes of it.
//!
//! ```text
//! target     the request line -> path and query
//! entrance   listen and server_name -> the server
//! walk       nginx's phases, one after the other, until there is an answer
//! rewrite    set, if, rewrite, return, break
//! access     allow, deny, passwords, limit_except
//! content    try_files, index, files, what is passed on
//! handed     what the one behind is told
//! variables  what a variable holds at this point
//! lost       why the other locations did not win
//! ```
//!
//! What the files do not tell (whether a file is there, what a header says) is
//! taken both ways: a request has as many [`Trace`]s as there are outcomes, each
//! with what it takes for granted.

mod access;
mod choice;
mod condition;
mod content;
mod disk;
mod entrance;
mod error_page;
mod handed;
mod lost;
mod map;
mod rewrite;
mod step;
mod target;
mod variables;
mod walk;

use std::path::{Path, PathBuf};

use crate::host::Existence;
use crate::value::Unknown;

use super::configuration::Configuration;
use super::node::Node;

pub use choice::Assumption;
pub use content::Overruled;
pub use handed::Handed;
pub use lost::Lost;
pub(super) use map::Made;
pub use step::{Kind, Step};
pub use target::Target;

use choice::Choices;
use walk::Walk;

/// Whether a deployed path is there. What answers is the caller's: a host, a checkout, a test.
pub type Disk<'d> = &'d dyn Fn(&Path) -> Existence;

/// A disk that nothing is known of.
pub fn no_disk(_: &Path) -> Existence {
    Existence::NotInThisTree
}

/// One request, as it comes to nginx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Whether it comes over TLS, where that is known.
    pub tls: Option<bool>,
    /// The Host header.
    pub host: Host,
    /// Path and query, as they are sent.
    pub target: Vec<u8>,
    /// The other headers; nothing where it is not known what a client sends.
    pub headers: Option<Vec<(String, String)>>,
    /// The address of this machine that it comes to, where that is known.
    pub address: Option<String>,
    /// The port that it comes to, where that is known.
    pub port: Option<u16>,
}

/// What a client sends as Host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// This, with the port if there is one.
    Named(String),
    /// Whatever names the server.
    Unknown,
}

impl Request {
    /// A GET of a path by a client of whom nothing else is known.
    pub fn get(target: impl Into<Vec<u8>>) -> Self {
        Self {
            method: "GET".to_owned(),
            tls: None,
            host: Host::Unknown,
            target: target.into(),
            headers: None,
            address: None,
            port: None,
        }
    }

    /// A GET of a path as a location names it, decoded: any byte may be in it.
    pub fn get_path(path: &[u8]) -> Self {
        Self::get(target::escape_uri(path))
    }

    /// A header's value: nothing where it is not known, nothing inside where it is not sent.
    pub(super) fn header(&self, name: &str) -> Option<Option<&str>> {
        let headers = self.headers.as_ref()?;
        let found = headers
            .iter()
            .find(|(own, _)| own.replace('-', "_").eq_ignore_ascii_case(name));
        Some(found.map(|(_, value)| value.as_str()))
    }
}

/// What answers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// A file.
    File(PathBuf),
    /// The list of what is in a directory.
    Directory(PathBuf),
    /// What a `return` says.
    Return {
        /// The directive.
        node: Node<'a>,
        /// The text, where there is one.
        body: Option<Vec<u8>>,
    },
    /// Another place to ask.
    Redirect {
        /// The directive, or the location, that sends there.
        node: Option<Node<'a>>,
        /// Where to, where that is known.
        to: Option<Vec<u8>>,
    },
    /// Whoever `uwsgi_pass`, `proxy_pass` or their like names.
    Pass {
        /// The directive.
        node: Node<'a>,
        /// What it says once its variables are filled in.
        address: Vec<u8>,
        /// The path and query that a `proxy_pass` without a path of its own hands on.
        target: Vec<u8>,
    },
    /// Another module (`stub_status`, `empty_gif`, …).
    Module(Node<'a>),
    /// nginx itself, with the page that goes with the status.
    Error,
    /// The connection is closed without an answer.
    Closed,
    /// Not known.
    Unknown(Unknown),
}

/// One way that a request may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace<'a> {
    /// What nginx did, in order.
    pub steps: Vec<Step<'a>>,
    /// The server that took it.
    pub server: Option<Node<'a>>,
    /// The location that answered; nothing where the server itself did.
    pub location: Option<Node<'a>>,
    /// The block whose settings hold for the answer: the location, an `if` in it, the server.
    pub block: Option<Node<'a>>,
    /// The path that it was asked for in the end.
    pub uri: Vec<u8>,
    /// The query by then.
    pub args: Vec<u8>,
    /// What answers.
    pub answer: Answer<'a>,
    /// The status, where nginx alone decides it.
    pub status: Option<u16>,
    /// Why it is that status, or why it is not known.
    pub why: String,
    /// What the one behind is told, where the request is passed on.
    pub handed: Vec<Handed>,
    /// Why it may be told more, if it may.
    pub handed_more: Option<Unknown>,
    /// What was taken for granted on the way.
    pub assumed: Vec<Assumption>,
    /// What is not known and was taken for not set.
    pub unset: Vec<Unknown>,
}

impl Configuration {
    /// The ways that a request may take. More than one where something on the way is not known.
    pub fn trace<'a>(&'a self, request: &Request, disk: Disk<'_>) -> Vec<Trace<'a>> {
        Choices::each(|choices| self.enter(request, disk, choices))
    }

    /// The same for a request that this server takes.
    pub fn trace_at<'a>(
        &'a self,
        server: Node<'a>,
        request: &Request,
        disk: Disk<'_>,
    ) -> Vec<Trace<'a>> {
        Choices::each(
            |choices| match Target::parse(&request.target, self.merges_slashes(server)) {
                Some(target) => Walk::new(self, request, disk, choices, server, target).run(),
                None => Walk::refused(self, request, disk, choices, server),
            },
        )
    }

    /// The same for a request that this location answers, whatever way it came there.
    pub fn trace_in<'a>(
        &'a self,
        location: Node<'a>,
        request: &Request,
        disk: Disk<'_>,
    ) -> Vec<Trace<'a>> {
        let server = location.server().unwrap_or(location);
        Choices::each(|choices| match Target::parse(&request.target, true) {
            Some(target) => {
                Walk::new(self, request, disk, choices, server, target).run_in(location)
            }
            None => Walk::refused(self, request, disk, choices, server),
        })
    }

    /// Whether `//` in a path is one slash. http is taken to leave it at that where it is not known.
    fn merges_slashes(&self, server: Node<'_>) -> bool {
        match self.setting(server, "merge_slashes") {
            super::inherit::Setting::Here(nodes) => !nodes.last().is_some_and(|node| {
                node.argument(0)
                    .is_some_and(|word| *word.bytes() == *b"off")
            }),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests;
