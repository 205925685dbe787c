//! Who may: `allow`, `deny`, `set_real_ip_from`, `valid_referers`.

use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, open, refuse, shown};
use crate::nginx::refusals::{hosts, url};

/// ngx_http_access_rule
pub(super) fn rule(call: &Call<'_>) -> Outcome {
    let word = call.word(0);
    if word == b"all" || word == b"unix:" || url::is_network(word) {
        return Ok(());
    }
    let says = format!("invalid parameter \"{}\"", call.text(0));
    refuse(Invalid::value(
        0,
        says,
        "an address or network such as 10.0.0.0/8, `unix:` or `all`",
    ))
}

/// ngx_http_realip_from
pub(super) fn real_ip_from(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.word(0) != b"unix:" && !url::is_network(call.word(0)) {
        judge.assume(call.span(0), format!("{} can be resolved", call.text(0)));
    }
    Ok(())
}

/// ngx_http_valid_referers
pub(super) fn valid_referers<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    judge.names.define(b"invalid_referer");
    let mut keys = hosts::Hosts::default();
    let (mut has_none, mut has_name) = (false, false);
    for (at, word) in call.words_from(0) {
        match word {
            b"" => {
                return refuse(Invalid::value(at, "invalid referer \"\"", "a name"));
            }
            b"none" | b"blocked" => has_none = true,
            b"server_names" => return open("the names of the server count too"),
            [b'~', regex @ ..] => {
                if regex.is_empty() {
                    let says = "empty regex in \"~\"";
                    return refuse(Invalid::value(at, says, "a regex behind the `~`"));
                }
                super::core::plain_regex(at, regex)?;
            }
            _ => {
                let name = &word[..memchr::memchr(b'/', word).unwrap_or(word.len())];
                has_name = true;
                keys.add(name, true).map_err(|fault| {
                    let says =
                        format!("{} \"{}\"", fault.says("hostname or wildcard"), shown(name));
                    Invalid::value(
                        at,
                        says,
                        "a name such as example.com or *.example.com, once",
                    )
                })?;
            }
        }
    }
    let others = call.node.configuration().named("valid_referers");
    let same_block = others
        .filter(|node| node.parent() == call.node.parent())
        .count();
    if same_block > 1 {
        return open("the names of two `valid_referers` count together");
    }
    if has_none && !has_name {
        judge.without_names.push(call.node);
    }
    Ok(())
}
