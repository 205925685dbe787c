//! Addresses that uWSGI takes for something else than was meant (generate_socket_name and
//! bind_to_unix in core/socket.c).

use super::instance::Instance;
use super::socket::{bound, is_socket_option, is_unix};
use super::text::Text;
use crate::source::Span;

/// An address that was meant otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The option's name.
    pub option: String,
    /// The address as uWSGI has it.
    pub address: String,
    /// Where it stands.
    pub place: Span,
    /// What uWSGI makes of it.
    pub taken_for: TakenFor,
    /// What was meant, where that is plain.
    pub instead: Option<String>,
}

/// What uWSGI takes an address for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenFor {
    /// `unix:/run/app.sock` and `http://…`: there is a colon in it, so it is a host and a port.
    HostAndPort,
    /// `8000`: there is no colon in it, so it is a socket in the file system.
    File,
    /// `127.0.0.1:80000`: a port is 16 bits of it.
    OtherPort(u16),
}

/// The longest path of a socket (bind_to_unix).
pub const MAX_SOCKET_PATH: usize = 102;

impl Instance {
    /// The addresses of sockets that were meant otherwise.
    pub fn misread_sockets(&self) -> Vec<Misread> {
        self.addresses()
            .filter_map(|(option, address, place)| {
                let (taken_for, instead) = misread(&address)?;
                Some(Misread {
                    option,
                    address,
                    place,
                    taken_for,
                    instead,
                })
            })
            .collect()
    }

    /// The paths of sockets that are longer than uWSGI takes them: option, length and place.
    pub fn overlong_sockets(&self) -> Vec<(String, usize, Span)> {
        self.addresses()
            .filter(|(_, address, _)| {
                let is_path = is_unix(&Text::literal(address.as_bytes()));
                is_path.is_yes() && address.len() > MAX_SOCKET_PATH
            })
            .map(|(option, address, place)| (option, address.len(), place))
            .collect()
    }

    /// The addresses that are known, and certain to be opened.
    fn addresses(&self) -> impl Iterator<Item = (String, String, Span)> {
        let settings = self
            .settings()
            .iter()
            .filter(|setting| is_socket_option(setting.key()) && !setting.is_conditional());
        settings.filter_map(|setting| {
            let address = bound(setting);
            let address = String::from_utf8(address.known()?.to_vec()).ok()?;
            Some((setting.key().to_owned(), address, setting.value_span()))
        })
    }
}

/// What an address is taken for, and what was meant; nothing where it is taken for what it is.
fn misread(address: &str) -> Option<(TakenFor, Option<String>)> {
    if let Some(path) = address.strip_prefix("unix:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return Some((TakenFor::HostAndPort, Some(path.to_owned())));
    }
    if let Some((_, rest)) = address.split_once("://") {
        let host = rest.trim_end_matches('/');
        let instead = (host.contains(':') && !host.contains('/')).then(|| host.to_owned());
        return Some((TakenFor::HostAndPort, instead));
    }
    if address.bytes().all(|byte| byte.is_ascii_digit()) {
        // Small numbers are those of sockets that systemd hands over.
        let port = address.parse::<u16>().ok().filter(|port| *port >= 80)?;
        return Some((TakenFor::File, Some(format!("127.0.0.1:{port}"))));
    }
    let (_, port) = address.rsplit_once(':')?;
    let number: u32 = port.parse().ok().filter(|number| *number > 65_535)?;
    let port = u16::try_from(number % 65_536).ok()?;
    Some((TakenFor::OtherPort(port), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_seen() {
        let instead = |text: &str| Some(text.to_owned());
        for (address, expected) in [
            ("/run/app.sock", None),
            ("127.0.0.1:8000", None),
            (":8000", None),
            ("app.sock", None),
            ("[::1]:8000", None),
            (
                "unix:/run/app.sock",
                Some((TakenFor::HostAndPort, instead("/run/app.sock"))),
            ),
            (
                "unix:///run/app.sock",
                Some((TakenFor::HostAndPort, instead("/run/app.sock"))),
            ),
            (
                "http://0.0.0.0:8000/",
                Some((TakenFor::HostAndPort, instead("0.0.0.0:8000"))),
            ),
            ("http://localhost", Some((TakenFor::HostAndPort, None))),
            ("8000", Some((TakenFor::File, instead("127.0.0.1:8000")))),
            ("80000", None),
            ("0", None),
            (":80000", Some((TakenFor::OtherPort(14_464), None))),
        ] {
            assert_eq!(misread(address), expected, "{address}");
        }
    }
}
