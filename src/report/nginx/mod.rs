//! What holds in nginx's configuration, block by block, or for one request.

mod build;
pub mod text;

use serde::Serialize;

use super::trace::{Assumed, Location, Place, Request};

pub use build::{all, at};

/// Every configuration.
#[derive(Clone, Debug, Serialize)]
pub struct Configurations {
    /// In the order in which they were found.
    pub configurations: Vec<Configuration>,
}

/// One configuration: nginx.conf, or a file whose nginx.conf is not here.
#[derive(Clone, Debug, Serialize)]
pub struct Configuration {
    /// The file that nginx is given.
    pub file: String,
    /// What stands in no block.
    pub settings: Vec<Setting>,
    /// Why there may be more.
    pub unknown: Vec<Open>,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A block and what holds in it.
#[derive(Clone, Debug, Serialize)]
pub struct Block {
    /// Its name and arguments; of a server, its names.
    pub block: String,
    /// Its file.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// What holds in it.
    pub settings: Vec<Setting>,
    /// Why more may hold.
    pub unknown: Vec<Open>,
    /// The blocks in it.
    pub blocks: Vec<Self>,
}

/// A directive that holds.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its arguments, secrets masked.
    pub value: String,
    /// Its file.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// The block that hands it down; nothing for the block's own.
    pub from: Option<String>,
}

/// Why something may hold that is not listed.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    /// The reason.
    pub why: String,
    /// The file that makes it so.
    pub path: Option<String>,
    /// The line that does.
    pub line: Option<usize>,
}

/// What holds for a request.
#[derive(Clone, Debug, Serialize)]
pub struct At {
    /// What was asked.
    pub request: Request,
    /// The ways that it may take; one, where it is known which.
    pub ways: Vec<Way>,
}

/// One way that a request may take.
#[derive(Clone, Debug, Serialize)]
pub struct Way {
    /// What is taken for granted.
    pub assumed: Vec<Assumed>,
    /// The server that took it.
    pub server: Option<Place>,
    /// The location that serves it.
    pub location: Option<Location>,
    /// What holds for it, of the server and of the location.
    pub settings: Vec<Setting>,
    /// Why more may hold, or why it is not known where the request ends.
    pub unknown: Vec<Open>,
    /// What the one behind is told, where it is passed on.
    pub passed: Option<Passed>,
}

/// What the one behind is told.
#[derive(Clone, Debug, Serialize)]
pub struct Passed {
    /// `uwsgi_pass`, `proxy_pass`, …
    pub by: String,
    /// Whom it is passed on to.
    pub to: String,
    /// The file of the directive.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// The variables of the uwsgi packet, or the headers, in order.
    pub told: Vec<Told>,
    /// Why it may be told more.
    pub more: Option<String>,
}

/// One thing that the one behind is told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// The variable or the header.
    pub name: String,
    /// What it says, secrets masked; nothing where it is not known.
    pub value: Option<String>,
    /// Why it is not known.
    pub unknown: Option<String>,
    /// The file that sets it; nothing for what the client sent, or nginx adds by itself.
    pub path: Option<String>,
    /// The line that sets it.
    pub line: Option<usize>,
}
