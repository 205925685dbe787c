//! Addresses as servers write them.

use std::path::PathBuf;

use super::{Address, Bind, OptionValue};
use crate::source::{Origin, Span};
use crate::value::{Unknown, Value};

/// `host:port`, `:port`, `unix:/path`, `fd://3` (gunicorn/util.py, parse_address; hypercorn/config.py).
pub(super) fn parse(text: &str, span: Span) -> Value<Address> {
    let known = |address| Value::known(address, Origin::Computed(span));
    if let Some(path) = text.strip_prefix("unix:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return known(Address::Unix(PathBuf::from(path)));
    }
    if text.starts_with("fd:") {
        return known(Address::Inherited);
    }
    let text = text.strip_prefix("tcp://").unwrap_or(text);
    match split(text) {
        (host, Some(Ok(port))) => known(Address::Tcp { host, port }),
        // Gunicorn's default port.
        (host, None) if !host.is_empty() => known(Address::Tcp { host, port: 8000 }),
        _ => Value::Unknown(Unknown::at(span, "it is no address")),
    }
}

/// The host without its brackets, and the port.
fn split(text: &str) -> (String, Option<Result<u16, ()>>) {
    let number = |text: &str| text.parse::<u16>().map_err(|_| ());
    if let Some(inside) = text.strip_prefix('[') {
        return match inside.split_once(']') {
            Some((host, rest)) => (host.to_owned(), rest.strip_prefix(':').map(number)),
            None => (inside.to_owned(), Some(Err(()))),
        };
    }
    match text.rsplit_once(':') {
        Some((host, port)) => (host.to_owned(), Some(number(port))),
        None => (text.to_owned(), None),
    }
}

/// The argument of `runserver`: a port, or an address and a port. `0` is every address.
pub(super) fn runserver(text: &str, span: Span) -> Value<Address> {
    let known = |host: &str, port| {
        let host = match host {
            "0" => "0.0.0.0",
            other => other,
        };
        let address = Address::Tcp {
            host: host.to_owned(),
            port,
        };
        Value::known(address, Origin::Computed(span))
    };
    if let Ok(port) = text.parse() {
        return known("127.0.0.1", port);
    }
    match split(text) {
        (host, Some(Ok(port))) => known(&host, port),
        _ => Value::Unknown(Unknown::at(span, "it is no address")),
    }
}

/// An option that holds a whole address.
pub(super) fn bind(option: OptionValue) -> Bind {
    let address = match option.value {
        Value::OneOf(_) => match option.value.get() {
            Some(text) => parse(text, option.span),
            None => Value::Unknown(Unknown::at(option.span, "it may be one of several")),
        },
        Value::Unknown(unknown) => Value::Unknown(unknown),
    };
    Bind {
        address,
        span: option.span,
    }
}

/// An option that holds the path of a socket.
pub(super) fn unix(option: OptionValue) -> Bind {
    Bind {
        address: option.value.map(|path| Address::Unix(PathBuf::from(path))),
        span: option.span,
    }
}

/// Two options for one address, either of which may be left to its default.
pub(super) fn host_and_port(
    host: Option<OptionValue>,
    port: Option<OptionValue>,
    default_host: &str,
    default_port: u16,
    name: Span,
) -> Bind {
    let span = port
        .as_ref()
        .or(host.as_ref())
        .map_or(name, |option| option.span);
    let known_host = match host {
        None => Some(default_host.to_owned()),
        Some(host) => host.value.get().cloned(),
    };
    let known_port = match port {
        None => Some(default_port),
        Some(port) => port.value.get().and_then(|port| port.parse().ok()),
    };
    let address = match (known_host, known_port) {
        (Some(host), Some(port)) => Value::known(
            Address::Tcp {
                host: host.trim_matches(['[', ']']).to_owned(),
                port,
            },
            Origin::Computed(span),
        ),
        _ => Value::Unknown(Unknown::at(span, "the address is not known")),
    };
    Bind { address, span }
}

/// What a program listens on where it is told nothing.
pub(super) fn default(host: &str, port: u16, name: Span) -> Bind {
    Bind {
        address: Value::known(
            Address::Tcp {
                host: host.to_owned(),
                port,
            },
            Origin::Default("the server"),
        ),
        span: name,
    }
}
