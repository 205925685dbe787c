//! Where a server listens and what it is called.

use std::collections::BTreeMap;

use crate::source::Span;
use crate::value::Unknown;

use super::address::{self, Address};
use super::inherit::Setting;
use super::node::Node;

/// One `listen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen<'a> {
    /// The directive; nothing where a server has none and nginx's default holds.
    pub node: Option<Node<'a>>,
    /// The address.
    pub host: ListenHost,
    /// The port; nothing for a unix socket, or where it is not known.
    pub port: Option<u16>,
    /// Whether this server answers for names that no server on the socket has.
    pub default_server: bool,
    /// Whether it speaks TLS.
    pub tls: bool,
}

impl Listen<'_> {
    /// The directive's place, or that of the server that has none.
    pub fn place(&self, server: Node<'_>) -> Span {
        self.node.map_or(server.name_span(), Node::header_span)
    }
}

/// The address of a `listen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenHost {
    /// Every IPv4 address.
    AnyV4,
    /// Every IPv6 address (and IPv4 ones, with `ipv6only=off`).
    AnyV6,
    /// One name or address, without brackets.
    Address(String),
    /// A unix socket.
    Unix(String),
    /// Not known.
    Unknown(Unknown),
}

/// A name of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerName {
    /// This name, in lower case; empty for requests without one.
    Exact(String),
    /// `*.x`: every name below it.
    Below(String),
    /// `.x`: the name and every name below it.
    AndBelow(String),
    /// `x.*`
    StartsWith(String),
    /// `~…`
    Regex(String),
    /// Not known.
    Unknown(Unknown),
}

impl<'a> Node<'a> {
    /// Where a server listens. Without a `listen` it is port 80 of every address (8000 where nginx is not started by root).
    pub fn listens(self) -> Vec<Listen<'a>> {
        let tls = self.says_ssl_on();
        let all: Vec<_> = self
            .children_named("listen")
            .map(|node| {
                let mut listen = listen(node);
                listen.tls |= tls;
                listen
            })
            .collect();
        if !all.is_empty() {
            return all;
        }
        vec![Listen {
            node: None,
            host: ListenHost::AnyV4,
            port: Some(80),
            default_server: false,
            tls,
        }]
    }

    /// Whether all sockets of a server speak TLS by `ssl on`, which nginx had until 1.25.1.
    fn says_ssl_on(self) -> bool {
        let nginx = self.configuration();
        if nginx.named("ssl").next().is_none() {
            return false;
        }
        let Setting::Here(nodes) = nginx.setting(self, "ssl") else {
            return false;
        };
        let word = nodes.last().and_then(|node| node.argument(0));
        word.is_some_and(|word| *word.bytes() == *b"on")
    }

    /// What a server is called, with the word that says so. None means the empty name.
    pub fn names(self) -> Vec<(super::Argument<'a>, ServerName)> {
        self.children_named("server_name")
            .flat_map(Node::arguments)
            .map(|word| (word, name(word)))
            .collect()
    }

    /// The whole host names that a server is called by: not those of no site, and none with a wildcard.
    pub fn host_names(self) -> impl Iterator<Item = String> {
        let names = self.names().into_iter();
        names.filter_map(|(_, name)| match name {
            ServerName::Exact(name) if name.contains('.') => Some(name),
            _ => None,
        })
    }

    /// The host by which a browser asks for a server.
    pub fn asked_for(self) -> super::Host {
        let mut names = self.host_names();
        super::Host::Named(names.next().unwrap_or_else(|| "localhost".to_owned()))
    }
}

impl super::Configuration {
    /// The servers that clients without IPv6 do not reach: every `listen` of theirs is for IPv6 alone, and no
    /// other server has one of their names. With the `listen`.
    pub fn servers_without_ipv4(&self) -> Vec<(Node<'_>, Listen<'_>)> {
        let only_v6 = |listen: &Listen<'_>| match &listen.host {
            ListenHost::AnyV6 => !listen.node.is_some_and(|node| {
                node.arguments()
                    .any(|word| *word.bytes() == *b"ipv6only=off")
            }),
            _ => false,
        };
        let mut found = Vec::new();
        for server in self.servers() {
            let listens = server.listens();
            if !listens.iter().all(only_v6) || self.gap(Some(server), |_| false).is_some() {
                continue;
            }
            let names: Vec<ServerName> = server.names().into_iter().map(|(_, name)| name).collect();
            let is_named = names.iter().any(|name| match name {
                ServerName::Exact(name) => name.contains('.'),
                _ => false,
            });
            let is_elsewhere = || {
                self.servers().any(|other| {
                    other != server && other.names().iter().any(|(_, name)| names.contains(name))
                })
            };
            if is_named && !is_elsewhere() {
                found.extend(listens.into_iter().next().map(|listen| (server, listen)));
            }
        }
        found
    }
}

/// A name that a server shares with one before it, at the same address: nginx ignores it there.
pub struct Conflict<'a> {
    /// The name.
    pub name: String,
    /// Where it is ignored.
    pub ignored: super::Argument<'a>,
    /// Where it counts.
    pub counts: super::Argument<'a>,
    /// The address, as people write it.
    pub address: String,
}

impl super::Configuration {
    /// Every name that a server has in vain.
    pub fn conflicting_names(&self) -> Vec<Conflict<'_>> {
        let mut taken: BTreeMap<(String, String), (Node<'_>, super::Argument<'_>)> =
            BTreeMap::new();
        let mut found: Vec<Conflict<'_>> = Vec::new();
        for server in self.servers() {
            for (word, name) in server.names() {
                let ServerName::Exact(name) = name else {
                    continue;
                };
                // The names of no site.
                if !name.contains('.') {
                    continue;
                }
                for listen in server.listens() {
                    let Some(address) = listen.address() else {
                        continue;
                    };
                    let key = (address.clone(), name.clone());
                    match taken.get(&key) {
                        Some((other, counts)) if *other != server => {
                            if !found.iter().any(|one| one.ignored.span() == word.span()) {
                                found.push(Conflict {
                                    name: name.clone(),
                                    ignored: word,
                                    counts: *counts,
                                    address,
                                });
                            }
                        }
                        Some(_) => {}
                        None => {
                            taken.insert(key, (server, word));
                        }
                    }
                }
            }
        }
        found
    }
}

impl Listen<'_> {
    /// The address and port as people write them; nothing where they are not known.
    pub(super) fn address(&self) -> Option<String> {
        let port = self.port.map(|port| port.to_string());
        Some(match &self.host {
            ListenHost::AnyV4 => format!("*:{}", port?),
            ListenHost::AnyV6 => format!("[::]:{}", port?),
            ListenHost::Address(host) => format!("{host}:{}", port?),
            ListenHost::Unix(path) => format!("unix:{path}"),
            ListenHost::Unknown(_) => return None,
        })
    }
}

fn listen(node: Node<'_>) -> Listen<'_> {
    let parameters: Vec<_> = node.arguments().skip(1).map(|word| word.bytes()).collect();
    let has = |name: &[u8]| parameters.iter().any(|parameter| **parameter == *name);
    let (host, port) = match node.argument(0) {
        Some(word) => match word.literal().why_unknown() {
            Some(unknown) => (ListenHost::Unknown(unknown.clone()), known_port(&word)),
            None => address(&word.text(), node),
        },
        None => {
            let unknown = Unknown::at(node.span(), "it names no address");
            (ListenHost::Unknown(unknown), None)
        }
    };
    Listen {
        node: Some(node),
        host,
        port,
        default_server: has(b"default_server") || has(b"default"),
        tls: has(b"ssl") || has(b"quic"),
    }
}

/// The port behind an address that a template fills in.
fn known_port(word: &super::Argument<'_>) -> Option<u16> {
    let text = word.text();
    let (_, port) = text.rsplit_once(':')?;
    port.parse().ok()
}

fn address(text: &str, node: Node<'_>) -> (ListenHost, Option<u16>) {
    let host = |name: String| match &*name {
        "*" | "0.0.0.0" => ListenHost::AnyV4,
        "::" => ListenHost::AnyV6,
        _ => ListenHost::Address(name),
    };
    if let Ok(port) = text.parse() {
        return (ListenHost::AnyV4, Some(port));
    }
    match address::authority(text, Some(80)) {
        Ok(Address::UnixSocket(path)) => (ListenHost::Unix(path.display().to_string()), None),
        Ok(Address::Tcp { host: name, port }) => (host(name), Some(port)),
        Ok(Address::Upstream(name)) => (host(name), Some(80)),
        Ok(Address::Unknown(unknown)) => (ListenHost::Unknown(unknown), None),
        Err(why) => (ListenHost::Unknown(Unknown::at(node.span(), why)), None),
    }
}

fn name(word: super::Argument<'_>) -> ServerName {
    if word.has_hole() {
        let why = "it is filled in when the template is rendered";
        return ServerName::Unknown(Unknown::at(word.span(), why));
    }
    let text = word.text();
    if let Some(regex) = text.strip_prefix('~') {
        return ServerName::Regex(regex.to_owned());
    }
    if &*text == "$hostname" {
        return ServerName::Unknown(Unknown::at(word.span(), "it is the host's own name"));
    }
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("*.") {
        ServerName::Below(rest.to_owned())
    } else if let Some(rest) = lower.strip_prefix('.') {
        ServerName::AndBelow(rest.to_owned())
    } else if let Some(rest) = lower.strip_suffix(".*") {
        ServerName::StartsWith(rest.to_owned())
    } else {
        ServerName::Exact(lower)
    }
}

#[cfg(test)]
mod tests;
