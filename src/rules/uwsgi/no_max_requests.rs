use super::lacking;
use crate::finding::Sink;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let message = "workers are never replaced: what leaks in the application adds up";
    lacking(
        workspace,
        instance,
        "max-requests",
        message,
        "max-requests = 5000",
        sink,
    );
}
