//! The words of `try_files` that are names of files and lack their slash.

use super::configuration::Configuration;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// A word of `try_files` that begins with a name.
pub struct WithoutSlash<'a> {
    /// The `try_files`.
    pub node: Node<'a>,
    /// The word.
    pub word: Argument<'a>,
    /// Whether it is the last one, which nginx redirects to.
    pub is_last: bool,
    /// The `root` that it is put behind, where it is tried as a file.
    pub root: Option<Argument<'a>>,
}

impl Configuration {
    /// Every word of `try_files` that should begin with a slash: nginx puts what is tried right behind the
    /// root, and looks for a location for the last one.
    pub fn fallbacks_without_slash(&self) -> Vec<WithoutSlash<'_>> {
        let mut found = Vec::new();
        for node in self.named("try_files") {
            let words: Vec<Argument<'_>> = node.arguments().collect();
            let place = node.parent().unwrap_or(node);
            let root = match self.document_root(place) {
                Ok(Some(root)) if root.is("root") => root.argument(0),
                _ => None,
            };
            for (index, word) in words.iter().enumerate() {
                let is_last = index + 1 == words.len();
                let is_name = match word.pieces().first().map(|piece| &piece.kind) {
                    Some(PieceKind::Literal(text)) => {
                        !matches!(text.first(), Some(b'/' | b'=' | b'@') | None)
                    }
                    _ => false,
                };
                // An alias ends with the slash; and with an unknown root nobody knows.
                if is_name && (is_last || root.is_some()) {
                    found.push(WithoutSlash {
                        node,
                        word: *word,
                        is_last,
                        root,
                    });
                }
            }
        }
        found
    }
}
