use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for entry in project.settings.host_entries() {
        if entry.text == "*" {
            let message = "ALLOWED_HOSTS lets in any Host header, also one that a visitor made up";
            let help = super::allowed_hosts_line(&super::served_names(deployment));
            sink.push(Finding::warning(message, entry.span, "matches every host").help(help));
        }
    }
}
