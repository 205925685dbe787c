//! Addresses as nginx reads them (ngx_parse_url, ngx_ptocidr).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::slot;

/// What may stand in an address.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    /// A port alone or a range of ports, and `*` for the host.
    pub(super) listen: bool,
    /// A path behind it.
    pub(super) uri: bool,
    pub(super) default_port: u16,
}

/// Whom an address means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Host {
    Unix(Vec<u8>),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
    /// A name, of a host or of an upstream.
    Name(Vec<u8>),
}

/// An address that nginx takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) host: Host,
    /// The host as it is written.
    pub(super) text: Vec<u8>,
    /// The first port; the default one where none is written, and 0 where there is none.
    pub(super) port: u16,
    /// The last one of a range.
    pub(super) last_port: u16,
    pub(super) has_port: bool,
    pub(super) has_uri: bool,
}

/// The longest path of a socket, with the zero behind it.
const SOCKET_PATH: usize = 108;

impl Url {
    /// What nginx makes of it, or what it says is wrong.
    pub(super) fn of(text: &[u8], wanted: Wanted) -> Result<Self, &'static str> {
        if text
            .get(..5)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"unix:"))
        {
            return Self::unix(&text[5..], wanted);
        }
        match text.strip_prefix(b"[") {
            Some(inside) => Self::v6(inside, wanted),
            None => Self::named(text, wanted),
        }
    }

    fn unix(mut path: &[u8], wanted: Wanted) -> Result<Self, &'static str> {
        let mut has_uri = false;
        if wanted.uri
            && let Some(colon) = memchr::memchr(b':', path)
        {
            has_uri = colon + 1 < path.len();
            path = &path[..colon];
        }
        if path.is_empty() {
            return Err("no path in the unix domain socket");
        }
        if path.len() + 1 > SOCKET_PATH {
            return Err("too long path in the unix domain socket");
        }
        Ok(Self {
            host: Host::Unix(path.to_vec()),
            text: path.to_vec(),
            port: 0,
            last_port: 0,
            has_port: true,
            has_uri,
        })
    }

    fn named(text: &[u8], wanted: Wanted) -> Result<Self, &'static str> {
        let uri = memchr::memchr2(b'/', b'?', text);
        if uri.is_some() && (wanted.listen || !wanted.uri) {
            return Err("invalid host");
        }
        let authority = &text[..uri.unwrap_or(text.len())];
        let mut url = Self {
            host: Host::V4(Ipv4Addr::UNSPECIFIED),
            text: Vec::new(),
            port: wanted.default_port,
            last_port: wanted.default_port,
            has_port: false,
            has_uri: uri.is_some(),
        };
        let host = match memchr::memchr(b':', authority) {
            Some(colon) => {
                url.ports(&authority[colon + 1..], wanted)?;
                &authority[..colon]
            }
            None => {
                if wanted.listen && uri.is_none() && url.is_port_alone(authority, wanted)? {
                    return Ok(url);
                }
                authority
            }
        };
        if host.is_empty() {
            return Err("no host");
        }
        url.text = host.to_vec();
        url.host = match v4(host) {
            _ if wanted.listen && host == b"*" => Host::V4(Ipv4Addr::UNSPECIFIED),
            Some(address) => Host::V4(address),
            None => Host::Name(host.to_vec()),
        };
        Ok(url)
    }

    fn v6(inside: &[u8], wanted: Wanted) -> Result<Self, &'static str> {
        let close = memchr::memchr(b']', inside).ok_or("invalid host")?;
        let (host, behind) = (&inside[..close], &inside[close + 1..]);
        let uri = memchr::memchr(b'/', behind);
        if uri.is_some() && (wanted.listen || !wanted.uri) {
            return Err("invalid host");
        }
        let mut url = Self {
            host: Host::V6(Ipv6Addr::UNSPECIFIED),
            text: [b"[", host, b"]"].concat(),
            port: wanted.default_port,
            last_port: wanted.default_port,
            has_port: false,
            has_uri: uri.is_some(),
        };
        match &behind[..uri.unwrap_or(behind.len())] {
            [] => {}
            [b':', port @ ..] => url.ports(port, wanted)?,
            _ => return Err("invalid host"),
        }
        if host.is_empty() {
            return Err("no host");
        }
        url.host = Host::V6(v6(host).ok_or("invalid IPv6 address")?);
        Ok(url)
    }

    fn ports(&mut self, text: &[u8], wanted: Wanted) -> Result<(), &'static str> {
        let dash = memchr::memchr(b'-', text).filter(|_| wanted.listen);
        let last = match dash {
            Some(dash) => Some(port(&text[dash + 1..])?),
            None => None,
        };
        let first = port(&text[..dash.unwrap_or(text.len())])?;
        if last.is_some_and(|last| first > last) {
            return Err("invalid port range");
        }
        self.port = first;
        self.last_port = last.unwrap_or(first);
        self.has_port = true;
        Ok(())
    }

    /// Whether it is a port, or a range of them, without a host.
    fn is_port_alone(&mut self, text: &[u8], wanted: Wanted) -> Result<bool, &'static str> {
        let dash = memchr::memchr(b'-', text);
        let is_number = |text: &[u8]| slot::number(text).is_some();
        let (first, last) = (
            &text[..dash.unwrap_or(text.len())],
            dash.map(|dash| &text[dash + 1..]),
        );
        if !is_number(first) || last.is_some_and(|last| !is_number(last)) {
            return Ok(false);
        }
        self.ports(text, wanted)?;
        Ok(true)
    }
}

fn port(text: &[u8]) -> Result<u16, &'static str> {
    match slot::number(text) {
        Some(port @ 1..=65535) => Ok(port as u16),
        _ => Err("invalid port"),
    }
}

/// ngx_inet_addr: four numbers, and no other form. 255.255.255.255 stands for none.
fn v4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for octet in &mut octets {
        let part = parts.next()?;
        // nginx takes an empty one for 0.
        let value = match part {
            [] => 0,
            part => slot::number(part)?,
        };
        *octet = u8::try_from(value).ok()?;
    }
    let is_all = parts.next().is_none() && octets != [255; 4];
    is_all.then(|| Ipv4Addr::from(octets))
}

fn v6(text: &[u8]) -> Option<Ipv6Addr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether it is an address (ngx_parse_addr).
pub(super) fn is_address(text: &[u8]) -> bool {
    v4(text).is_some() || v6(text).is_some()
}

/// An IPv4 address as a number, for ranges of them.
pub(super) fn number_of(text: &[u8]) -> Option<u32> {
    v4(text).map(u32::from)
}

/// Whether it is a network: an address, and how many of its bits count.
pub(super) fn is_network(text: &[u8]) -> bool {
    let slash = memchr::memchr(b'/', text);
    let address = &text[..slash.unwrap_or(text.len())];
    let longest = match (v4(address), v6(address)) {
        (Some(_), _) => 32,
        (None, Some(_)) => 128,
        (None, None) => return false,
    };
    slash.is_none_or(|slash| slot::number(&text[slash + 1..]).is_some_and(|bits| bits <= longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASS: Wanted = Wanted {
        listen: false,
        uri: false,
        default_port: 0,
    };
    const LISTEN: Wanted = Wanted {
        listen: true,
        uri: false,
        default_port: 80,
    };

    #[test]
    fn the_faults_of_an_address_are_nginx_s() {
        for (text, wanted, says) in [
            ("unix:", PASS, "no path in the unix domain socket"),
            ("/run/a.sock", PASS, "invalid host"),
            ("127.0.0.1:0", PASS, "invalid port"),
            ("127.0.0.1:80:1", PASS, "invalid port"),
            (":80", PASS, "no host"),
            ("[::1", PASS, "invalid host"),
            ("[::g]:80", PASS, "invalid IPv6 address"),
            ("70000", LISTEN, "invalid port"),
            ("127.0.0.1:82-80", LISTEN, "invalid port range"),
            ("80/x", LISTEN, "invalid host"),
        ] {
            assert_eq!(Url::of(text.as_bytes(), wanted), Err(says), "{text}");
        }
        let socket = format!("unix:/{}", "x".repeat(107));
        let says = "too long path in the unix domain socket";
        assert_eq!(Url::of(socket.as_bytes(), PASS), Err(says));
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        let url = |text: &str, wanted| Url::of(text.as_bytes(), wanted).unwrap();
        assert_eq!(url("8080", LISTEN).port, 8080);
        assert_eq!(url("80-82", LISTEN).last_port, 82);
        assert_eq!(url("*", LISTEN).port, 80);
        assert_eq!(url("[::]", LISTEN).host, Host::V6(Ipv6Addr::UNSPECIFIED));
        assert_eq!(url("app", PASS).host, Host::Name(b"app".to_vec()));
        assert!(!url("app", PASS).has_port);
        assert_eq!(url("8000", PASS).host, Host::Name(b"8000".to_vec()));
    }

    #[test]
    fn networks_are_nginx_s() {
        for good in ["127.0.0.1", "10.0.0.0/8", "::1", "fe80::/10", "10.0.0.1/0"] {
            assert!(is_network(good.as_bytes()), "{good}");
        }
        for bad in [
            "10.0.0.0/33",
            "::/129",
            "localhost",
            "10.0.0/8",
            "10.0.0.0/",
        ] {
            assert!(!is_network(bad.as_bytes()), "{bad}");
        }
    }
}
