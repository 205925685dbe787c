use crate::finding::{Finding, Sink};
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, instance: &Instance, sink: &mut Sink) {
    let Some(missing) = workspace.missing_callable(instance) else {
        return;
    };
    let mut finding = Finding::error(
        format!(
            "uWSGI finds no application, 500 for every request: there is no {} in {}",
            missing.name, missing.module
        ),
        missing.place,
        "not in the module",
    )
    .label(missing.file, "says nothing of it");
    if let Some(instead) = &missing.instead {
        finding = finding.help(format!("module = {instead}"));
    }
    sink.push(finding);
}
