use crate::deployment::hosts::Why;
use crate::deployment::{Deployment, Project};
use crate::finding::{Edit, Finding, Safety, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let hosts = project.settings.allowed_hosts();
    let all = deployment.refused_hosts(project);
    // One edit lets all of them in: each by itself would stand in the way of the next.
    let names = all.iter().filter(|refused| refused.why == Why::Name);
    let names: Vec<String> = names.map(|refused| refused.host.clone()).collect();
    let room = project.settings.with_hosts(workspace.files(), &names);
    for refused in all {
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
        let edit = match (&room, refused.why) {
            (Some((place, text)), Why::Name) => Some(Edit::replace(*place, &**text)),
            _ => None,
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
                .help(help)
                .fix_if_any(
                    Safety::Unsafe,
                    "add the names that nginx serves to ALLOWED_HOSTS",
                    edit,
                ),
        );
    }
}
