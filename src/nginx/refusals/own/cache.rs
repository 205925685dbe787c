//! `proxy_cache` and its like, and the paths that they keep files in.

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::{script, slot};

/// The smallest zone of keys: two pages of memory.
const SMALLEST_KEYS: i64 = 2 * 4096;

/// The module that a directive of a cache is of, by its name.
fn module(call: &Call<'_>) -> &'static str {
    let name = call.node.name();
    const MODULES: &[&str] = &["proxy", "uwsgi", "fastcgi", "scgi"];
    MODULES
        .iter()
        .find(|module| name.starts_with(**module))
        .unwrap_or(&"proxy")
}

/// ngx_http_file_cache_set_slot
pub(super) fn path(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let mut zone = None;
    for (at, word) in call.words_from(1) {
        let text = shown(word);
        let equals = memchr::memchr(b'=', word).map_or(word.len(), |at| at + 1);
        let (name, value) = word.split_at(equals);
        let shown_name = shown(&name[..name.len().saturating_sub(1)]);
        let is_valid = match name {
            b"keys_zone=" => {
                let colon = memchr::memchr(b':', value);
                let size = colon.and_then(|colon| slot::size(&value[colon + 1..]));
                let Some((colon, size)) = colon.zip(size) else {
                    let says = format!("invalid keys zone size \"{text}\"");
                    return refuse(Invalid::value(
                        at,
                        says,
                        "a name and a size, such as `keys_zone=one:10m`",
                    ));
                };
                if size < SMALLEST_KEYS {
                    let says = format!("keys zone \"{text}\" is too small");
                    return refuse(Invalid::value(at, says, "a size of at least 8k"));
                }
                zone = Some((at, &value[..colon], size));
                true
            }
            b"levels=" => levels(value),
            b"use_temp_path=" => value == b"on" || value == b"off",
            b"inactive=" => slot::seconds(value).is_some(),
            b"max_size=" | b"min_free=" => slot::offset(value).is_some(),
            b"loader_files=" | b"manager_files=" => slot::number(value).is_some(),
            b"loader_sleep=" | b"loader_threshold=" | b"manager_sleep=" | b"manager_threshold=" => {
                slot::milliseconds(value).is_some()
            }
            b"purger=" | b"purger_files=" | b"purger_sleep=" | b"purger_threshold=" => {
                return open("purging is for nginx Plus");
            }
            _ => {
                let says = format!("invalid parameter \"{text}\"");
                return refuse(Invalid::value(
                    at,
                    says,
                    "an option such as `keys_zone=one:10m`, `levels=1:2`, `max_size=1g` or `inactive=60m`",
                ));
            }
        };
        if !is_valid {
            let (says, expected) = match name {
                b"levels=" => (
                    format!("invalid \"levels\" \"{text}\""),
                    "up to three lengths of 1 or 2, such as `levels=1:2`",
                ),
                b"use_temp_path=" => (
                    format!("invalid use_temp_path value \"{text}\", it must be \"on\" or \"off\""),
                    "`on` or `off`",
                ),
                _ => (
                    format!("invalid {shown_name} value \"{text}\""),
                    "a number, size or time as that option takes it",
                ),
            };
            return refuse(Invalid::value(at, says, expected));
        }
    }
    let Some((at, name, size)) = zone.filter(|(_, name, _)| !name.is_empty()) else {
        let directive = call.node.name();
        let says = format!("\"{directive}\" must have \"keys_zone\" parameter");
        return refuse(
            Invalid::new(RefusalKind::InvalidValue, Place::Name, says).because(
                format!("`{directive}` names no zone for its keys"),
                "`keys_zone=…` is missing",
            ),
        );
    };
    same_path(call)?;
    judge.names.zone(call, at, name, size, module(call))?;
    judge.names.bind_zone(name).map_err(|first| {
        let name = shown(name);
        let says = format!("duplicate zone \"{name}\"");
        Invalid::new(RefusalKind::ConflictingZone, Place::Argument(at), says)
            .because(
                format!("there is a zone `{name}` already"),
                "a second one of that name",
            )
            .other(first, "the first one")
            .help("give the zone a name of its own")
            .into()
    })
}

/// Whether another cache may lie at the same path (ngx_add_path).
fn same_path(call: &Call<'_>) -> Outcome {
    let configuration = call.node.configuration();
    let mut others = ["proxy", "uwsgi", "fastcgi", "scgi"]
        .into_iter()
        .flat_map(|module| {
            let name = format!("{module}_cache_path");
            let all: Vec<_> = configuration.named(&name).collect();
            all
        })
        .filter(|node| *node != call.node);
    let same = others.any(|node| {
        node.argument(0)
            .is_some_and(|word| *word.bytes() == *call.word(0))
    });
    match same {
        true => open("two caches keep their files in one directory"),
        false => Ok(()),
    }
}

fn levels(value: &[u8]) -> bool {
    let parts: Vec<_> = value.split(|byte| *byte == b':').collect();
    parts.len() <= 3 && parts.iter().all(|part| *part == b"1" || *part == b"2")
}

/// ngx_http_file_cache_valid_set_slot
pub(super) fn valid(call: &Call<'_>) -> Outcome {
    let last = call.count() - 1;
    if slot::seconds(call.word(last)).is_none() {
        let says = format!("invalid time value \"{}\"", call.text(last));
        return refuse(Invalid::value(
            last,
            says,
            "a time such as 10m, as the last argument",
        ));
    }
    for at in 0..last {
        let word = call.word(at);
        if word != b"any" && !matches!(slot::number(word), Some(100..=599)) {
            let says = format!("invalid status \"{}\"", call.text(at));
            return refuse(Invalid::value(
                at,
                says,
                "a status from 100 to 599, or `any`",
            ));
        }
    }
    Ok(())
}

/// ngx_http_proxy_cache and its like
pub(super) fn cache(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.is(0, b"off") {
        return Ok(());
    }
    let store = format!("{}_store", module(call));
    incompatible(call, &store, |node| {
        node.argument(0)
            .is_some_and(|word| *word.bytes() != *b"off")
    })?;
    if script::has_variables(call.word(0)) {
        return script::value(judge, call, 0);
    }
    judge.names.zone(call, 0, call.word(0), 0, module(call))
}

/// ngx_http_proxy_store and its like
pub(super) fn store(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.is(0, b"off") {
        return Ok(());
    }
    let cache = format!("{}_cache", module(call));
    incompatible(call, &cache, |node| {
        node.argument(0)
            .is_some_and(|word| *word.bytes() != *b"off")
    })?;
    if call.is(0, b"on") {
        return Ok(());
    }
    script::value(judge, call, 0)
}

fn incompatible(
    call: &Call<'_>,
    other: &str,
    is_on: impl Fn(crate::nginx::Node<'_>) -> bool,
) -> Outcome {
    let siblings = match call.node.parent() {
        Some(parent) => parent.children(),
        None => call.node.configuration().roots(),
    };
    let first = siblings
        .take_while(|node| *node != call.node)
        .find(|node| node.is(other) && is_on(*node));
    let Some(first) = first else {
        return Ok(());
    };
    let name = call.node.name();
    let says = format!("\"{name}\" directive is incompatible with \"{other}\"");
    refuse(
        Invalid::new(RefusalKind::InvalidValue, Place::Name, says)
            .because(
                format!("`{name}` and `{other}` may not stand in one block"),
                "not beside the other one",
            )
            .other(first.header_span(), "the other one")
            .help("keep one of the two"),
    )
}
