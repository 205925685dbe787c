use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let starts_as_other = workspace
        .backend_of(instance)
        .and_then(|backend| backend.process(workspace.topology()))
        .is_some_and(|process| process.user.is_some());
    if starts_as_other || !workspace.is_put_to_use_on_a_host(instance) {
        return;
    }
    if let Some(uid) = instance.uid_without_gid() {
        sink.push(
            Finding::warning(
                "uWSGI gives up root's user and keeps root's group: what the group may read and write, the application may",
                uid,
                "no `gid` goes with it",
            )
            .help("gid = www-data"),
        );
    }
}
