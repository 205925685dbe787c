//! The host that Django takes a site for, where it is another than browsers show: the Origin of a form is
//! compared with it, and links are made of it.

use std::collections::BTreeMap;

use super::backend::is_loopback;
use super::front::Front;
use super::reach::Answerer;
use super::request::Way;
use super::{Deployment, Project, Purpose};
use crate::launch::HOST;
use crate::nginx::{Host, Listen, ListenHost, Node, Request, SentHost};
use crate::source::Span;
use crate::value::Answer;
use crate::workspace::Workspace;

/// A site whose host Django does not know.
pub struct Misnamed<'a> {
    /// The `uwsgi_pass` or `proxy_pass`.
    pub pass: Node<'a>,
    /// The host in the browser, with its port if that is not the usual one; nothing where it is any.
    pub asked: Option<String>,
    /// The host that Django sees.
    pub told: String,
    /// The word or the line that makes it so.
    pub place: Span,
    /// What makes it so.
    pub cause: Cause,
    /// Whether Django refuses every form.
    pub refuses_forms: Answer,
}

/// What makes Django take a site for another host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nothing hands on the client's Host: it is what stands in `proxy_pass`.
    Missing,
    /// A line says another name.
    Overwritten,
    /// A line hands on the name without the port.
    Port {
        /// The `listen`.
        listen: Span,
        /// What sends clients to the port, where something does.
        sent: Option<Span>,
    },
}

impl Deployment {
    /// The sites of a project that Django takes for others, each once.
    pub fn misnamed_sites<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
    ) -> Vec<Misnamed<'a>> {
        let settings = &project.settings;
        let mut found: Vec<Misnamed<'a>> = Vec::new();
        if self.purpose != Purpose::Production || !settings.flag("USE_X_FORWARDED_HOST").is_no() {
            return found;
        }
        let mut known: Option<(&Front, Surroundings)> = None;
        for (front, server) in self.servers_of(project) {
            let one = self.renamed(workspace, project, front, server);
            let one = one.or_else(|| {
                let listens = server.listens();
                if !listens.iter().all(has_shown_port) {
                    return None;
                }
                let around = match &known {
                    Some((own, around)) if std::ptr::eq(*own, front) => around,
                    _ => &known.insert((front, Surroundings::of(project, front))).1,
                };
                self.without_port(workspace, project, front, server, around)
            });
            let is_new = |one: &Misnamed<'_>| !found.iter().any(|own| own.place == one.place);
            found.extend(one.filter(is_new));
        }
        found
    }

    /// Where another name is handed on than the one that was asked for.
    fn renamed<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
        front: &'a Front,
        server: Node<'a>,
    ) -> Option<Misnamed<'a>> {
        let settings = &project.settings;
        let pass = self.pass_to(front, server, project)?;
        let names: Vec<String> = server.host_names().collect();
        let arrived = |name: &String| {
            let request = of_browser(server, name.clone(), None);
            self.arrived_host(workspace, project, front, server, &request)
        };
        let (asked, told, place, cause) = match front.nginx.sent_host(&front.nginx.pass(pass)?) {
            SentHost::OfPass(told, place) => (names.first().cloned(), told, place, Cause::Missing),
            SentHost::Fixed(..) | SentHost::ServerName => {
                let other = names.iter().find_map(|name| {
                    let (told, place) = arrived(name)?;
                    (host_of(&told) != name).then(|| (name.clone(), told, place))
                });
                let (name, told, place) = other?;
                (Some(name), told, place?, Cause::Overwritten)
            }
            SentHost::Client | SentHost::Unknown(_) => return None,
        };
        // Where no request gets past the host, that is what is wrong.
        if settings.compares_every_host().is_yes() && settings.accepts_host(&told).is_no() {
            return None;
        }
        let is_tls = server.listens().iter().all(|listen| listen.tls);
        Some(Misnamed {
            pass,
            refuses_forms: self.refuses_forms(front, server, project, is_tls, asked.as_deref()),
            asked,
            told,
            place,
            cause,
        })
    }

    /// Where the port is left out, and all clients come by one that browsers show.
    fn without_port<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
        front: &'a Front,
        server: Node<'a>,
        around: &Surroundings,
    ) -> Option<Misnamed<'a>> {
        let listen = server.listens().into_iter().next()?;
        let port = listen.port?;
        let sent = around.sent_to.get(&port).copied();
        // Another port may lead here: a container's is published, and something may stand in front.
        let is_loopback =
            matches!(&listen.host, ListenHost::Address(address) if is_loopback(address));
        let may_be_other = front.machine != HOST || around.may_be_behind || is_loopback;
        if sent.is_none() && may_be_other {
            return None;
        }
        let name = server.host_names().next();
        let shown = name.as_ref().map(|name| format!("{name}:{port}"));
        let asked = shown.clone().unwrap_or_else(|| format!("localhost:{port}"));
        let request = of_browser(server, asked.clone(), Some(&listen));
        let (told, place) = self.arrived_host(workspace, project, front, server, &request)?;
        if told != host_of(&asked) {
            return None;
        }
        let told = match name {
            Some(_) => told,
            None => "the name alone".to_owned(),
        };
        Some(Misnamed {
            pass: self.pass_to(front, server, project)?,
            refuses_forms: self.refuses_forms(front, server, project, listen.tls, shown.as_deref()),
            asked: shown,
            told,
            place: place?,
            cause: Cause::Port {
                listen: listen.place(server),
                sent,
            },
        })
    }

    /// Whether forms from a site are refused, whichever scheme it has for the browser: without TLS here, there
    /// may be some in front. Not known where not all of the site is Django's: an interface for programs has no
    /// forms.
    fn refuses_forms(
        &self,
        front: &Front,
        server: Node<'_>,
        project: &Project,
        is_tls: bool,
        host: Option<&str>,
    ) -> Answer {
        let first = self.answerer(front, server, b"/", project);
        if !matches!(first, Answerer::Project(_)) {
            return Answer::Unknown;
        }
        let by_tls = project.settings.refuses_origin("https", host);
        if is_tls {
            return by_tls;
        }
        match (by_tls, project.settings.refuses_origin("http", host)) {
            (Answer::Yes, Answer::Yes) => Answer::Yes,
            (Answer::No, Answer::No) => Answer::No,
            _ => Answer::Unknown,
        }
    }

    /// The host that Django sees of a request, and the line that says it; nothing where the request does not
    /// get to the project whichever way it takes.
    fn arrived_host(
        &self,
        workspace: &Workspace,
        project: &Project,
        front: &Front,
        server: Node<'_>,
        request: &Request,
    ) -> Option<(String, Option<Span>)> {
        let ways = workspace.ways_at(front, server, request);
        let seen = |way: &Way<'_>| {
            let arrival = way.arrival.as_ref()?;
            let is_own = arrival
                .project
                .is_some_and(|own| std::ptr::eq(own, project));
            let host = arrival.reception.as_ref()?.host.clone()?;
            let is_host = |name: &str| name == "HTTP_HOST" || name.eq_ignore_ascii_case("host");
            let line = way.trace.handed.iter().rfind(|one| is_host(&one.name))?;
            is_own.then_some((host, line.place))
        };
        let mut hosts = ways.iter().map(seen);
        let first = hosts.next()??;
        hosts
            .all(|other| other.as_ref() == Some(&first))
            .then_some(first)
    }
}

/// The variable that holds the Host as a browser shows it: with the port, where all clients of a server come by
/// one that is shown.
pub fn shown_host(server: Option<Node<'_>>) -> &'static str {
    let listens = server.map(Node::listens).unwrap_or_default();
    match !listens.is_empty() && listens.iter().all(has_shown_port) {
        true => "$http_host",
        false => "$host",
    }
}

/// Whether browsers show the port of a `listen`.
fn has_shown_port(listen: &Listen<'_>) -> bool {
    match listen.port {
        Some(port) => port != if listen.tls { 443 } else { 80 },
        None => false,
    }
}

/// What a browser sends for the first page of a site.
fn of_browser(server: Node<'_>, host: String, listen: Option<&Listen<'_>>) -> Request {
    let listens = server.listens();
    let listen = listen.or(listens.first());
    Request {
        tls: listen.map(|listen| listen.tls),
        port: listen.and_then(|listen| listen.port),
        host: Host::Named(host),
        headers: Some(Vec::new()),
        ..Request::get("/")
    }
}

/// What is around the servers of a front.
struct Surroundings {
    /// The ports that redirects name, each with one that does.
    sent_to: BTreeMap<u16, Span>,
    /// Whether something seems to stand in front of nginx, and to come by another port than browsers do.
    may_be_behind: bool,
}

impl Surroundings {
    fn of(project: &Project, front: &Front) -> Self {
        let mut sent_to = BTreeMap::new();
        for redirect in front.nginx.redirects() {
            let text = redirect.word.text();
            let port = text.split(':').skip(1).find_map(|rest| {
                let end = rest.find(|byte: char| !byte.is_ascii_digit())?;
                rest[..end].parse().ok()
            });
            if let Some(port) = port {
                sent_to.entry(port).or_insert(redirect.word.span());
            }
        }
        Self {
            sent_to,
            may_be_behind: may_be_behind(project, front),
        }
    }
}

fn may_be_behind(project: &Project, front: &Front) -> bool {
    let told = [
        "SECURE_PROXY_SSL_HEADER",
        "SECURE_SSL_REDIRECT",
        "CSRF_TRUSTED_ORIGINS",
        "USE_X_FORWARDED_PORT",
    ];
    let is_set = |name: &&str| project.settings.get(name).assignment().is_some();
    let speaks = |node: Node<'_>| {
        node.is("set_real_ip_from")
            || node.is("real_ip_header")
            || node.arguments().any(|word| {
                let text = word.text();
                text.contains("$http_x_") || text.contains("${http_x_") || text == "proxy_protocol"
            })
    };
    project.settings.hidden().is_some()
        || told.iter().any(is_set)
        || front.nginx.nodes().any(speaks)
}

/// A host without its port.
fn host_of(netloc: &str) -> &str {
    match netloc.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => netloc,
    }
}
