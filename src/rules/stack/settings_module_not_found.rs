use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(workspace: &Workspace, sink: &mut Sink) {
    for choice in workspace.deployed_choices() {
        let Some(missing) = workspace.missing_settings(choice) else {
            continue;
        };
        let Some(place) = missing.named.by else {
            continue;
        };
        let mut finding = Finding::error(
            format!(
                "the application does not load, 500 for every request: there is no settings module {}",
                missing.named.module
            ),
            place,
            "no such module",
        );
        if let Some(instead) = missing.instead {
            finding = finding.help(instead);
        }
        sink.push(finding);
    }
}
