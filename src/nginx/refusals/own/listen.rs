//! `listen` and `server_name`.

use crate::nginx::refusals::judge::Judge;
use crate::nginx::refusals::names::Listening;
use crate::nginx::refusals::reply::{Call, Invalid, Outcome, Place, open, refuse, shown};
use crate::nginx::refusals::url::{Host, Url, Wanted};
use crate::nginx::refusals::{RefusalKind, instead, script, slot};
use crate::nginx::version::Lifetime;
use crate::nginx::{Node, Version};

/// A range of more ports is not looked at one by one.
const MOST_PORTS: u16 = 1000;

/// ngx_http_core_listen
pub(super) fn listen<'a>(judge: &mut Judge<'a>, call: &Call<'a>) -> Outcome {
    let wanted = Wanted {
        listen: true,
        uri: false,
        default_port: 80,
    };
    let url = Url::of(call.word(0), wanted).map_err(|fault| {
        let says = format!(
            "{fault} in \"{}\" of the \"listen\" directive",
            call.text(0)
        );
        Invalid::new(RefusalKind::InvalidListen, Place::Argument(0), says)
            .because(
                format!("`{}` is no address to listen on: {fault}", call.text(0)),
                fault,
            )
            .help("such as `80`, `127.0.0.1:8080`, `[::]:80` or `unix:/run/nginx.sock`")
    })?;
    let mut options = Options::default();
    for (at, word) in call.words_from(1) {
        options.read(judge, at, word)?;
    }
    if matches!(url.host, Host::Name(_)) {
        judge.assume(
            call.span(0),
            format!("{} is an address of the host", call.text(0)),
        );
        return Ok(());
    }
    if url.last_port - url.port > MOST_PORTS {
        return open("it listens on more ports than are looked at");
    }
    for port in url.port..=url.last_port {
        add(judge, call, (url.host.clone(), port), &options)?;
    }
    Ok(())
}

#[derive(Default)]
struct Options {
    /// The `default_server`.
    default: Option<usize>,
    /// An option of the socket.
    set: bool,
    /// TLS.
    tls: bool,
    /// Times of keepalive, which a second option adds to.
    is_kept: bool,
}

impl Options {
    fn read(&mut self, judge: &Judge<'_>, at: usize, word: &[u8]) -> Outcome {
        let invalid = |says: String, expected: &str| {
            Err(Invalid::value(at, says, expected)
                .of_kind(RefusalKind::InvalidListen)
                .into())
        };
        let text = shown(word);
        let equals = memchr::memchr(b'=', word).map_or(word.len(), |at| at + 1);
        let (name, value) = word.split_at(equals);
        match name {
            b"default_server" | b"default" => {
                self.default = Some(at);
                return Ok(());
            }
            b"ssl" => {
                self.tls = true;
                return Ok(());
            }
            b"quic" | b"spdy" | b"multipath" if is_lacked(judge, name) => {
                return refuse(lacked(judge, at, &text, name));
            }
            b"quic" => {
                self.tls = true;
                return Ok(());
            }
            b"proxy_protocol" | b"http2" | b"spdy" => return Ok(()),
            b"multipath" => {}
            b"bind" | b"deferred" | b"reuseport" => {}
            b"accept_filter=" => return Ok(()),
            b"backlog=" if slot::number(value).is_none_or(|number| number == 0) => {
                return invalid(
                    format!("invalid backlog \"{text}\""),
                    "a number, such as `backlog=512`",
                );
            }
            b"rcvbuf=" | b"sndbuf=" if slot::size(value).is_none() => {
                let name = shown(&name[..name.len() - 1]);
                return invalid(
                    format!("invalid {name} \"{text}\""),
                    "a size, such as `rcvbuf=64k`",
                );
            }
            b"fastopen=" if slot::number(value).is_none() => {
                return invalid(
                    format!("invalid fastopen \"{text}\""),
                    "a number, such as `fastopen=256`",
                );
            }
            b"backlog=" | b"rcvbuf=" | b"sndbuf=" | b"fastopen=" => {}
            b"ipv6only=" if value == b"on" || value == b"off" => {}
            b"ipv6only=" if value.starts_with(b"o") => {
                return invalid(
                    format!("invalid ipv6only flags \"{}\"", shown(value)),
                    "`ipv6only=on` or `ipv6only=off`",
                );
            }
            b"so_keepalive=" if is_keepalive(value, self.is_kept) => {
                self.is_kept |= value.contains(&b':') || value != b"on" && value != b"off";
            }
            b"so_keepalive=" => {
                return invalid(
                    format!("invalid so_keepalive value: \"{}\"", shown(value)),
                    "`on`, `off` or times such as `30m::10`",
                );
            }
            _ => {
                return invalid(
                    format!("invalid parameter \"{text}\""),
                    "an option of `listen` such as `ssl` or `default_server`",
                );
            }
        }
        self.set = true;
        Ok(())
    }
}

/// The options that not every release has.
const LIFETIMES: &[(&[u8], Lifetime)] = &[
    (
        b"multipath",
        Lifetime {
            since: Version::parse("1.29.7"),
            removed: None,
        },
    ),
    (
        b"quic",
        Lifetime {
            since: Version::parse("1.25.0"),
            removed: None,
        },
    ),
    // It is taken to no effect from 1.9.5 on.
    (
        b"spdy",
        Lifetime {
            since: None,
            removed: Version::parse("1.19.7"),
        },
    ),
];

fn lifetime(name: &[u8]) -> Option<Lifetime> {
    let found = LIFETIMES.iter().find(|(option, _)| *option == name);
    found.map(|(_, lifetime)| *lifetime)
}

fn is_lacked(judge: &Judge<'_>, name: &[u8]) -> bool {
    let release = judge.configuration.release();
    lifetime(name).is_some_and(|lifetime| lifetime.excludes(release))
}

/// An option that the release has no more, or not yet.
fn lacked(judge: &Judge<'_>, at: usize, text: &str, name: &[u8]) -> Invalid {
    let says = format!("invalid parameter \"{text}\"");
    let lifetime = lifetime(name).map(|lifetime| lifetime.to_string());
    let message = format!(
        "`listen` of nginx {} has no option `{text}`: {}",
        judge.release(),
        lifetime.unwrap_or_default()
    );
    let mut invalid = Invalid::new(RefusalKind::NotInThisVersion, Place::Argument(at), says)
        .because(message, "not in this release");
    invalid.help = instead::of_option(text).map(str::to_owned);
    match text {
        "spdy" => invalid.meant("http2"),
        _ => invalid,
    }
}

/// `on`, `off`, or three values apart by `:` that are not all missing or zero.
fn is_keepalive(value: &[u8], is_kept: bool) -> bool {
    if value == b"on" || value == b"off" {
        return true;
    }
    let mut parts = value.splitn(3, |byte| *byte == b':');
    let mut sum = 0;
    for time in [true, true, false] {
        let part = parts.next().unwrap_or_default();
        let number = match part {
            [] => Some(0),
            part if time => slot::seconds(part),
            part => slot::number(part),
        };
        let Some(number) = number else {
            return false;
        };
        sum |= number;
    }
    sum != 0 || is_kept
}

/// ngx_http_add_listen
fn add<'a>(
    judge: &mut Judge<'a>,
    call: &Call<'a>,
    socket: (Host, u16),
    options: &Options,
) -> Outcome {
    let Some(server) = call.node.parent() else {
        return Ok(());
    };
    let shown = written(&socket);
    let place = call.node.header_span();
    let Some(listening) = judge.names.listens.get_mut(&socket) else {
        let listening = Listening {
            servers: vec![server],
            first: place,
            default_server: options.default.map(|at| (server, call.span(at))),
            tls: options.tls.then_some(place),
            options: options.set.then_some(place),
        };
        judge.names.listens.insert(socket, listening);
        return Ok(());
    };
    // The directives of a server come one after the other.
    if listening.servers.last() == Some(&server) {
        let says = format!("a duplicate listen {shown}");
        return refuse(
            Invalid::new(RefusalKind::InvalidListen, Place::Argument(0), says)
                .because(
                    format!("the server listens on {shown} twice"),
                    "the second time",
                )
                .other(listening.first, "it listens there already")
                .help("remove one of the two"),
        );
    }
    listening.servers.push(server);
    if options.tls {
        listening.tls.get_or_insert(place);
    }
    if options.set {
        if let Some(first) = listening.options {
            let says = format!("duplicate listen options for {shown}");
            return refuse(
                Invalid::new(RefusalKind::InvalidListen, Place::Argument(0), says)
                    .because(
                        format!("options of the socket {shown} are set a second time"),
                        "options of a socket that has some",
                    )
                    .other(first, "they are set here")
                    .help(
                        "set the options of a socket at one `listen`; all servers on it share them",
                    ),
            );
        }
        listening.options = Some(place);
    }
    if let Some(at) = options.default {
        if let Some((_, first)) = listening.default_server {
            let says = format!("a duplicate default server for {shown}");
            return refuse(
                Invalid::new(
                    RefusalKind::DuplicateDefaultServer,
                    Place::Argument(at),
                    says,
                )
                .because(
                    format!("two servers are the default one of {shown}"),
                    "a second default server",
                )
                .other(first, "the first one")
                .help("leave `default_server` to one of them"),
            );
        }
        listening.default_server = Some((server, call.span(at)));
    }
    Ok(())
}

/// A server without a `listen` listens on port 80 (ngx_http_core_server).
pub(in crate::nginx::refusals) fn by_default<'a>(judge: &mut Judge<'a>, server: Node<'a>) {
    let is_whole = judge.configuration.gap(Some(server), |_| false).is_none();
    if !is_whole || server.children_named("listen").next().is_some() {
        return;
    }
    let socket = (Host::V4(std::net::Ipv4Addr::UNSPECIFIED), 80);
    let listening = judge
        .names
        .listens
        .entry(socket)
        .or_insert_with(|| Listening {
            servers: Vec::new(),
            first: server.name_span(),
            default_server: None,
            tls: None,
            options: None,
        });
    listening.servers.push(server);
}

/// A socket as nginx prints it.
pub(in crate::nginx::refusals) fn written(socket: &(Host, u16)) -> String {
    match &socket.0 {
        Host::Unix(path) => format!("unix:{}", shown(path)),
        Host::V4(address) => format!("{address}:{}", socket.1),
        Host::V6(address) => format!("[{address}]:{}", socket.1),
        Host::Name(name) => format!("{}:{}", shown(name), socket.1),
    }
}

/// ngx_http_core_server_name
pub(super) fn server_name(judge: &mut Judge<'_>, call: &Call<'_>) -> Outcome {
    for (at, word) in call.words_from(0) {
        let text = shown(word);
        let is_invalid = match word {
            [b'*', rest @ ..] => rest.len() < 2 || rest[0] != b'.',
            [b'.'] => true,
            _ => false,
        };
        if is_invalid {
            let says = format!("server name \"{text}\" is invalid");
            return refuse(invalid_name(at, says, &text));
        }
        if word == b"~" {
            let says = format!("empty regex in server name \"{text}\"");
            return refuse(
                Invalid::new(RefusalKind::InvalidServerName, Place::Argument(at), says).because(
                    "a name that begins with `~` is a regex, and none follows",
                    "no regex behind the `~`",
                ),
            );
        }
        if let Some(pattern) = word.strip_prefix(b"~") {
            script::regex(judge, call, at, pattern)?;
        }
    }
    Ok(())
}

/// A name that is no name.
pub(in crate::nginx::refusals) fn invalid_name(at: usize, says: String, text: &str) -> Invalid {
    Invalid::new(RefusalKind::InvalidServerName, Place::Argument(at), says)
        .because(
            format!("`{text}` is no name of a server"),
            "a `*` may stand for the first or the last part of a name, and for nothing else",
        )
        .help("such as `example.com`, `*.example.com` or `www.example.*`")
}
