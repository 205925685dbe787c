//! `limit_req`, `limit_conn`, and the zones that they count in.

use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, Reply, refuse, shown};
use crate::nginx::refusals::{RefusalKind, script, slot};

use super::upstream::SMALLEST_ZONE;

const LIMIT_REQ: &str = "limit_req_zone";
const LIMIT_CONN: &str = "limit_conn_zone";

/// A zone's name and its size, in the argument where it stands.
struct Zone<'c> {
    at: usize,
    name: &'c [u8],
    size: i64,
}

/// `zone=name:size`
fn zone<'c>(at: usize, word: &'c [u8], value: &'c [u8]) -> Result<Zone<'c>, Reply> {
    let text = shown(word);
    let colon = memchr::memchr(b':', value);
    let parsed = colon.and_then(|colon| Some((&value[..colon], slot::size(&value[colon + 1..])?)));
    let invalid = |says: String, expected: &str| Reply::from(Invalid::value(at, says, expected));
    let Some((name, size)) = parsed else {
        let says = format!("invalid zone size \"{text}\"");
        return Err(invalid(says, "a name and a size, such as `zone=one:10m`"));
    };
    if size < SMALLEST_ZONE {
        let says = format!("zone \"{text}\" is too small");
        return Err(invalid(says, "a size of at least 32k"));
    }
    Ok(Zone { at, name, size })
}

fn invalid_parameter(at: usize, word: &[u8], expected: &str) -> Invalid {
    Invalid::value(
        at,
        format!("invalid parameter \"{}\"", shown(word)),
        expected,
    )
}

/// ngx_http_limit_req_zone
pub(super) fn limit_req_zone(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    script::value(judge, call, 0)?;
    let mut found = None;
    for (at, word) in call.words_from(1) {
        if let Some(value) = word.strip_prefix(b"zone=") {
            found = Some(zone(at, word, value)?);
        } else if let Some(value) = word.strip_prefix(b"rate=") {
            let number = value
                .strip_suffix(b"r/s")
                .or_else(|| value.strip_suffix(b"r/m"))
                .unwrap_or(value);
            if slot::number(number).is_none_or(|rate| rate <= 0) {
                let says = format!("invalid rate \"{}\"", shown(word));
                return refuse(Invalid::value(at, says, "a rate such as `rate=10r/s`"));
            }
        } else {
            return refuse(invalid_parameter(
                at,
                word,
                "`zone=name:size` and `rate=10r/s`",
            ));
        }
    }
    declare(judge, call, found, LIMIT_REQ)
}

/// ngx_http_limit_conn_zone
pub(super) fn limit_conn_zone(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    script::value(judge, call, 0)?;
    let mut found = None;
    for (at, word) in call.words_from(1) {
        match word.strip_prefix(b"zone=") {
            Some(value) => found = Some(zone(at, word, value)?),
            None => return refuse(invalid_parameter(at, word, "`zone=name:size`")),
        }
    }
    declare(judge, call, found, LIMIT_CONN)
}

fn declare(
    judge: &mut Judge<'_>,
    call: &Call<'_>,
    zone: Option<Zone<'_>>,
    owner: &'static str,
) -> Outcome {
    let Some(zone) = zone.filter(|zone| !zone.name.is_empty()) else {
        return refuse(without_zone(call));
    };
    judge
        .names
        .zone(call, zone.at, zone.name, zone.size, owner)?;
    judge.names.bind_zone(zone.name).map_err(|first| {
        let name = shown(zone.name);
        let says = format!("{owner} \"{name}\" is already bound to key");
        Invalid::new(RefusalKind::ConflictingZone, Place::Argument(zone.at), says)
            .because(
                format!("there is a zone `{name}` already"),
                "a second one of that name",
            )
            .other(first, "the first one")
            .help("give the zone a name of its own")
            .into()
    })
}

fn without_zone(call: &Call<'_>) -> Invalid {
    let name = call.node.name();
    let says = format!("\"{name}\" must have \"zone\" parameter");
    Invalid::new(RefusalKind::InvalidValue, Place::Name, says)
        .because(format!("`{name}` names no zone"), "`zone=…` is missing")
}

/// ngx_http_limit_req
pub(super) fn limit_req(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let mut found = None;
    for (at, word) in call.words_from(0) {
        if let Some(name) = word.strip_prefix(b"zone=") {
            judge.names.zone(call, at, name, 0, LIMIT_REQ)?;
            found = Some(name);
            continue;
        }
        let value = word
            .strip_prefix(b"burst=")
            .or_else(|| word.strip_prefix(b"delay="));
        match value {
            Some(value) if slot::number(value).is_some_and(|number| number > 0) => {}
            Some(_) => {
                let name = shown(&word[..5]);
                let says = format!("invalid {name} value \"{}\"", shown(word));
                return refuse(Invalid::value(at, says, "a number of at least 1"));
            }
            None if word == b"nodelay" => {}
            None => {
                return refuse(invalid_parameter(
                    at,
                    word,
                    "`zone=`, `burst=`, `delay=` and `nodelay`",
                ));
            }
        }
    }
    let Some(name) = found else {
        return refuse(without_zone(call));
    };
    let of_sibling = |node: crate::nginx::Node<'_>| {
        node.arguments()
            .filter_map(|word| word.bytes().strip_prefix(b"zone=").map(<[u8]>::to_vec))
            .last()
    };
    once(call, |node| of_sibling(node).as_deref() == Some(name))
}

/// ngx_http_limit_conn
pub(super) fn limit_conn(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let name = call.word(0);
    judge.names.zone(call, 0, name, 0, LIMIT_CONN)?;
    once(call, |node| {
        node.argument(0).is_some_and(|word| *word.bytes() == *name)
    })?;
    match slot::number(call.word(1)) {
        Some(1..=65535) => Ok(()),
        Some(65536..) => refuse(Invalid::value(
            1,
            "connection limit must be less 65536",
            "a number below 65536",
        )),
        _ => {
            let says = format!("invalid number of connections \"{}\"", call.text(1));
            refuse(Invalid::value(1, says, "a number of at least 1"))
        }
    }
}

/// A zone may limit a block once.
fn once(call: &Call<'_>, is_same: impl Fn(crate::nginx::Node<'_>) -> bool) -> Outcome {
    let name = call.node.name();
    let siblings = match call.node.parent() {
        Some(parent) => parent.children(),
        None => call.node.configuration().roots(),
    };
    let first = siblings
        .take_while(|node| *node != call.node)
        .find(|node| node.is(&name) && is_same(*node));
    let Some(first) = first else {
        return Ok(());
    };
    let says = format!("\"{name}\" directive is duplicate");
    refuse(
        Invalid::new(RefusalKind::DuplicateDirective, Place::Name, says)
            .because(
                format!("`{name}` limits this block by the same zone twice"),
                "the second time",
            )
            .other(first.header_span(), "the first time")
            .help("keep one of the two"),
    )
}
