use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let checks = project.settings.system_checks();
    for found in checks.iter().filter(|check| check.id == "security.W008") {
        // nginx redirects, or nothing here says that there is any HTTPS.
        let Some(listen) = deployment.passes_plain_http(workspace, project) else {
            return;
        };
        sink.push(
            Finding::advice(
                "this site is served by HTTPS and by plain HTTP, and nothing redirects the one to the other",
                listen,
                "passed on by plain HTTP",
            )
            .label_if_any(found.place, "does not redirect")
            .help("return 301 https://$host$request_uri; in nginx, or SECURE_SSL_REDIRECT = True"),
        );
    }
}
