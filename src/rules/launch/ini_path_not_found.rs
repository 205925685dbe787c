use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for missing in workspace.missing_inis() {
        let mut finding = Finding::error(
            format!(
                "uWSGI does not start: there is no file {}",
                missing.path.display()
            ),
            missing.place,
            "does not exist",
        );
        if let Some(instead) = &missing.instead {
            finding = finding.help(instead.display().to_string());
        }
        sink.push(finding);
    }
}
