use crate::deployment::misnamed::{Cause, shown_host};
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    for found in deployment.misnamed_sites(workspace, project) {
        if found.cause != Cause::Missing {
            continue;
        }
        let told = &found.told;
        let (severity, what) = match found.refuses_forms.is_yes() {
            true => (
                Severity::Error,
                format!(
                    "Django answers every form with 403: it takes the site for {told}, for want of the client's own Host"
                ),
            ),
            false => (
                Severity::Warning,
                format!(
                    "Django takes the site for {told}, for want of the client's own Host: links that it makes lead there"
                ),
            ),
        };
        sink.push(
            Finding::new(
                severity,
                what,
                found.place,
                "becomes the Host that Django sees",
            )
            .help(format!(
                "proxy_set_header Host {};",
                shown_host(found.pass.server())
            )),
        );
    }
}
