use crate::deployment::hosts::Why;
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let hosts = project.settings.allowed_hosts();
    for refused in deployment.refused_hosts(project) {
        let host = &refused.host;
        let (message, label) = match refused.why {
            Why::Name => (
                format!(
                    "Django refuses every request for {host} with 400: ALLOWED_HOSTS does not let it in"
                ),
                "nginx passes requests for this name on",
            ),
            Why::Header => (
                format!(
                    "Django refuses every request with 400: nginx tells it that the host is {host}"
                ),
                "the Host that Django sees",
            ),
            Why::Pass => (
                format!(
                    "Django refuses every request with 400: nginx tells it that the host is {host}, for want of the client's own"
                ),
                "becomes the Host that Django sees",
            ),
        };
        let help = match refused.why {
            Why::Name => format!("add \"{host}\" to ALLOWED_HOSTS"),
            Why::Header | Why::Pass => format!("proxy_set_header Host {};", refused.instead),
        };
        sink.push(
            Finding::error(message, refused.place, label)
                .label_if_any(
                    hosts.assignment().map(|assignment| assignment.value),
                    "what Django lets in",
                )
                .help(help),
        );
    }
}
