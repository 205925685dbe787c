//! Paths: `os.path` and `pathlib`, on names whose beginning may be another on the deployed host.

use crate::source::Span;

use super::super::object::{Item, Object, Text};
use super::super::syntax::{Expression, ExpressionKind};
use super::alternatives::{both, each};
use super::{Evaluator, Frame, check_text};

/// `os.path.join(left, right)`.
fn join_os(left: &Text, right: &Text) -> Result<Text, String> {
    check_text(left.text.len() + right.text.len())?;
    if right.local || right.text.starts_with('/') {
        return Ok(right.clone());
    }
    let separator = if left.text.is_empty() || left.text.ends_with('/') {
        ""
    } else {
        "/"
    };
    Ok(Text {
        text: format!("{}{separator}{}", left.text, right.text),
        local: left.local,
    })
}

/// `left / right` of pathlib: no `.`, no doubled or trailing slash.
pub(super) fn join_pathlib(left: &Text, right: &Text) -> Result<Text, String> {
    join_os(left, right).map(|joined| pathlib(&joined))
}

/// The text that `pathlib.Path(text)` shows.
fn pathlib(path: &Text) -> Text {
    // Two slashes at the start, and not three, are kept (PurePosixPath, as POSIX allows).
    let root = if path.text.starts_with("//") && !path.text.starts_with("///") {
        "//"
    } else if path.text.starts_with('/') {
        "/"
    } else {
        ""
    };
    let parts: Vec<&str> = path
        .text
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let text = match (root, parts.is_empty()) {
        ("", true) => ".".to_owned(),
        _ => format!("{root}{}", parts.join("/")),
    };
    Text {
        text,
        local: path.local,
    }
}

/// `os.path.normpath(path)`.
fn normpath(path: &Text) -> Text {
    let absolute = path.text.starts_with('/');
    let root = match (
        absolute,
        path.text.starts_with("//"),
        path.text.starts_with("///"),
    ) {
        (false, _, _) => "",
        (true, true, false) => "//",
        _ => "/",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.text.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => _ = parts.pop(),
                _ if absolute => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let text = format!("{root}{}", parts.join("/"));
    Text {
        text: if text.is_empty() {
            ".".to_owned()
        } else {
            text
        },
        local: path.local,
    }
}

/// `os.path.dirname(path)`.
fn dirname(path: &Text) -> Text {
    let head = path.text.rfind('/').map_or("", |at| &path.text[..=at]);
    let stripped = head.trim_end_matches('/');
    let text = if stripped.is_empty() { head } else { stripped };
    Text {
        text: text.to_owned(),
        local: path.local,
    }
}

/// `path.parent` of pathlib.
fn parent(path: &Text) -> Text {
    let shown = pathlib(path);
    if shown.text == "/" || shown.text == "//" {
        return shown;
    }
    let above = dirname(&shown);
    if above.text.is_empty() {
        Text::plain(".")
    } else {
        above
    }
}

fn absolute(path: &Text) -> Result<Text, String> {
    if path.local || path.text.starts_with('/') {
        Ok(normpath(path))
    } else {
        Err("it depends on the directory that the process is started in".to_owned())
    }
}

fn text_in(object: &Object) -> Result<&Text, String> {
    match object {
        Object::Str(text) | Object::Path(text) => Ok(text),
        _ => Err("it is not a path".to_owned()),
    }
}

/// `os.path.function(arguments)`; nothing where the function is not followed.
pub(super) fn os_path(function: &str, arguments: &[Item], span: Span) -> Option<Item> {
    let change: fn(&Text) -> Result<Text, String> = match (function, arguments) {
        ("join", [first, rest @ ..]) => {
            let start = each(first, span, |object| {
                text_in(object).cloned().map(Object::Str)
            });
            return Some(rest.iter().fold(start, |left, right| {
                both(&left, right, span, |left, right| {
                    join_os(text_in(left)?, text_in(right)?).map(Object::Str)
                })
            }));
        }
        ("dirname", [_]) => |path| Ok(dirname(path)),
        ("normpath", [_]) => |path| Ok(normpath(path)),
        ("abspath" | "realpath", [_]) => absolute,
        ("basename", [_]) => |path| match path.as_plain() {
            Some(path) => Ok(Text::plain(path.rsplit('/').next().unwrap_or_default())),
            None => Err("it is the name of a directory that may be another there".to_owned()),
        },
        _ => return None,
    };
    Some(each(&arguments[0], span, |object| {
        change(text_in(object)?).map(Object::Str)
    }))
}

/// `pathlib.Path(arguments)`.
pub(super) fn new_path(arguments: &[Item], span: Span) -> Item {
    let start = Item::computed(Object::Path(Text::plain(".")), span);
    arguments.iter().fold(start, |left, right| {
        both(&left, right, span, |left, right| {
            let (left, right) = (text_in(left)?, text_in(right)?);
            join_pathlib(left, right).map(Object::Path)
        })
    })
}

/// An attribute of a `pathlib.Path`.
pub(super) fn attribute(path: &Text, name: &str, span: Span) -> Item {
    match (name, path.as_plain()) {
        ("parent", _) => Item::computed(Object::Path(parent(path)), span),
        ("name", Some(path)) => {
            let name = path.rsplit('/').next().filter(|name| *name != ".");
            Item::computed(Object::str(name.unwrap_or_default()), span)
        }
        _ => Item::unknown(span, format!("{name} of a path is not followed")),
    }
}

/// A method of a `pathlib.Path`; nothing where it is not followed.
pub(super) fn method(path: &Text, name: &str, arguments: &[Item], span: Span) -> Option<Item> {
    Some(match (name, arguments) {
        ("resolve" | "absolute", _) => match absolute(path) {
            Ok(path) => Item::computed(Object::Path(pathlib(&path)), span),
            Err(why) => Item::unknown(span, why),
        },
        ("joinpath", _) => {
            let start = Item::computed(Object::Path(path.clone()), span);
            arguments.iter().fold(start, |left, right| {
                both(&left, right, span, |left, right| {
                    join_pathlib(text_in(left)?, text_in(right)?).map(Object::Path)
                })
            })
        }
        ("as_posix" | "__str__", []) => Item::computed(Object::Str(path.clone()), span),
        _ => return None,
    })
}

impl Evaluator<'_> {
    /// `path.parents[n]`.
    pub(super) fn parent_of_path(
        &mut self,
        frame: &mut Frame,
        container: &Expression,
        key: &Expression,
        span: Span,
    ) -> Option<Item> {
        let ExpressionKind::Attribute(receiver, name) = &container.kind else {
            return None;
        };
        if name != "parents" {
            return None;
        }
        let held = self.peek(frame, receiver);
        let Some(Object::Path(path)) = held.get() else {
            return None;
        };
        let Some(Object::Int(levels @ 0..=64)) = self.peek(frame, key).get().cloned() else {
            return Some(Item::unknown(
                span,
                "which of its parents it is is not known",
            ));
        };
        let mut path = path.clone();
        for _ in 0..=levels {
            let above = parent(&path);
            if above == path {
                return Some(Item::unknown(span, "it has no such parent"));
            }
            path = above;
        }
        Some(Item::computed(Object::Path(path), span))
    }
}
