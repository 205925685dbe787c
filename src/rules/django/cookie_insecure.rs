use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Severity, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let ends_tls = deployment.tls_listen(project);
    for (found, place) in super::system_checks(project) {
        let (cookie, name) = match found.id {
            "security.W010" | "security.W011" | "security.W012" => {
                ("session", "SESSION_COOKIE_SECURE")
            }
            "security.W016" => ("CSRF", "CSRF_COOKIE_SECURE"),
            _ => continue,
        };
        let severity = match ends_tls.is_some() && cookie == "session" {
            true => Severity::Warning,
            false => Severity::Advice,
        };
        sink.push(
            Finding::new(
                severity,
                format!("browsers send the {cookie} cookie by plain HTTP, too, where everybody on the way can read it"),
                place,
                format!("{name} is not True"),
            )
            .label_if_any(ends_tls, "this site is served by HTTPS")
            .help(match ends_tls {
                    Some(_) => format!("{name} = True"),
                    None => format!("{name} = True, where the site is served by HTTPS"),
                }),
        );
    }
}
