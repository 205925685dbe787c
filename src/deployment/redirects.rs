//! Redirects to HTTPS that lead to themselves.

use super::front::Front;
use super::request::Way;
use super::{Deployment, Project, Purpose};
use crate::finding::Severity;
use crate::nginx::{Host, Listen, Node, Request, ServerName};
use crate::source::Span;
use crate::workspace::Workspace;

/// A server whose every request Django redirects to where it came from.
pub struct RedirectLoop<'a> {
    /// The `uwsgi_pass` or `proxy_pass`.
    pub pass: Node<'a>,
    /// The `listen`, or the server where it has none.
    pub listen: Span,
    /// Whether nginx ends TLS there.
    pub tls: bool,
    /// The line that tells Django the scheme, where one does.
    pub told: Option<Span>,
    /// The name of the header that says it, as clients write it.
    pub header: String,
    /// An error, unless what stands in front of nginx could still say that it was HTTPS.
    pub severity: Severity,
}

impl Deployment {
    /// The servers at which Django's redirect to HTTPS never ends.
    pub fn redirect_loops<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
    ) -> Vec<RedirectLoop<'a>> {
        let mut found: Vec<RedirectLoop<'a>> = Vec::new();
        if self.purpose != Purpose::Production || !project.settings.redirects_to_https().is_yes() {
            return found;
        }
        let ends_tls = self.fronts.iter().any(|front| {
            let mut servers = front.nginx.servers();
            servers.any(|server| server.listens().iter().any(|listen| listen.tls))
        });
        for (front, server) in self.servers_of(project) {
            for listen in server.listens() {
                // Where nginx ends TLS anywhere, the redirect leads there.
                if !listen.tls && ends_tls {
                    continue;
                }
                let one = self.redirect_loop(workspace, project, front, server, &listen);
                let is_new = |one: &RedirectLoop<'_>| !found.iter().any(|own| own.pass == one.pass);
                found.extend(one.filter(is_new));
            }
        }
        found
    }

    fn redirect_loop<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &Project,
        front: &'a Front,
        server: Node<'a>,
        listen: &Listen<'a>,
    ) -> Option<RedirectLoop<'a>> {
        let name = server.names().into_iter().find_map(|(_, name)| match name {
            ServerName::Exact(name) if name.contains('.') => Some(name),
            _ => None,
        });
        let request = |headers| Request {
            tls: Some(listen.tls),
            port: listen.port,
            host: Host::Named(name.clone().unwrap_or_else(|| "localhost".to_owned())),
            headers,
            ..Request::get("/")
        };
        // What stands in front may add any header; a browser that comes straight here adds none.
        let by_anybody = workspace.ways_at(front, server, &request(None));
        let straight = workspace.ways_at(front, server, &request(Some(Vec::new())));
        let severity = if are_redirected(&by_anybody, project) {
            Severity::Error
        } else if listen.tls && are_redirected(&straight, project) {
            Severity::Warning
        } else {
            return None;
        };
        let pass = self.pass_to(front, server, project)?;
        let variable = match project.settings.proxy_ssl_header().get() {
            Some(Some((name, _))) => name.clone(),
            _ => "HTTP_X_FORWARDED_PROTO".to_owned(),
        };
        let header = header_of(&variable);
        let told = straight.first().and_then(|way| {
            let is_it = |name: &str| name == variable || name.eq_ignore_ascii_case(&header);
            let told = way.trace.handed.iter().rfind(|one| is_it(&one.name))?;
            told.place
        });
        Some(RedirectLoop {
            pass,
            listen: listen.node.map_or(server.name_span(), Node::header_span),
            tls: listen.tls,
            told,
            header,
            severity,
        })
    }
}

/// Whether Django redirects the request whichever way it takes.
fn are_redirected(ways: &[Way<'_>], project: &Project) -> bool {
    let is_redirected = |way: &Way<'_>| {
        way.arrival.as_ref().is_some_and(|arrival| {
            let is_own = arrival
                .project
                .is_some_and(|own| std::ptr::eq(own, project));
            let reception = arrival.reception.as_ref();
            is_own && reception.is_some_and(|reception| reception.is_redirected.is_yes())
        })
    };
    !ways.is_empty() && ways.iter().all(is_redirected)
}

/// `X-Forwarded-Proto` for `HTTP_X_FORWARDED_PROTO`.
fn header_of(variable: &str) -> String {
    let name = variable.strip_prefix("HTTP_").unwrap_or(variable);
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{first}{}", rest.to_ascii_lowercase())
    });
    words.collect::<Vec<String>>().join("-")
}
