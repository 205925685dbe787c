//! What answers a URI in the end: rewrites first, then the location, then what hands out its content.

use crate::value::Unknown;

use super::configuration::Configuration;
use super::directives::Context;
use super::inherit;
use super::node::Node;
use super::regex::Compiled;
use super::search::Search;

/// Who makes the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handler<'a> {
    /// `uwsgi_pass`.
    Uwsgi(Node<'a>),
    /// `proxy_pass`.
    Proxy(Node<'a>),
    /// `fastcgi_pass`.
    FastCgi(Node<'a>),
    /// `scgi_pass`.
    Scgi(Node<'a>),
    /// `grpc_pass`.
    Grpc(Node<'a>),
    /// `return`.
    Return(Node<'a>),
    /// `try_files`: a file if there is one, else what it names last.
    TryFiles(Node<'a>),
    /// The file that root or alias gives; see [`Configuration::file_for`].
    Files,
    /// A redirect to the URI with a `/` behind it.
    Redirect(Node<'a>),
    /// Another module (`stub_status`, `empty_gif`, …).
    Other(Node<'a>),
    /// Not known.
    Unknown(Unknown),
}

/// What rewriting does to a URI in one block.
enum Rewritten<'a> {
    /// Nothing.
    Same,
    Returned(Node<'a>),
    Unknown(Unknown),
}

/// Directives that answer by themselves.
const OTHER_HANDLERS: &[&str] = &[
    "stub_status",
    "empty_gif",
    "memcached_pass",
    "perl",
    "flv",
    "mp4",
    "content_by_lua_block",
    "content_by_lua_file",
    "js_content",
    "echo",
    "rewrite_by_lua_block",
    "rewrite_by_lua_file",
    "access_by_lua_block",
    "access_by_lua_file",
];

impl Configuration {
    /// What answers a GET of `uri` at a server, and the location that it comes from.
    pub fn handler<'a>(&'a self, server: Node<'a>, uri: &[u8]) -> (Search<'a>, Handler<'a>) {
        let rewritten = self.rewritten(server, uri);
        let search = self.search(server, uri);
        let handler = match rewritten {
            Rewritten::Returned(node) => Handler::Return(node),
            Rewritten::Unknown(unknown) => Handler::Unknown(unknown),
            Rewritten::Same => match &search {
                Search::Location(location) => self.content(*location, uri),
                Search::Server => self.content(server, uri),
                Search::Redirect(node) => Handler::Redirect(*node),
                Search::Unknown(unknown) => Handler::Unknown(unknown.clone()),
            },
        };
        (search, handler)
    }

    /// What answers in a location that was chosen, or in a server without one.
    pub fn content<'a>(&'a self, block: Node<'a>, uri: &[u8]) -> Handler<'a> {
        if block.block_context() == Some(Context::Location) {
            match self.rewritten(block, uri) {
                Rewritten::Same => {}
                Rewritten::Returned(node) => return Handler::Return(node),
                Rewritten::Unknown(unknown) => return Handler::Unknown(unknown),
            }
        }
        let harmless = |include: Node<'_>| inherit::holds_only_parameters(include, "location");
        if let Some(unknown) = self.gap(Some(block), harmless) {
            return Handler::Unknown(unknown);
        }
        let mut handler = Handler::Files;
        for child in block.children() {
            if child.is("try_files") {
                // It comes before the content handler, wherever it stands.
                return Handler::TryFiles(child);
            }
            // The last one wins: each sets the same pointer.
            if child.is("uwsgi_pass") {
                handler = Handler::Uwsgi(child);
            } else if child.is("proxy_pass") {
                handler = Handler::Proxy(child);
            } else if child.is("fastcgi_pass") {
                handler = Handler::FastCgi(child);
            } else if child.is("scgi_pass") {
                handler = Handler::Scgi(child);
            } else if child.is("grpc_pass") {
                handler = Handler::Grpc(child);
            } else if OTHER_HANDLERS.iter().any(|name| child.is(name)) {
                handler = Handler::Other(child);
            }
        }
        handler
    }

    /// What the rewrite module does with a GET of `uri` in one block.
    fn rewritten<'a>(&'a self, block: Node<'a>, uri: &[u8]) -> Rewritten<'a> {
        let mut maybe: Option<Unknown> = None;
        for child in block.children() {
            if child.is("break") {
                break;
            }
            if child.is("return") {
                return match maybe {
                    Some(unknown) => Rewritten::Unknown(unknown),
                    None => Rewritten::Returned(child),
                };
            }
            if child.is("rewrite") && may_match(child, uri) {
                maybe.get_or_insert(Unknown::at(child.span(), "the URI is rewritten here"));
            } else if child.is("if") && decides(child) && may_hold(child) {
                let why = "it depends on a condition that only a request can tell";
                maybe.get_or_insert(Unknown::at(child.header_span(), why));
            }
        }
        maybe.map_or(Rewritten::Same, Rewritten::Unknown)
    }
}

/// Whether a `rewrite` matches, or may.
fn may_match(rewrite: Node<'_>, uri: &[u8]) -> bool {
    rewrite.argument(0).is_none_or(|pattern| {
        pattern.has_hole() || Compiled::of(&pattern.bytes(), false).is_match(uri) != Some(false)
    })
}

/// Whether what is in an `if` changes who answers: most only set a variable or a header.
fn decides(block: Node<'_>) -> bool {
    const HARMLESS: &[&str] = &[
        "set",
        "add_header",
        "expires",
        "access_log",
        "error_log",
        "gzip",
        "limit_rate",
        "log_not_found",
        "etag",
    ];
    block
        .children()
        .any(|child| !HARMLESS.iter().any(|name| child.is(name)))
}

/// Whether the condition of an `if` may hold for a GET; only what asks for the method is worked out.
fn may_hold(block: Node<'_>) -> bool {
    let mut words: Vec<Vec<u8>> = block
        .arguments()
        .map(|word| word.bytes().into_owned())
        .collect();
    if let Some(first) = words.first_mut().filter(|word| word.first() == Some(&b'(')) {
        first.remove(0);
    }
    if let Some(last) = words.last_mut().filter(|word| word.last() == Some(&b')')) {
        last.pop();
    }
    words.retain(|word| !word.is_empty());
    let [variable, operator, value] = &words[..] else {
        return true;
    };
    if variable != b"$request_method" {
        return true;
    }
    match &operator[..] {
        b"=" => value == b"GET",
        b"!=" => value != b"GET",
        b"~" | b"~*" => Compiled::of(value, operator.len() == 2).is_match(b"GET") != Some(false),
        b"!~" | b"!~*" => Compiled::of(value, operator.len() == 3).is_match(b"GET") != Some(true),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
