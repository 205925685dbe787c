//! Which server takes a request: first the address that it comes to, then the name that it asks for
//! (ngx_http_find_virtual_server, ngx_http_server_names).

use super::super::configuration::Configuration;
use super::super::node::Node;
use super::super::regex::Captures;
use super::super::server::{Listen, ListenHost, ServerName};
use super::choice::Choices;
use super::variables::valid_host;
use super::walk::{Phase, Walk};
use super::{Answer, Disk, Host, Kind, Request, Target, Trace};
use crate::value::Unknown;

/// The servers at one address and port, in the order of the file.
struct Socket<'a> {
    address: String,
    servers: Vec<(Node<'a>, Listen<'a>)>,
}

impl<'a> Socket<'a> {
    /// The server for names that no other one has.
    fn default_server(&self) -> Option<(Node<'a>, &'static str)> {
        let marked = self
            .servers
            .iter()
            .find(|(_, listen)| listen.default_server);
        match marked {
            Some((server, _)) => Some((*server, "it is the default_server")),
            None => self
                .servers
                .first()
                .map(|(server, _)| (*server, "it stands first, and none is the default_server")),
        }
    }

    fn has_tls(&self) -> bool {
        self.servers.iter().any(|(_, listen)| listen.tls)
    }
}

/// A server, and why it is the one.
struct Chosen<'a> {
    server: Node<'a>,
    why: String,
    /// What the regex of its name took.
    captures: Option<Captures>,
    is_by_name: bool,
}

impl Configuration {
    pub(super) fn enter<'a>(
        &'a self,
        request: &Request,
        disk: Disk<'_>,
        choices: &mut Choices,
    ) -> Trace<'a> {
        match self.entered(request, disk, choices) {
            Ok(trace) => trace,
            Err(unknown) => {
                let why = unknown.why.clone();
                nowhere(Answer::Unknown(unknown), why)
            }
        }
    }

    fn entered<'a>(
        &'a self,
        request: &Request,
        disk: Disk<'_>,
        choices: &mut Choices,
    ) -> Result<Trace<'a>, Unknown> {
        let Some(socket) = self.socket(request, choices)? else {
            let port = request.port.unwrap_or(80);
            let why = match self.is_closed() {
                true => format!("no server listens on port {port}"),
                false => {
                    let why = format!("no server here listens on port {port}");
                    return Err(Unknown::because(why));
                }
            };
            return Ok(nowhere(Answer::Closed, why));
        };
        let Some((default, why_default)) = socket.default_server() else {
            return Err(Unknown::because("no server is here"));
        };
        if request.tls == Some(true) && !socket.has_tls() {
            let why = format!("{} does not speak TLS", socket.address);
            return Ok(nowhere(Answer::Closed, why));
        }
        let Host::Named(sent) = &request.host else {
            return Err(Unknown::because("the name that is asked for is not known"));
        };
        let merges = self.merges_slashes(default);
        let (Some(name), Some(target)) = (valid_host(sent), Target::parse(&request.target, merges))
        else {
            return Ok(Walk::refused(self, request, disk, choices, default));
        };
        let chosen = match self.by_name(&socket, &name)? {
            Some(chosen) => chosen,
            None => Chosen {
                server: default,
                why: format!(
                    "no server at {} is called {name}, and {why_default}",
                    socket.address
                ),
                captures: None,
                is_by_name: false,
            },
        };
        if !chosen.is_by_name && !self.is_closed() {
            let why = "no server here has this name, and which one is the default is not known";
            return Err(Unknown::because(why));
        }
        let server = chosen.server;
        let rejects = |server: Node<'_>| {
            server
                .children_named("ssl_reject_handshake")
                .any(|node| node.argument(0).is_some_and(|word| *word.bytes() == *b"on"))
        };
        let mut walk = Walk::new(self, request, disk, choices, server, target);
        let shown = server
            .names()
            .first()
            .map_or(String::new(), |(word, _)| word.text().into_owned());
        walk.step(Kind::Server, Some(server), shown, chosen.why);
        if let Some(captures) = chosen.captures {
            walk.take(captures);
        }
        if request.tls == Some(true) && rejects(server) {
            let why = "the server rejects the TLS handshake".to_owned();
            return Ok(walk.run_from(Phase::Sent(Answer::Closed, None, why)));
        }
        if request.tls == Some(false) && socket.has_tls() {
            let why = "plain HTTP was sent to a port that speaks TLS";
            walk.step(Kind::Server, Some(server), "497", why);
            return Ok(walk.run_from(Phase::Special(497, Answer::Error)));
        }
        Ok(walk.run())
    }

    /// The socket that a request comes to: one address and port beat every address and that port.
    fn socket<'a>(
        &'a self,
        request: &Request,
        choices: &mut Choices,
    ) -> Result<Option<Socket<'a>>, Unknown> {
        let port = request.port.unwrap_or(match request.tls {
            Some(true) => 443,
            _ => 80,
        });
        let mut sockets: Vec<(ListenHost, Socket<'a>)> = Vec::new();
        for server in self.servers() {
            for listen in server.listens() {
                if listen.port != Some(port) {
                    if let (ListenHost::Unknown(unknown), None) = (&listen.host, listen.port) {
                        return Err(unknown.clone());
                    }
                    continue;
                }
                let host = match &listen.host {
                    ListenHost::Unix(_) => continue,
                    ListenHost::Unknown(unknown) => return Err(unknown.clone()),
                    ListenHost::Address(name) if name == "localhost" => {
                        ListenHost::Address("127.0.0.1".to_owned())
                    }
                    other => other.clone(),
                };
                match sockets.iter_mut().find(|(own, _)| *own == host) {
                    Some((_, socket)) => socket.servers.push((server, listen)),
                    None => {
                        let address = match &host {
                            ListenHost::Address(name) => format!("{name}:{port}"),
                            ListenHost::AnyV6 => format!("[::]:{port}"),
                            _ => format!("*:{port}"),
                        };
                        let servers = vec![(server, listen)];
                        sockets.push((host, Socket { address, servers }));
                    }
                }
            }
        }
        let take = |sockets: Vec<(ListenHost, Socket<'a>)>, wanted: &ListenHost| {
            sockets
                .into_iter()
                .find(|(host, _)| host == wanted)
                .map(|(_, socket)| socket)
        };
        if let Some(address) = &request.address {
            let own = ListenHost::Address(address.to_ascii_lowercase());
            let any = match address.contains(':') {
                true => ListenHost::AnyV6,
                false => ListenHost::AnyV4,
            };
            let is_own = sockets.iter().any(|(host, _)| *host == own);
            return Ok(take(sockets, if is_own { &own } else { &any }));
        }
        // Which address a name leads to is not written anywhere: one that only this machine has is not it.
        let is_local = |host: &ListenHost| match host {
            ListenHost::Address(name) => name
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
            _ => false,
        };
        if sockets.iter().any(|(host, _)| !is_local(host)) {
            sockets.retain(|(host, _)| !is_local(host));
        }
        // IPv6 has the same servers, almost always; who asks there says so.
        if sockets.iter().any(|(host, _)| *host == ListenHost::AnyV4) {
            sockets.retain(|(host, _)| *host != ListenHost::AnyV6);
        }
        let last = sockets.len().saturating_sub(1);
        for (index, (_, socket)) in sockets.into_iter().enumerate() {
            let what = format!("the request comes to {}", socket.address);
            let unknown = Unknown::because("which address the name leads to is not known");
            if index == last || choices.decide(what, unknown) {
                return Ok(Some(socket));
            }
        }
        Ok(None)
    }

    fn by_name<'a>(
        &'a self,
        socket: &Socket<'a>,
        name: &str,
    ) -> Result<Option<Chosen<'a>>, Unknown> {
        let chosen = |server: Node<'a>, why: String| {
            Some(Chosen {
                server,
                why,
                captures: None,
                is_by_name: true,
            })
        };
        let names = || {
            socket.servers.iter().flat_map(|(server, _)| {
                let names = server.names();
                names
                    .into_iter()
                    .map(|(word, name)| (*server, word.text().into_owned(), name))
            })
        };
        let below = |apex: &str| {
            name.strip_suffix(apex)
                .is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        };
        let exact = names().find(|(_, _, own)| match own {
            ServerName::Exact(own) => own == name,
            _ => false,
        });
        if let Some((server, word, _)) = exact {
            return Ok(chosen(server, format!("its name is {word}")));
        }
        let unknown = names().find_map(|(_, _, name)| match name {
            ServerName::Unknown(unknown) => Some(unknown),
            _ => None,
        });
        if let Some(unknown) = unknown {
            return Err(unknown);
        }
        // The longest wins, and of two that are equal the first.
        let longest = |found: Vec<(usize, Node<'a>, String)>| {
            let mut best: Option<(usize, Node<'a>, String)> = None;
            for one in found {
                if best.as_ref().is_none_or(|best| one.0 > best.0) {
                    best = Some(one);
                }
            }
            best
        };
        let heads = names().filter_map(|(server, word, own)| match own {
            ServerName::Below(apex) if below(&apex) => Some((apex.len(), server, word)),
            ServerName::AndBelow(apex) if below(&apex) || apex == name => {
                Some((apex.len(), server, word))
            }
            _ => None,
        });
        if let Some((_, server, word)) = longest(heads.collect()) {
            return Ok(chosen(
                server,
                format!("{word} is the longest name that fits"),
            ));
        }
        let tails = names().filter_map(|(server, word, own)| match own {
            ServerName::StartsWith(start) => {
                let rest = name.strip_prefix(&start)?.strip_prefix('.')?;
                (!rest.is_empty()).then_some((start.len(), server, word))
            }
            _ => None,
        });
        if let Some((_, server, word)) = longest(tails.collect()) {
            return Ok(chosen(
                server,
                format!("{word} is the longest name that fits"),
            ));
        }
        for (server, word, own) in names() {
            let ServerName::Regex(pattern) = own else {
                continue;
            };
            // ngx_http_regex_compile lowers the case of names.
            let compiled = self.regex(pattern.as_bytes(), true);
            match compiled.captures(name.as_bytes()) {
                Some(Some(captures)) => {
                    return Ok(Some(Chosen {
                        server,
                        why: format!("{word} is the first regex that matches"),
                        captures: Some(captures),
                        is_by_name: true,
                    }));
                }
                Some(None) => {}
                None => {
                    let why = "only PCRE can tell what this regex matches";
                    return Err(Unknown::at(server.name_span(), why));
                }
            }
        }
        Ok(None)
    }
}

/// A request that no server takes.
fn nowhere<'a>(answer: Answer<'a>, why: String) -> Trace<'a> {
    Trace {
        steps: Vec::new(),
        server: None,
        location: None,
        block: None,
        uri: Vec::new(),
        args: Vec::new(),
        answer,
        status: None,
        why,
        handed: Vec::new(),
        handed_more: None,
        assumed: Vec::new(),
        unset: Vec::new(),
    }
}
