//! `access_log`, `log_format` and `error_log`.

use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::{script, slot};

fn invalid_parameter(at: usize, word: &[u8], expected: &str) -> Invalid {
    Invalid::value(
        at,
        format!("invalid parameter \"{}\"", shown(word)),
        expected,
    )
}

/// ngx_http_log_set_log
pub(super) fn access_log(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if call.is(0, b"off") {
        return match call.count() {
            1 => Ok(()),
            _ => refuse(invalid_parameter(1, call.word(1), "nothing behind `off`")),
        };
    }
    let is_syslog = call.word(0).starts_with(b"syslog:");
    if is_syslog {
        syslog(call)?;
    } else {
        script::value(judge, call, 0)?;
    }
    if call.count() > 1 && !judge.names.has_format(call.word(1)) {
        known_format(judge, call)?;
    }
    let (mut is_buffered, mut flushes) = (false, false);
    for (at, word) in call.words_from(2) {
        if let Some(value) = word.strip_prefix(b"buffer=") {
            if slot::size(value).is_none_or(|size| size == 0) {
                let says = format!("invalid buffer size \"{}\"", shown(value));
                return refuse(Invalid::value(at, says, "a size such as `buffer=32k`"));
            }
            is_buffered = true;
        } else if let Some(value) = word.strip_prefix(b"flush=") {
            if slot::milliseconds(value).is_none_or(|time| time == 0) {
                let says = format!("invalid flush time \"{}\"", shown(value));
                return refuse(Invalid::value(at, says, "a time such as `flush=5s`"));
            }
            flushes = true;
        } else if word == b"gzip" || word.starts_with(b"gzip=") {
            is_buffered = true;
            let level = word.strip_prefix(b"gzip=").map(slot::number);
            if level.is_some_and(|level| !matches!(level, Some(1..=9))) {
                let says = format!("invalid compression level \"{}\"", shown(&word[5..]));
                return refuse(Invalid::value(at, says, "a level from 1 to 9"));
            }
        } else if let Some(value) = word.strip_prefix(b"if=") {
            script::text(judge, call, at, value)?;
        } else {
            return refuse(invalid_parameter(
                at,
                word,
                "an option such as `buffer=32k`, `flush=5s`, `gzip` or `if=$loggable`",
            ));
        }
    }
    let conflict = |says: String, message: &str| {
        refuse(
            Invalid::new(RefusalKind::InvalidValue, Place::Argument(0), says)
                .because(message, "of this log"),
        )
    };
    if flushes && !is_buffered {
        return conflict(
            format!("no buffer is defined for access_log \"{}\"", call.text(0)),
            "`flush=` says when a buffer is written, and the log has none",
        );
    }
    if is_buffered && !is_syslog && script::has_variables(call.word(0)) {
        return conflict(
            "buffered logs cannot have variables in name".to_owned(),
            "a log with variables in its name cannot have a buffer",
        );
    }
    if is_buffered && is_syslog {
        return conflict(
            "logs to syslog cannot be buffered".to_owned(),
            "a log to syslog cannot have a buffer",
        );
    }
    if is_buffered {
        return alike(call);
    }
    Ok(())
}

/// Logs to one file have one buffer.
fn alike(call: &Call<'_>) -> Outcome {
    let options = |node: crate::nginx::Node<'_>| -> Vec<Vec<u8>> {
        let words = node
            .arguments()
            .skip(2)
            .map(|word| word.bytes().into_owned());
        words.filter(|word| !word.starts_with(b"if=")).collect()
    };
    let own = options(call.node);
    let mut others = call
        .node
        .configuration()
        .named("access_log")
        .take_while(|node| *node != call.node)
        .filter(|node| {
            node.argument(0)
                .is_some_and(|word| *word.bytes() == *call.word(0))
        });
    match others.any(|node| !options(node).is_empty() && options(node) != own) {
        true => open("two logs to one file have buffers that differ"),
        false => Ok(()),
    }
}

fn known_format(judge: &Judge<'_>, call: &Call<'_>) -> Outcome {
    if !judge.configuration.is_closed() || judge.names.gap.is_some() {
        return open(format!(
            "the log format {} may be defined elsewhere",
            call.text(1)
        ));
    }
    let name = call.text(1);
    let says = format!("unknown log format \"{name}\"");
    let later = judge
        .configuration
        .named("log_format")
        .find(|node| node.argument(0).is_some_and(|word| word.text() == name));
    let refused = Invalid::new(RefusalKind::UndefinedLogFormat, Place::Argument(1), says);
    refuse(match later {
        Some(later) => refused
            .because(
                format!(
                    "the log format `{name}` is defined further down: nginx knows it from there on"
                ),
                "not yet defined here",
            )
            .other(later.header_span(), "it is defined here")
            .help("put the `log_format` before what uses it"),
        None => {
            let formats: Vec<String> = judge.names.formats().collect();
            let near = crate::suggest::nearest(&name, formats.iter().map(String::as_str));
            let refused = refused.because(
                format!("there is no log format `{name}`"),
                "no `log_format` has that name",
            );
            match near {
                Some(near) => refused.help(format!("write `{near}`")).meant(near),
                None => refused.help("define it in http with `log_format`, before this"),
            }
        }
    })
}

/// The variables that only a log has (ngx_http_log_vars).
const OF_LOGS: &[&[u8]] = &[
    b"pipe",
    b"time_local",
    b"time_iso8601",
    b"msec",
    b"request_time",
    b"status",
    b"bytes_sent",
    b"body_bytes_sent",
    b"request_length",
];

/// ngx_http_log_set_format
pub(super) fn format(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    let name = call.text(0);
    if !judge.names.define_format(call.word(0)) || &*name == "combined" {
        let says = format!("duplicate \"log_format\" name \"{name}\"");
        return refuse(
            Invalid::new(RefusalKind::DuplicateDirective, Place::Argument(0), says)
                .because(
                    format!("there is a log format `{name}` already"),
                    "a second one of that name",
                )
                .help("take another name"),
        );
    }
    let mut start = 1;
    if let Some(escape) = call.word(1).strip_prefix(b"escape=") {
        if ![&b"json"[..], b"none", b"default"].contains(&escape) {
            let says = format!("unknown log format escaping \"{}\"", shown(escape));
            return refuse(Invalid::value(
                1,
                says,
                "`escape=default`, `escape=json` or `escape=none`",
            ));
        }
        start = 2;
    }
    for (at, word) in call.words_from(start) {
        let names = script::variables(word, false).map_err(|fault| match fault {
            script::Fault::NoName => crate::nginx::refusals::names::no_name(
                at,
                &format!("invalid parameter \"{}\"", shown(word)),
            ),
            fault => fault.invalid(at),
        })?;
        for name in names {
            if !OF_LOGS.contains(&name) {
                judge.names.use_variable(name, call.span(at));
            }
        }
    }
    Ok(())
}

/// ngx_http_log_open_file_cache
pub(super) fn open_file_cache(call: &Call<'_>) -> Outcome {
    let says = |word: &[u8]| {
        format!(
            "invalid \"open_log_file_cache\" parameter \"{}\"",
            shown(word)
        )
    };
    let (mut most, mut is_off) = (0, false);
    for (at, word) in call.words_from(0) {
        let equals = memchr::memchr(b'=', word).map_or(word.len(), |at| at + 1);
        let (name, value) = word.split_at(equals);
        let is_valid = match name {
            b"max=" => slot::number(value).inspect(|max| most = *max).is_some(),
            b"min_uses=" => slot::number(value).is_some(),
            b"inactive=" | b"valid=" => slot::seconds(value).is_some(),
            b"off" => {
                is_off = true;
                true
            }
            _ => false,
        };
        if !is_valid {
            return refuse(Invalid::value(
                at,
                says(word),
                "`max=1000 inactive=20s`, or `off`",
            ));
        }
    }
    if most == 0 && !is_off {
        let says = "\"open_log_file_cache\" must have \"max\" parameter";
        return refuse(
            Invalid::new(RefusalKind::InvalidValue, Place::Name, says)
                .because("`open_log_file_cache` lacks its size", "`max=…` is missing"),
        );
    }
    Ok(())
}

const LEVELS: &[&str] = &[
    "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug",
];

const DEBUG_LEVELS: &[&str] = &[
    "debug_core",
    "debug_alloc",
    "debug_mutex",
    "debug_event",
    "debug_http",
    "debug_mail",
    "debug_stream",
];

/// ngx_log_set_log
pub(super) fn error_log(call: &Call<'_>) -> Outcome {
    if call.word(0).starts_with(b"memory:") {
        return open("a log in memory is for builds with --with-debug");
    }
    if call.word(0).starts_with(b"syslog:") {
        syslog(call)?;
    }
    let mut found: Option<usize> = None;
    let mut has_debug = false;
    for (at, word) in call.words_from(1) {
        let text = shown(word);
        if LEVELS.contains(&&*text) {
            if found.is_some() || has_debug {
                let says = format!("duplicate log level \"{text}\"");
                return refuse(Invalid::value(at, says, "one level only"));
            }
            found = Some(at);
        } else if DEBUG_LEVELS.contains(&&*text) && found.is_none() {
            has_debug = true;
        } else {
            let says = format!("invalid log level \"{text}\"");
            let invalid = Invalid::value(
                at,
                says,
                "a level such as `error`, `warn`, `notice` or `info`",
            );
            let near = crate::suggest::nearest(&text, LEVELS.iter().copied());
            return refuse(match near {
                Some(near) => invalid.help(format!("write `{near}`")).meant(near),
                None => invalid,
            });
        }
    }
    Ok(())
}

/// What of `syslog:…` is sure (ngx_syslog_process_conf).
fn syslog(call: &Call<'_>) -> Outcome {
    let plain = |word: &[u8]| {
        word.strip_prefix(b"syslog:server=")
            .is_some_and(|server| server.starts_with(b"unix:/") || server.starts_with(b"127.0.0.1"))
            && !word.contains(&b',')
    };
    match plain(call.word(0)) {
        true => Ok(()),
        false => open("whether syslog is there as it is written"),
    }
}
