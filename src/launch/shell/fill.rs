//! Words with what the shell fills in, as far as the script itself says it.

use super::ARGUMENTS;
use super::parse::Parser;
use super::tokens::{Lexed, Piece};
use crate::launch::word::{Variable, Word};
use crate::source::Origin;
use crate::value::{Unknown, Value};

/// As long as a value may become.
const MAX_VALUE: usize = 64 * 1024;

impl Parser<'_> {
    /// `NAME=value`; `NAME+=value` is set to something unknown.
    pub(super) fn assigned(&self, word: &Lexed) -> Option<Variable> {
        let (length, value_from) = word.assignment()?;
        let name: Vec<u8> = word
            .pieces
            .iter()
            .take(length)
            .filter_map(|piece| match piece {
                Piece::Byte { byte, .. } => Some(*byte),
                _ => None,
            })
            .collect();
        let start = word.range.start;
        let value_start = (start + value_from).min(word.range.end);
        let value = Lexed {
            range: value_start..word.range.end,
            pieces: word.pieces.get(value_from..).unwrap_or_default().to_vec(),
        };
        let name_span = self.script.span(self.source, start..start + length);
        let mut resolved = self.resolved_as(&value, true);
        if value_from > length + 1 {
            resolved = Word::unknown(resolved.span, "it is added to what was there");
        }
        Some(Variable {
            name: String::from_utf8_lossy(&name).into_owned(),
            name_span,
            value: resolved,
        })
    }

    pub(super) fn resolved(&self, word: &Lexed) -> Word {
        self.resolved_as(word, false)
    }

    /// The word with variables filled in. In an assignment nothing is split and no pattern is looked for.
    fn resolved_as(&self, word: &Lexed, is_assignment: bool) -> Word {
        let span = self.script.span(self.source, word.range.clone());
        let mut text: Vec<u8> = Vec::new();
        let mut is_literal = true;
        let mut unknown: Option<&'static str> = None;
        let has_byte = |byte: u8| {
            word.pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Byte { byte: own, is_quoted: false, .. } if *own == byte))
        };
        let expands_braces = has_byte(b'{') && has_byte(b'}') && (has_byte(b',') || has_byte(b'.'));
        if expands_braces && !is_assignment {
            unknown = Some("shells disagree on braces");
        }
        for (index, piece) in word.pieces.iter().enumerate() {
            match piece {
                Piece::Byte {
                    byte, is_quoted, ..
                } => {
                    let is_pattern =
                        matches!(byte, b'*' | b'?') || (*byte == b'[' && has_byte(b']'));
                    if !is_quoted && is_pattern && !is_assignment {
                        unknown.get_or_insert("a pattern stands for the files that match it");
                    }
                    if !is_quoted && *byte == b'~' && index == 0 {
                        unknown.get_or_insert("it begins in a home directory");
                    }
                    is_literal &= !is_quoted;
                    text.push(*byte);
                }
                Piece::Quote => is_literal = false,
                Piece::Parameter {
                    name,
                    is_quoted,
                    not_empty,
                    ..
                } => {
                    is_literal = false;
                    let name = self.lexer.text.get(name.clone()).unwrap_or_default();
                    let name = String::from_utf8_lossy(name);
                    let value = self.scope.text(&name);
                    match value {
                        Some(value)
                            if text.len() + value.len() < MAX_VALUE
                                && !(*not_empty && value.is_empty())
                                && (*is_quoted || is_assignment || is_one_word(value)) =>
                        {
                            text.extend_from_slice(value.as_bytes());
                        }
                        _ => {
                            unknown.get_or_insert("a variable of the shell fills it in");
                        }
                    }
                }
                Piece::Unknown { why, .. } => {
                    unknown = Some(why);
                    if *why == ARGUMENTS {
                        break;
                    }
                }
            }
        }
        let value = match (unknown, String::from_utf8(text)) {
            (Some(why), _) => Value::Unknown(Unknown::at(span, why)),
            (None, Err(_)) => Value::Unknown(Unknown::at(span, "it is not UTF-8")),
            (None, Ok(text)) if is_literal => Value::known(text, Origin::Literal(span)),
            (None, Ok(text)) => Value::known(text, Origin::Computed(span)),
        };
        Word { value, span }
    }
}

/// Whether a value stays one word, and no pattern, where it is not in quotes.
fn is_one_word(value: &str) -> bool {
    !value.is_empty()
        && !value.contains(|character: char| {
            character.is_whitespace() || matches!(character, '*' | '?' | '[')
        })
}
