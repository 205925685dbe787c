//! Directives of nginx's core for http, and of small modules.

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::pattern::Pattern;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::url::{Host, Url, Wanted};
use crate::nginx::refusals::{script, slot};

use super::rewrite;

fn invalid_value(call: &Call<'_>, at: usize, expected: &str) -> Outcome {
    let says = format!("\"{}\" directive invalid value", call.node.name());
    refuse(Invalid::value(at, says, expected))
}

/// ngx_http_set_complex_value_size_slot
pub(super) fn size(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if script::has_variables(call.word(0)) {
        return script::value(judge, call, 0);
    }
    match slot::size(call.word(0)) {
        Some(_) => Ok(()),
        None => invalid_value(call, 0, "a size such as 512, 8k or 10m"),
    }
}

/// ngx_http_set_predicate_slot
pub(super) fn predicate(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    (0..call.count()).try_for_each(|at| script::value(judge, call, at))
}

/// ngx_http_headers_add
pub(super) fn add_header(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    script::value(judge, call, 1)?;
    if call.count() > 2 && !call.is(2, b"always") {
        let says = format!("invalid parameter \"{}\"", call.text(2));
        let invalid = Invalid::value(2, says, "`always`, or nothing");
        return refuse(invalid.help("put a value with blanks in quotes"));
    }
    Ok(())
}

/// ngx_http_headers_expires
pub(super) fn expires(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let is_modified = call.count() == 2;
    if is_modified && !call.is(0, b"modified") {
        return invalid_value(call, 0, "`modified` before a time, or one argument alone");
    }
    let at = call.count() - 1;
    let word = call.word(at);
    if script::has_variables(word) {
        return script::value(judge, call, at);
    }
    if !is_modified && [&b"epoch"[..], b"max", b"off"].contains(&word) {
        return Ok(());
    }
    let directive = |says: &str, expected: &str| {
        refuse(Invalid::value(
            at,
            format!("\"expires\" directive {says}"),
            expected,
        ))
    };
    let is_daily = word.starts_with(b"@");
    if is_daily && is_modified {
        return directive(
            "daily time cannot be used with \"modified\" parameter",
            "a time such as 1h",
        );
    }
    let time = match word {
        [b'@' | b'+' | b'-', rest @ ..] => rest,
        word => word,
    };
    match slot::seconds(time) {
        None => directive(
            "invalid value",
            "a time such as 1h, `epoch`, `max` or `off`",
        ),
        Some(seconds) if is_daily && seconds > 24 * 60 * 60 => directive(
            "daily time value must be less than 24 hours",
            "a time of day such as @15h30m",
        ),
        Some(_) => Ok(()),
    }
}

/// ngx_http_index_set_index
pub(super) fn index(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    for (at, word) in call.words_from(0) {
        if word.is_empty() {
            let says = format!(
                "index \"{}\" in \"index\" directive is invalid",
                call.text(0)
            );
            return refuse(Invalid::value(at, says, "the name of a file"));
        }
        script::text(judge, call, at, word)?;
    }
    Ok(())
}

/// ngx_http_try_files
pub(super) fn try_files(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    (0..call.count()).try_for_each(|at| script::value(judge, call, at))?;
    let last = call.count() - 1;
    let code = call.word(last).strip_prefix(b"=").map(slot::number);
    if code.is_some_and(|code| code.is_none_or(|code| code > 999)) {
        let says = format!("invalid code \"{}\"", call.text(last));
        return refuse(Invalid::value(last, says, "a status such as `=404`"));
    }
    Ok(())
}

/// ngx_http_core_error_page
pub(super) fn error_page(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let count = call.count();
    let invalid = |at: usize| {
        let says = format!("invalid value \"{}\"", call.text(at));
        refuse(Invalid::value(at, says, "a status such as 404"))
    };
    let mut codes = count - 1;
    if let Some(code) = call.word(count - 2).strip_prefix(b"=") {
        codes = count - 2;
        if codes == 0 || (!code.is_empty() && slot::number(code).is_none()) {
            return invalid(codes);
        }
    }
    script::value(judge, call, count - 1)?;
    for at in 0..codes {
        match slot::number(call.word(at)) {
            None | Some(499) => return invalid(at),
            Some(300..=599) => {}
            Some(_) => {
                let says = format!("value \"{}\" must be between 300 and 599", call.text(at));
                return refuse(Invalid::value(at, says, "a status from 300 to 599"));
            }
        }
    }
    Ok(())
}

/// ngx_http_core_keepalive
pub(super) fn keepalive_timeout(call: &Call<'_>) -> Outcome {
    if slot::milliseconds(call.word(0)).is_none() {
        return invalid_value(call, 0, "a time such as 65s");
    }
    if call.count() > 1 && slot::seconds(call.word(1)).is_none() {
        return invalid_value(call, 1, "a time such as 60s");
    }
    Ok(())
}

/// ngx_http_core_open_file_cache
pub(super) fn open_file_cache(call: &Call<'_>) -> Outcome {
    let (mut most, mut is_off) = (None, false);
    for (at, word) in call.words_from(0) {
        let is_valid = if let Some(value) = word.strip_prefix(b"max=") {
            most = slot::number(value).filter(|max| *max > 0);
            most.is_some()
        } else if let Some(value) = word.strip_prefix(b"inactive=") {
            slot::seconds(value).is_some()
        } else {
            is_off |= word == b"off";
            word == b"off"
        };
        if !is_valid {
            let says = format!("invalid \"open_file_cache\" parameter \"{}\"", shown(word));
            return refuse(Invalid::value(
                at,
                says,
                "`max=1000 inactive=20s`, or `off`",
            ));
        }
    }
    if most.is_none() && !is_off {
        let says = "\"open_file_cache\" must have the \"max\" parameter";
        return refuse(
            Invalid::new(RefusalKind::InvalidValue, Place::Name, says)
                .because("`open_file_cache` lacks its size", "`max=…` is missing"),
        );
    }
    Ok(())
}

/// ngx_http_core_directio
pub(super) fn directio(call: &Call<'_>) -> Outcome {
    match call.is(0, b"off") || slot::offset(call.word(0)).is_some() {
        true => Ok(()),
        false => invalid_value(call, 0, "a size such as 4m, or `off`"),
    }
}

/// ngx_http_core_set_aio
pub(super) fn aio(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let word = call.word(0);
    match word {
        b"off" | b"threads" => Ok(()),
        b"on" => open("whether nginx was built with file AIO"),
        _ => match word.strip_prefix(b"threads=") {
            Some(name) if script::has_variables(name) => script::text(judge, call, 0, name),
            Some(name) => {
                let place = call.span(0);
                let known = judge.names.thread_pools.entry(name.to_vec());
                known.or_insert(Some(place));
                Ok(())
            }
            None => invalid_value(call, 0, "`on`, `off` or `threads`"),
        },
    }
}

/// ngx_resolver_create
pub(super) fn resolver(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let mut servers = 0;
    for (at, word) in call.words_from(0) {
        let invalid = |expected: &str| {
            let says = format!("invalid parameter: {}", shown(word));
            refuse(Invalid::value(at, says, expected))
        };
        if let Some(value) = word.strip_prefix(b"valid=") {
            if slot::seconds(value).is_none() {
                return invalid("a time such as `valid=30s`");
            }
        } else if let Some(value) = word.strip_prefix(b"ipv6=") {
            if value != b"on" && value != b"off" {
                return invalid("`ipv6=on` or `ipv6=off`");
            }
        } else if word.starts_with(b"ipv4=") || word.starts_with(b"status_zone=") {
            return open("not every nginx knows that option of `resolver`");
        } else {
            let wanted = Wanted {
                default_port: 53,
                ..Wanted::default()
            };
            match Url::of(word, wanted) {
                Ok(url) => {
                    if matches!(url.host, Host::Name(_)) {
                        judge.assume(call.span(at), format!("{} can be resolved", shown(word)));
                    }
                    servers += 1;
                }
                Err(fault) => {
                    let says = format!("{fault} in resolver \"{}\"", shown(word));
                    return refuse(Invalid::value(at, says, "the address of a name server"));
                }
            }
        }
    }
    match servers {
        0 => refuse(
            Invalid::new(
                RefusalKind::InvalidValue,
                Place::Name,
                "no name servers defined",
            )
            .because("`resolver` names no server", "an address is missing"),
        ),
        _ => Ok(()),
    }
}

/// ngx_http_gzip_disable
pub(super) fn gzip_disable(call: &Call<'_>) -> Outcome {
    for (at, word) in call.words_from(0) {
        if word == b"msie6" || word == b"degradation" {
            continue;
        }
        plain_regex(at, word)?;
    }
    Ok(())
}

/// A regex whose groups are no variables; gives how many there are.
pub(super) fn plain_regex(
    at: usize,
    pattern: &[u8],
) -> Result<usize, crate::nginx::refusals::reply::Reply> {
    match Pattern::of(pattern) {
        Pattern::Sound { groups, .. } => Ok(groups),
        Pattern::Faulty(fault) => {
            refuse(script::faulty(at, pattern, fault))?;
            Ok(0)
        }
        Pattern::Unknown => {
            open("only PCRE can tell whether it takes a regex")?;
            Ok(0)
        }
    }
}

/// ngx_http_disable_symlinks
pub(super) fn disable_symlinks(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let (mut mode, mut from) = (None, false);
    for (at, word) in call.words_from(0) {
        match word {
            b"on" | b"off" | b"if_not_owner" => mode = Some(word == b"off"),
            _ => match word.strip_prefix(b"from=") {
                Some(path) => {
                    script::text(judge, call, at, path)?;
                    from = true;
                }
                None => {
                    let says = format!("invalid parameter \"{}\"", shown(word));
                    return refuse(Invalid::value(
                        at,
                        says,
                        "`on`, `off` or `if_not_owner`, and `from=`",
                    ));
                }
            },
        }
    }
    let fault = |says: String, message: &str| {
        refuse(Invalid::new(RefusalKind::InvalidValue, Place::Name, says).because(message, "here"))
    };
    match mode {
        None => fault(
            "\"disable_symlinks\" must have \"off\", \"on\" or \"if_not_owner\" parameter"
                .to_owned(),
            "`disable_symlinks` says neither `on`, `off` nor `if_not_owner`",
        ),
        Some(_) if call.count() == 1 => Ok(()),
        Some(_) if !from => fault(
            format!("duplicate parameters \"{} {}\"", call.text(0), call.text(1)),
            "`disable_symlinks` takes one of `on`, `off` and `if_not_owner`",
        ),
        Some(true) => fault(
            "\"from=\" cannot be used with \"off\" parameter".to_owned(),
            "`from=` is of no use beside `off`",
        ),
        Some(false) => Ok(()),
    }
}

/// ngx_http_set_charset_slot
pub(super) fn charset(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.node.is("source_charset") {
        return open("whether there is a table between the charsets");
    }
    match call.word(0).starts_with(b"$") {
        true => rewrite::use_variable(judge, call, 0),
        false => Ok(()),
    }
}

/// ngx_http_sub_filter
pub(super) fn sub_filter(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.word(0).is_empty() {
        return refuse(Invalid::value(
            0,
            "empty search pattern",
            "what is to be replaced",
        ));
    }
    script::value(judge, call, 0)?;
    script::value(judge, call, 1)
}

/// ngx_http_auth_request_set
pub(super) fn auth_request_set(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let name = rewrite::variable_name(call, 0)?;
    judge.names.define_variable(call, 0, name)?;
    script::value(judge, call, 1)
}
