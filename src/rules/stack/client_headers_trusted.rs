use crate::deployment::claims::Claim;
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let settings = &project.settings;
    for found in deployment.believed_claims(workspace, project) {
        let header = found.header;
        let (finding, setting) = match found.claim {
            Claim::Host => (
                Finding::error(
                    format!(
                        "whoever sends {header} chooses where the links in Django's mails lead, those for new passwords too: nginx hands it on as it comes"
                    ),
                    found.pass.header_span(),
                    format!("the client's {header} goes along"),
                ),
                "USE_X_FORWARDED_HOST",
            ),
            Claim::Https => (
                Finding::warning(
                    format!(
                        "who comes by plain HTTP and sends {header}: https is taken to have come by HTTPS: nginx hands it on as it comes"
                    ),
                    found.pass.header_span(),
                    format!("the client's {header} goes along"),
                ),
                "SECURE_PROXY_SSL_HEADER",
            ),
        };
        let value = match found.claim {
            Claim::Host => "$host",
            Claim::Https => "$scheme",
        };
        let line = match found.pass.is("uwsgi_pass") {
            true => format!(
                "uwsgi_param HTTP_{} {value};",
                header.to_ascii_uppercase().replace('-', "_")
            ),
            false => format!("proxy_set_header {header} {value};"),
        };
        let assignment = settings.get(setting).assignment();
        sink.push(
            finding
                .label(found.listen, "clients come here")
                .label_if_any(assignment.map(|own| own.value), "has Django believe it")
                .help(line),
        );
    }
}
