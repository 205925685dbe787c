//! Python's own functions, on known values.

use crate::source::Span;
use crate::value::Unknown;

use super::super::object::{Item, Object, Sequence};
use super::alternatives::{changed, each, too_large};
use super::branches::objects;
use super::calls::Arguments;
use super::iterate::{extreme, range};
use super::mutate::{is_key, no_external};
use super::operators::{representation, text_of};
use super::{Evaluator, paths};

impl Evaluator<'_> {
    pub(super) fn builtin(
        &mut self,
        function: &str,
        arguments: &[Item],
        span: Span,
    ) -> Option<Item> {
        match (function, arguments) {
            ("pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath", _) => {
                Some(paths::new_path(arguments, span))
            }
            ("str", []) => Some(Item::computed(Object::str(""), span)),
            ("bool", []) => Some(Item::computed(Object::Bool(false), span)),
            ("int", []) => Some(Item::computed(Object::Int(0), span)),
            ("float", []) => Some(Item::computed(Object::Float(0.0), span)),
            ("str", [value]) => Some(each(value, span, |object| text_of(object).map(Object::Str))),
            ("os.fspath", [value]) => Some(each(value, span, |object| match object {
                Object::Str(text) | Object::Path(text) => Ok(Object::Str(text.clone())),
                _ => Err("it is not a path".to_owned()),
            })),
            ("repr", [value]) => Some(each(value, span, |object| {
                representation(object).map(Object::str)
            })),
            ("bool", [value]) => Some(each(value, span, |object| {
                let truth = object.truth().map(Object::Bool);
                truth.ok_or_else(|| "whether it holds is not known".to_owned())
            })),
            ("int", [value]) => Some(each(value, span, to_int)),
            ("int", [value, base]) => {
                let Some(Object::Int(base @ 2..=36)) = base.get().cloned() else {
                    return None;
                };
                Some(each(value, span, |object| in_base(object, base)))
            }
            ("float", [value]) => Some(each(value, span, to_float)),
            ("abs", [value]) => Some(each(value, span, |object| match object {
                Object::Int(value) => value.checked_abs().map(Object::Int).ok_or_else(too_large),
                Object::Float(value) => Ok(Object::Float(value.abs())),
                _ => Err("it is not a number here".to_owned()),
            })),
            ("list" | "tuple" | "set" | "frozenset", []) => {
                Some(self.collect(function, None, span))
            }
            ("list" | "tuple" | "set", [value]) => Some(self.collect(function, Some(value), span)),
            ("dict", []) => Some(self.dict_of(None, &[], span)),
            ("dict", [value]) => Some(self.dict_of(Some(value), &[], span)),
            ("len", [value]) => Some(each(value, span, length)),
            ("isinstance", [value, kind]) => Some(is_instance(value, kind, span)),
            ("copy.copy", [value]) => {
                self.share(value);
                Some(self.copied(value, false, span))
            }
            ("copy.deepcopy", [value]) => Some(self.copied(value, true, span)),
            ("sorted", [value]) => Some(self.sorted(value, false, span)),
            ("reversed", [value]) => {
                Some(self.made(value, span, |items| items.into_iter().rev().collect()))
            }
            ("any" | "all", [value]) => Some(self.any_or_all(value, function == "any", span)),
            ("sum", [value]) => Some(self.sum(value, span)),
            ("min" | "max", [value]) => {
                let items = match self.whole(value, span) {
                    Ok(items) => items,
                    Err(why) => return Some(Item::because(why, span)),
                };
                Some(extreme(&items, function == "max", span))
            }
            ("min" | "max", values) if values.len() > 1 => {
                Some(extreme(values, function == "max", span))
            }
            ("enumerate", [value]) => Some(self.enumerate(value, 0, span)),
            ("enumerate", [value, start]) => match start.get() {
                Some(Object::Int(start)) => Some(self.enumerate(value, *start, span)),
                _ => None,
            },
            ("zip", values) if !values.is_empty() => Some(self.zip(values, span)),
            ("range", bounds) => range(bounds).map(|numbers| {
                let items = numbers.into_iter();
                let items = items.map(|number| Item::computed(Object::Int(number), span));
                match self.sequence(items.collect(), None) {
                    Ok(sequence) => Item::computed(Object::Generator(sequence), span),
                    Err(why) => Item::unknown(span, why),
                }
            }),
            _ => self.library(function, arguments, span),
        }
    }

    /// Calls that take named arguments.
    pub(super) fn builtin_with_names(
        &mut self,
        function: &str,
        arguments: &Arguments,
        span: Span,
    ) -> Option<Item> {
        let (positional, named) = arguments.all()?;
        match (function, positional, named) {
            ("dict", [], named) => Some(self.dict_of(None, named, span)),
            ("dict", [value], named) => Some(self.dict_of(Some(value), named, span)),
            ("sorted", [value], [(name, reverse)]) if name == "reverse" => {
                let truth = reverse.get().and_then(Object::truth)?;
                Some(self.sorted(value, truth, span))
            }
            ("enumerate", [value], [(name, start)]) if name == "start" => match start.get() {
                Some(Object::Int(start)) => Some(self.enumerate(value, *start, span)),
                _ => None,
            },
            _ => None,
        }
    }

    /// `list(value)` and its like.
    fn collect(&mut self, function: &str, value: Option<&Item>, span: Span) -> Item {
        if let Some(value) = value {
            self.share_inner(value);
        }
        let (items, incomplete) = match value.map(|value| (value, self.items_of(value, span))) {
            None => (Vec::new(), None),
            Some((_, Ok(items))) => items,
            Some((value, Err(why))) => {
                // `set(x)` of a set with many members, whose order is not known.
                if let (Some(Object::Set(sequence)), "set") = (value.get(), function) {
                    let sequence = sequence.as_ref().clone();
                    return self.set_of(sequence.items, sequence.incomplete, span);
                }
                let mut item = Item::because(why, span);
                item.environment = changed(value);
                return item;
            }
        };
        let items: Vec<Item> = items.into_iter().map(no_external).collect();
        if function == "set" {
            return self.set_of(items, incomplete, span);
        }
        match (function, self.sequence(items, incomplete)) {
            ("list", Ok(sequence)) => Item::computed(Object::List(sequence), span),
            ("tuple", Ok(sequence)) => Item::computed(Object::Tuple(sequence), span),
            (_, Ok(_)) => Item::unknown(span, format!("{function}() is not followed")),
            (_, Err(why)) => Item::unknown(span, why),
        }
    }

    /// A set: each member once. What is not hashable is an exception.
    pub(super) fn set_of(
        &mut self,
        items: Vec<Item>,
        incomplete: Option<Unknown>,
        span: Span,
    ) -> Item {
        let mut members: Vec<Item> = Vec::with_capacity(items.len());
        let mut texts: std::collections::HashSet<String> = std::collections::HashSet::new();
        let only_texts = items.iter().all(|item| item.as_str().is_some());
        for item in items {
            let is_new = match (only_texts, item.as_str()) {
                (true, Some(text)) => texts.insert(text.to_owned()),
                _ => {
                    self.step(members.len());
                    let unhashable = |object: &Object| {
                        object.identity().is_some() || matches!(object, Object::Tuple(_))
                    };
                    if objects(&item).any(unhashable) {
                        return Item::unknown(span, "a member of it cannot be hashed");
                    }
                    !members.iter().any(|member| {
                        let pair = member.get().zip(item.get());
                        pair.and_then(|(one, other)| one.equals(other)) == Some(true)
                    })
                }
            };
            if is_new {
                members.push(item);
            }
        }
        match self.sequence(members, incomplete) {
            Ok(sequence) => Item::computed(Object::Set(sequence), span),
            Err(why) => Item::unknown(span, why),
        }
    }

    /// `dict(pairs, name=value)`.
    fn dict_of(&mut self, value: Option<&Item>, named: &[(String, Item)], span: Span) -> Item {
        let mut entries: Vec<(Object, Item)> = Vec::new();
        let mut incomplete = None;
        match value {
            None => {}
            Some(value) if matches!(value.get(), Some(Object::Dict(_))) => {
                self.share_inner(value);
                incomplete = super::methods::merge(&mut entries, value, span);
            }
            Some(value) => {
                let items = match self.whole(value, span) {
                    Ok(items) => items,
                    Err(why) => return Item::because(why, span),
                };
                for item in items {
                    let pair = item.get().and_then(Object::as_list);
                    let Some([key, value]) = pair.map(|pair| pair.items.as_slice()) else {
                        return Item::unknown(span, "it is made of what is not known to be pairs");
                    };
                    let Some(key) = key.get().filter(|key| is_key(key)) else {
                        return Item::unknown(span, "a key of it is not known");
                    };
                    self.step(entries.len());
                    super::methods::set(&mut entries, key.clone(), value.clone());
                }
            }
        }
        for (name, item) in named {
            let item = no_external(item.clone());
            super::methods::set(&mut entries, Object::str(name.clone()), item);
        }
        match self.mapping(entries, incomplete) {
            Ok(mapping) => Item::computed(Object::Dict(mapping), span),
            Err(why) => Item::unknown(span, why),
        }
    }
}

/// `isinstance(value, kind)`, for Python's own kinds.
fn is_instance(value: &Item, kind: &Item, span: Span) -> Item {
    let names: Option<Vec<String>> = match kind.get() {
        Some(Object::External(name)) => Some(vec![name.clone()]),
        // What is imported is not kept in tuples.
        _ => None,
    };
    let Some(names) = names else {
        return Item::unknown(span, "which kind it is compared with is not known");
    };
    let kinds: Vec<&str> = names.iter().map(String::as_str).collect();
    each(value, span, |object| {
        let own: &[&str] = match object {
            Object::Bool(_) => &["bool", "int"],
            Object::Int(_) => &["int"],
            Object::Float(_) => &["float"],
            Object::Str(_) => &["str"],
            Object::Bytes(_) => &["bytes"],
            Object::List(_) => &["list"],
            Object::Tuple(_) => &["tuple"],
            Object::Set(_) => &["set"],
            Object::Dict(_) => &["dict"],
            Object::None => &[],
            Object::Path(_) | Object::Generator(_) | Object::External(_) => {
                return Err("what kind it is is not known".to_owned());
            }
        };
        let known = [
            "bool", "int", "float", "str", "bytes", "list", "tuple", "set", "dict",
        ];
        if kinds.iter().any(|kind| own.contains(kind)) {
            Ok(Object::Bool(true))
        } else if kinds.iter().all(|kind| known.contains(kind)) {
            Ok(Object::Bool(false))
        } else {
            Err("what kind it is is not known".to_owned())
        }
    })
}

fn to_int(object: &Object) -> Result<Object, String> {
    let number = match object {
        Object::Int(value) => Some(*value),
        Object::Bool(value) => Some(i64::from(*value)),
        Object::Str(_) => return in_base(object, 10),
        Object::Float(value) if value.abs() < 9e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "it is small enough")]
            Some(value.trunc() as i64)
        }
        _ => None,
    };
    number
        .map(Object::Int)
        .ok_or_else(|| "it is not a number here".to_owned())
}

/// `int(text, base)`, without the prefixes that some bases allow.
fn in_base(object: &Object, base: i64) -> Result<Object, String> {
    let text = object.as_str().unwrap_or_default().trim();
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (&text[..1], digits),
        None => ("", text),
    };
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let base = u32::try_from(base).unwrap_or(10);
    i64::from_str_radix(&format!("{sign}{digits}"), base)
        .ok()
        .filter(|_| is_plain)
        .map(Object::Int)
        .ok_or_else(|| "it is not a number here".to_owned())
}

fn to_float(object: &Object) -> Result<Object, String> {
    let number = match object {
        Object::Float(value) => Some(*value),
        Object::Str(text) => text.as_plain().and_then(|text| {
            let text = text.trim();
            let plain = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e'));
            plain.then(|| text.parse().ok()).flatten()
        }),
        #[expect(clippy::cast_precision_loss, reason = "it is small enough")]
        object => object
            .integer()
            .filter(|value| value.unsigned_abs() < 1 << 53)
            .map(|value| value as f64),
    };
    number
        .map(Object::Float)
        .ok_or_else(|| "it is not a number here".to_owned())
}

fn length(object: &Object) -> Result<Object, String> {
    let is_single = |sequence: &Sequence| {
        let known = |item: &Item| item.get().is_some_and(is_key);
        sequence.items.len() < 2 || sequence.items.iter().all(known)
    };
    let length = match object {
        Object::List(sequence) | Object::Tuple(sequence) if sequence.incomplete.is_none() => {
            sequence.items.len()
        }
        Object::Set(sequence) if sequence.incomplete.is_none() && is_single(sequence) => {
            sequence.items.len()
        }
        Object::Dict(mapping) if mapping.incomplete.is_none() => mapping.entries.len(),
        Object::Str(text) if !text.local => text.text.chars().count(),
        Object::Bytes(bytes) => bytes.len(),
        _ => return Err("its length is not known".to_owned()),
    };
    i64::try_from(length)
        .map(Object::Int)
        .map_err(|_| too_large())
}
