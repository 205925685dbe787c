//! Who makes the content: `try_files`, what a request is passed on to, `index`, files.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::super::configuration::Configuration;
use super::super::directives::Context;
use super::super::inherit;
use super::super::node::{Argument, Node};
use super::super::path::{Cut, Place};
use super::disk::Entry;
use super::error_page::split_args;
use super::target::escape_uri;
use super::walk::{Next, Phase, Walk};
use super::{Answer, Kind};
use crate::value::Unknown;

/// Directives that answer in one block, of which the last counts.
pub struct Overruled<'a> {
    /// Those that are never asked.
    pub overruled: Vec<Node<'a>>,
    /// The one that answers.
    pub last: Node<'a>,
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
];

impl Configuration {
    /// What hands out the content of a block, or passes it on: the last one that is written, for each sets the
    /// same pointer. Nothing where that is left to files, or, in an `if`, to the location.
    pub(in crate::nginx) fn content_handler<'a>(
        &'a self,
        block: Node<'a>,
    ) -> Result<Option<Node<'a>>, Unknown> {
        let harmless = |include: Node<'_>| inherit::holds_only_parameters(include, "location");
        if let Some(unknown) = self.gap(Some(block), harmless) {
            return Err(unknown);
        }
        Ok(self.handlers_in(block).last())
    }

    fn handlers_in<'a>(&'a self, block: Node<'a>) -> impl Iterator<Item = Node<'a>> {
        block.settings().filter(|child| {
            self.pass(*child).is_some() || OTHER_HANDLERS.iter().any(|name| child.is(name))
        })
    }

    /// The blocks in which one such directive overrules another.
    pub fn overruled_handlers(&self) -> Vec<Overruled<'_>> {
        let blocks = self.named_any(&["location", "if"]).filter(|node| {
            matches!(
                node.block_context(),
                Some(Context::Location | Context::LocationIf)
            )
        });
        blocks
            .filter_map(|block| {
                let mut overruled: Vec<Node<'_>> = self.handlers_in(block).collect();
                let last = overruled.pop()?;
                // nginx refuses the same one twice.
                overruled.retain(|node| node.name() != last.name());
                (!overruled.is_empty()).then_some(Overruled { overruled, last })
            })
            .collect()
    }
}

impl<'a> Walk<'a, '_> {
    /// ngx_http_try_files_handler
    pub(super) fn try_files(&mut self) -> Next<'a> {
        // It is not inherited: neither by a location nor by an `if`.
        let Some(node) = self.block.children_named("try_files").last() else {
            return Ok(Phase::Content);
        };
        let words: Vec<Argument<'a>> = node.arguments().collect();
        let Some((last, tried)) = words.split_last() else {
            return Ok(Phase::Content);
        };
        // nginx looks at the first word before it looks where the files are: a map in it may have a regex,
        // and what that takes is what `$1` of an alias says.
        if let Some(first) = tried.first() {
            self.fill(*first)?;
        }
        let Some(place) = self.place()? else {
            return Ok(Phase::Special(500, Answer::Error));
        };
        for word in tried {
            let wants_directory = word.bytes().ends_with(b"/");
            let mut name = self.name_below(&place, *word)?;
            if wants_directory {
                name.pop();
            }
            let path = self.nginx.path(&place, &name)?;
            let wanted = match wants_directory {
                true => Entry::Directory,
                false => Entry::File,
            };
            let shown = path.display().to_string();
            let found = self.entry(&path, wanted);
            // Whatever is no directory will do where none was asked for.
            let is_directory = found == Entry::Directory;
            if found == Entry::Absent || is_directory != wants_directory {
                let why = match wants_directory {
                    true => "there is no such directory",
                    false => "there is no such file",
                };
                self.step(Kind::TryFiles, Some(node), shown, why);
                continue;
            }
            match place.cut {
                Cut::Nothing => self.uri = name,
                Cut::Prefix(length) => {
                    self.uri.truncate(length);
                    self.uri.extend(name);
                }
                Cut::All if !wants_directory => {
                    self.uri = name;
                    self.adds_uri_to_alias = true;
                }
                Cut::All => {}
            }
            self.step(Kind::TryFiles, Some(node), shown, "it is there");
            return Ok(Phase::Content);
        }
        if let Some(code) = last.bytes().strip_prefix(b"=") {
            let code = std::str::from_utf8(code)
                .ok()
                .and_then(|code| code.parse().ok());
            let Some(code) = code else {
                return Err(Unknown::at(last.span(), "nginx refuses this code"));
            };
            let why = "nothing that was tried is there";
            self.step(Kind::TryFiles, Some(node), format!("{code}"), why);
            return Ok(Phase::Special(code, Answer::Error));
        }
        let name = self.name_below(&place, *last)?;
        let shown = String::from_utf8_lossy(&name).into_owned();
        self.step(Kind::TryFiles, Some(node), shown, "it comes last");
        if name.starts_with(b"@") {
            return self.named_location(node, &name);
        }
        let (uri, args) = split_args(name);
        self.internal_redirect(uri, args)
    }

    /// A word of `try_files`, filled in, as it goes on below the root; what an `alias` stands for is cut off it.
    fn name_below(&mut self, place: &Place<'a>, word: Argument<'a>) -> Result<Vec<u8>, Unknown> {
        let mut name = self.fill(word)?;
        if let Cut::Prefix(length) = place.cut
            && word.has_variable()
            && self
                .uri
                .get(..length)
                .is_some_and(|start| name.starts_with(start))
        {
            name.drain(..length);
        }
        Ok(name)
    }

    pub(super) fn content(&mut self) -> Next<'a> {
        if let Some(node) = self.handler {
            return self.handled(node);
        }
        let is_read = matches!(self.method.as_str(), "GET" | "HEAD" | "POST");
        if !is_read {
            let why = "nginx hands out files for GET and HEAD only";
            self.step(Kind::Content, None, "405", why);
            return Ok(Phase::Special(405, Answer::Error));
        }
        match self.uri.ends_with(b"/") {
            true => self.directory(),
            false => self.file(),
        }
    }

    /// What a directive hands out, or passes on.
    fn handled(&mut self, node: Node<'a>) -> Next<'a> {
        let name = node.name();
        if self.nginx.pass(node).is_none() {
            self.step(Kind::Content, Some(node), name, "it makes the content");
            let status = ["stub_status", "empty_gif"]
                .contains(&&*node.name())
                .then(|| self.forced_status.unwrap_or(200));
            let why = "another module answers".to_owned();
            return Ok(Phase::Sent(Answer::Module(node), status, why));
        }
        let Some(node) = self.pass_in_force(&name) else {
            let why = "another `if` holds too, and it does not say whom to pass it on to";
            self.step(Kind::Content, Some(node), "500", why);
            return Ok(Phase::Special(500, Answer::Error));
        };
        let address = match node.argument(0) {
            // Where it goes may stay open; who passes it on does not.
            Some(word) => self
                .fill(word)
                .unwrap_or_else(|_| word.bytes().into_owned()),
            None => Vec::new(),
        };
        let shown = format!("{name} {}", String::from_utf8_lossy(&address));
        self.step(
            Kind::Content,
            Some(node),
            shown,
            "the last such directive of the location",
        );
        let why = "the one that it is passed on to decides".to_owned();
        let status = self.forced_status;
        self.handed = self.handed(node);
        let target = self.handed_on();
        let answer = Answer::Pass {
            node,
            address,
            target,
        };
        Ok(Phase::Sent(answer, status, why))
    }

    /// The directive of that name that holds: an `if` and `limit_except` have their location's, and nothing
    /// of each other's. Who makes the content was settled by the last block that said so.
    fn pass_in_force(&self, name: &str) -> Option<Node<'a>> {
        let own = |block: Node<'a>| block.settings().filter(|child| child.is(name)).last();
        let is_inside = matches!(
            self.block.block_context(),
            Some(Context::LocationIf | Context::LimitExcept)
        );
        let parent = self.block.parent().filter(|_| is_inside);
        own(self.block).or_else(|| parent.and_then(own))
    }

    /// Path and query as `proxy_pass` hands them on: as they were sent, unless the path was changed.
    fn handed_on(&self) -> Vec<u8> {
        if self.is_as_sent {
            return self.target.sent.clone();
        }
        let mut target = escape_uri(&self.uri);
        if !self.args.is_empty() {
            target.push(b'?');
            target.extend_from_slice(&self.args);
        }
        target
    }

    /// ngx_http_index_handler, and what stands behind it for a path that ends in a slash.
    fn directory(&mut self) -> Next<'a> {
        let Some(place) = self.place()? else {
            return Ok(Phase::Special(500, Answer::Error));
        };
        let base = self.file_in(&place)?;
        let indices = self.setting("index")?;
        let words: Vec<(Option<Node<'a>>, Vec<u8>)> = match indices.is_empty() {
            true => vec![(None, b"index.html".to_vec())],
            false => {
                let mut words = Vec::new();
                for node in indices {
                    for word in node.arguments() {
                        words.push((Some(node), self.fill(word)?));
                    }
                }
                words
            }
        };
        let mut is_tested = false;
        for (node, name) in words {
            if name.starts_with(b"/") {
                let shown = String::from_utf8_lossy(&name).into_owned();
                self.step(Kind::Index, node, shown, "it stands for every directory");
                let args = self.args.clone();
                return self.internal_redirect(name, args);
            }
            let path = joined(&base, &name, node)?;
            if self.entry(&path, Entry::File) != Entry::Absent {
                self.step(Kind::Index, node, path.display().to_string(), "it is there");
                let uri = [&self.uri[..], &name].concat();
                let args = self.args.clone();
                return self.internal_redirect(uri, args);
            }
            if !is_tested {
                is_tested = true;
                if let Some(phase) = self.without_directory(&base) {
                    return Ok(phase);
                }
            }
        }
        if self.flag("autoindex", false)? && self.method != "POST" {
            // It cuts off the last byte, which is a slash, unless an alias has none.
            let mut listed = base.display().to_string();
            listed.pop();
            let listed = PathBuf::from(listed);
            if self.entry(&listed, Entry::Directory) != Entry::Directory {
                let shown = listed.display().to_string();
                self.step(Kind::Content, None, shown, "there is no such directory");
                return Ok(Phase::Special(404, Answer::Error));
            }
            let shown = base.display().to_string();
            self.step(Kind::Content, None, shown, "autoindex lists it");
            let why = "the directory is listed";
            return Ok(self.sent(Answer::Directory(base), 200, why));
        }
        let shown = base.display().to_string();
        let why = "there is no index file, and autoindex is off";
        self.step(Kind::Content, None, shown, why);
        Ok(Phase::Special(403, Answer::Error))
    }

    /// What nginx answers where a directory is missing; nothing where it is there.
    fn without_directory(&mut self, base: &Path) -> Option<Phase<'a>> {
        let text = base.as_os_str().as_encoded_bytes();
        let has_slash = text.ends_with(b"/");
        let found = self.entry(base, Entry::Directory);
        let status = match found {
            Entry::Directory => return None,
            // Only an alias without a slash gets here with a file.
            Entry::File | Entry::Special if !has_slash => 500,
            _ => 404,
        };
        let shown = base.display().to_string();
        self.step(Kind::Content, None, shown, "there is no such directory");
        Some(Phase::Special(status, Answer::Error))
    }

    /// ngx_http_static_handler
    fn file(&mut self) -> Next<'a> {
        let Some(place) = self.place()? else {
            return Ok(Phase::Special(500, Answer::Error));
        };
        // The kernel takes `//` for `/`.
        let path: PathBuf = self.file_in(&place)?.components().collect();
        let shown = path.display().to_string();
        let node = Some(place.node);
        if !self.is_told(&path) && !self.has_page_for(404)? {
            let sent = self.forced_status.unwrap_or(200);
            let status = (sent == 404 && self.method != "POST").then_some(sent);
            let why = "whether the file is there, the files at hand do not tell";
            self.step(Kind::Content, node, shown, why);
            let why = "200 if the file is there, else 404".to_owned();
            return Ok(Phase::Sent(Answer::File(path), status, why));
        }
        match self.entry(&path, Entry::File) {
            Entry::File if self.method == "POST" => {
                let why = "nginx takes no POST for a file";
                self.step(Kind::Content, node, "405", why);
                Ok(Phase::Special(405, Answer::Error))
            }
            Entry::File => {
                self.step(Kind::Content, node, shown, "the file is there");
                Ok(self.sent(Answer::File(path), 200, "the file is there"))
            }
            Entry::Directory => {
                let mut to = escape_uri(&self.uri);
                to.push(b'/');
                if !self.args.is_empty() {
                    to.push(b'?');
                    to.extend_from_slice(&self.args);
                }
                self.step(Kind::Content, node, shown, "it is a directory");
                let answer = Answer::Redirect {
                    node: Some(place.node),
                    to: Some(to),
                };
                Ok(Phase::Special(301, answer))
            }
            Entry::Special | Entry::Absent => {
                self.step(Kind::Content, node, shown, "there is no such file");
                Ok(Phase::Special(404, Answer::Error))
            }
        }
    }

    /// Whether an error page would stand for a status.
    fn has_page_for(&mut self, status: u16) -> Result<bool, Unknown> {
        if self.is_in_error_page || !self.has_changes_left() {
            return Ok(false);
        }
        let pages = self.setting("error_page")?;
        Ok(pages.iter().any(|page| {
            page.arguments()
                .any(|word| word.text().parse() == Ok(status))
        }))
    }
}

/// A name behind a path, byte by byte.
fn joined(base: &Path, name: &[u8], node: Option<Node<'_>>) -> Result<PathBuf, Unknown> {
    let name = std::str::from_utf8(name).map_err(|_| Unknown {
        why: "the name is not UTF-8".to_owned(),
        place: node.map(Node::header_span),
    })?;
    let mut path = base.as_os_str().to_owned();
    path.push(OsStr::new(name));
    Ok(PathBuf::from(path))
}
