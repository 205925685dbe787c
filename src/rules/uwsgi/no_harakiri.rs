use super::lacking;
use crate::finding::Sink;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let message = "a request that never ends keeps its worker for ever, until there is none left";
    lacking(
        workspace,
        instance,
        "harakiri",
        message,
        "harakiri = 60, and less than what nginx waits",
        sink,
    );
}
