use super::edits;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    if !instance.has_master().is_no()
        || !instance.is_emperor().is_no()
        || !instance.is_application()
        || instance.harakiri_ends_all().is_some()
        || !workspace.is_put_to_use(instance)
    {
        return;
    }
    let message = "this uWSGI runs without a master process: nobody restarts a worker that died";
    let finding = match instance.last("master") {
        Some(off) => Finding::warning(message, off.value_span(), "switches the master off"),
        None => Finding::warning(
            message,
            instance.header_span(),
            "no `master` in this section",
        ),
    };
    sink.push(finding.help("master = true").fix_if_any(
        Safety::Unsafe,
        "switch the master on",
        edits::set(workspace, instance, "master", "true"),
    ));
}
