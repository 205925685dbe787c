//! Whether a project's visitors come by HTTPS, and what nginx does about those who do not.

use super::backend::is_loopback;
use super::front::Front;
use super::{Deployment, Project, Purpose};
use crate::nginx::{Configuration, Included, ListenHost, Node, Request};
use crate::source::Span;
use crate::value;
use crate::workspace::Workspace;

const HSTS: &str = "Strict-Transport-Security";

/// Whether nginx adds Strict-Transport-Security to a project's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HstsByNginx {
    /// By every server.
    Everywhere,
    /// By some servers, not by the one that this directive passes requests on for.
    NotBy(Span),
    /// By none.
    Nowhere,
    /// Not known.
    Unknown,
}

impl Deployment {
    /// Whether nginx ends TLS at a server that passes requests on to a project; not known without such a server.
    pub fn ends_tls(&self, project: &Project) -> value::Answer {
        let mut listens = self
            .servers_of(project)
            .flat_map(|(_, server)| server.listens())
            .peekable();
        if listens.peek().is_none() {
            return value::Answer::Unknown;
        }
        match listens.any(|listen| listen.tls) {
            true => value::Answer::Yes,
            false => value::Answer::No,
        }
    }

    /// The first `listen` at which nginx ends TLS for a project.
    pub fn tls_listen(&self, project: &Project) -> Option<Span> {
        self.servers_of(project).find_map(|(_, server)| {
            let listens = server.listens();
            let tls = listens.iter().find(|listen| listen.tls)?;
            Some(tls.place(server))
        })
    }

    /// Whether nginx adds Strict-Transport-Security to a project's answers. A browser heeds it by HTTPS
    /// alone, and one page that has it tells it of the whole host.
    pub fn hsts_by_nginx(&self, project: &Project) -> HstsByNginx {
        let ends_tls = self.tls_listen(project).is_some();
        let mut lacking = None;
        let mut is_added = false;
        for (front, server) in self.servers_of(project) {
            if ends_tls && !server.listens().iter().any(|listen| listen.tls) {
                continue;
            }
            let Some(first) = self.pass_to(front, server, project) else {
                continue;
            };
            let passes = front.nginx.passes().map(|pass| pass.node).filter(|pass| {
                let is_own = pass.server() == Some(server);
                is_own && (*pass == first || self.is_handed_to(front, *pass, project))
            });
            let added = passes.filter_map(|pass| {
                let block = pass.parent()?;
                Some(front.nginx.adds_header(block, HSTS))
            });
            match any(added) {
                value::Answer::Yes => is_added = true,
                value::Answer::No => lacking = lacking.or(Some(first)),
                value::Answer::Unknown => return HstsByNginx::Unknown,
            }
        }
        let mut lines = self.sites.iter().flat_map(|site| site.named("add_header"));
        match lacking {
            None if is_added => HstsByNginx::Everywhere,
            Some(pass) if is_added => {
                // That a block loses what is added around it is a fault of its own.
                let is_lost = lines.any(|node| {
                    let block = node.parent();
                    node.adds_header(HSTS)
                        && (block.is_none() || pass.ancestors().any(|at| Some(at) == block))
                });
                match is_lost {
                    true => HstsByNginx::Unknown,
                    false => HstsByNginx::NotBy(pass.header_span()),
                }
            }
            // A file that is not here may add it, or hold what would be asked.
            _ if lines.any(|node| node.adds_header(HSTS))
                || self.sites.iter().any(|site| lacks_files(site)) =>
            {
                HstsByNginx::Unknown
            }
            _ => HstsByNginx::Nowhere,
        }
    }

    /// The `listen` at which nginx passes a plain request for `/` on to a project that it serves by HTTPS, too.
    pub fn passes_plain_http(&self, workspace: &Workspace, project: &Project) -> Option<Span> {
        if self.purpose != Purpose::Production || self.tls_listen(project).is_none() {
            return None;
        }
        self.servers_of(project).find_map(|(front, server)| {
            server
                .listens()
                .iter()
                .filter(|listen| !listen.tls)
                .find_map(|listen| {
                    // What a client, or something in front, says of the scheme may be why nginx redirects.
                    let request = Request {
                        tls: Some(false),
                        port: listen.port,
                        host: server.asked_for(),
                        ..Request::get("/")
                    };
                    let ways = workspace.ways_at(front, server, &request);
                    let arrives = ways.iter().all(|way| {
                        let arrival = way.arrival.as_ref();
                        arrival
                            .and_then(|arrival| arrival.project)
                            .is_some_and(|own| std::ptr::eq(own, project))
                    });
                    let place = listen.place(server);
                    (arrives && !ways.is_empty()).then_some(place)
                })
        })
    }

    /// Where a project's pages are handed out by plain HTTP: the `listen`, or the server where it has none, and
    /// what passes requests on. Nothing where TLS ends here, or something shows that it ends in front.
    pub fn plain_site<'a>(&'a self, project: &'a Project) -> Option<(Span, Node<'a>)> {
        if self.purpose != Purpose::Production
            || !self.ends_tls(project).is_no()
            || is_told_of_tls(project)
        {
            return None;
        }
        let may_end_tls = |front: &Front| front.nginx.nodes().any(speaks_of_tls);
        if self.fronts.iter().any(may_end_tls) {
            return None;
        }
        self.servers_of(project).find_map(|(front, server)| {
            let mut listens = server.listens().into_iter();
            let public = listens.find(|listen| match &listen.host {
                ListenHost::AnyV4 | ListenHost::AnyV6 => true,
                ListenHost::Address(name) => !is_loopback(name),
                ListenHost::Unix(_) | ListenHost::Unknown(_) => false,
            })?;
            let pass = self.pass_to(front, server, project)?;
            Some((public.place(server), pass))
        })
    }
}

/// Whether the settings are made for a site with TLS, or may be.
fn is_told_of_tls(project: &Project) -> bool {
    let settings = &project.settings;
    let is_set = |name: &&str| settings.get(name).assignment().is_some();
    let flags = [
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
    ];
    settings.hidden().is_some()
        || ["SECURE_PROXY_SSL_HEADER", "SECURE_HSTS_SECONDS"]
            .iter()
            .any(is_set)
        || flags.iter().any(|name| !settings.flag(name).is_no())
}

/// Whether a line shows that TLS ends here, or in front.
fn speaks_of_tls(node: Node<'_>) -> bool {
    let has = |text: &str| {
        node.arguments()
            .any(|word| word.text().to_ascii_lowercase().contains(text))
    };
    node.is("ssl_certificate")
        || node.is("set_real_ip_from")
        || has("x_forwarded")
        || (node.is("listen") && (has("ssl") || has("proxy_protocol")))
        || (node.is("add_header") && has("strict-transport-security"))
}

/// Whether what a file includes is not known.
fn lacks_files(site: &Configuration) -> bool {
    let mut includes = site.named("include");
    includes.any(|node| matches!(node.included(), Some(Included::Unknown(_))))
}

/// Whether one of them holds.
fn any(answers: impl Iterator<Item = value::Answer>) -> value::Answer {
    let mut of_all = value::Answer::No;
    for answer in answers {
        match answer {
            value::Answer::Yes => return value::Answer::Yes,
            value::Answer::Unknown => of_all = value::Answer::Unknown,
            value::Answer::No => {}
        }
    }
    of_all
}
