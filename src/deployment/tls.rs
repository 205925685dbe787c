//! Whether a project's visitors come by HTTPS, and what nginx does about those who do not.

use super::backend::is_loopback;
use super::front::Front;
use super::{Deployment, Project, Purpose};
use crate::nginx::{Answer, Host, Listen, ListenHost, Node, Request, Setting, no_disk};
use crate::source::Span;
use crate::value;

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

    /// Whether nothing that comes to nginx by plain HTTP gets to a project: nginx ends TLS, and redirects what
    /// comes without, or does not listen for it. What `SECURE_SSL_REDIRECT` is for is done then.
    pub fn redirects_to_https(&self, project: &Project) -> value::Answer {
        if !self.ends_tls(project).is_yes() {
            return self.ends_tls(project);
        }
        let mut all = value::Answer::Yes;
        for (front, server) in self.servers_of(project) {
            for listen in server.listens().iter().filter(|listen| !listen.tls) {
                match redirects(front, server, listen) {
                    value::Answer::Yes => {}
                    value::Answer::No => return value::Answer::No,
                    value::Answer::Unknown => all = value::Answer::Unknown,
                }
            }
        }
        all
    }

    /// Whether nginx adds `Strict-Transport-Security` to every page of a project that it hands out by HTTPS; where
    /// it ends no TLS, to every page.
    pub fn sends_hsts(&self, project: &Project) -> value::Answer {
        let ends_tls = self.ends_tls(project).is_yes();
        let mut answers = Vec::new();
        for (front, server) in self.servers_of(project) {
            let listens = server.listens();
            if ends_tls && !listens.iter().any(|listen| listen.tls) {
                continue;
            }
            let Some(pass) = self.pass_to(front, server, project) else {
                continue;
            };
            answers.push(adds_hsts(pass));
        }
        match answers.first() {
            Some(first) if answers.iter().all(|answer| answer == first) => first.clone(),
            _ => value::Answer::Unknown,
        }
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
            Some((
                public.node.map_or(server.name_span(), Node::header_span),
                pass,
            ))
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

/// Whether a server sends to HTTPS what comes for its pages to a `listen`.
fn redirects(front: &Front, server: Node<'_>, listen: &Listen<'_>) -> value::Answer {
    let request = Request {
        tls: Some(false),
        port: listen.port,
        host: Host::Named("localhost".to_owned()),
        ..Request::get("/")
    };
    let traces = front.nginx.trace_at(server, &request, &no_disk);
    let to_https = |answer: &Answer<'_>| match answer {
        Answer::Redirect { to: Some(to), .. } => to.starts_with(b"https://"),
        _ => false,
    };
    let is_passed = |answer: &Answer<'_>| matches!(answer, Answer::Pass { .. });
    match traces.first() {
        None => value::Answer::Unknown,
        Some(_) if traces.iter().all(|trace| to_https(&trace.answer)) => value::Answer::Yes,
        Some(_) if traces.iter().all(|trace| is_passed(&trace.answer)) => value::Answer::No,
        Some(_) => value::Answer::Unknown,
    }
}

/// Whether what a pass brings back is sent on with the header.
fn adds_hsts(pass: Node<'_>) -> value::Answer {
    let nginx = pass.configuration();
    let block = pass.parent().unwrap_or(pass);
    let is_hsts = |node: &Node<'_>| {
        let mut words = node
            .arguments()
            .map(|word| word.text().to_ascii_lowercase());
        words.any(|word| word.contains("strict-transport-security"))
    };
    let effective = nginx.effective(block);
    let is_header = |node: &&Node<'_>| node.is("add_header") || node.is("more_set_headers");
    if effective.directives.iter().filter(is_header).any(is_hsts) {
        return value::Answer::Yes;
    }
    match nginx.setting(block, "add_header") {
        Setting::Here(_) | Setting::Default => value::Answer::No,
        Setting::Packaged(..) | Setting::Unknown(_) => value::Answer::Unknown,
    }
}
