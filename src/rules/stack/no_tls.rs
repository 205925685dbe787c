use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let Some((listen, pass)) = deployment.plain_site(project) else {
        return;
    };
    sink.push(
        Finding::advice(
            "passwords and sessions go over the network as they are: nothing here ends TLS, and nothing says that something in front does",
            listen,
            "plain HTTP",
        )
        .label(pass.header_span(), "what comes so is passed on to Django")
        .help("listen 443 ssl;\nwith ssl_certificate and ssl_certificate_key, and a server on port 80 that redirects: return 301 https://$host$request_uri;"),
    );
}
