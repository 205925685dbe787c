use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(daemonize) = instance
        .last("daemonize")
        .filter(|_| instance.is_lacking("umask") && workspace.is_put_to_use(instance))
    else {
        return;
    };
    sink.push(
        Finding::advice(
            "`daemonize` sets the umask to 0: everyone may write to the files that the application makes",
            daemonize.key_span().to(daemonize.value_span()),
            "without a `umask`",
        )
        .help("umask = 022"),
    );
}
