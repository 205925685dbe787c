//! Comprehensions over what is known.

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object};
use super::super::syntax::{Clause, Comprehension, Expression, ExpressionKind, Makes};
use super::super::writes;
use super::alternatives::changed;
use super::effects::has_effects;
use super::mutate::{is_key, no_external};
use super::{Evaluator, Frame};

/// What a comprehension has made so far.
#[derive(Default)]
struct Made {
    items: Vec<Item>,
    entries: Vec<(Object, Item)>,
    incomplete: Option<Unknown>,
    /// Why nothing of it is known.
    lost: Option<Item>,
}

impl Evaluator<'_> {
    pub(super) fn comprehension(
        &mut self,
        frame: &mut Frame,
        comprehension: &Comprehension,
        span: Span,
    ) -> Item {
        let conditions = comprehension
            .clauses
            .iter()
            .flat_map(|clause| &clause.conditions);
        let iterables = comprehension.clauses.iter().map(|clause| &clause.iterable);
        let mut all = conditions
            .chain(iterables)
            .chain(&comprehension.value)
            .chain([&comprehension.element]);
        if all.any(has_effects) {
            let why = Unknown::at(span, "a comprehension makes it");
            let text = frame.source.slice(span);
            let writes = writes::scan(frame.source.id(), span.range().start, text);
            self.touch(frame, &writes, &why, true);
            return Item::because(why, span);
        }
        let mut made = Made::default();
        let locals = frame.locals.len();
        self.repeated += 1;
        self.clause(
            frame,
            comprehension,
            &comprehension.clauses,
            &mut made,
            span,
        );
        self.repeated -= 1;
        frame.locals.truncate(locals);
        if let Some(lost) = made.lost {
            return lost;
        }
        if comprehension.makes == Makes::Dict {
            return match self.mapping(made.entries, made.incomplete) {
                Ok(mapping) => Item::computed(Object::Dict(mapping), span),
                Err(why) => Item::unknown(span, why),
            };
        }
        if comprehension.makes == Makes::Set {
            return self.set_of(made.items, made.incomplete, span);
        }
        let make = match comprehension.makes {
            Makes::Generator => Object::Generator,
            _ => Object::List,
        };
        match self.sequence(made.items, made.incomplete) {
            Ok(sequence) => Item::computed(make(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    /// Runs the first of the clauses, and for each of its items those behind it.
    fn clause(
        &mut self,
        frame: &mut Frame,
        comprehension: &Comprehension,
        clauses: &[Clause],
        made: &mut Made,
        span: Span,
    ) {
        let Some((clause, rest)) = clauses.split_first() else {
            self.element(frame, comprehension, made, span);
            return;
        };
        let over = self.expression(frame, &clause.iterable);
        let (items, incomplete) = match self.items_of(&over, span) {
            Ok(items) => items,
            Err(why) => {
                let mut item = Item::because(why, span);
                item.environment = changed(&over);
                made.lost = Some(item);
                return;
            }
        };
        made.incomplete = made.incomplete.take().or(incomplete);
        let locals = frame.locals.len();
        for item in items {
            self.step(1);
            if self.is_exhausted() {
                made.lost = Some(Item::unknown(span, "there is too much to work out"));
                return;
            }
            bind(frame, &clause.target, item);
            let mut holds = Some(true);
            for condition in &clause.conditions {
                let condition = self.expression(frame, condition);
                holds = match (holds, self.truth(&condition)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), truth) => truth,
                    (None, _) => None,
                };
            }
            match holds {
                Some(true) => self.clause(frame, comprehension, rest, made, span),
                Some(false) => {}
                None => {
                    let why = Unknown::at(span, "which items are taken is not known");
                    // A key that is there may be overwritten by one that may be taken.
                    super::methods::blur(&mut made.entries, &why);
                    made.incomplete = made.incomplete.take().or(Some(why));
                }
            }
            frame.locals.truncate(locals);
            if made.lost.is_some() {
                return;
            }
        }
    }

    fn element(
        &mut self,
        frame: &mut Frame,
        comprehension: &Comprehension,
        made: &mut Made,
        span: Span,
    ) {
        let element = self.expression(frame, &comprehension.element);
        let Some(value) = &comprehension.value else {
            made.items.push(no_external(element));
            return;
        };
        let value = no_external(self.expression(frame, value));
        match element.get().filter(|key| is_key(key)) {
            Some(key) => {
                self.step(made.entries.len());
                super::methods::set(&mut made.entries, key.clone(), value);
            }
            None => {
                let why = Unknown::at(span, "a key of it is not known");
                super::methods::blur(&mut made.entries, &why);
                made.incomplete = Some(why);
            }
        }
    }
}

/// Binds the names of a target for as long as the item is at hand.
fn bind(frame: &mut Frame, target: &Expression, item: Item) {
    match &target.kind {
        ExpressionKind::Name(name) => frame.locals.push((name.clone(), item)),
        ExpressionKind::Tuple(targets) | ExpressionKind::List(targets) => {
            let sequence = item.get().and_then(Object::as_list);
            let items = sequence.filter(|sequence| {
                let starred =
                    |target: &Expression| matches!(target.kind, ExpressionKind::Starred(_));
                sequence.incomplete.is_none()
                    && sequence.items.len() == targets.len()
                    && !targets.iter().any(starred)
            });
            for (at, target) in targets.iter().enumerate() {
                let unknown = || {
                    let why = "it is unpacked from something that is not known";
                    Item::unknown(target.span, why)
                };
                let item = items.map_or_else(unknown, |sequence| sequence.items[at].clone());
                bind(frame, target, item);
            }
        }
        ExpressionKind::Starred(inner) => {
            let why = "it is unpacked in a way that is not followed";
            bind(frame, inner, Item::unknown(inner.span, why));
        }
        _ => {}
    }
}
