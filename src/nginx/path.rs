//! Which file a URI is (ngx_http_map_uri_to_path).

use std::path::PathBuf;

use crate::source::Origin;
use crate::value::{Unknown, Value};

use super::configuration::{Configuration, Role, Surroundings};
use super::inherit;
use super::location::Modifier;
use super::node::{Argument, Node};

/// The directory that relative paths and the default root are relative to, where Debian built nginx.
const DEBIAN_PREFIX: &str = "/usr/share/nginx";

impl Configuration {
    /// The `root` or `alias` that holds at `at`: its own, or that of the nearest block around it.
    pub fn document_root<'a>(&'a self, at: Node<'a>) -> Result<Option<Node<'a>>, Unknown> {
        for block in std::iter::once(at).chain(at.ancestors()) {
            let own = block
                .settings()
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

    /// Every `root` and `alias` that is relative to nginx's own directory; `html` is meant so.
    pub fn relative_roots(&self) -> Vec<(Node<'_>, Argument<'_>)> {
        let roots = self.named_any(&["root", "alias"]);
        let relative = roots.filter_map(|node| {
            let word = node.argument(0)?;
            let text = word.text();
            // What begins otherwise is filled in by somebody.
            let starts_with_name =
                text.starts_with(|first: char| first == '.' || first.is_alphanumeric());
            let is_own = text.split('/').next() == Some("html");
            (starts_with_name && !is_own && !word.has_hole()).then_some((node, word))
        });
        relative.collect()
    }

    /// Every `root` of a location that ends as the location does: the path comes behind it once more. Where
    /// something else is tried, that may be what is meant.
    pub fn doubled_roots(&self) -> Vec<(Node<'_>, Argument<'_>)> {
        let doubled = self.named("root").filter_map(|root| {
            let word = root.argument(0)?;
            let location = root.parent()?;
            let matcher = location.matcher()?;
            // No file is looked for where the request is passed on.
            if location.children_named("try_files").next().is_some()
                || !matches!(self.content_handler(location), Ok(None))
            {
                return None;
            }
            if !matcher.modifier.is_prefix() || matcher.has_hole() || word.has_hole() {
                return None;
            }
            let (text, prefix) = (word.text(), matcher.text());
            let prefix = prefix.trim_matches('/');
            let below = text.trim_end_matches('/').strip_suffix(prefix)?;
            let is_doubled = !prefix.is_empty() && below.ends_with('/') && below.len() > 1;
            is_doubled.then_some((root, word))
        });
        doubled.collect()
    }

    /// The file that nginx opens for `uri` in a location that was chosen, or in a server without one.
    pub fn file_for(&self, at: Node<'_>, uri: &[u8]) -> Value<PathBuf> {
        let mut origin = None;
        let place = self.place(at, |argument| match self.resolve(at, argument) {
            Value::OneOf(all) => match all.into_iter().next() {
                Some(only) => {
                    origin = Some(only.origin);
                    Ok(only.value)
                }
                None => Err(Unknown::at(argument.span(), "it names no directory")),
            },
            Value::Unknown(unknown) => Err(unknown),
        });
        let path = place.and_then(|place| self.path(&place, place.rest(uri)));
        match (path, origin) {
            (Ok(path), Some(origin)) => Value::known(path, origin_of(origin)),
            (Ok(_), None) => Value::Unknown(Unknown::because("it names no directory")),
            (Err(unknown), _) => Value::Unknown(unknown),
        }
    }

    /// Where the files of a block lie; `fill` says what is in the variables of `root` or `alias`.
    pub(super) fn place<'a>(
        &'a self,
        at: Node<'a>,
        fill: impl FnOnce(Argument<'a>) -> Result<Vec<u8>, Unknown>,
    ) -> Result<Place<'a>, Unknown> {
        let Some(node) = self.document_root(at)? else {
            let why = "no root is set, and the default one depends on how nginx was built";
            return Err(Unknown::because(why));
        };
        let nothing = || Unknown::at(node.span(), "it names no directory");
        let argument = node.argument(0).ok_or_else(nothing)?;
        let mut directory = fill(argument)?;
        if node.is("root") {
            if argument.bytes().ends_with(b"/") {
                directory.pop();
            }
            let cut = Cut::Nothing;
            return Ok(Place {
                node,
                directory,
                cut,
            });
        }
        let span = node.header_span();
        let matcher = node
            .parent()
            .and_then(Node::matcher)
            .ok_or_else(|| Unknown::at(span, "it stands in no location"))?;
        let cut = match matcher.modifier {
            Modifier::Regex | Modifier::RegexCaseless => Cut::All,
            _ if matcher.has_hole() => {
                let why = "the location is filled in when the template is rendered";
                return Err(Unknown::at(matcher.span, why));
            }
            Modifier::Named => {
                return Err(Unknown::at(span, "nginx refuses it in a named location"));
            }
            Modifier::Exact | Modifier::Prefix | Modifier::PrefixNoRegex => {
                Cut::Prefix(matcher.pattern.len())
            }
        };
        Ok(Place {
            node,
            directory,
            cut,
        })
    }

    /// A path in that place.
    pub(super) fn path(&self, place: &Place<'_>, rest: &[u8]) -> Result<PathBuf, Unknown> {
        let mut path = place.directory.clone();
        path.extend_from_slice(rest);
        self.absolute(path, place.node)
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

/// Where the files of a block lie.
pub(super) struct Place<'a> {
    /// The `root` or `alias`.
    pub(super) node: Node<'a>,
    /// What stands before the path; no slash is added or taken.
    pub(super) directory: Vec<u8>,
    /// What is cut off the path.
    pub(super) cut: Cut,
}

/// What an `alias` stands for: the name of its location, byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// `root`.
    Nothing,
    /// `alias`: as many bytes as the location's name has, also in locations nested in it.
    Prefix(usize),
    /// `alias` in a regex: it is the whole path.
    All,
}

impl Place<'_> {
    /// What is left of a path.
    pub(super) fn rest<'u>(&self, uri: &'u [u8]) -> &'u [u8] {
        match self.cut {
            Cut::Nothing => uri,
            Cut::Prefix(length) => uri.get(length..).unwrap_or_default(),
            Cut::All => &[],
        }
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
