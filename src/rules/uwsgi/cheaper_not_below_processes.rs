use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(refused) = instance.cheaper_is_refused() else {
        return;
    };
    // An image may well be started with UWSGI_PROCESSES.
    if refused.processes_place.is_none() && workspace.is_in_container(instance) {
        return;
    }
    let processes = match refused.processes_place {
        Some(_) => format!("there are {} processes", refused.processes),
        None => "there is 1 process unless `processes` says otherwise".to_owned(),
    };
    sink.push(
        Finding::error(
            format!("uWSGI does not start: cheaper must be below processes, and {processes}"),
            refused.place,
            "too many",
        )
        .label_if_any(refused.processes_place, "all there are")
        .help(format!(
            "processes = {}, or less cheaper",
            refused.cheaper.saturating_add(1)
        )),
    );
}
