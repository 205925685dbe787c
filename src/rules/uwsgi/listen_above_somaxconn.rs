use crate::finding::{Finding, Severity, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some((asked, place)) = instance.listen_queue() else {
        return;
    };
    let Some(limit) = workspace.somaxconn(instance) else {
        return;
    };
    if i64::from(asked) <= limit.number {
        return;
    }
    let (severity, whose) = match limit.place {
        Some(_) => (Severity::Error, "which is what this host has"),
        None => (Severity::Warning, "which is what Linux has"),
    };
    sink.push(
        Finding::new(
            severity,
            format!(
                "uWSGI does not start: {asked} is more than net.core.somaxconn = {}, {whose}",
                limit.number
            ),
            place,
            "too many to wait",
        )
        .label_if_any(limit.place, "no more than this")
        .help(format!(
            "net.core.somaxconn = {asked} in /etc/sysctl.d/60-uwsgi.conf, or `sysctls` of the container; or a smaller number"
        )),
    );
}
