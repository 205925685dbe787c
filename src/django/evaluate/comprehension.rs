//! Comprehensions over what is known.

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::{Comprehension, Makes};
use super::alternatives::changed;
use super::mutate::no_external;
use super::{Evaluator, Frame};

impl Evaluator<'_> {
    pub(super) fn comprehension(
        &mut self,
        frame: &mut Frame,
        comprehension: &Comprehension,
        span: Span,
    ) -> Item {
        let over = self.expression(frame, &comprehension.iterable);
        let (items, mut incomplete) = match self.items_of(&over, span) {
            Ok(items) => items,
            Err(why) => {
                let mut item = Item::because(why, span);
                item.environment = changed(&over);
                return item;
            }
        };
        let mut made = Vec::new();
        for item in items {
            frame.locals.push((comprehension.target.clone(), item));
            let mut holds = Some(true);
            for condition in &comprehension.conditions {
                let condition = self.expression(frame, condition);
                holds = match (holds, self.truth(&condition)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), truth) => truth,
                    (None, _) => None,
                };
            }
            let element = self.expression(frame, &comprehension.element);
            frame.locals.pop();
            match holds {
                Some(true) => made.push(no_external(element)),
                Some(false) => {}
                None => {
                    let why = "which items are taken is not known";
                    incomplete = incomplete.or(Some(Unknown::at(span, why)));
                }
            }
        }
        let make = match comprehension.makes {
            Makes::List => Object::List,
            Makes::Set => Object::Set,
            Makes::Generator => Object::Generator,
        };
        match self.sequence(made, incomplete) {
            Ok(sequence) => Item::computed(make(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }
}
