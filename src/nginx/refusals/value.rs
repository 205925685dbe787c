//! The values of a directive, by the handler that nginx's table names.

use crate::nginx::directives::{Check, Variant};
use crate::nginx::node::{Argument, Node};

use super::judge::Judge;
use super::{RefusalKind, Step, slot};

/// What is wrong with a value: the argument, what nginx says and what was expected.
pub(super) struct Invalid {
    /// Which argument, from 0.
    pub(super) argument: usize,
    pub(super) says: String,
    pub(super) expected: String,
    pub(super) help: Option<String>,
}

impl Invalid {
    pub(super) fn new(
        argument: usize,
        says: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            argument,
            says: says.into(),
            expected: expected.into(),
            help: None,
        }
    }
}

/// Refuses what the directive's handler refuses.
pub(super) fn check(
    judge: &mut Judge<'_>,
    node: Node<'_>,
    variant: &Variant,
    arguments: &[Argument<'_>],
) {
    let Err(invalid) = check_values(variant, arguments) else {
        return;
    };
    let Some(argument) = arguments.get(invalid.argument) else {
        return;
    };
    let name = variant.name;
    let value = argument.text();
    let mut refusal = judge
        .refusal(
            node,
            RefusalKind::InvalidValue,
            Step::Values,
            argument.span(),
            invalid.says,
        )
        .message(format!(
            "`{name}` does not take `{value}`: it wants {}",
            invalid.expected
        ))
        .label(format!("not {}", invalid.expected));
    if let Some(help) = invalid.help {
        refusal = refusal.help(help);
    }
    judge.push(refusal);
}

fn check_values(variant: &Variant, arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    let name = variant.name;
    let Some(first) = arguments.first().map(|word| word.bytes()) else {
        return Ok(());
    };
    let not = |says: &str, expected: &str| {
        Err(Invalid::new(
            0,
            format!("\"{name}\" directive {says}"),
            expected,
        ))
    };
    match variant.check {
        Check::Flag => flag(name, &first),
        Check::Number(bounds) => number(name, bounds, &first),
        Check::Size if slot::size(&first).is_none() => {
            not("invalid value", "a size such as 512, 8k or 10m")
        }
        Check::Offset if slot::offset(&first).is_none() => {
            not("invalid value", "a size such as 8k, 10m or 1g")
        }
        Check::Milliseconds if slot::milliseconds(&first).is_none() => {
            not("invalid value", "a time such as 500ms, 60s or 5m")
        }
        Check::Seconds if slot::seconds(&first).is_none() => {
            not("invalid value", "a time such as 60s, 5m or 1h")
        }
        Check::Buffers => buffers(name, arguments),
        Check::Enum(words) => one_of(words, arguments),
        Check::Bitmask(words) => any_of(words, arguments),
        Check::Path => path(name, arguments),
        Check::Access => access(arguments),
        _ => Ok(()),
    }
}

fn flag(name: &str, value: &[u8]) -> Result<(), Invalid> {
    if value.eq_ignore_ascii_case(b"on") || value.eq_ignore_ascii_case(b"off") {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(value);
    let says =
        format!("invalid value \"{shown}\" in \"{name}\" directive, it must be \"on\" or \"off\"");
    let mut invalid = Invalid::new(0, says, "`on` or `off`");
    let lower = value.to_ascii_lowercase();
    invalid.help = match &lower[..] {
        b"yes" | b"true" | b"1" | b"enable" | b"enabled" => Some(format!("{name} on;")),
        b"no" | b"false" | b"0" | b"disable" | b"disabled" => Some(format!("{name} off;")),
        _ => None,
    };
    Err(invalid)
}

fn number(name: &str, bounds: &str, value: &[u8]) -> Result<(), Invalid> {
    let (low, high) = bounds.split_once('-').unwrap_or((bounds, ""));
    let (low, high) = (low.parse::<i64>().ok(), high.parse::<i64>().ok());
    let expected = match (low, high) {
        (Some(low), Some(high)) => format!("a number from {low} to {high}"),
        (Some(low), None) => format!("a number of at least {low}"),
        _ => "a number".to_owned(),
    };
    let says = match slot::number(value) {
        None => format!("\"{name}\" directive invalid number"),
        Some(number) => match (low, high) {
            (Some(low), Some(high)) if number < low || number > high => {
                format!("value must be between {low} and {high}")
            }
            (Some(low), None) if number < low => {
                format!("value must be equal to or greater than {low}")
            }
            _ => return Ok(()),
        },
    };
    Err(Invalid::new(0, says, expected))
}

fn buffers(name: &str, arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    let says = format!("\"{name}\" directive invalid value");
    let positive = |value: Option<i64>| value.is_some_and(|value| value > 0);
    for (index, argument) in arguments.iter().enumerate().take(2) {
        let (value, expected) = match index {
            0 => (slot::number(&argument.bytes()), "a number of buffers"),
            _ => (slot::size(&argument.bytes()), "a size such as 4k"),
        };
        if !positive(value) {
            return Err(Invalid::new(index, says, expected));
        }
    }
    Ok(())
}

/// The words of an enumeration; a few have a version behind an `@`.
fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split('|')
        .map(|word| word.split('@').next().unwrap_or(word))
}

fn one_of(list: &'static str, arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    each(list, &arguments[..arguments.len().min(1)])
}

fn any_of(list: &'static str, arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    each(list, arguments)
}

fn each(list: &'static str, arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    for (index, argument) in arguments.iter().enumerate() {
        let value = argument.bytes();
        if words(list).any(|word| value.eq_ignore_ascii_case(word.as_bytes())) {
            continue;
        }
        let shown = String::from_utf8_lossy(&value);
        let says = format!("invalid value \"{shown}\"");
        let all: Vec<_> = words(list).map(|word| format!("`{word}`")).collect();
        let mut invalid = Invalid::new(index, says, format!("one of {}", all.join(", ")));
        invalid.help =
            crate::suggest::nearest(&shown, words(list)).map(|near| format!("write `{near}`"));
        return Err(invalid);
    }
    Ok(())
}

fn path(name: &str, arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    let says = format!("\"{name}\" directive invalid value");
    let mut length = 0;
    for (index, argument) in arguments.iter().enumerate().skip(1) {
        match slot::number(&argument.bytes()) {
            Some(level @ 1..=10) => length += level + 1,
            _ => {
                return Err(Invalid::new(
                    index,
                    says,
                    "1 or 2, the length of a directory's name",
                ));
            }
        }
    }
    let levels = arguments.len() as i64 - 1;
    if length > 10 + levels {
        let last = arguments.len() - 1;
        return Err(Invalid::new(
            last,
            says,
            "levels of 10 letters in all at most",
        ));
    }
    Ok(())
}

fn access(arguments: &[Argument<'_>]) -> Result<(), Invalid> {
    for (index, argument) in arguments.iter().enumerate() {
        let value = argument.bytes();
        let right = [&b"user:"[..], b"group:", b"all:"]
            .iter()
            .find_map(|who| value.strip_prefix(*who));
        if !matches!(right, Some(b"r" | b"rw")) {
            let says = format!("invalid value \"{}\"", argument.text());
            return Err(Invalid::new(index, says, "such as `user:rw` or `all:r`"));
        }
    }
    Ok(())
}
