//! Whether nginx's address and uWSGI's are one and the same.

use std::path::{Path, PathBuf};

use crate::nginx;
use crate::tree::normalize;
use crate::uwsgi;

/// Whether a request that nginx sends to `asked` arrives at `listening`.
pub(super) fn meet(asked: &nginx::Address, listening: &uwsgi::Address) -> bool {
    match (asked, listening) {
        (nginx::Address::UnixSocket(asked), uwsgi::Address::Unix(listening)) => {
            let listening = listening.host().and_then(one_name);
            one_name(asked).is_some_and(|asked| Some(asked) == listening)
        }
        (
            nginx::Address::Tcp { host, port },
            uwsgi::Address::Tcp {
                host: bound,
                port: bound_port,
            },
        ) => Some(*port) == *bound_port && hosts_meet(host, bound),
        _ => false,
    }
}

/// The path without what the kernel does not see; a relative one has no name that both programs share.
fn one_name(path: &Path) -> Option<PathBuf> {
    if !path.is_absolute() {
        return None;
    }
    let path = normalize(Path::new("/"), path);
    // On every system of this century /var/run is a symlink to /run.
    Some(match path.strip_prefix("/var/run") {
        Ok(rest) => Path::new("/run").join(rest),
        Err(_) => path,
    })
}

fn hosts_meet(asked: &str, bound: &str) -> bool {
    let loopback = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1");
    let everywhere = |host: &str| matches!(host, "" | "0.0.0.0" | "[::]" | "::" | "*");
    // Bound everywhere it hears what another container or host sends, by whatever name.
    asked.eq_ignore_ascii_case(bound) || everywhere(bound) || (loopback(asked) && loopback(bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(asked: &str, listening: &str) -> bool {
        meet(
            &nginx::Address::UnixSocket(PathBuf::from(asked)),
            &uwsgi::Address::Unix(uwsgi::Location::Host(PathBuf::from(listening))),
        )
    }

    fn tcp(asked: (&str, u16), bound: (&str, u16)) -> bool {
        meet(
            &nginx::Address::Tcp {
                host: asked.0.to_owned(),
                port: asked.1,
            },
            &uwsgi::Address::Tcp {
                host: bound.0.to_owned(),
                port: Some(bound.1),
            },
        )
    }

    #[test]
    fn a_unix_socket_has_many_spellings() {
        assert!(unix("///tmp/app.sock", "/tmp/app.sock"));
        assert!(unix("/run/app.sock", "/var/run/app.sock"));
        assert!(unix("/srv/./x/../app.sock", "/srv/app.sock"));
        assert!(!unix("/tmp/app.sock", "/tmp/api.sock"));
        assert!(!unix("app.sock", "app.sock"));
    }

    #[test]
    fn a_port_is_met_where_the_hosts_can() {
        assert!(tcp(("127.0.0.1", 8000), ("127.0.0.1", 8000)));
        assert!(tcp(("localhost", 8000), ("127.0.0.1", 8000)));
        assert!(tcp(("web", 8000), ("", 8000)));
        assert!(tcp(("127.0.0.1", 8000), ("0.0.0.0", 8000)));
        assert!(!tcp(("127.0.0.1", 8000), ("127.0.0.1", 8001)));
        assert!(!tcp(("web", 8000), ("127.0.0.1", 8000)));
    }
}
