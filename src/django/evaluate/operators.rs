//! What operators between two known values give.

use crate::source::Span;

use super::super::object::{Item, Mapping, Object, Sequence, Text};
use super::super::syntax::{Comparison, Operator};
use super::alternatives::{both, each, join, too_large};
use super::mutate::held_in;
use super::{Evaluator, check_text};

/// Words that a server process is not started with, and manage.py may be.
const COMMANDS: &[&str] = &[
    "check",
    "collectstatic",
    "compilemessages",
    "createsuperuser",
    "dbshell",
    "dumpdata",
    "jenkins",
    "loaddata",
    "makemessages",
    "makemigrations",
    "migrate",
    "pytest",
    "runserver",
    "runserver_plus",
    "shell",
    "shell_plus",
    "syncdb",
    "test",
];

impl Evaluator<'_> {
    pub(super) fn binary(
        &mut self,
        left: &Item,
        operator: Operator,
        right: &Item,
        span: Span,
    ) -> Item {
        if operator == Operator::Add
            && let Some(item) = self.add_unknown(
                &super::mutate::no_external(left.clone()),
                &super::mutate::no_external(right.clone()),
                span,
            )
        {
            return item;
        }
        if operator == Operator::Modulo
            && let Some(Object::Str(format)) = left.get()
        {
            return self.percent(&format.clone(), right, span);
        }
        let mut item = both(left, right, span, |left, right| {
            self.combine(left, operator, right)
        });
        if item.value.why_unknown().is_some() {
            item.environment = super::alternatives::changed(left);
        }
        item
    }

    /// A known list and an unknown one: the known items are in the result.
    fn add_unknown(&mut self, left: &Item, right: &Item, span: Span) -> Option<Item> {
        let (known, unknown) = match (left.value.why_unknown(), right.value.why_unknown()) {
            (None, Some(why)) => (left, why),
            (Some(why), None) => (right, why),
            _ => return None,
        };
        let (items, make): (_, fn(_) -> Object) = match known.get()? {
            Object::List(sequence) => (sequence.items.clone(), Object::List),
            Object::Tuple(sequence) => (sequence.items.clone(), Object::Tuple),
            _ => return None,
        };
        let sequence = self.sequence(items, Some(unknown.clone())).ok()?;
        Some(Item::computed(make(sequence), span))
    }

    fn combine(
        &mut self,
        left: &Object,
        operator: Operator,
        right: &Object,
    ) -> Result<Object, String> {
        let not_followed =
            || Err("it is worked out by an operator that is not followed".to_owned());
        match (left, operator, right) {
            (Object::Str(left), Operator::Add, Object::Str(right)) => join(left, right),
            (Object::List(left), Operator::Add, Object::List(right)) => {
                let items = left.items.iter().chain(&right.items).cloned().collect();
                let incomplete = left.incomplete.clone().or_else(|| right.incomplete.clone());
                Ok(Object::List(self.sequence(items, incomplete)?))
            }
            (Object::Tuple(left), Operator::Add, Object::Tuple(right)) => {
                let items = left.items.iter().chain(&right.items).cloned().collect();
                let incomplete = left.incomplete.clone().or_else(|| right.incomplete.clone());
                Ok(Object::Tuple(self.sequence(items, incomplete)?))
            }
            (Object::Path(path), Operator::Divide, Object::Str(next) | Object::Path(next)) => {
                super::paths::join_pathlib(path, next).map(Object::Path)
            }
            (Object::Str(text), Operator::Multiply, Object::Int(times))
            | (Object::Int(times), Operator::Multiply, Object::Str(text)) => repeat(text, *times),
            (Object::List(items), Operator::Multiply, Object::Int(times))
            | (Object::Int(times), Operator::Multiply, Object::List(items)) => {
                Ok(Object::List(self.repeated_items(items, *times)?))
            }
            (Object::Tuple(items), Operator::Multiply, Object::Int(times))
            | (Object::Int(times), Operator::Multiply, Object::Tuple(items)) => {
                Ok(Object::Tuple(self.repeated_items(items, *times)?))
            }
            (Object::Dict(left), Operator::Or, Object::Dict(right))
                if left.incomplete.is_none() && right.incomplete.is_none() =>
            {
                let mut entries = left.entries.clone();
                for (key, item) in &right.entries {
                    self.step(entries.len());
                    super::methods::set(&mut entries, key.clone(), item.clone());
                }
                Ok(Object::Dict(self.mapping(entries, None)?))
            }
            (Object::Bool(left), Operator::Or, Object::Bool(right)) => {
                Ok(Object::Bool(*left | *right))
            }
            (Object::Bool(left), Operator::And, Object::Bool(right)) => {
                Ok(Object::Bool(*left & *right))
            }
            (Object::Bool(left), Operator::Xor, Object::Bool(right)) => {
                Ok(Object::Bool(*left ^ *right))
            }
            (Object::Float(_), _, _) | (_, _, Object::Float(_)) => {
                match (left.number(), right.number()) {
                    (Some(left), Some(right)) => floats(left, operator, right),
                    _ => not_followed(),
                }
            }
            (Object::Int(left), Operator::Divide, Object::Int(right)) => quotient(*left, *right),
            _ => match (left.integer(), right.integer()) {
                (Some(left), Some(right)) => integers(left, operator, right),
                _ => not_followed(),
            },
        }
    }

    fn repeated_items(
        &mut self,
        items: &Sequence,
        times: i64,
    ) -> Result<std::sync::Arc<Sequence>, String> {
        let times = usize::try_from(times).unwrap_or(0);
        let length = items.items.len().saturating_mul(times);
        if length > 10_000 || items.incomplete.is_some() {
            return Err("it is repeated".to_owned());
        }
        let mut made = Vec::with_capacity(length);
        for _ in 0..times {
            made.extend(items.items.iter().cloned());
        }
        self.sequence(made, None)
    }

    /// `"%s/static" % x`, with `%s`, `%d` and `%r` alone, or `%(name)s` of a dict.
    fn percent(&mut self, format: &Text, right: &Item, span: Span) -> Item {
        let Some(format) = format.as_plain() else {
            return Item::unknown(span, "its format is not known");
        };
        let values = match right.get() {
            Some(Object::Tuple(values)) if values.incomplete.is_none() => values.items.clone(),
            Some(Object::Dict(mapping)) => {
                let mapping = std::sync::Arc::clone(mapping);
                return self.percent_named(format, &mapping, span);
            }
            None => {
                return match right.value.why_unknown() {
                    Some(why) => Item::because(why.clone(), span),
                    None => Item::unknown(span, "it is formatted in a way that is not followed"),
                };
            }
            Some(_) => vec![right.clone()],
        };
        let mut values = values.iter();
        let mut result = Item::literal(Object::str(""), span);
        let mut pieces = format.split('%');
        let mut texts = vec![(None, pieces.next().unwrap_or_default())];
        let mut after_percent = false;
        for piece in pieces {
            if after_percent {
                after_percent = false;
                texts.push((None, piece));
            } else if piece.is_empty() {
                // `%%`
                after_percent = true;
                texts.push((None, "%"));
            } else {
                let rest = piece.strip_prefix(['s', 'd', 'r']);
                match (rest, values.next()) {
                    (Some(rest), Some(value)) => texts.push((Some((value, &piece[..1])), rest)),
                    _ => {
                        return Item::unknown(
                            span,
                            "it is formatted in a way that is not followed",
                        );
                    }
                }
            }
        }
        if after_percent || values.next().is_some() {
            return Item::unknown(span, "it is formatted with other values than it takes");
        }
        let concatenate = |left: &Item, right: &Item| {
            both(left, right, span, |left, right| match (left, right) {
                (Object::Str(left), Object::Str(right)) => join(left, right),
                _ => Err("it is not a text".to_owned()),
            })
        };
        for (value, text) in texts {
            if let Some((value, kind)) = value {
                let shown = each(value, span, |object| match (kind, object) {
                    ("d", Object::Int(_)) | ("s", _) => text_of(object).map(Object::Str),
                    ("r", _) => representation(object).map(Object::str),
                    _ => Err("it is formatted in a way that is not followed".to_owned()),
                });
                result = concatenate(&result, &shown);
            }
            result = concatenate(&result, &Item::literal(Object::str(text), span));
        }
        result
    }

    /// `"%(name)s" % {"name": …}`.
    fn percent_named(&mut self, format: &str, mapping: &Mapping, span: Span) -> Item {
        let not_followed = || Item::unknown(span, "it is formatted in a way that is not followed");
        let mut result = Item::literal(Object::str(""), span);
        let mut rest = format;
        while let Some((text, field)) = rest.split_once('%') {
            let literal = Item::literal(Object::str(text), span);
            result = super::text::append(&result, &literal, span);
            if let Some(after) = field.strip_prefix('%') {
                let percent = Item::literal(Object::str("%"), span);
                result = super::text::append(&result, &percent, span);
                rest = after;
                continue;
            }
            let named = field
                .strip_prefix('(')
                .and_then(|field| field.split_once(")s"));
            let value = named.and_then(|(name, after)| Some((mapping.get(name)?, after)));
            let Some((value, after)) = value else {
                return not_followed();
            };
            let shown = each(value, span, |object| text_of(object).map(Object::Str));
            result = super::text::append(&result, &shown, span);
            rest = after;
        }
        super::text::append(&result, &Item::literal(Object::str(rest), span), span)
    }

    pub(super) fn compare(
        &mut self,
        left: &Item,
        comparison: Comparison,
        right: &Item,
        span: Span,
    ) -> Item {
        if let Some(answer) = self.in_process(left, comparison, right) {
            return Item::computed(Object::Bool(answer), span);
        }
        self.step((held_in(left) + held_in(right)) / 8);
        let mut item = both(left, right, span, |left, right| {
            compare_objects(left, comparison, right)
                .map(Object::Bool)
                .ok_or_else(|| "the comparison is not decided".to_owned())
        });
        if item.value.why_unknown().is_some() {
            item.environment = super::alternatives::changed(left);
        }
        item
    }

    /// `"test" in sys.argv`, `"X" in os.environ`.
    fn in_process(&self, left: &Item, comparison: Comparison, right: &Item) -> Option<bool> {
        let is_in = match comparison {
            Comparison::In => true,
            Comparison::NotIn => false,
            _ => return None,
        };
        let (word, Object::External(name)) = (left.as_str()?, right.get()?) else {
            return None;
        };
        match name.as_str() {
            "sys.argv" => COMMANDS.contains(&word).then_some(!is_in),
            "os.environ" => self.is_supplied(word).then_some(is_in),
            _ => None,
        }
    }
}

fn repeat(text: &Text, times: i64) -> Result<Object, String> {
    let times = usize::try_from(times).unwrap_or(0);
    check_text(text.text.len().saturating_mul(times))?;
    match text.as_plain() {
        Some(text) => Ok(Object::str(text.repeat(times))),
        None => Err("it is repeated".to_owned()),
    }
}

fn integers(left: i64, operator: Operator, right: i64) -> Result<Object, String> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::FloorDivide if right > 0 => Some(left.div_euclid(right)),
        Operator::Modulo if right > 0 => Some(left.rem_euclid(right)),
        Operator::Power => u32::try_from(right)
            .ok()
            .and_then(|right| left.checked_pow(right)),
        Operator::Or => Some(left | right),
        Operator::And => Some(left & right),
        Operator::Xor => Some(left ^ right),
        _ => return Err("it is worked out by an operator that is not followed".to_owned()),
    };
    result.map(Object::Int).ok_or_else(too_large)
}

/// `str(object)`, where that is known.
pub(super) fn text_of(object: &Object) -> Result<Text, String> {
    match object {
        Object::Str(text) | Object::Path(text) => Ok(text.clone()),
        Object::None => Ok(Text::plain("None")),
        Object::Bool(true) => Ok(Text::plain("True")),
        Object::Bool(false) => Ok(Text::plain("False")),
        Object::Int(value) => Ok(Text::plain(value.to_string())),
        _ => representation(object).map(Text::plain),
    }
}

/// `repr(object)`, where that is known.
pub(super) fn representation(object: &Object) -> Result<String, String> {
    let unknown = || "its text is not known".to_owned();
    let items = |sequence: &Sequence| -> Result<Vec<String>, String> {
        if sequence.incomplete.is_some() {
            return Err(unknown());
        }
        let items = sequence.items.iter();
        items
            .map(|item| representation(item.get().ok_or_else(unknown)?))
            .collect()
    };
    let shown = match object {
        Object::None => "None".to_owned(),
        Object::Bool(true) => "True".to_owned(),
        Object::Bool(false) => "False".to_owned(),
        Object::Int(value) => value.to_string(),
        // Python writes others with an exponent.
        Object::Float(value) if *value == 0.0 || (1e-4..1e16).contains(&value.abs()) => {
            format!("{value:?}")
        }
        Object::Str(text) => {
            let text = text.as_plain().ok_or_else(unknown)?;
            let is_printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            if !is_printable {
                return Err(unknown());
            }
            let text = text.replace('\\', "\\\\");
            match (text.contains('\''), text.contains('"')) {
                (true, false) => format!("\"{text}\""),
                _ => format!("'{}'", text.replace('\'', "\\'")),
            }
        }
        Object::List(sequence) => format!("[{}]", items(sequence)?.join(", ")),
        Object::Tuple(sequence) => match items(sequence)?.as_slice() {
            [only] => format!("({only},)"),
            items => format!("({})", items.join(", ")),
        },
        Object::Dict(mapping) if mapping.incomplete.is_none() => {
            let mut pairs = Vec::with_capacity(mapping.entries.len());
            for (key, item) in &mapping.entries {
                let value = representation(item.get().ok_or_else(unknown)?)?;
                pairs.push(format!("{}: {value}", representation(key)?));
            }
            format!("{{{}}}", pairs.join(", "))
        }
        _ => return Err(unknown()),
    };
    check_text(shown.len())?;
    Ok(shown)
}

/// `left / right` of two integers.
fn quotient(left: i64, right: i64) -> Result<Object, String> {
    #[expect(clippy::cast_precision_loss, reason = "both are small enough")]
    match right != 0 && left.unsigned_abs() < 1 << 53 && right.unsigned_abs() < 1 << 53 {
        true => Ok(Object::Float(left as f64 / right as f64)),
        false => Err("it is worked out by an operator that is not followed".to_owned()),
    }
}

fn floats(left: f64, operator: Operator, right: f64) -> Result<Object, String> {
    let result = match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide if right != 0.0 => left / right,
        _ => return Err("it is worked out by an operator that is not followed".to_owned()),
    };
    Ok(Object::Float(result))
}

fn compare_objects(left: &Object, comparison: Comparison, right: &Object) -> Option<bool> {
    match comparison {
        Comparison::Equal => left.equals(right),
        Comparison::NotEqual => left.equals(right).map(|equal| !equal),
        Comparison::Is => is(left, right),
        Comparison::IsNot => is(left, right).map(|same| !same),
        Comparison::In => contains(right, left),
        Comparison::NotIn => contains(right, left).map(|found| !found),
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => {
            let order = super::iterate::ordering(left, right)?;
            Some(match comparison {
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                _ => order.is_ge(),
            })
        }
    }
}

/// `left is right`, for the objects of which there is only one.
fn is(left: &Object, right: &Object) -> Option<bool> {
    match (left, right) {
        (Object::External(_), _) | (_, Object::External(_)) => None,
        (Object::None, other) | (other, Object::None) => Some(*other == Object::None),
        (Object::Bool(left), Object::Bool(right)) => Some(left == right),
        (Object::Bool(_), _) | (_, Object::Bool(_)) => Some(false),
        _ => None,
    }
}

fn contains(container: &Object, item: &Object) -> Option<bool> {
    let (candidates, complete): (Vec<Option<&Object>>, bool) = match container {
        Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => (
            sequence.items.iter().map(Item::get).collect(),
            sequence.incomplete.is_none(),
        ),
        Object::Dict(mapping) => (
            mapping.entries.iter().map(|(key, _)| Some(key)).collect(),
            mapping.incomplete.is_none(),
        ),
        Object::Str(text) => {
            let (text, word) = (text.as_plain()?, item.as_str()?);
            return Some(text.contains(word));
        }
        _ => return None,
    };
    let mut open = !complete;
    for candidate in candidates {
        match candidate.and_then(|candidate| candidate.equals(item)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    (!open).then_some(false)
}
