//! `map`, `geo`, `split_clients`, `types` and `charset_map`: their headers and their rows.

use std::collections::BTreeSet;

use crate::nginx::directives::Context;
use crate::nginx::node::Node;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::{RefusalKind, hosts, script, slot, url, value};

use super::{main, rewrite};

/// What the rows before left behind.
#[derive(Default)]
pub(in crate::nginx::refusals) struct Rows {
    has_default: bool,
    hostnames: bool,
    keys: hosts::Hosts,
    values: BTreeSet<Vec<u8>>,
    ranges: bool,
    networks: bool,
    /// In hundredths of a percent.
    pub(in crate::nginx::refusals) percent: i64,
}

/// ngx_http_map_block, before its rows
pub(super) fn map(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    script::value(judge, call, 0)?;
    let name = rewrite::variable_name(call, 1)?;
    judge.names.define_variable(call, 1, name)
}

/// ngx_conf_split_clients_block, before its rows
pub(super) fn split_clients(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    map(judge, call)
}

/// ngx_http_geo_block, before its rows
pub(super) fn geo(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let made = call.count() - 1;
    if made == 1 {
        rewrite::use_variable(judge, call, 0)?;
    }
    let name = rewrite::variable_name(call, made)?;
    judge.names.define_variable(call, made, name)
}

/// ngx_http_charset_map_block, before its rows
pub(super) fn charset_map(call: &Call<'_>) -> Outcome {
    let same = |one: &[u8], other: &[u8]| one.eq_ignore_ascii_case(other);
    let (from, to) = (call.word(0), call.word(1));
    let (from_text, to_text) = (call.text(0), call.text(1));
    if same(from, to) {
        let says =
            format!("\"charset_map\" between the same charsets \"{from_text}\" and \"{to_text}\"");
        return refuse(Invalid::value(
            1,
            says,
            "another charset than the first one",
        ));
    }
    let others = call.node.configuration().named("charset_map");
    let mut before = others.take_while(|node| *node != call.node);
    let is_again = before.any(|node| {
        let word = |at| {
            node.argument(at)
                .map(|word| word.bytes())
                .unwrap_or_default()
        };
        (same(&word(0), from) && same(&word(1), to)) || (same(&word(0), to) && same(&word(1), from))
    });
    if is_again {
        let says = format!("duplicate \"charset_map\" between \"{from_text}\" and \"{to_text}\"");
        return refuse(Invalid::value(
            0,
            says,
            "two charsets that have no table yet",
        ));
    }
    Ok(())
}

/// One row of a table of http.
pub(in crate::nginx::refusals) fn row<'a>(judge: &mut Judge<'a>, node: Node<'a>) {
    let Some(table) = node.parent().filter(|table| {
        !matches!(
            table.context(),
            Context::Stream | Context::Unknown | Context::Data
        )
    }) else {
        return;
    };
    let call = Call::new(node, node.row().collect());
    if call.arguments.iter().any(|word| word.has_hole()) || call.count() == 0 {
        return;
    }
    if node.is_block() {
        let name = table.name();
        let refused = invalid(0, "unexpected \"{\"").because(
            format!("a block stands in `{name}`, which has rows and nothing else"),
            "not a row",
        );
        return value::tell(judge, &call, refuse(refused));
    }
    let is_include = call.is(0, b"include") && call.count() == 2;
    if is_include && (table.is("map") || table.is("types")) {
        let call = Call::new(node, node.arguments().collect());
        let outcome = main::include(&call);
        return value::tell(judge, &call, outcome);
    }
    let outcome = if table.is("map") {
        map_row(judge, &call)
    } else if table.is("geo") {
        geo_row(judge, &call)
    } else if table.is("split_clients") {
        split_row(judge, &call)
    } else if table.is("charset_map") {
        charset_row(table, &call)
    } else {
        type_row(&call)
    };
    value::tell(judge, &call, outcome);
}

/// ngx_http_core_type
fn type_row(call: &Call<'_>) -> Outcome {
    if call.is(0, b"include") {
        let says = "invalid number of arguments in \"include\" directive";
        return refuse(
            invalid(0, says).because("`include` in `types` names one file", "not one file"),
        );
    }
    Ok(())
}

fn invalid(at: usize, says: impl Into<String>) -> Invalid {
    Invalid::new(RefusalKind::InvalidMap, Place::Argument(at), says)
}

fn wrong_number(call: &Call<'_>, says: &str) -> Outcome {
    let found = call.count();
    refuse(invalid(0, says).because(
        format!(
            "this row has {found} words, where nginx wants two: what is looked up, and a value"
        ),
        "not two words",
    ))
}

/// ngx_http_map
fn map_row(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.count() == 1 && call.is(0, b"hostnames") {
        if let Some(rows) = judge.rows() {
            rows.hostnames = true;
        }
        return Ok(());
    }
    if call.count() == 1 && call.is(0, b"volatile") {
        return Ok(());
    }
    if call.count() != 2 {
        return wrong_number(call, "invalid number of the map parameters");
    }
    // nginx looks at a value once, however often it stands there.
    let is_new = judge
        .rows()
        .is_some_and(|rows| rows.values.insert(call.word(1).to_vec()));
    if is_new {
        script::value(judge, call, 1)?;
    }
    if call.is(0, b"default") {
        let again = judge
            .rows()
            .is_some_and(|rows| std::mem::replace(&mut rows.has_default, true));
        return match again {
            true => refuse(invalid(0, "duplicate default map parameter").because(
                "the map has two values for what stands in no other row",
                "a second `default`",
            )),
            false => Ok(()),
        };
    }
    if let Some(regex) = call.word(0).strip_prefix(b"~") {
        let regex = regex.strip_prefix(b"*").unwrap_or(regex);
        return script::regex(judge, call, 0, regex).map(drop);
    }
    let key = call.word(0);
    let key = key.strip_prefix(b"\\").unwrap_or(key);
    let Some(rows) = judge.rows() else {
        return Ok(());
    };
    rows.keys.add(key, rows.hostnames).map_err(|fault| {
        let text = shown(key);
        let says = format!("{} \"{text}\"", fault.says("hostname or wildcard"));
        let invalid = invalid(0, says);
        match fault {
            hosts::HostFault::Invalid => invalid.because(
                format!("`{text}` is no name and no pattern of names"),
                "not a name",
            ),
            hosts::HostFault::Conflicting => invalid.because(
                format!("`{text}` has a row already"),
                "a second row for the same",
            ),
        }
        .into()
    })
}

/// ngx_http_geo
fn geo_row(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let Some(rows) = judge.rows() else {
        return Ok(());
    };
    if call.count() == 1 && call.is(0, b"ranges") {
        if rows.networks {
            let says = "the \"ranges\" directive must be the first directive inside \"geo\" block";
            return refuse(invalid(0, says).because(
                "`ranges` says how all rows are read, and stands behind some",
                "not the first row",
            ));
        }
        rows.ranges = true;
        return Ok(());
    }
    if call.count() == 1 && call.is(0, b"proxy_recursive") {
        return Ok(());
    }
    if call.count() != 2 {
        return wrong_number(call, "invalid number of the geo parameters");
    }
    if call.is(0, b"include") {
        return open("the networks of another file are not looked at");
    }
    let network = |at: usize| {
        let word = call.word(at);
        if word == b"255.255.255.255" || url::is_network(word) {
            return Ok(());
        }
        let text = shown(word);
        refuse(invalid(at, format!("invalid network \"{text}\"")).because(
            format!("`{text}` is no address and no network"),
            "such as 10.0.0.0/8 or ::1",
        ))
    };
    if call.is(0, b"proxy") {
        return network(1);
    }
    if !rows.ranges {
        rows.networks = true;
        return match call.word(0) {
            b"default" => Ok(()),
            b"delete" => network(1),
            _ => network(0),
        };
    }
    let at = usize::from(call.is(0, b"delete"));
    if call.is(0, b"default") || is_range(call.word(at)) {
        return Ok(());
    }
    let text = call.text(at);
    refuse(invalid(at, format!("invalid range \"{text}\"")).because(
        format!("`{text}` is no range of addresses"),
        "such as 10.0.0.1-10.0.0.9",
    ))
}

fn is_range(word: &[u8]) -> bool {
    let Some(dash) = memchr::memchr(b'-', word) else {
        return false;
    };
    let ends = url::number_of(&word[..dash]).zip(url::number_of(&word[dash + 1..]));
    ends.is_some_and(|(start, end)| start <= end)
}

/// ngx_http_split_clients
fn split_row(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let word = call.word(0);
    let hundredths = match word {
        b"*" => Some(0),
        _ => word
            .strip_suffix(b"%")
            .and_then(hundredths)
            .filter(|percent| *percent > 0),
    };
    let Some(percent) = hundredths else {
        let text = shown(word);
        return refuse(
            invalid(0, format!("invalid percent value \"{text}\"")).because(
                format!("`{text}` is no share of the clients"),
                "such as 0.5%, or `*` for the rest",
            ),
        );
    };
    if call.count() < 2 {
        return open("nginx looks at a value that is not there");
    }
    if let Some(rows) = judge.rows() {
        rows.percent = match percent {
            0 => 10_000.max(rows.percent),
            _ => rows.percent.saturating_add(percent),
        };
    }
    Ok(())
}

/// ngx_atofp with two decimals
fn hundredths(text: &[u8]) -> Option<i64> {
    let (whole, decimals) = match memchr::memchr(b'.', text) {
        Some(dot) => (&text[..dot], &text[dot + 1..]),
        None => (text, &text[..0]),
    };
    if text.is_empty() || decimals.len() > 2 {
        return None;
    }
    let mut digits = [whole, decimals].concat();
    digits.resize(digits.len() + 2 - decimals.len(), b'0');
    slot::number(&digits)
}

/// ngx_http_charset_map
fn charset_row(table: Node<'_>, call: &Call<'_>) -> Outcome {
    if call.count() != 2 {
        return wrong_number(call, "invalid parameters number");
    }
    let is_byte = |text: &[u8]| {
        let digits = std::str::from_utf8(text).ok();
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        !text.starts_with(b"+") && number.is_some_and(|number| number <= 255)
    };
    let refused = |at: usize| {
        let text = call.text(at);
        refuse(invalid(at, format!("invalid value \"{text}\"")).because(
            format!("`{text}` is no byte"),
            "not a number such as 80 or FF",
        ))
    };
    if !is_byte(call.word(0)) {
        return refused(0);
    }
    let to = table
        .argument(1)
        .map(|word| word.bytes())
        .unwrap_or_default();
    if !to.eq_ignore_ascii_case(b"utf-8") {
        return match is_byte(call.word(1)) {
            true => Ok(()),
            false => refused(1),
        };
    }
    let word = call.word(1);
    if !word.chunks(2).all(|pair| pair.len() == 2 && is_byte(pair)) {
        return refused(1);
    }
    let pairs = word.chunks(2).map(|pair| {
        let text = std::str::from_utf8(pair).unwrap_or_default();
        u8::from_str_radix(text, 16).unwrap_or_default()
    });
    let bytes: Vec<u8> = pairs.collect();
    match std::str::from_utf8(&bytes) {
        Ok(text) if text.is_ascii() => refused(1),
        Ok(text) if text.chars().count() == 1 && text.len() < 4 => Ok(()),
        _ => open("what nginx makes of bytes that are no character"),
    }
}
