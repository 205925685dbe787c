//! TLS: what the directives themselves refuse.

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, refuse, shown};
use crate::nginx::refusals::slot;

use super::upstream::SMALLEST_ZONE;

/// ngx_http_ssl_session_cache
pub(super) fn session_cache(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    for (at, word) in call.words_from(0) {
        let invalid = || {
            let says = format!("invalid session cache \"{}\"", shown(word));
            refuse(Invalid::value(
                at,
                says,
                "`shared:NAME:10m`, `builtin`, `off` or `none`",
            ))
        };
        if matches!(word, b"off" | b"none" | b"builtin") {
            continue;
        }
        if let Some(value) = word
            .strip_prefix(b"builtin:")
            .filter(|value| !value.is_empty())
        {
            if slot::number(value).is_none() {
                return invalid();
            }
            continue;
        }
        let Some(value) = word.strip_prefix(b"shared:") else {
            return invalid();
        };
        let colon = memchr::memchr(b':', value);
        let zone =
            colon.and_then(|colon| Some((&value[..colon], slot::size(&value[colon + 1..])?)));
        let Some((name, size)) = zone.filter(|(name, _)| !name.is_empty()) else {
            return invalid();
        };
        if size < SMALLEST_ZONE {
            let says = format!("session cache \"{}\" is too small", shown(word));
            return refuse(Invalid::value(at, says, "at least 32k"));
        }
        judge
            .names
            .zone(call, at, name, size, "ssl_session_cache")?;
    }
    Ok(())
}

/// ngx_http_ssl_enable
pub(super) fn enable(call: &Call<'_>) -> Outcome {
    match call.word(0) {
        word if word.eq_ignore_ascii_case(b"on") || word.eq_ignore_ascii_case(b"off") => Ok(()),
        _ => {
            let says = format!(
                "invalid value \"{}\" in \"ssl\" directive, it must be \"on\" or \"off\"",
                call.text(0)
            );
            refuse(Invalid::value(0, says, "`on` or `off`").of_kind(RefusalKind::InvalidValue))
        }
    }
}
