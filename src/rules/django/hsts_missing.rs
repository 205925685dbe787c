use crate::deployment::{Deployment, HstsByNginx, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    _workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let by_nginx = deployment.hsts_by_nginx(project);
    for (found, place) in super::system_checks(project) {
        if let ("security.W004", HstsByNginx::NotBy(pass)) = (found.id, by_nginx) {
            sink.push(
                Finding::advice(
                    "nginx adds Strict-Transport-Security in another server of the site, and not in this one",
                    pass,
                    "nothing adds it to what is answered here",
                )
                .help("the same add_header line in this server, or SECURE_HSTS_SECONDS in the settings and none in nginx"),
            );
            continue;
        }
        let (message, help) = match found.id {
            "security.W004" if by_nginx == HstsByNginx::Nowhere => (
                "no Strict-Transport-Security is sent: a browser that is told http:// asks by plain HTTP first",
                "SECURE_HSTS_SECONDS = 3600, and more when every page and subdomain that it counts for is served by HTTPS",
            ),
            "security.W005" => (
                "SECURE_HSTS_SECONDS counts for this host alone: what is sent to its subdomains may go by plain HTTP",
                "SECURE_HSTS_INCLUDE_SUBDOMAINS = True, where every subdomain is served by HTTPS",
            ),
            "security.W021" => (
                "SECURE_HSTS_SECONDS counts only after the first visit: the site is in no browser's list",
                "SECURE_HSTS_PRELOAD = True, where the site is meant to be served by HTTPS alone and for ever",
            ),
            _ => continue,
        };
        sink.push(Finding::advice(message, place, "HTTPS from the first request on").help(help));
    }
}
