use crate::deployment::{Deployment, Project};
use crate::finding::{Finding, Sink};
use crate::workspace::Workspace;

pub(crate) fn check(
    workspace: &Workspace,
    deployment: &Deployment,
    project: &Project,
    sink: &mut Sink,
) {
    let redirect = project.settings.get("SECURE_SSL_REDIRECT").assignment();
    let trusted = project.settings.get("SECURE_PROXY_SSL_HEADER").assignment();
    for found in deployment.redirect_loops(workspace, project) {
        let by_uwsgi = found.pass.is("uwsgi_pass");
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
        let variable = format!(
            "HTTP_{}",
            found.header.to_ascii_uppercase().replace('-', "_")
        );
        let value = match found.tls {
            true => "$scheme".to_owned(),
            false => format!(
                "$http_{}",
                found.header.to_ascii_lowercase().replace('-', "_")
            ),
        };
        let line = match by_uwsgi {
            true => format!("uwsgi_param {variable} {value};"),
            false => format!("proxy_set_header {} {value};", found.header),
        };
        let help = match trusted.is_some() || by_uwsgi {
            true => line,
            false => format!(
                "{line}\nand in the settings: SECURE_PROXY_SSL_HEADER = (\"{variable}\", \"https\")"
            ),
        };
        let primary = found.told.unwrap_or(found.pass.header_span());
        let says = match found.told {
            Some(_) => "says that it was plain HTTP",
            None => "nothing here says that it was HTTPS",
        };
        sink.push(
            Finding::new(found.severity, what, primary, says)
                .label(found.listen, label)
                .label_if_any(redirect.map(|setting| setting.value), "redirects")
                .label_if_any(trusted.map(|setting| setting.value), "what Django believes")
                .help(help),
        );
    }
}
