//! The values of a directive, by the handler that nginx's table names.

use crate::nginx::directives::{Check, Variant};
use crate::nginx::node::{Argument, Node};
use crate::nginx::version::{Release, Version};

use super::judge::Judge;
use super::reply::{Call, Invalid, Outcome, Place, Reply, open, refuse};
use super::{Refusal, RefusalKind, Step, own, slot};

/// Refuses what the directive's handler refuses.
pub(super) fn check<'a>(
    judge: &mut Judge<'a>,
    node: Node<'a>,
    variant: &Variant,
    arguments: Vec<Argument<'a>>,
) {
    let call = Call::new(node, arguments);
    let later = COMPILED_LATER
        .iter()
        .find(|(name, _)| *name == variant.name);
    judge
        .compiled_later
        .extend(later.map(|(_, at)| (node, *at)));
    if FILES.contains(&variant.name) && !call.word(0).contains(&b'$') {
        judge.assume(call.span(0), format!("{} is there and right", call.text(0)));
    }
    let outcome = match variant.check {
        Check::Size | Check::Number(_) if HTTP2_SIZES.contains(&variant.name) => {
            open("not every version takes the same sizes")
        }
        Check::Own(handler) => own::check(judge, &call, handler),
        _ => slots(variant, &call, judge.configuration.release()),
    };
    tell(judge, &call, outcome);
}

/// Directives with an argument that nginx looks at when it knows where they are inherited.
const COMPILED_LATER: &[(&str, usize)] = &[
    ("grpc_set_header", 1),
    ("proxy_set_header", 1),
    ("ssl_certificate", 0),
    ("ssl_certificate_key", 0),
];

/// Directives whose file nginx reads when it starts.
const FILES: &[&str] = &[
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_client_certificate",
    "ssl_crl",
    "ssl_dhparam",
    "ssl_trusted_certificate",
];

/// Sizes of HTTP/2, of which nginx wants more than that they are sizes.
const HTTP2_SIZES: &[&str] = &[
    "http2_body_preread_size",
    "http2_chunk_size",
    "http2_pool_size",
    "http2_recv_buffer_size",
    "http2_streams_index_size",
];

/// Remembers what a handler answered.
pub(super) fn tell(judge: &mut Judge<'_>, call: &Call<'_>, outcome: Outcome) {
    match outcome {
        Ok(()) => {}
        Err(Reply::Open(why)) => judge.open(call.node, Step::Values, call.node.header_span(), why),
        Err(Reply::Invalid(invalid)) => {
            let refusal = refusal(judge, call, *invalid);
            judge.push(refusal);
        }
    }
}

/// What a handler answered, as a refusal at the end of its directive's header.
pub(super) fn refusal(judge: &Judge<'_>, call: &Call<'_>, invalid: Invalid) -> Refusal {
    let place = match invalid.place {
        Place::Argument(at) => call.span(at),
        Place::Name => call.node.name_span(),
    };
    let mut refusal = judge.refusal(call.node, invalid.kind, Step::Values, place, invalid.says);
    refusal = match (invalid.expected, invalid.place) {
        (Some(expected), Place::Argument(at)) => refusal
            .message(format!(
                "`{}` does not take `{}`: it wants {expected}",
                call.node.name(),
                call.text(at),
            ))
            .label(format!("not {expected}")),
        _ => refusal.message(invalid.message).label(invalid.label),
    };
    refusal.help = invalid.help;
    refusal.meant = invalid.meant;
    if invalid.noticed.is_some() {
        refusal.noticed = invalid.noticed;
    }
    for (span, text) in invalid.others {
        refusal = refusal.other(span, text);
    }
    refusal
}

fn slots(variant: &Variant, call: &Call<'_>, release: Option<Release>) -> Outcome {
    let arguments = &call.arguments[..];
    let name = variant.name;
    let Some(first) = arguments.first().map(|word| word.bytes()) else {
        return Ok(());
    };
    let not = |says: &str, expected: &str| {
        refuse(Invalid::value(
            0,
            format!("\"{name}\" directive {says}"),
            expected,
        ))
    };
    match variant.check {
        Check::Flag => flag(name, &first),
        Check::Number(bounds) => number(name, bounds, &first),
        Check::Size if GZIP_SIZES.iter().any(|(known, _)| *known == name) => {
            gzip_size(name, &first)
        }
        Check::Size if name.ends_with("_pool_size") => pool_size(name, &first),
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
        Check::Enum(words) => each(words, release, &arguments[..arguments.len().min(1)]),
        Check::Bitmask(words) => each(words, release, arguments),
        Check::Path => path(name, arguments),
        Check::Access => access(arguments),
        _ => Ok(()),
    }
}

fn flag(name: &str, value: &[u8]) -> Outcome {
    if value.eq_ignore_ascii_case(b"on") || value.eq_ignore_ascii_case(b"off") {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(value);
    let says =
        format!("invalid value \"{shown}\" in \"{name}\" directive, it must be \"on\" or \"off\"");
    let invalid = Invalid::value(0, says, "`on` or `off`");
    let lower = value.to_ascii_lowercase();
    let meant = match &lower[..] {
        b"yes" | b"true" | b"1" | b"enable" | b"enabled" => "on",
        b"no" | b"false" | b"0" | b"disable" | b"disabled" => "off",
        _ => return refuse(invalid),
    };
    refuse(invalid.help(format!("{name} {meant};")).meant(meant))
}

fn number(name: &str, bounds: &str, value: &[u8]) -> Outcome {
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
    refuse(Invalid::value(0, says, expected))
}

fn buffers(name: &str, arguments: &[Argument<'_>]) -> Outcome {
    let says = format!("\"{name}\" directive invalid value");
    let positive = |value: Option<i64>| value.is_some_and(|value| value > 0);
    for (index, argument) in arguments.iter().enumerate().take(2) {
        let (value, expected) = match index {
            0 => (slot::number(&argument.bytes()), "a number of buffers"),
            _ => (slot::size(&argument.bytes()), "a size such as 4k"),
        };
        if !positive(value) {
            return refuse(Invalid::value(index, says, expected));
        }
    }
    Ok(())
}

/// The sizes that zlib takes, with the largest.
const GZIP_SIZES: &[(&str, i64)] = &[("gzip_hash", 128 << 10), ("gzip_window", 32 << 10)];

/// zlib's windows and tables are powers of two (ngx_http_gzip_window and _hash).
fn gzip_size(name: &str, value: &[u8]) -> Outcome {
    let largest = GZIP_SIZES.iter().find(|(known, _)| *known == name);
    let largest = largest.map_or(0, |(_, largest)| *largest);
    let says = match slot::size(value) {
        None => format!("\"{name}\" directive invalid value"),
        Some(size) if size >= 512 && size <= largest && size & (size - 1) == 0 => return Ok(()),
        Some(_) => format!("\"{name}\" directive must be a power of two"),
    };
    let expected = format!("a power of two from 512 to {}k", largest >> 10);
    refuse(Invalid::value(0, says, expected))
}

/// Pools of memory are of whole units, and not too small (ngx_http_core_pool_size).
fn pool_size(name: &str, value: &[u8]) -> Outcome {
    const UNIT: i64 = 16;
    const SMALLEST: i64 = 112;
    let (says, expected) = match slot::size(value) {
        None => (
            format!("\"{name}\" directive invalid value"),
            "a size such as 512, 8k or 10m",
        ),
        Some(..SMALLEST) => (
            format!("the pool size must be no less than {SMALLEST}"),
            "at least 112 bytes",
        ),
        Some(size) if size % UNIT != 0 => (
            format!("the pool size must be a multiple of {UNIT}"),
            "a multiple of 16 bytes",
        ),
        Some(_) => return Ok(()),
    };
    refuse(Invalid::value(0, says, expected))
}

/// The words of an enumeration, each with the release that it came with: a few have it behind an `@`.
fn words(list: &'static str) -> impl Iterator<Item = (&'static str, Option<Version>)> {
    list.split('|').map(|word| {
        let (word, since) = word.split_once('@').unwrap_or((word, ""));
        (word, Version::parse(since))
    })
}

fn each(list: &'static str, release: Option<Release>, arguments: &[Argument<'_>]) -> Outcome {
    for (index, argument) in arguments.iter().enumerate() {
        let value = argument.bytes();
        let found = words(list).find(|(word, _)| value.eq_ignore_ascii_case(word.as_bytes()));
        let is_before = |since| release.is_some_and(|release: Release| release.is_before(since));
        let shown = String::from_utf8_lossy(&value);
        let says = format!("invalid value \"{shown}\"");
        match (found, release) {
            (Some((word, Some(since))), Some(release)) if release.is_before(since) => {
                let invalid =
                    Invalid::new(RefusalKind::NotInThisVersion, Place::Argument(index), says);
                return refuse(invalid.because(
                    format!("nginx {release} does not take `{word}` here: it came with {since}"),
                    "not in this release",
                ));
            }
            (Some(_), _) => continue,
            (None, _) => {}
        }
        let there = || {
            let there = words(list).filter(|(_, since)| !since.is_some_and(is_before));
            there.map(|(word, _)| word)
        };
        let all: Vec<_> = there().map(|word| format!("`{word}`")).collect();
        let invalid = Invalid::value(index, says, format!("one of {}", all.join(", ")));
        return refuse(match crate::suggest::nearest(&shown, there()) {
            Some(near) => invalid.help(format!("write `{near}`")).meant(near),
            None => invalid,
        });
    }
    Ok(())
}

fn path(name: &str, arguments: &[Argument<'_>]) -> Outcome {
    let says = format!("\"{name}\" directive invalid value");
    let mut length = 0;
    for (index, argument) in arguments.iter().enumerate().skip(1) {
        match slot::number(&argument.bytes()) {
            Some(level @ 1..=10) => length += level + 1,
            _ => {
                return refuse(Invalid::value(
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
        return refuse(Invalid::value(
            last,
            says,
            "levels of 10 letters in all at most",
        ));
    }
    Ok(())
}

fn access(arguments: &[Argument<'_>]) -> Outcome {
    for (index, argument) in arguments.iter().enumerate() {
        let value = argument.bytes();
        let right = [&b"user:"[..], b"group:", b"all:"]
            .iter()
            .find_map(|who| value.strip_prefix(*who));
        if !matches!(right, Some(b"r" | b"rw")) {
            let says = format!("invalid value \"{}\"", argument.text());
            return refuse(Invalid::value(index, says, "such as `user:rw` or `all:r`"));
        }
    }
    Ok(())
}
