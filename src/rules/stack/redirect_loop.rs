use super::edits;
use crate::deployment::scheme::Outcome;
use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Safety, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let redirect = project.settings.get("SECURE_SSL_REDIRECT").assignment();
    let trusted = project.settings.get("SECURE_PROXY_SSL_HEADER").assignment();
    for found in deployment.mistaken_schemes(workspace, project) {
        if found.outcome != Outcome::Loop {
            continue;
        }
        let (what, label) = match found.tls {
            true => (
                "Django redirects what came by HTTPS to HTTPS, for ever: it takes the request for plain HTTP",
                "ends TLS",
            ),
            false => (
                "Django redirects every request to HTTPS, for ever: nginx tells it that each came by plain HTTP, whatever ends TLS in front",
                "plain HTTP",
            ),
        };
        let severity = match found.is_certain {
            true => Severity::Error,
            false => Severity::Warning,
        };
        let primary = found.told.unwrap_or(found.pass.header_span());
        let says = match found.told {
            Some(_) => "says that it was plain HTTP",
            None => "nothing here says that it was HTTPS",
        };
        let finding = Finding::new(severity, what, primary, says)
            .label(found.listen, label)
            .label_if_any(redirect.map(|setting| setting.value), "redirects")
            .label_if_any(trusted.map(|setting| setting.value), "what Django believes")
            .help(found.remedy(project).help());
        sink.push(match edits::forwarding(&found, project, workspace) {
            Some(edits) => finding.fix(Safety::Unsafe, "tell Django the scheme", edits),
            None => finding,
        });
    }
}
