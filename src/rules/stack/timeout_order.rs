use crate::deployment::Deployment;
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(_workspace: &Workspace, deployment: &Deployment, sink: &mut Sink) {
    for found in deployment.impatient() {
        let (seconds, harakiri) = (found.seconds, found.harakiri_seconds);
        sink.push(
            Finding::warning(
                format!(
                    "nginx gives up after {seconds} s with 504, and uWSGI works on until {harakiri} s are over"
                ),
                found.waits,
                "waits no longer",
            )
            .label(found.harakiri, "works so long")
            .help(format!("{} {}s;\nor in uWSGI: harakiri = {seconds}", found.directive, harakiri + 5)),
        );
    }
}
