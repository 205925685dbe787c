//! Directives at the top of nginx.conf and in `events { }`.

use crate::nginx::configuration::IncludeFault;
use crate::nginx::refusals::RefusalKind;
use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::{slot, url};

/// ngx_conf_include
pub(super) fn include(call: &Call<'_>) -> Outcome {
    let (says, kind, message, label, help) = match call.node.include_fault() {
        None => return Ok(()),
        Some(IncludeFault::Absent(path)) => (
            format!(
                "open() \"{}\" failed (2: No such file or directory)",
                path.display()
            ),
            RefusalKind::IncludeNotFound,
            format!("nginx includes {}, which is not there", path.display()),
            "no such file",
            "a relative path begins at the directory of nginx.conf, and not at this file's; a pattern such as `name*` may match nothing",
        ),
        Some(IncludeFault::Cycle) => (
            format!(
                "open() \"{}\" failed (24: Too many open files)",
                call.text(0)
            ),
            RefusalKind::IncludeCycle,
            format!(
                "`include {}` brings the file that it stands in",
                call.text(0)
            ),
            "the file includes itself",
            "include it in one place only",
        ),
    };
    let invalid = Invalid::new(kind, Place::Argument(0), says);
    refuse(invalid.because(message, label).help(help))
}

/// ngx_set_user
pub(super) fn user() -> Outcome {
    // It is only the machine that knows its users; most have those that are named.
    Ok(())
}

/// ngx_set_worker_processes
pub(super) fn worker_processes(call: &Call<'_>) -> Outcome {
    if call.is(0, b"auto") || slot::number(call.word(0)).is_some() {
        return Ok(());
    }
    let says = "\"worker_processes\" directive invalid value";
    refuse(Invalid::value(0, says, "a number, or `auto`"))
}

/// ngx_set_priority
pub(super) fn priority(call: &Call<'_>) -> Outcome {
    let word = call.word(0);
    let number = match word {
        [b'-' | b'+', rest @ ..] => rest,
        word => word,
    };
    if slot::number(number).is_some() {
        return Ok(());
    }
    let says = "\"worker_priority\" directive invalid number";
    refuse(Invalid::value(0, says, "a number such as -5"))
}

/// ngx_set_cpu_affinity
pub(super) fn cpu_affinity(call: &Call<'_>) -> Outcome {
    let is_auto = call.is(0, b"auto");
    if is_auto && call.count() > 2 {
        let says = "invalid number of arguments in \"worker_cpu_affinity\" directive";
        return refuse(
            Invalid::new(RefusalKind::WrongArguments, Place::Argument(2), says).because(
                "`worker_cpu_affinity auto` takes one mask",
                "more than it takes",
            ),
        );
    }
    for (at, word) in call.words_from(usize::from(is_auto)) {
        if word.len() > 1024 {
            return open("how many CPUs the machine has");
        }
        // nginx reads a mask from its end.
        if let Some(bad) = word.iter().rev().find(|byte| !b"01 ".contains(byte)) {
            let says = format!(
                "invalid character \"{}\" in \"worker_cpu_affinity\"",
                shown(&[*bad])
            );
            return refuse(Invalid::value(at, says, "a mask of 0 and 1, such as 0101"));
        }
    }
    Ok(())
}

/// ngx_event_use
pub(super) fn event_use(call: &Call<'_>) -> Outcome {
    match call.word(0) {
        b"epoll" => Ok(()),
        b"poll" | b"select" | b"kqueue" | b"eventport" | b"/dev/poll" | b"rtsig" | b"iocp" => {
            open("which kinds of events the system has")
        }
        _ => {
            let says = format!("invalid event type \"{}\"", call.text(0));
            refuse(Invalid::value(
                0,
                says,
                "`epoll`, `poll`, `select` or `kqueue`",
            ))
        }
    }
}

/// ngx_event_connections
pub(super) fn connections(call: &Call<'_>) -> Outcome {
    match slot::number(call.word(0)) {
        Some(_) => Ok(()),
        None => {
            let says = format!("invalid number \"{}\"", call.text(0));
            refuse(Invalid::value(0, says, "a number such as 1024"))
        }
    }
}

/// ngx_event_debug_connection
pub(super) fn debug_connection(call: &Call<'_>) -> Outcome {
    match call.word(0) == b"unix:" || url::is_network(call.word(0)) {
        true => Ok(()),
        false => open(format!("whether {} can be resolved", call.text(0))),
    }
}

/// ngx_thread_pool
pub(super) fn thread_pool(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    if judge.names.thread_pools.get(call.word(0)) == Some(&None) {
        let says = format!("duplicate thread pool \"{}\"", call.text(0));
        return refuse(
            Invalid::new(RefusalKind::DuplicateDirective, Place::Argument(0), says).because(
                format!("there is a thread pool `{}` already", call.text(0)),
                "a second one of that name",
            ),
        );
    }
    let mut has_threads = false;
    for (at, word) in call.words_from(1) {
        if let Some(value) = word.strip_prefix(b"threads=") {
            if slot::number(value).is_none_or(|number| number == 0) {
                let says = format!("invalid threads value \"{}\"", shown(word));
                return refuse(Invalid::value(at, says, "a number of at least 1"));
            }
            has_threads = true;
        } else if let Some(value) = word.strip_prefix(b"max_queue=")
            && slot::number(value).is_none()
        {
            let says = format!("invalid max_queue value \"{}\"", shown(word));
            return refuse(Invalid::value(at, says, "a number"));
        }
    }
    if !has_threads {
        let says = "\"thread_pool\" must have \"threads\" parameter";
        return refuse(
            Invalid::new(RefusalKind::InvalidValue, Place::Name, says).because(
                "`thread_pool` lacks the number of its threads",
                "`threads=…` is missing",
            ),
        );
    }
    judge.names.thread_pools.insert(call.word(0).to_vec(), None);
    Ok(())
}
