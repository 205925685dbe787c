//! The sockets of an instance: what it listens on, what it speaks there, who may connect.

use std::path::Path;

use super::instance::{Instance, guarded};
use super::paths::{self, Location};
use super::setting::Setting;
use super::text::Text;
use crate::source::Span;
use crate::value::{Answer, Guard, Unknown, Value};

/// What is spoken on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// uwsgi, as nginx's `uwsgi_pass` speaks it.
    Uwsgi,
    /// HTTP, through uWSGI's own router process (`http`).
    HttpRouter,
    /// HTTPS, through uWSGI's own router process (`https`).
    HttpsRouter,
    /// HTTP, straight to the workers (`http-socket`, `http11-socket`).
    HttpSocket,
    /// HTTPS, straight to the workers.
    HttpsSocket,
    /// uwsgi in TLS.
    SecureUwsgi,
    /// FastCGI.
    FastCgi,
    /// SCGI.
    Scgi,
    /// Another one: raw, Mongrel2, persistent uwsgi.
    Other,
}

/// Where a socket is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system.
    Unix(Location),
    /// A socket in Linux's abstract namespace.
    Abstract(String),
    /// A port. uWSGI asks for no more than a `:` in the value.
    Tcp {
        /// As written; empty for every address.
        host: String,
        /// `None` where what stands behind the colon is no port.
        port: Option<u16>,
    },
    /// Something that is opened elsewhere: a `shared-socket` by number, a file descriptor.
    Inherited,
}

/// One socket.
#[derive(Clone, Debug)]
pub struct Socket {
    /// The option's name.
    pub option: String,
    /// What is spoken on it; nothing where `protocol` is not known.
    pub protocol: Option<Protocol>,
    /// Where it is bound.
    pub address: Value<Address>,
    /// Whether it is a socket in the file system, which may be known where its path is not.
    pub is_unix: Answer,
    /// Where the option's name stands.
    pub key_span: Span,
    /// Where its address stands.
    pub value_span: Span,
    /// Conditions that it hangs on.
    pub guards: Vec<Guard>,
}

/// What an option of that name speaks; `Some(None)` where `protocol` says it.
fn protocol(option: &str) -> Option<Option<Protocol>> {
    Some(Some(match option {
        "socket" => return Some(None),
        "uwsgi-socket" => Protocol::Uwsgi,
        "http" => Protocol::HttpRouter,
        "https" | "https2" => Protocol::HttpsRouter,
        "http-socket" | "http11-socket" => Protocol::HttpSocket,
        "https-socket" => Protocol::HttpsSocket,
        "suwsgi-socket" | "ssl-socket" => Protocol::SecureUwsgi,
        "fastcgi-socket" | "fastcgi-nph-socket" => Protocol::FastCgi,
        "scgi-socket" | "scgi-nph-socket" => Protocol::Scgi,
        "puwsgi-socket" | "raw-socket" | "zmq-socket" | "zeromq-socket" => Protocol::Other,
        _ => return None,
    }))
}

/// Whether an option of that name opens a socket.
pub(super) fn is_socket_option(option: &str) -> bool {
    protocol(option).is_some()
}

/// uwsgi_protocols_register in core/socket.c.
fn named_protocol(name: &str) -> Protocol {
    match name {
        "uwsgi" => Protocol::Uwsgi,
        "http" | "http11" => Protocol::HttpSocket,
        "https" => Protocol::HttpsSocket,
        "suwsgi" => Protocol::SecureUwsgi,
        "fastcgi" | "fastcgi-nph" => Protocol::FastCgi,
        "scgi" | "scgi-nph" => Protocol::Scgi,
        _ => Protocol::Other,
    }
}

/// What the address of each socket hangs on.
struct Around {
    abstracts: Answer,
    names_abstracts: bool,
    directory: Value<Location>,
}

impl Instance {
    /// Whether an HTTPS socket names the key: `https = :443,site.crt,site.key`.
    pub fn names_tls_key(&self, key: &Path) -> bool {
        let names_key = |setting: &Setting| {
            let value = setting.value();
            let Some(value) = value.get() else {
                return false;
            };
            value
                .split(',')
                .skip(1)
                .any(|part| Path::new(part.trim()).file_name() == key.file_name())
        };
        self.settings()
            .iter()
            .filter(|setting| {
                setting.key.starts_with("https") || setting.key.starts_with("ssl-socket")
            })
            .any(names_key)
    }

    pub(super) fn opened_sockets(&self) -> Vec<Socket> {
        let spoken = self.value("protocol");
        let spoken = spoken
            .get()
            .map(|name| name.as_deref().map_or(Protocol::Uwsgi, named_protocol));
        let around = Around {
            abstracts: self.is_on("abstract-socket"),
            names_abstracts: self.last("abstract-socket").is_some(),
            directory: self.working_directory(),
        };
        let opened = self.settings().iter().filter_map(|setting| {
            let protocol = protocol(setting.key())?.or(spoken);
            let text = bound(setting);
            Some(Socket {
                option: setting.key().to_owned(),
                protocol,
                address: self.address(setting, &text, &around),
                is_unix: is_unix(&text),
                key_span: setting.key_span(),
                value_span: setting.value_span(),
                guards: setting.guards().to_vec(),
            })
        });
        opened.collect()
    }

    fn address(&self, setting: &Setting, text: &Text, around: &Around) -> Value<Address> {
        let Some(bytes) = text.known() else {
            if is_unix(text).is_yes() {
                let mut path = setting.clone();
                path.value = text.clone();
                return self.in_working_directory(&path).map(Address::Unix);
            }
            return Value::Unknown(setting.why_unknown());
        };
        let written = String::from_utf8_lossy(bytes).into_owned();
        let known = |address| setting.read_text(|_| Ok(address));
        if let Some((host, port)) = written.rsplit_once(':') {
            let host = host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned();
            let port = port_number(port);
            return known(Address::Tcp { host, port });
        }
        if written.starts_with('=') {
            return known(Address::Inherited);
        }
        if written.is_empty() {
            return Value::unknown(setting.key_span(), "uWSGI refuses a socket without a name");
        }
        if let Some(name) = written
            .strip_prefix('@')
            .or_else(|| written.strip_prefix("\\0"))
        {
            return known(Address::Abstract(name.to_owned()));
        }
        match around.abstracts {
            Answer::Yes => return known(Address::Abstract(written)),
            Answer::Unknown if around.names_abstracts => {
                return Value::unknown(setting.value_span(), "abstract-socket is not known");
            }
            _ => {}
        }
        let path = paths::from_bytes(bytes);
        match &around.directory {
            _ if path.is_absolute() => known(Address::Unix(Location::Host(
                crate::tree::normalize(Path::new("/"), &path),
            ))),
            Value::OneOf(bases) => bases
                .iter()
                .map(|base| guarded(known(Address::Unix(base.value.join(&path))), &base.guards))
                .reduce(Value::or)
                .unwrap_or_else(|| Value::Unknown(setting.why_unknown())),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
        }
    }

    /// The mode that sockets in the file system get; `None` where the umask decides.
    pub fn chmod_socket(&self) -> Value<Option<u32>> {
        // uwsgi_opt_chmod_socket: 1, or three octal digits; anything else ends the start.
        self.resolve("chmod-socket", |setting| {
            setting.read_text(|text| {
                let refused = || Unknown::at(setting.value_span(), "uWSGI refuses this mode");
                match text.known() {
                    Some(_) if setting.source == super::setting::Source::Switch => Ok(0o666),
                    Some(_) => super::refusal::mode(text).ok_or_else(refused),
                    None => Err(setting.why_unknown()),
                }
            })
        })
    }
}

/// What C's atoi makes of the text behind the colon, as a port: blanks before the digits and anything
/// behind them do not count, and what is too large wraps (socket_to_in_addr in core/socket.c).
fn port_number(text: &str) -> Option<u16> {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let number: u64 = digits.parse().ok()?;
    u16::try_from(number % 65_536)
        .ok()
        .filter(|port| *port != 0)
}

/// The address in an option's value: `https` has more behind a comma, and blanks before it do not count.
pub(super) fn bound(setting: &Setting) -> Text {
    let bytes = setting.value.bytes();
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(bytes.len());
    let end = match setting.key() {
        "https" | "https2" | "https-socket" | "suwsgi-socket" | "ssl-socket" | "http" => {
            memchr::memchr(b',', bytes).unwrap_or(bytes.len())
        }
        _ => bytes.len(),
    };
    setting.value.slice(start.min(end)..end)
}

/// uWSGI binds a port where there is a `:`, a path where there is none.
pub(super) fn is_unix(text: &Text) -> Answer {
    let bytes = text.bytes();
    if bytes.contains(&b':')
        || matches!(bytes.first(), Some(b'=' | b'@') | None)
        || bytes.starts_with(b"\\0")
    {
        return Answer::No;
    }
    // A hole in the middle of a path is a name, not `host:port`.
    let starts_as_path = bytes[0] == b'/'
        || matches!(text.holes(), [super::text::Hole::Directory(_), ..]) && bytes[0] == 0;
    match text.known() {
        Some(_) => Answer::Yes,
        None if starts_as_path || bytes.ends_with(b".sock") || bytes.ends_with(b".socket") => {
            Answer::Yes
        }
        None => Answer::Unknown,
    }
}
