use crate::finding::{Finding, Safety, Sink};
use crate::rules::uwsgi::edits;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(daemonize) = instance
        .last("daemonize")
        .filter(|setting| !setting.is_conditional())
    else {
        return;
    };
    let Some(watcher) = workspace
        .watcher_of(instance)
        .filter(|watcher| !watcher.follows_forks)
    else {
        return;
    };
    let consequence = match watcher.is_whole_container {
        true => "the container ends at once",
        false => "the process that is watched ends at once",
    };
    let edit = match watcher.is_whole_container {
        true => edits::without(workspace, instance, daemonize.key_span()),
        // The log stays where it was.
        false if instance.last("logto").is_none() => {
            edits::renamed(workspace, instance, daemonize.key_span(), "logto")
        }
        false => edits::without(workspace, instance, daemonize.key_span()),
    };
    sink.push(
        Finding::error(
            format!(
                "uWSGI goes to the background under {}: {consequence}",
                watcher.what
            ),
            daemonize.key_span(),
            "goes to the background",
        )
        .label(watcher.place, "watches the process that it starts")
        .help(match watcher.is_whole_container {
            true => "take the line out: uWSGI then logs to where Docker reads".to_owned(),
            false => "logto = FILE instead, or no line at all: the log then goes to the supervisor"
                .to_owned(),
        })
        .fix_if_any(Safety::Unsafe, "keep uWSGI in the foreground", edit),
    );
}
