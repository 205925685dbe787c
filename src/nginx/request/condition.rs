//! The condition of an `if` (ngx_http_rewrite_if_condition).

use std::path::Path;

use super::super::node::{Argument, Node};
use super::disk::Entry;
use super::walk::Walk;
use crate::value::Unknown;

/// The words of a condition without its parentheses.
struct Words<'a> {
    words: Vec<(Argument<'a>, Vec<u8>)>,
}

impl<'a> Words<'a> {
    fn of(block: Node<'a>) -> Self {
        let mut words: Vec<(Argument<'a>, Vec<u8>)> = block
            .arguments()
            .map(|word| (word, word.bytes().into_owned()))
            .collect();
        // A parenthesis that stands alone is no word; "" is one.
        if let Some((_, first)) = words.first_mut().filter(|(_, word)| word.starts_with(b"(")) {
            first.remove(0);
            if first.is_empty() {
                words.remove(0);
            }
        }
        if let Some((_, last)) = words.last_mut().filter(|(_, word)| word.ends_with(b")")) {
            last.pop();
            if last.is_empty() {
                words.pop();
            }
        }
        Self { words }
    }
}

impl<'a> Walk<'a, '_> {
    /// Whether the condition of an `if` holds; taken both ways where it is not known.
    pub(super) fn holds(&mut self, block: Node<'a>, quote: bool) -> Result<bool, Unknown> {
        let words = Words::of(block);
        let known = self.condition(block, &words, quote);
        let unknown = match known {
            Ok(holds) => return Ok(holds),
            Err(unknown) => unknown,
        };
        let what = String::from_utf8_lossy(block.source().slice(block.header_span()));
        let what = format!("{what} holds");
        let holds = self.choices.decide(what, unknown);
        if let Some((pattern, caseless)) = pattern_of(&words) {
            // Whatever matched, what its groups took is not known.
            self.forget_groups(&pattern, caseless);
        }
        Ok(holds)
    }

    fn condition(
        &mut self,
        block: Node<'a>,
        words: &Words<'a>,
        quote: bool,
    ) -> Result<bool, Unknown> {
        let span = block.header_span();
        let malformed = || Unknown::at(span, "nginx refuses this condition");
        match &words.words[..] {
            [(word, variable)] if variable.starts_with(b"$") => {
                let value = self.variable_of(*word, variable)?;
                Ok(!value.is_empty() && value != b"0")
            }
            [(word, variable), (_, operator), (other, text)] if variable.starts_with(b"$") => {
                let value = self.variable_of(*word, variable)?;
                match &operator[..] {
                    b"=" | b"!=" => {
                        let text = self.operand(*other, text, quote)?;
                        Ok((value == text) == (operator == b"="))
                    }
                    b"~" | b"~*" | b"!~" | b"!~*" => {
                        if other.has_hole() {
                            return Err(malformed());
                        }
                        let caseless = operator.ends_with(b"*");
                        let is_match = self.matches(block, text, caseless, &value)?;
                        if !is_match {
                            self.captures.clear();
                        }
                        Ok(is_match != operator.starts_with(b"!"))
                    }
                    _ => Err(malformed()),
                }
            }
            [(_, test), (word, text)] => {
                let path = self.operand(*word, text, quote)?;
                let path = String::from_utf8(path)
                    .map_err(|_| Unknown::at(span, "the path is not UTF-8"))?;
                let (test, negated) = match test.strip_prefix(b"!") {
                    Some(test) => (test, true),
                    None => (&test[..], false),
                };
                let entry = |walk: &mut Self, wanted| walk.entry(Path::new(&path), wanted);
                let holds = match test {
                    b"-f" => entry(self, Entry::File) == Entry::File,
                    b"-d" => entry(self, Entry::Directory) == Entry::Directory,
                    b"-e" => entry(self, Entry::File) != Entry::Absent,
                    b"-x" => return Err(Unknown::at(span, "who may run a file is not known")),
                    _ => return Err(malformed()),
                };
                Ok(holds != negated)
            }
            _ => Err(malformed()),
        }
    }

    fn variable_of(&mut self, word: Argument<'a>, text: &[u8]) -> Result<Vec<u8>, Unknown> {
        let span = word.span();
        let name = text.strip_prefix(b"$").unwrap_or(text);
        self.variable(name).map_err(|why| Unknown::at(span, why))
    }

    /// A word of a condition; its last one may have lost a parenthesis.
    fn operand(
        &mut self,
        word: Argument<'a>,
        text: &[u8],
        quote: bool,
    ) -> Result<Vec<u8>, Unknown> {
        let mut value = self.quoted(word, quote)?;
        // What was cut off the word is cut off its value.
        value.truncate(value.len() - (word.bytes().len() - text.len()).min(value.len()));
        Ok(value)
    }
}

/// The regex of a condition, and whether it minds no case.
fn pattern_of(words: &Words<'_>) -> Option<(Vec<u8>, bool)> {
    match &words.words[..] {
        [_, (_, operator), (_, text)] if operator.contains(&b'~') => {
            Some((text.clone(), operator.ends_with(b"*")))
        }
        _ => None,
    }
}
