//! What a client claims in headers that are nginx's to set, and Django believes.

use std::collections::BTreeSet;

use super::front::Front;
use super::request::Way;
use super::{Deployment, Project, Purpose};
use crate::django::Reception;
use crate::nginx::{Host, Listen, Node, Request};
use crate::source::Span;
use crate::workspace::Workspace;

/// A name that nobody's site has.
const STRANGER: &str = "attacker.test";

/// A header that Django believes, whoever sends it.
pub struct Believed<'a> {
    /// The `uwsgi_pass` or `proxy_pass`.
    pub pass: Node<'a>,
    /// The header, as clients write it.
    pub header: &'static str,
    /// Where the client comes to.
    pub listen: Span,
    /// What the header is for.
    pub claim: Claim,
}

/// What a client claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// That the site is another: Django makes links of it.
    Host,
    /// That it came by HTTPS, where it did not.
    Https,
}

impl Deployment {
    /// The claims of clients that nginx hands on and Django believes. Only where nginx itself ends TLS: what
    /// stands in front of another is to set such headers.
    pub fn believed_claims<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
    ) -> Vec<Believed<'a>> {
        let mut found: Vec<Believed<'a>> = Vec::new();
        let believes_host = project.settings.flag("USE_X_FORWARDED_HOST").is_yes();
        let believes_any = believes_host || trusts_proto(project);
        if self.purpose != Purpose::Production || !believes_any || !self.ends_tls(project).is_yes()
        {
            return found;
        }
        for (front, server) in self.servers_of(project) {
            let Some(pass) = self.pass_to(front, server, project) else {
                continue;
            };
            for listen in server.listens() {
                let believes = |header: &str, value: &str, holds: &dyn Fn(&Reception) -> bool| {
                    let request = claiming(server, &listen, header, value);
                    is_believed(workspace, front, server, project, &request, holds)
                };
                let is_strange = |reception: &Reception| {
                    reception.host.as_deref() == Some(STRANGER) && reception.is_allowed.is_yes()
                };
                let claims = [
                    (believes_host && believes("X-Forwarded-Host", STRANGER, &is_strange))
                        .then_some(("X-Forwarded-Host", Claim::Host)),
                    (!listen.tls
                        && trusts_proto(project)
                        && believes("X-Forwarded-Proto", "https", &|own| own.is_secure.is_yes()))
                    .then_some(("X-Forwarded-Proto", Claim::Https)),
                ];
                for (header, claim) in claims.into_iter().flatten() {
                    let is_known = |own: &Believed<'_>| own.pass == pass && own.claim == claim;
                    if !found.iter().any(is_known) {
                        found.push(Believed {
                            pass,
                            header,
                            listen: listen.place(server),
                            claim,
                        });
                    }
                }
            }
        }
        found
    }

    /// Where requests for names that no site has get to a project that refuses each of them: the `listen`, and
    /// the server that takes them.
    pub fn strangers_let_in<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
    ) -> Vec<(Span, Node<'a>)> {
        let mut found: Vec<(Span, Node<'a>)> = Vec::new();
        if self.purpose != Purpose::Production || !project.settings.accepts_host(STRANGER).is_no() {
            return found;
        }
        let mut asked: BTreeSet<(usize, Option<u16>, bool)> = BTreeSet::new();
        for (front, server) in self.servers_of(project) {
            let at = self.fronts.iter().position(|own| std::ptr::eq(own, front));
            let (Some(at), true) = (at, front.nginx.is_closed()) else {
                continue;
            };
            for listen in server.listens() {
                // Each address is asked once, whichever of its servers comes first.
                if !asked.insert((at, listen.port, listen.tls)) {
                    continue;
                }
                let request = Request {
                    tls: Some(listen.tls),
                    port: listen.port,
                    host: Host::Named(STRANGER.to_owned()),
                    ..Request::get("/")
                };
                let ways = workspace.ways(front, &request);
                let taken = |way: &Way<'a>| {
                    let arrival = way.arrival.as_ref()?;
                    let is_own = arrival
                        .project
                        .is_some_and(|own| std::ptr::eq(own, project));
                    way.trace.server.filter(|_| is_own)
                };
                let Some(server) = ways.first().and_then(taken) else {
                    continue;
                };
                let all = ways.iter().all(|way| taken(way) == Some(server));
                let port = listen.port;
                let own = server.listens().into_iter().find(|own| own.port == port);
                let span = own.and_then(|own| own.node);
                let span = span.map_or(server.name_span(), Node::header_span);
                if all && !found.iter().any(|(own, _)| *own == span) {
                    found.push((span, server));
                }
            }
        }
        found
    }
}

/// Whether the settings say that the header for the scheme is believed; uWSGI believes it by itself.
fn trusts_proto(project: &Project) -> bool {
    let header = project.settings.proxy_ssl_header();
    matches!(header.get(), Some(Some((name, _))) if name == "HTTP_X_FORWARDED_PROTO")
}

fn claiming(server: Node<'_>, listen: &Listen<'_>, header: &str, value: &str) -> Request {
    Request {
        tls: Some(listen.tls),
        port: listen.port,
        host: server.asked_for(),
        headers: Some(vec![(header.to_owned(), value.to_owned())]),
        ..Request::get("/")
    }
}

fn is_believed(
    workspace: &Workspace,
    front: &Front,
    server: Node<'_>,
    project: &Project,
    request: &Request,
    holds: &dyn Fn(&Reception) -> bool,
) -> bool {
    let ways = workspace.ways_at(front, server, request);
    let is_so = |way: &Way<'_>| {
        way.arrival.as_ref().is_some_and(|arrival| {
            let is_own = arrival
                .project
                .is_some_and(|own| std::ptr::eq(own, project));
            is_own && arrival.reception.as_ref().is_some_and(holds)
        })
    };
    !ways.is_empty() && ways.iter().all(is_so)
}
