//! Functions of the standard library and of packages that settings are written with.

use crate::source::Span;

use super::super::object::{Item, Object};
use super::Evaluator;
use super::alternatives::each;
use super::mutate::no_external;

/// What `strtobool` of distutils takes for true, and for false.
const TRUE: &[&str] = &["1", "on", "t", "true", "y", "yes"];
const FALSE: &[&str] = &["0", "f", "false", "n", "no", "off"];

impl Evaluator<'_> {
    pub(super) fn library(
        &mut self,
        function: &str,
        arguments: &[Item],
        span: Span,
    ) -> Option<Item> {
        match (function, arguments) {
            ("distutils.util.strtobool" | "setuptools._distutils.util.strtobool", [value]) => {
                Some(each(value, span, |object| {
                    let word = object.as_str().map(str::to_lowercase).unwrap_or_default();
                    if TRUE.contains(&word.as_str()) {
                        Ok(Object::Int(1))
                    } else if FALSE.contains(&word.as_str()) {
                        Ok(Object::Int(0))
                    } else {
                        Err("it is no truth value".to_owned())
                    }
                }))
            }
            ("filter", [test, value]) if test.get() == Some(&Object::None) => {
                self.share(value);
                let items = match self.whole(value, span) {
                    Ok(items) => items,
                    Err(why) => return Some(Item::because(why, span)),
                };
                let mut kept = Vec::new();
                for item in items {
                    match self.truth(&item) {
                        Some(true) => kept.push(no_external(item)),
                        Some(false) => {}
                        None => {
                            return Some(Item::unknown(span, "which items are taken is not known"));
                        }
                    }
                }
                Some(self.generated(kept, span))
            }
            ("map", [change, value]) => {
                let Some(Object::External(change)) = change.get().cloned() else {
                    return None;
                };
                let items = match self.whole(value, span) {
                    Ok(items) => items,
                    Err(why) => return Some(Item::because(why, span)),
                };
                let mut made = Vec::with_capacity(items.len());
                for item in items {
                    let result = match change.strip_prefix("str.") {
                        Some(method) => self.plain_text_method(&item, method, span),
                        None if matches!(change.as_str(), "str" | "int" | "bool" | "float") => {
                            self.builtin(&change, std::slice::from_ref(&item), span)?
                        }
                        None => return None,
                    };
                    made.push(result);
                }
                Some(self.generated(made, span))
            }
            ("itertools.chain", values) => {
                let mut all = Vec::new();
                for value in values {
                    self.share(value);
                    match self.whole(value, span) {
                        Ok(items) => all.extend(items.into_iter().map(no_external)),
                        Err(why) => return Some(Item::because(why, span)),
                    }
                }
                Some(self.generated(all, span))
            }
            _ => None,
        }
    }

    pub(super) fn generated(&mut self, items: Vec<Item>, span: Span) -> Item {
        match self.sequence(items, None) {
            Ok(sequence) => Item::computed(Object::Generator(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }
}
