use super::edits;
use crate::finding::{Finding, Safety, Sink};
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
        let source = workspace.files().get(missing.place.file);
        let is_alone = source.slice(missing.place) == missing.name.as_bytes();
        let text = match instead.rsplit_once(':') {
            Some((_, callable)) if is_alone => callable,
            _ => instead,
        };
        finding = finding.help(format!("module = {instead}")).fix_if_any(
            Safety::Unsafe,
            "name the callable that is there",
            edits::within(workspace, instance, missing.place, text),
        );
    }
    sink.push(finding);
}
