use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(daemonize) = instance
        .last("daemonize")
        .filter(|_| instance.is_lacking("umask"))
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
