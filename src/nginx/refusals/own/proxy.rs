//! What `proxy_…` directives make of answers, and what is sent to the one behind.

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, refuse};
use crate::nginx::refusals::{script, slot, url};

use super::core::plain_regex;

fn invalid_parameter(call: &Call<'_>, at: usize, expected: &str) -> Outcome {
    let says = format!("invalid parameter \"{}\"", call.text(at));
    refuse(Invalid::value(at, says, expected))
}

/// A pattern: a regex behind `~` or `~*`, else a word with variables.
fn pattern(judge: &mut Judge<'_>, call: &Call<'_>, at: usize) -> Outcome {
    match call.word(at).strip_prefix(b"~") {
        Some(regex) => {
            let regex = regex.strip_prefix(b"*").unwrap_or(regex);
            script::regex(judge, call, at, regex).map(drop)
        }
        None => script::value(judge, call, at),
    }
}

/// ngx_http_proxy_redirect
pub(super) fn redirect(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.count() == 2 {
        pattern(judge, call, 0)?;
        return script::value(judge, call, 1);
    }
    if call.is(0, b"off") {
        return Ok(());
    }
    if !call.is(0, b"default") {
        return invalid_parameter(call, 0, "`off`, `default`, or what is replaced and by what");
    }
    let pass = call.node.parent().and_then(|parent| {
        parent
            .children()
            .take_while(|node| *node != call.node)
            .find(|node| node.is("proxy_pass"))
    });
    let fault = |says: &str, message: &str| {
        refuse(
            Invalid::new(RefusalKind::InvalidValue, Place::Argument(0), says)
                .because(message, "`default` is made from `proxy_pass`"),
        )
    };
    match pass.and_then(|pass| pass.argument(0)) {
        None => fault(
            "\"proxy_redirect default\" should be placed after the \"proxy_pass\" directive",
            "no `proxy_pass` stands before `proxy_redirect default`",
        ),
        Some(word) if script::has_variables(&word.bytes()) => fault(
            "\"proxy_redirect default\" cannot be used with \"proxy_pass\" directive with variables",
            "`proxy_pass` has variables, so that `proxy_redirect default` cannot be made",
        ),
        Some(_) => Ok(()),
    }
}

/// ngx_http_proxy_cookie_path
pub(super) fn cookie_path(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.count() == 1 {
        return match call.is(0, b"off") {
            true => Ok(()),
            false => invalid_parameter(call, 0, "`off`, or a path and its replacement"),
        };
    }
    pattern(judge, call, 0)?;
    script::value(judge, call, 1)
}

/// ngx_http_proxy_cookie_domain
pub(super) fn cookie_domain(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.count() == 1 {
        return match call.is(0, b"off") {
            true => Ok(()),
            false => invalid_parameter(call, 0, "`off`, or a domain and its replacement"),
        };
    }
    match call.word(0).strip_prefix(b"~") {
        Some(regex) => script::regex(judge, call, 0, regex).map(drop)?,
        None => script::value(judge, call, 0)?,
    }
    script::value(judge, call, 1)
}

/// ngx_http_proxy_cookie_flags
pub(super) fn cookie_flags(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.count() == 1 {
        return match call.is(0, b"off") {
            true => Ok(()),
            false => invalid_parameter(call, 0, "`off`, or a cookie and its flags"),
        };
    }
    match call.word(0).strip_prefix(b"~") {
        Some(regex) => script::regex(judge, call, 0, regex).map(drop)?,
        None => script::value(judge, call, 0)?,
    }
    (1..call.count()).try_for_each(|at| script::value(judge, call, at))
}

/// ngx_http_upstream_bind_set_slot
pub(super) fn bind(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.count() == 1 && call.is(0, b"off") {
        return Ok(());
    }
    if script::has_variables(call.word(0)) {
        script::value(judge, call, 0)?;
    } else if !is_address_and_port(call.word(0)) {
        let says = format!("invalid address \"{}\"", call.text(0));
        return refuse(Invalid::value(0, says, "an address of this machine"));
    }
    if call.count() > 1 && !call.is(1, b"transparent") {
        return invalid_parameter(call, 1, "`transparent`, or nothing");
    }
    Ok(())
}

/// ngx_parse_addr_port
fn is_address_and_port(text: &[u8]) -> bool {
    if url::is_address(text) {
        return true;
    }
    let is_port = |port: &[u8]| matches!(slot::number(port), Some(1..=65535));
    match text.strip_prefix(b"[") {
        Some(inside) => memchr::memchr(b']', inside).is_some_and(|close| {
            let port = inside[close + 1..].strip_prefix(b":");
            url::is_address(&inside[..close]) && port.is_some_and(is_port)
        }),
        None => memchr::memchr(b':', text)
            .is_some_and(|colon| url::is_address(&text[..colon]) && is_port(&text[colon + 1..])),
    }
}

/// ngx_http_upstream_param_set_slot; the value is compiled when http is read.
pub(super) fn param<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    judge.compiled_later.push((call.node, 1));
    if call.count() > 2 && !call.is(2, b"if_not_empty") {
        return invalid_parameter(call, 2, "`if_not_empty`, or nothing");
    }
    Ok(())
}

/// ngx_http_fastcgi_split_path_info
pub(super) fn split_path_info(call: &Call<'_>) -> Outcome {
    let groups = plain_regex(0, call.word(0))?;
    if groups != 2 {
        let says = format!("pattern \"{}\" must have 2 captures", call.text(0));
        return refuse(Invalid::value(
            0,
            says,
            "a regex with two groups: the script, and the path behind it",
        ));
    }
    Ok(())
}
