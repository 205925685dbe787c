//! `upstream { }` and what stands in it.

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::names::Upstream;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::url::{Host, Url, Wanted};
use crate::nginx::refusals::{script, slot};

/// The smallest zone that nginx takes: eight pages of memory.
pub(super) const SMALLEST_ZONE: i64 = 8 * 4096;

/// ngx_http_upstream, before the block is read
pub(super) fn block<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    let name = call.word(0);
    let text = call.text(0);
    let Some(known) = judge.names.upstream_called(name) else {
        judge.names.add_upstream(Upstream {
            name: name.to_vec(),
            block: Some(call.node),
            port: 0,
            has_port: false,
            is_address: false,
            by: call.node,
            place: call.span(0),
        });
        return Ok(());
    };
    if let Some(first) = known.block {
        let says = format!("duplicate upstream \"{text}\"");
        return refuse(
            Invalid::new(RefusalKind::InvalidUpstream, Place::Argument(0), says)
                .because(
                    format!("there is an upstream `{text}` already"),
                    "a second one of that name",
                )
                .other(first.header_span(), "the first one")
                .help("put the servers of both into one, or rename one"),
        );
    }
    if known.has_port {
        let says = format!("upstream \"{text}\" may not have port {}", known.port);
        let port = known.port;
        return refuse(
            Invalid::new(RefusalKind::InvalidUpstream, Place::Argument(0), says)
                .because(
                    format!("requests are passed to `{text}:{port}`, and `{text}` is an upstream"),
                    "an upstream has no port",
                )
                .other(known.place, "it is named with a port here")
                .noticed_at(known.by.terminator())
                .help("leave the port out there, or rename the upstream"),
        );
    }
    judge.names.open_upstream(name, call.node);
    Ok(())
}

/// ngx_http_upstream_server
pub(super) fn server(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    // `backup` is for the methods that nginx has of its own.
    let method = || {
        call.node.parent().and_then(|parent| {
            parent
                .children()
                .take_while(|node| *node != call.node)
                .find(|node| {
                    ["hash", "ip_hash", "random"]
                        .iter()
                        .any(|name| node.is(name))
                })
        })
    };
    for (at, word) in call.words_from(1) {
        let equals = memchr::memchr(b'=', word).map_or(word.len(), |at| at + 1);
        let (name, value) = word.split_at(equals);
        let is_valid = match name {
            b"weight=" => slot::number(value).is_some_and(|number| number != 0),
            b"max_conns=" | b"max_fails=" => slot::number(value).is_some(),
            b"fail_timeout=" | b"slow_start=" => {
                if name == b"slow_start=" {
                    return open("`slow_start` is for nginx Plus");
                }
                slot::seconds(value).is_some()
            }
            b"backup" => {
                if let Some(method) = method() {
                    let says = "balancing method does not support parameter \"backup\"";
                    return refuse(
                        Invalid::new(RefusalKind::InvalidUpstream, Place::Argument(at), says)
                            .because(
                                format!("`{}` knows no backup servers", method.name()),
                                "not with this method",
                            )
                            .other(method.header_span(), "the method"),
                    );
                }
                true
            }
            b"down" => true,
            b"resolve" | b"drain" | b"service=" | b"route=" => {
                return open(format!(
                    "`{}` is for nginx Plus, or for 1.27 and later",
                    shown(word)
                ));
            }
            _ => false,
        };
        if !is_valid {
            let says = format!("invalid parameter \"{}\"", shown(word));
            return refuse(
                Invalid::value(
                    at,
                    says,
                    "an option such as `weight=2`, `max_fails=3`, `fail_timeout=10s` or `backup`",
                )
                .of_kind(RefusalKind::InvalidUpstream),
            );
        }
    }
    let wanted = Wanted {
        default_port: 80,
        ..Wanted::default()
    };
    match Url::of(call.word(0), wanted) {
        Ok(url) if matches!(url.host, Host::Name(_)) => {
            judge.assume(
                call.span(0),
                format!("{} can be resolved", shown(&url.text)),
            );
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(fault) => {
            let text = call.text(0);
            let says = format!("{fault} in upstream \"{text}\"");
            refuse(
                Invalid::new(RefusalKind::InvalidUpstream, Place::Argument(0), says)
                    .because(
                        format!("`{text}` is no address of a server: {fault}"),
                        fault,
                    )
                    .help("such as `127.0.0.1:8000` or `unix:/run/app.sock`"),
            )
        }
    }
}

/// ngx_http_upstream_keepalive
pub(super) fn keepalive(call: &Call<'_>) -> Outcome {
    if slot::number(call.word(0)).is_none_or(|number| number == 0) {
        let says = format!(
            "invalid value \"{}\" in \"keepalive\" directive",
            call.text(0)
        );
        return refuse(Invalid::value(0, says, "a number of connections"));
    }
    Ok(())
}

/// ngx_http_upstream_hash
pub(super) fn hash(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    script::value(judge, call, 0)?;
    if call.count() > 1 && !call.is(1, b"consistent") {
        let says = format!("invalid parameter \"{}\"", call.text(1));
        return refuse(Invalid::value(1, says, "`consistent`, or nothing"));
    }
    Ok(())
}

/// ngx_http_upstream_random
pub(super) fn random(call: &Call<'_>) -> Outcome {
    for (at, word) in call.words_from(0) {
        let (is_valid, expected) = match at {
            0 => (word == b"two", "`two`"),
            _ if word.starts_with(b"least_time") => return open("`least_time` is for nginx Plus"),
            _ => (word == b"least_conn", "`least_conn`"),
        };
        if !is_valid {
            let says = format!("invalid parameter \"{}\"", shown(word));
            return refuse(Invalid::value(at, says, expected));
        }
    }
    Ok(())
}

/// ngx_http_upstream_zone
pub(super) fn zone(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let name = call.word(0);
    if name.is_empty() {
        return refuse(Invalid::value(0, "invalid zone name \"\"", "a name"));
    }
    let mut bytes = 0;
    if call.count() > 1 {
        let Some(size) = slot::size(call.word(1)) else {
            let says = format!("invalid zone size \"{}\"", call.text(1));
            return refuse(Invalid::value(1, says, "a size such as 64k"));
        };
        if size < SMALLEST_ZONE {
            let says = format!("zone \"{}\" is too small", call.text(0));
            return refuse(Invalid::value(1, says, "at least 32k"));
        }
        bytes = size;
    }
    judge.names.zone(call, 0, name, bytes, "upstream")
}
