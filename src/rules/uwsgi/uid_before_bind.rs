use crate::deployment::binding::Needs;
use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for unbindable in workspace.unbindable(instance) {
        let Needs::Directory(directory) = &unbindable.needs else {
            continue;
        };
        let (user, directory) = (&unbindable.user, directory.display());
        let help = match unbindable.is_dropped {
            true => format!(
                "chown-socket = {user}, which makes it while uWSGI is root; or a directory of its own"
            ),
            false => "RuntimeDirectory=app in the unit, and socket = /run/app/app.sock".to_owned(),
        };
        sink.push(
            Finding::error(
                format!("uWSGI does not start: {user} may not make a socket in {directory}, which is root's"),
                unbindable.socket.value_span,
                "cannot be made",
            )
            .label(unbindable.user_at, "uWSGI is this user by then")
            .help(help),
        );
    }
}
