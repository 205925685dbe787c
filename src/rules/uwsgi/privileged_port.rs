use crate::deployment::binding::Needs;
use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    for unbindable in workspace.unbindable(instance) {
        let Needs::Port(port) = unbindable.needs else {
            continue;
        };
        let user = &unbindable.user;
        // A program that is started as a user may have been given the right to (setcap).
        let (severity, help) = match unbindable.is_dropped {
            true => (
                Severity::Error,
                format!("chown-socket = {user}, which opens it while uWSGI is root"),
            ),
            false => (
                Severity::Warning,
                format!(
                    "{} = 127.0.0.1:8000, and nginx in front",
                    unbindable.socket.option
                ),
            ),
        };
        sink.push(
            Finding::new(
                severity,
                format!(
                    "uWSGI does not start: {user} may not listen on port {port}, which is root's"
                ),
                unbindable.socket.value_span,
                "a port below 1024",
            )
            .label(unbindable.user_at, "uWSGI is this user by then")
            .help(help),
        );
    }
}
