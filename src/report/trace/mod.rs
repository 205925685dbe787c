//! The way of one request, told: step by step, and what the client gets.

mod build;
pub mod text;

use serde::Serialize;

pub(in crate::report) use build::Teller;
pub use build::told;

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// What was asked.
    pub request: Request,
    /// What nginx did, in order.
    pub steps: Vec<Step>,
    /// The server that took it.
    pub server: Option<Place>,
    /// The location that answered.
    pub location: Option<Location>,
    /// Who answers.
    pub handler: Handler,
    /// The application server that it was passed on to.
    pub application: Option<Application>,
    /// What Django's middleware makes of it.
    pub django: Option<Django>,
    /// What the client gets.
    pub outcome: Outcome,
    /// The ways that it may take, where it may take several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
}

/// What was asked.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// The method.
    pub method: String,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The Host header.
    pub host: String,
    /// The port that it comes to.
    pub port: u16,
    /// Path and query, as they are sent.
    pub target: String,
    /// The address that it comes to, where that was said.
    pub address: Option<String>,
    /// The other headers.
    pub headers: Vec<(String, String)>,
}

/// A place in a file, as people name it.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What happened: `server`, `location`, `rewrite`, …
    pub step: &'static str,
    /// What came of it.
    pub what: String,
    /// Why.
    pub why: String,
    /// The file of the line that made it happen.
    pub path: Option<String>,
    /// That line.
    pub line: Option<usize>,
    /// What did not win, where that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Lost>,
}

/// A server or location that did not win.
#[derive(Clone, Debug, Serialize)]
pub struct Lost {
    /// What it is.
    pub what: String,
    /// Why not.
    pub why: String,
    /// Its file.
    pub path: String,
    /// Its line.
    pub line: usize,
}

/// A location.
#[derive(Clone, Debug, Serialize)]
pub struct Location {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// `=`, `^~`, `~`, `~*`; empty for a prefix or a name.
    pub modifier: &'static str,
    /// The prefix, the regex, or the name.
    pub pattern: String,
}

/// Who answers.
#[derive(Clone, Debug, Serialize)]
pub struct Handler {
    /// What kind of answer it is.
    pub kind: Kind,
    /// The status, where nginx alone decides it.
    pub status: Option<u16>,
    /// The text of a `return`.
    pub body: Option<String>,
    /// Where a redirect leads, or whom it is passed on to.
    pub target: Option<String>,
    /// The file or directory.
    pub path: Option<String>,
}

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A file.
    File,
    /// The list of a directory.
    Directory,
    /// What a `return` says.
    Return,
    /// Another place to ask.
    Redirect,
    /// A uWSGI server's.
    Uwsgi,
    /// That of another server behind nginx.
    Proxy,
    /// nginx's own page, or none at all.
    Error,
    /// Not known.
    Unknown,
}

/// The application server that it was passed on to.
#[derive(Clone, Debug, Serialize)]
pub struct Application {
    /// Which one: `uWSGI`, `Gunicorn`, …
    pub program: &'static str,
    /// What it runs.
    pub application: Option<String>,
    /// Its file.
    pub path: String,
    /// The line where it listens.
    pub line: usize,
}

/// What Django's middleware makes of it.
#[derive(Clone, Debug, Serialize)]
pub struct Django {
    /// The settings module's file.
    pub settings: String,
    /// The host, as Django sees it.
    pub host: Option<String>,
    /// Whether ALLOWED_HOSTS lets it in; nothing where nobody knows.
    pub host_allowed: Option<bool>,
    /// `http` or `https`, as Django sees it.
    pub scheme: Option<&'static str>,
    /// Whether it is redirected to HTTPS.
    pub ssl_redirect: Option<bool>,
    /// Who hands out the static file that it asks for, if it asks for one: `whitenoise`, `nobody`, `unknown`.
    #[serde(rename = "static")]
    pub static_file: Option<&'static str>,
}

/// What the client gets.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The status; nothing where a view decides it, or nobody knows.
    pub status: Option<u16>,
    /// Why.
    pub why: String,
}

/// One of several ways.
#[derive(Clone, Debug, Serialize)]
pub struct Alternative {
    /// What is taken for granted.
    pub assumed: Vec<Assumed>,
    /// Who answers then.
    pub handler: Handler,
    /// The application server then.
    pub application: Option<Application>,
    /// Django then.
    pub django: Option<Django>,
    /// What the client gets then.
    pub outcome: Outcome,
}

/// Something that is not known, taken one way.
#[derive(Clone, Debug, Serialize)]
pub struct Assumed {
    /// What.
    pub what: String,
    /// Whether it is taken to hold.
    pub holds: bool,
    /// Why it is not known.
    pub why: String,
}
