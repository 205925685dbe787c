use crate::finding::{Finding, Sink};
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
        }),
    );
}
