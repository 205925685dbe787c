use super::lacking;
use crate::finding::Sink;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    lacking(
        workspace,
        instance,
        "strict",
        "a line with a misspelt option is ignored without a word",
        "strict = true, with which uWSGI does not start then; `set-placeholder = NAME=VALUE` for names of your own",
        sink,
    );
}
