//! What came by HTTPS and Django takes for plain HTTP, and what comes of it.

use super::front::Front;
use super::request::Way;
use super::{Deployment, Project, Purpose};
use crate::nginx::{Listen, Node, Request};
use crate::source::Span;
use crate::value::Answer;
use crate::workspace::Workspace;

/// A server whose requests Django takes for plain HTTP.
pub struct Mistaken<'a> {
    /// The `uwsgi_pass` or `proxy_pass`.
    pub pass: Node<'a>,
    /// The `listen`, or the server where it has none.
    pub listen: Span,
    /// Whether nginx ends TLS there.
    pub tls: bool,
    /// The name that clients ask for.
    pub host: Option<String>,
    /// The line that tells Django the scheme, where one does.
    pub told: Option<Span>,
    /// The name of the header that says it, as clients write it.
    pub header: String,
    /// Whether no header that something in front of nginx sends could change it.
    pub is_certain: bool,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of a request that Django takes for plain HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is redirected to HTTPS, for ever.
    Loop,
    /// Every form is refused.
    RefusedForms,
    /// Links that Django makes begin with http.
    PlainLinks,
}

impl Deployment {
    /// The servers of a project whose requests Django takes for plain HTTP and should not.
    pub fn mistaken_schemes<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &'a Project,
    ) -> Vec<Mistaken<'a>> {
        let mut found: Vec<Mistaken<'a>> = Vec::new();
        if self.purpose != Purpose::Production {
            return found;
        }
        let ends_tls = self.fronts.iter().any(|front| {
            let mut servers = front.nginx.servers();
            servers.any(|server| server.listens().iter().any(|listen| listen.tls))
        });
        for (front, server) in self.servers_of(project) {
            for listen in server.listens() {
                // Where nginx ends TLS anywhere, what comes by plain HTTP is redirected there.
                if !listen.tls && ends_tls {
                    continue;
                }
                let one = self.mistaken(workspace, project, front, server, &listen);
                let is_new = |one: &Mistaken<'_>| !found.iter().any(|own| own.pass == one.pass);
                found.extend(one.filter(is_new));
            }
        }
        found
    }

    fn mistaken<'a>(
        &'a self,
        workspace: &'a Workspace,
        project: &Project,
        front: &'a Front,
        server: Node<'a>,
        listen: &Listen<'a>,
    ) -> Option<Mistaken<'a>> {
        let settings = &project.settings;
        let host = server.host_names().next();
        let request = |headers| Request {
            tls: Some(listen.tls),
            port: listen.port,
            host: server.asked_for(),
            headers,
            ..Request::get("/")
        };
        // What stands in front may add any header; a browser that comes straight here adds none.
        let by_anybody = workspace.ways_at(front, server, &request(None));
        let straight = workspace.ways_at(front, server, &request(Some(Vec::new())));
        let is_certain = are_taken_for_http(&by_anybody, project);
        let is_mistaken = is_certain || (listen.tls && are_taken_for_http(&straight, project));
        if !is_mistaken {
            return None;
        }
        let refused = host
            .as_ref()
            .map(|host| settings.refuses_origin("https", Some(host)));
        let outcome = match settings.redirects_to_https() {
            Answer::Yes if are_redirected(&straight, project) => Outcome::Loop,
            // By plain HTTP it may be meant to come.
            Answer::No if !listen.tls => return None,
            Answer::No if refused == Some(Answer::Yes) => Outcome::RefusedForms,
            Answer::No => Outcome::PlainLinks,
            Answer::Yes | Answer::Unknown => return None,
        };
        let variable = match settings.proxy_ssl_header().get() {
            Some(Some((name, _))) => name.clone(),
            _ => "HTTP_X_FORWARDED_PROTO".to_owned(),
        };
        let header = header_of(&variable);
        let told = straight.first().and_then(|way| {
            let is_it = |name: &str| name == variable || name.eq_ignore_ascii_case(&header);
            let told = way.trace.handed.iter().rfind(|one| is_it(&one.name))?;
            told.place
        });
        Some(Mistaken {
            pass: self.pass_to(front, server, project)?,
            listen: listen.place(server),
            tls: listen.tls,
            host,
            told,
            header,
            is_certain,
            outcome,
        })
    }
}

/// The lines to write.
pub struct Remedy {
    /// nginx's.
    pub line: String,
    /// That of the settings, where Django would not believe nginx.
    pub setting: Option<String>,
}

impl Remedy {
    /// The lines as they are told.
    pub fn help(&self) -> String {
        match &self.setting {
            Some(setting) => format!("{}\nand in the settings: {setting}", self.line),
            None => self.line.clone(),
        }
    }
}

impl Mistaken<'_> {
    /// The lines that mend it: nginx's, and that of the settings where Django would not believe it.
    pub fn remedy(&self, project: &Project) -> Remedy {
        let variable = format!(
            "HTTP_{}",
            self.header.to_ascii_uppercase().replace('-', "_")
        );
        let value = match self.tls {
            true => "$scheme".to_owned(),
            false => format!(
                "$http_{}",
                self.header.to_ascii_lowercase().replace('-', "_")
            ),
        };
        let by_uwsgi = self.pass.is("uwsgi_pass");
        let line = match by_uwsgi {
            true => format!("uwsgi_param {variable} {value};"),
            false => format!("proxy_set_header {} {value};", self.header),
        };
        let is_believed = project.settings.get("SECURE_PROXY_SSL_HEADER");
        let setting = format!("SECURE_PROXY_SSL_HEADER = (\"{variable}\", \"https\")");
        let is_asked_for = !by_uwsgi && is_believed.assignment().is_none();
        Remedy {
            line,
            setting: is_asked_for.then_some(setting),
        }
    }
}

fn all_receptions(
    ways: &[Way<'_>],
    project: &Project,
    holds: impl Fn(&crate::django::Reception) -> bool,
) -> bool {
    let is_so = |way: &Way<'_>| {
        way.arrival.as_ref().is_some_and(|arrival| {
            let is_own = arrival
                .project
                .is_some_and(|own| std::ptr::eq(own, project));
            is_own && arrival.reception.as_ref().is_some_and(&holds)
        })
    };
    !ways.is_empty() && ways.iter().all(is_so)
}

/// Whether Django takes the request for plain HTTP whichever way it takes.
fn are_taken_for_http(ways: &[Way<'_>], project: &Project) -> bool {
    all_receptions(ways, project, |reception| reception.is_secure.is_no())
}

/// Whether Django redirects it.
fn are_redirected(ways: &[Way<'_>], project: &Project) -> bool {
    all_receptions(ways, project, |reception| reception.is_redirected.is_yes())
}

/// `X-Forwarded-Proto` for `HTTP_X_FORWARDED_PROTO`.
fn header_of(variable: &str) -> String {
    let name = variable.strip_prefix("HTTP_").unwrap_or(variable);
    let words = name.split('_').map(|word| match word.chars().next() {
        Some(first) => format!("{first}{}", word[first.len_utf8()..].to_ascii_lowercase()),
        None => String::new(),
    });
    words.collect::<Vec<String>>().join("-")
}
