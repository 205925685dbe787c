use super::severity;
use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    // A part that others include, or the command line, may well set it there.
    let is_whole = workspace.instances().len() == 1
        || workspace
            .backend_of(instance)
            .is_some_and(|backend| backend.process.is_some());
    if !is_whole {
        return;
    }
    for unfilled in instance.unfilled_placeholders() {
        let (key, name) = (&unfilled.key, &unfilled.name);
        sink.push(
            Finding::new(
                severity(unfilled.consequence),
                format!(
                    "`%({name})` stays in `{key}` as it is written: nothing of that name is set"
                ),
                unfilled.place,
                format!("there is no {name}"),
            )
            .help(format!("set-ph = {name}=…")),
        );
    }
}
