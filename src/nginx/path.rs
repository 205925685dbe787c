//! Which file a URI is (ngx_http_map_uri_to_path).

use std::path::PathBuf;

use crate::source::Origin;
use crate::value::{Unknown, Value};

use super::configuration::{Configuration, Role, Surroundings};
use super::inherit;
use super::location::Modifier;
use super::node::Node;

/// The directory that relative paths and the default root are relative to, where Debian built nginx.
const DEBIAN_PREFIX: &str = "/usr/share/nginx";

impl Configuration {
    /// The `root` or `alias` that holds at `at`: its own, or that of the nearest block around it.
    pub fn document_root<'a>(&'a self, at: Node<'a>) -> Result<Option<Node<'a>>, Unknown> {
        for block in std::iter::once(at).chain(at.ancestors()) {
            let own = block
                .children()
                .filter(|child| child.is("root") || child.is("alias"))
                .last();
            if own.is_some() {
                return Ok(own);
            }
            let harmless = |include: Node<'_>| inherit::holds_only_parameters(include, "root");
            if let Some(unknown) = self.gap(Some(block), harmless) {
                return Err(unknown);
            }
        }
        if let Some(root) = self.roots().find(|node| node.is("root")) {
            return Ok(Some(root));
        }
        let is_known = match self.role {
            Role::Main => true,
            Role::Site => self.surroundings == Surroundings::Debian,
            Role::Snippet => false,
        };
        if is_known {
            Ok(None)
        } else {
            let why = "no root is set here, and what surrounds the file is not known";
            Err(Unknown::because(why))
        }
    }

    /// The file that nginx opens for `uri` in a location that was chosen, or in a server without one.
    pub fn file_for(&self, at: Node<'_>, uri: &[u8]) -> Value<PathBuf> {
        let node = match self.document_root(at) {
            Ok(Some(node)) => node,
            Ok(None) => {
                let why = "no root is set, and the default one depends on how nginx was built";
                return Value::Unknown(Unknown::because(why));
            }
            Err(unknown) => return Value::Unknown(unknown),
        };
        let Some(argument) = node.argument(0) else {
            return Value::unknown(node.span(), "it names no directory");
        };
        let (directory, origin) = match self.resolve(at, argument) {
            Value::OneOf(mut all) => match all.pop() {
                Some(only) => (only.value, only.origin),
                None => return Value::unknown(node.span(), "it names no directory"),
            },
            Value::Unknown(unknown) => return Value::Unknown(unknown),
        };
        let joined = if node.is("alias") {
            self.aliased(node, directory, uri)
        } else {
            let mut path = directory;
            if path.last() == Some(&b'/') {
                path.pop();
            }
            path.extend_from_slice(uri);
            Ok(path)
        };
        match joined.and_then(|path| self.absolute(path, node)) {
            Ok(path) => Value::known(path, origin_of(origin)),
            Err(unknown) => Value::Unknown(unknown),
        }
    }

    /// An alias replaces the name of the location that it stands in, byte by byte; no slash is added or taken.
    fn aliased(&self, alias: Node<'_>, mut path: Vec<u8>, uri: &[u8]) -> Result<Vec<u8>, Unknown> {
        let place = alias.header_span();
        let matcher = alias
            .parent()
            .and_then(Node::matcher)
            .ok_or_else(|| Unknown::at(place, "it stands in no location"))?;
        match matcher.modifier {
            // The whole path, and nothing of the URI.
            Modifier::Regex | Modifier::RegexCaseless => return Ok(path),
            _ if matcher.has_hole() => {
                let why = "the location is filled in when the template is rendered";
                return Err(Unknown::at(matcher.span, why));
            }
            Modifier::Named => {
                return Err(Unknown::at(place, "nginx refuses it in a named location"));
            }
            Modifier::Exact | Modifier::Prefix | Modifier::PrefixNoRegex => {}
        }
        path.extend_from_slice(uri.get(matcher.pattern.len()..).unwrap_or_default());
        Ok(path)
    }

    fn absolute(&self, path: Vec<u8>, node: Node<'_>) -> Result<PathBuf, Unknown> {
        let place = node.header_span();
        let text =
            String::from_utf8(path).map_err(|_| Unknown::at(place, "the path is not UTF-8"))?;
        if text.starts_with('/') {
            return Ok(PathBuf::from(text));
        }
        if self.surroundings == Surroundings::Debian {
            return Ok(PathBuf::from(format!("{DEBIAN_PREFIX}/{text}")));
        }
        let why = "the path is relative to a directory that was set when nginx was built";
        Err(Unknown::at(place, why))
    }
}

/// The file is worked out from the directory and the URI, wherever the directory came from.
fn origin_of(origin: Origin) -> Origin {
    match origin {
        Origin::Literal(span) => Origin::Computed(span),
        other => other,
    }
}

#[cfg(test)]
mod tests;
