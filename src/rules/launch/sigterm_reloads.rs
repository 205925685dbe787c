use crate::finding::{Finding, Safety, Severity, Sink};
use crate::rules::uwsgi::edits;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if !instance.reloads_on_sigterm().is_yes() {
        return;
    }
    let Some(watcher) = workspace.watcher_of(instance) else {
        return;
    };
    let is_term = watcher
        .stop_signal
        .as_deref()
        .is_some_and(|signal| matches!(signal, "SIGTERM" | "TERM" | "15"));
    if !is_term {
        return;
    }
    // A container waits ten seconds and takes care of the rest.
    let severity = match watcher.is_container || workspace.is_in_container(instance) {
        true => Severity::Advice,
        false => Severity::Warning,
    };
    sink.push(
        Finding::new(
            severity,
            format!(
                "{} ends uWSGI with SIGTERM, which makes it start anew: it is killed in the middle of its requests",
                watcher.what
            ),
            instance.header_span(),
            "no `die-on-term` in this section",
        )
        .label(watcher.place, "sends SIGTERM")
        .help(format!("die-on-term = true\nor {}", watcher.say_signal))
        .fix_if_any(
            Safety::Unsafe,
            "let SIGTERM end uWSGI",
            edits::set(workspace, instance, "die-on-term", "true"),
        ),
    );
}
