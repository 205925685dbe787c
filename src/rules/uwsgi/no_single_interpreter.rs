use super::lacking;
use crate::finding::Sink;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let message = "the application runs in an interpreter beside the main one, where some C extensions do not work";
    lacking(
        workspace,
        instance,
        "single-interpreter",
        message,
        "single-interpreter = true",
        sink,
    );
}
