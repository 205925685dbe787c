//! What a word says once nginx has filled its variables in, as far as `set` tells.

use crate::source::Origin;
use crate::value::{Unknown, Value};

use super::configuration::Configuration;
use super::inherit;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// A variable that is set from a variable that is set from …: no one writes more of them.
const MAX_DEPTH: usize = 8;

/// No value is longer; variables that double each other would be.
const MAX_LENGTH: usize = 4096;

impl Configuration {
    /// What an argument of `at` says at run time: known where every variable in it is set once and without condition.
    pub(super) fn resolve(&self, at: Node<'_>, argument: Argument<'_>) -> Value<Vec<u8>> {
        match self.fill(at, argument, 0) {
            Ok(bytes) if argument.has_variable() => {
                Value::known(bytes, Origin::Computed(argument.span()))
            }
            Ok(bytes) => Value::known(bytes, Origin::Literal(argument.span())),
            Err(unknown) => Value::Unknown(unknown),
        }
    }

    fn fill(&self, at: Node<'_>, argument: Argument<'_>, depth: usize) -> Result<Vec<u8>, Unknown> {
        filled(argument, |name| {
            let set = self.set_once(at, name).filter(|_| depth < MAX_DEPTH);
            let value = set.and_then(|set| Some((set, set.argument(1)?)));
            let Some((set, value)) = value else {
                let name = String::from_utf8_lossy(name);
                let why = format!("nginx fills in ${name} at run time");
                return Err(Unknown::at(argument.span(), why));
            };
            self.fill(set, value, depth + 1)
        })
    }

    /// The one `set` of a variable that runs before `at` is reached, if there is just one and nothing may skip it.
    fn set_once<'a>(&'a self, at: Node<'a>, name: &[u8]) -> Option<Node<'a>> {
        let server = at.server();
        let blocks = [at.location(), server];
        let mut found = None;
        for block in blocks.into_iter().flatten() {
            let harmless = |include: Node<'_>| inherit::holds_only_parameters(include, "set");
            if self.gap(Some(block), harmless).is_some() {
                return None;
            }
            for child in block.settings() {
                if child.is("break") || child.is("rewrite") {
                    // The rest of the block's `set`s may never run.
                    return None;
                }
                if sets(child, name) && found.replace(child).is_some() {
                    return None;
                }
            }
        }
        // In an `if`, or in a location around this one: it depends on the request which one runs.
        let around = server.or_else(|| at.ancestors().last()).or(Some(at));
        let mut all = self
            .named("set")
            .filter(|node| sets(*node, name))
            .filter(|node| {
                node.server() == server
                    || around.is_some_and(|block| node.ancestors().any(|up| up == block))
            });
        let is_conditional = all.any(|node| node.ancestors().any(|block| block.is("if")));
        found.filter(|_| !is_conditional)
    }
}

/// What an argument says once `value_of` has said what is in its variables.
pub(super) fn filled(
    argument: Argument<'_>,
    mut value_of: impl FnMut(&[u8]) -> Result<Vec<u8>, Unknown>,
) -> Result<Vec<u8>, Unknown> {
    let mut bytes = Vec::new();
    for piece in argument.pieces() {
        match piece.kind {
            PieceKind::Literal(literal) => bytes.extend_from_slice(&literal),
            PieceKind::Hole => {
                let why = "it is filled in when the template is rendered";
                return Err(Unknown::at(argument.span(), why));
            }
            PieceKind::Variable(name) => bytes.extend(value_of(name)?),
        }
        if bytes.len() > MAX_LENGTH {
            return Err(Unknown::at(argument.span(), "it grows too long"));
        }
    }
    Ok(bytes)
}

/// Whether it is a `set` of that variable. nginx knows no difference between `$NAME` and `$name`.
fn sets(node: Node<'_>, name: &[u8]) -> bool {
    node.is("set")
        && node.argument(0).is_some_and(|word| {
            word.bytes()
                .strip_prefix(b"$")
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        })
}
