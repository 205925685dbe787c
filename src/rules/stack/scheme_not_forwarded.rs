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
    let trusted = project.settings.get("SECURE_PROXY_SSL_HEADER").assignment();
    let origins = project.settings.get("CSRF_TRUSTED_ORIGINS").assignment();
    for found in deployment.mistaken_schemes(workspace, project) {
        let host = found.host.as_deref().unwrap_or("…");
        let (severity, what) = match (found.outcome, found.is_certain) {
            (Outcome::Loop, _) => continue,
            (Outcome::RefusedForms, is_certain) => (
                if is_certain { Severity::Error } else { Severity::Warning },
                format!(
                    "Django answers every form with 403: the browser says that it is on https://{host}, and Django takes the site for http://{host}"
                ),
            ),
            (Outcome::PlainLinks, _) => (
                Severity::Advice,
                "Django takes what came by HTTPS for plain HTTP: links that it makes begin with http://"
                    .to_owned(),
            ),
        };
        let primary = found.told.unwrap_or(found.pass.header_span());
        let says = match found.told {
            Some(_) => "says that it was plain HTTP",
            None => "nothing here says that it was HTTPS",
        };
        let finding = Finding::new(severity, what, primary, says)
            .label(found.listen, "ends TLS")
            .label_if_any(trusted.map(|setting| setting.value), "what Django believes")
            .label_if_any(origins.map(|setting| setting.value), "has no such origin")
            .help(found.remedy(project).help());
        sink.push(match edits::forwarding(&found, project, workspace) {
            Some(edits) => finding.fix(Safety::Unsafe, "tell Django the scheme", edits),
            None => finding,
        });
    }
}
