//! Whom requests are passed to: `uwsgi_pass` and its like, and the `upstream { }` that they name (ngx_parse_url).

use std::path::{Path, PathBuf};

use crate::source::Span;
use crate::value::{Unknown, Value};

use super::configuration::Configuration;
use super::directives::Context;
use super::node::{Argument, Node};
use super::word::PieceKind;

/// What nginx speaks to the one behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `uwsgi_pass`.
    Uwsgi,
    /// `proxy_pass`.
    Http,
    /// `fastcgi_pass`.
    FastCgi,
    /// `scgi_pass`.
    Scgi,
    /// `grpc_pass`.
    Grpc,
    /// `memcached_pass`.
    Memcached,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A unix socket. A relative path is relative to the directory that nginx was started in.
    UnixSocket(PathBuf),
    /// A host and a port.
    Tcp {
        /// A name or an address, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// An `upstream { }` of that name, or a name that only nginx's resolver knows.
    Upstream(String),
    /// Not known, or nothing that nginx accepts.
    Unknown(Unknown),
}

/// One `uwsgi_pass` or its like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass<'a> {
    /// The directive.
    pub node: Node<'a>,
    /// What is spoken.
    pub protocol: Protocol,
    /// Whether it is spoken over TLS.
    pub tls: bool,
    /// Whom to.
    pub address: Address,
    /// The path that replaces the location's, of a `proxy_pass` that has one.
    pub uri: Option<String>,
}

/// A word that names a socket.
pub struct SocketWord<'a> {
    /// The directive.
    pub node: Node<'a>,
    /// The word.
    pub word: Argument<'a>,
    /// The socket.
    pub address: Address,
}

/// One address that requests may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The address; never an upstream's name, unless that is all there is to know.
    pub address: Address,
    /// The word that says so.
    pub place: Span,
}

const PASSES: [(&str, Protocol); 6] = [
    ("uwsgi_pass", Protocol::Uwsgi),
    ("proxy_pass", Protocol::Http),
    ("fastcgi_pass", Protocol::FastCgi),
    ("scgi_pass", Protocol::Scgi),
    ("grpc_pass", Protocol::Grpc),
    ("memcached_pass", Protocol::Memcached),
];

impl Configuration {
    /// Every directive in http that passes requests on.
    pub fn passes(&self) -> impl Iterator<Item = Pass<'_>> {
        let names = PASSES.map(|(name, _)| name);
        self.named_any(&names).filter_map(|node| self.pass(node))
    }

    /// What a directive passes requests to; nothing if it does not.
    pub fn pass<'a>(&'a self, node: Node<'a>) -> Option<Pass<'a>> {
        let (_, protocol) = PASSES.iter().find(|(name, _)| node.is(name))?;
        if matches!(node.context(), Context::StreamServer | Context::Data) {
            return None;
        }
        let mut pass = Pass {
            node,
            protocol: *protocol,
            tls: false,
            address: Address::Unknown(Unknown::at(node.span(), "it names no address")),
            uri: None,
        };
        let Some(argument) = node.argument(0) else {
            return Some(pass);
        };
        let bytes = match self.resolve(node, argument) {
            Value::OneOf(all) => all
                .into_iter()
                .next()
                .map(|only| only.value)
                .unwrap_or_default(),
            Value::Unknown(unknown) => match known_authority(&argument.pieces()) {
                Some(bytes) => bytes,
                None => {
                    pass.address = Address::Unknown(unknown);
                    return Some(pass);
                }
            },
        };
        let text = String::from_utf8_lossy(&bytes);
        let parsed = Url::of(&text, *protocol);
        pass.tls = parsed.tls;
        pass.uri = parsed.uri.map(str::to_owned);
        pass.address = match parsed.address {
            Ok(address) => address,
            Err(why) => Address::Unknown(Unknown::at(argument.span(), why)),
        };
        Some(pass)
    }

    /// The `upstream { }` of that name. nginx does not mind its case.
    pub fn upstream(&self, name: &str) -> Option<Node<'_>> {
        self.named("upstream").find(|node| {
            node.block_context() == Some(Context::Upstream)
                && node
                    .argument(0)
                    .is_some_and(|word| word.text().eq_ignore_ascii_case(name))
        })
    }

    /// The addresses behind a pass: its own, or those of the upstream that it names.
    pub fn endpoints(&self, pass: &Pass<'_>) -> Vec<Endpoint> {
        let place = pass
            .node
            .argument(0)
            .map_or(pass.node.span(), |word| word.span());
        let own = |address: Address| vec![Endpoint { address, place }];
        let (name, port) = match &pass.address {
            Address::Upstream(name) => (name, None),
            // `proxy_pass http://backend:80` may still be the upstream of that name.
            Address::Tcp { host, port } => (host, Some(*port)),
            other => return own(other.clone()),
        };
        match self.upstream(name) {
            Some(upstream) => self.upstream_endpoints(upstream),
            None if port.is_some() => own(pass.address.clone()),
            None if !self.is_closed() => {
                let why = format!("no upstream {name} is defined in the files that are here");
                own(Address::Unknown(Unknown::at(place, why)))
            }
            None => own(match (pass.protocol, pass.tls) {
                (Protocol::Http | Protocol::Grpc, tls) => Address::Tcp {
                    host: name.clone(),
                    port: if tls { 443 } else { 80 },
                },
                _ => Address::Unknown(Unknown::at(place, format!("no upstream {name} is defined"))),
            }),
        }
    }

    /// Every word that names a socket whose text nginx takes as it is: of a pass that knows no path behind it,
    /// and of the servers of every upstream.
    pub fn socket_words(&self) -> Vec<SocketWord<'_>> {
        let of_passes = self.passes().filter_map(|pass| {
            let word = pass.node.argument(0)?;
            let is_whole = pass.protocol != Protocol::Http && !word.has_variable();
            is_whole.then_some(SocketWord {
                node: pass.node,
                word,
                address: pass.address,
            })
        });
        let upstreams = self
            .named("upstream")
            .filter(|node| node.block_context() == Some(Context::Upstream));
        let of_servers = upstreams
            .flat_map(|upstream| upstream.children_named("server"))
            .filter_map(|node| {
                let word = node.argument(0)?;
                let address = authority(&word.text(), Some(80)).ok()?;
                (!word.has_hole()).then_some(SocketWord {
                    node,
                    word,
                    address,
                })
            });
        of_passes
            .chain(of_servers)
            .filter(|socket| matches!(socket.address, Address::UnixSocket(_)))
            .collect()
    }

    /// The servers of upstreams that a directive other than `proxy_pass` passes requests to and that have no
    /// port: nginx takes 80 for them. With the directive.
    pub fn servers_without_port(&self) -> Vec<(Node<'_>, Node<'_>)> {
        let mut found: Vec<(Node<'_>, Node<'_>)> = Vec::new();
        for pass in self.passes() {
            let Address::Upstream(name) = &pass.address else {
                continue;
            };
            if matches!(pass.protocol, Protocol::Http | Protocol::Grpc) {
                continue;
            }
            let Some(upstream) = self.upstream(name) else {
                continue;
            };
            for server in upstream.children_named("server") {
                let lacks_port = server.argument(0).is_some_and(|word| {
                    !word.has_hole()
                        && matches!(authority(&word.text(), None), Ok(Address::Upstream(_)))
                });
                if lacks_port && !found.iter().any(|(known, _)| *known == server) {
                    found.push((server, pass.node));
                }
            }
        }
        found
    }

    fn upstream_endpoints(&self, upstream: Node<'_>) -> Vec<Endpoint> {
        let mut all: Vec<_> = upstream
            .children_named("server")
            .filter_map(|server| {
                let word = server.argument(0)?;
                let address = match word.literal() {
                    Value::Unknown(unknown) => Address::Unknown(unknown),
                    Value::OneOf(_) => match authority(&word.text(), Some(80)) {
                        Ok(address) => address,
                        Err(why) => Address::Unknown(Unknown::at(word.span(), why)),
                    },
                };
                Some(Endpoint {
                    address,
                    place: word.span(),
                })
            })
            .collect();
        if let Some(unknown) = self.gap(Some(upstream), |_| false) {
            all.push(Endpoint {
                place: unknown.place.unwrap_or(upstream.name_span()),
                address: Address::Unknown(unknown),
            });
        }
        all
    }
}

/// The bytes up to the first variable, where that can only be a path: `http://app:8000$request_uri`.
fn known_authority(pieces: &[super::word::Piece<'_>]) -> Option<Vec<u8>> {
    let [first, second, ..] = pieces else {
        return None;
    };
    let PieceKind::Literal(literal) = &first.kind else {
        return None;
    };
    let is_path = match &second.kind {
        PieceKind::Variable(name) => matches!(*name, b"request_uri" | b"uri" | b"document_uri"),
        _ => false,
    };
    let scheme = memchr::memmem::find(literal, b"://").map_or(0, |at| at + 3);
    let authority = &literal[scheme..];
    let is_whole = authority.contains(&b'/') && !authority.starts_with(b"unix:");
    (is_whole || (is_path && authority.contains(&b':'))).then(|| literal.to_vec())
}

/// A URL as a pass directive takes it.
struct Url<'a> {
    tls: bool,
    address: Result<Address, String>,
    uri: Option<&'a str>,
}

impl<'a> Url<'a> {
    fn of(text: &'a str, protocol: Protocol) -> Self {
        let (schemes, needs_scheme): (&[(&str, bool)], bool) = match protocol {
            Protocol::Http => (&[("http://", false), ("https://", true)], true),
            Protocol::Uwsgi => (&[("uwsgi://", false), ("suwsgi://", true)], false),
            Protocol::Grpc => (&[("grpc://", false), ("grpcs://", true)], false),
            Protocol::FastCgi | Protocol::Scgi | Protocol::Memcached => (&[], false),
        };
        let found = schemes.iter().find_map(|(scheme, tls)| {
            let head = text.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme)
                .then(|| (&text[scheme.len()..], *tls))
        });
        if needs_scheme && found.is_none() {
            return Self {
                tls: false,
                address: Err("nginx wants http:// or https:// before it".to_owned()),
                uri: None,
            };
        }
        let (rest, tls) = found.unwrap_or((text, false));
        // Only proxy_pass takes a path; to the others all of it is the address.
        let (address, uri) = match protocol {
            Protocol::Http => split_uri(rest),
            _ => (rest, None),
        };
        Self {
            tls,
            address: authority(address, None),
            uri,
        }
    }
}

fn split_uri(rest: &str) -> (&str, Option<&str>) {
    let at = if is_unix(rest) {
        // `unix:/path:/uri`
        return match rest[5..].split_once(':') {
            Some((path, uri)) => (
                &rest[..5 + path.len()],
                Some(uri).filter(|uri| !uri.is_empty()),
            ),
            None => (rest, None),
        };
    } else {
        rest.find(['/', '?'])
    };
    match at {
        Some(at) => (&rest[..at], Some(&rest[at..])),
        None => (rest, None),
    }
}

fn is_unix(text: &str) -> bool {
    text.get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case("unix:"))
}

/// An address without scheme and path; a missing port is `default_port` where there is one.
pub(super) fn authority(text: &str, default_port: Option<u16>) -> Result<Address, String> {
    if is_unix(text) {
        let path = &text[5..];
        if path.is_empty() {
            return Err("nginx finds no path behind unix:".to_owned());
        }
        // The kernel takes `//run/x` for `/run/x`.
        return Ok(Address::UnixSocket(Path::new(path).components().collect()));
    }
    if text.contains(['/', '?']) {
        return Err(format!("nginx says: invalid host in upstream \"{text}\""));
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(inside) => match inside.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, rest)) if rest.starts_with(':') => (host, Some(&rest[1..])),
            _ => return Err(format!("nginx says: invalid host in upstream \"{text}\"")),
        },
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    if host.is_empty() {
        return Err(format!("nginx says: no host in upstream \"{text}\""));
    }
    let port = match port {
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => match port.parse() {
            Ok(0) | Err(_) => {
                return Err(format!("nginx says: invalid port in upstream \"{text}\""));
            }
            Ok(port) => Some(port),
        },
        Some(_) => return Err(format!("nginx says: invalid port in upstream \"{text}\"")),
        None => default_port,
    };
    Ok(match port {
        Some(port) => Address::Tcp {
            host: host.to_owned(),
            port,
        },
        None => Address::Upstream(host.to_owned()),
    })
}

#[cfg(test)]
mod tests;
