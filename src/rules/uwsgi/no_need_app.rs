use super::lacking;
use crate::finding::Sink;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let message =
        "where the application cannot be loaded, uWSGI runs on and answers 500 to everything";
    lacking(
        workspace,
        instance,
        "need-app",
        message,
        "need-app = true",
        sink,
    );
}
