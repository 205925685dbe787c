use super::edits;
use crate::finding::{Finding, Safety, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(harakiri) = instance.harakiri_ends_all() else {
        return;
    };
    sink.push(
        Finding::error(
            "the first request that takes longer kills its worker for good: without a master, nobody starts another one",
            harakiri,
            "kills what nobody replaces",
        )
        .label_if_any(
            instance.last("master").map(|off| off.value_span()),
            "switches the master off",
        )
        .help("master = true")
        .fix_if_any(
            Safety::Unsafe,
            "switch the master on",
            edits::set(workspace, instance, "master", "true"),
        ),
    );
}
