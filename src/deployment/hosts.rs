//! The names that reach Django, as Django sees them.

use super::backend::is_loopback;
use super::{Deployment, Project, Purpose, misnamed};
use crate::django::Object;
use crate::nginx::{Node, SentHost, ServerName};
use crate::source::Span;
use crate::value::Answer;

/// A Host that nginx hands to Django and Django refuses.
pub struct Refused {
    /// The Host.
    pub host: String,
    /// Where it is written: a server's name, a header's value, the address of `proxy_pass`.
    pub place: Span,
    /// What makes it the Host.
    pub why: Why,
    /// The variable with the client's own.
    pub instead: &'static str,
}

/// What makes something the Host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A client asks for the server by this name.
    Name,
    /// A header is set to it.
    Header,
    /// No header says otherwise.
    Pass,
}

/// Names that stand for one still to be filled in.
const PLACEHOLDERS: [&str; 9] = [
    "xxx",
    "example.com",
    "example.org",
    "example.net",
    "yourdomain",
    "your-domain",
    "your_domain",
    "mydomain",
    "domain.com",
];

impl Deployment {
    /// Whether nginx has names of its own machine alone: nobody else asks for them.
    pub fn serves_this_machine_alone(&self) -> bool {
        let servers = self.sites.iter().flat_map(|site| site.servers());
        let mut names = servers.flat_map(|server| server.names()).peekable();
        let is_here =
            |name: &ServerName| matches!(name, ServerName::Exact(name) if is_loopback(name));
        names.peek().is_some() && names.all(|(_, name)| is_here(&name))
    }

    /// Every Host that visitors make nginx hand to the project and that Django answers with 400.
    pub fn refused_hosts(&self, project: &Project) -> Vec<Refused> {
        let settings = &project.settings;
        // Without CommonMiddleware only some requests ask for their host.
        if self.purpose != Purpose::Production || !settings.compares_every_host().is_yes() {
            return Vec::new();
        }
        // An empty list, and entries that can match nothing, are faults of the settings alone.
        let entries = settings.host_entries();
        if settings.allows_no_host().is_yes() {
            return Vec::new();
        }
        let is_meant = |name: &str| {
            entries.iter().any(|entry| {
                entry.fault.is_some()
                    && (entry.meant.is_empty()
                        || entry.meant.iter().any(|meant| {
                            let below = meant.strip_prefix('.');
                            meant == name
                                || below.is_some_and(|apex| {
                                    name == apex || name.ends_with(meant.as_str())
                                })
                        }))
            })
        };
        let forwarded = settings.get("USE_X_FORWARDED_HOST");
        let uses_forwarded = !forwarded
            .value
            .is(|value| matches!(value, Object::Bool(false) | Object::None))
            .is_yes()
            && forwarded.assignment().is_some();
        let mut refused: Vec<Refused> = Vec::new();
        let mut add = |one: Refused| {
            if !refused.iter().any(|other| other.place == one.place) {
                refused.push(one);
            }
        };
        for front in &self.fronts {
            let nginx = &front.nginx;
            for server in nginx.servers() {
                let Some(pass) = self.pass_to(front, server, project) else {
                    continue;
                };
                let Some(pass) = nginx.pass(pass) else {
                    continue;
                };
                let instead = misnamed::shown_host(Some(server));
                let fixed = |host: String, place: Span, why: Why| {
                    let is_refused = settings.accepts_host(&host) == Answer::No;
                    (is_refused && !uses_forwarded).then_some(Refused {
                        host,
                        place,
                        why,
                        instead,
                    })
                };
                match nginx.sent_host(&pass) {
                    SentHost::Client => {
                        for (place, name) in asked_names(server) {
                            if settings.accepts_host(&name) == Answer::No && !is_meant(&name) {
                                add(Refused {
                                    host: name,
                                    place,
                                    why: Why::Name,
                                    instead,
                                });
                            }
                        }
                    }
                    SentHost::ServerName => {
                        let first = asked_names(server).into_iter().next();
                        if let Some((place, name)) = first {
                            fixed(name, place, Why::Name).into_iter().for_each(&mut add);
                        }
                    }
                    SentHost::Fixed(host, place) => {
                        fixed(host, place, Why::Header)
                            .into_iter()
                            .for_each(&mut add);
                    }
                    SentHost::OfPass(host, place) => {
                        fixed(host, place, Why::Pass).into_iter().for_each(&mut add);
                    }
                    SentHost::Unknown(_) => {}
                }
            }
        }
        refused
    }
}

impl Deployment {
    /// Names that Amazon gives to an address for as long as the instance runs, in nginx's
    /// configuration and in ALLOWED_HOSTS.
    pub fn ephemeral_names(&self) -> Vec<(Span, String)> {
        let servers = self.sites.iter().flat_map(|site| site.servers());
        let names = servers
            .flat_map(Node::names)
            .filter_map(|(word, name)| match name {
                ServerName::Exact(name) => Some((word.span(), name)),
                _ => None,
            });
        let entries = self
            .projects
            .iter()
            .flat_map(|project| project.settings.host_entries())
            .filter(|entry| entry.is_literal)
            .map(|entry| (entry.span, entry.text));
        names
            .chain(entries)
            .filter(|(_, name)| is_of_ec2(name))
            .collect()
    }
}

/// `ec2-3-34-56-78.ap-northeast-2.compute.amazonaws.com`
fn is_of_ec2(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(rest) = name.strip_prefix("ec2-") else {
        return false;
    };
    let address = rest.split('.').next().unwrap_or(rest);
    let numbers: Vec<&str> = address.split('-').collect();
    numbers.len() == 4
        && numbers.iter().all(|number| number.parse::<u8>().is_ok())
        && name.ends_with(".amazonaws.com")
}

/// The names of a server that a client asks for, and that are written out.
fn asked_names(server: Node<'_>) -> Vec<(Span, String)> {
    server
        .names()
        .into_iter()
        .filter_map(|(word, name)| match name {
            ServerName::Exact(name) => Some((word.span(), name)),
            _ => None,
        })
        .filter(|(_, name)| is_public(name))
        .collect()
}

/// Whether it is a name that visitors ask for: not `_`, not this machine, not one still to be filled in.
pub(crate) fn is_public(name: &str) -> bool {
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let is_private = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| {
        address.is_loopback() || address.is_private() || address.is_unspecified()
    });
    let is_here = ["localhost", "local", "internal", "test", "invalid", "lan"]
        .iter()
        .any(|end| name == *end || name.ends_with(&format!(".{end}")));
    let is_placeholder = PLACEHOLDERS.iter().any(|word| name.contains(word));
    (name.contains('.') || (is_address && name.contains(':')))
        && !is_private
        && !is_here
        && !is_placeholder
}
