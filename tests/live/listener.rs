//! Whether somebody listens at a place.

use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use crate::process;

/// Where a server listens.
pub(crate) enum Listener {
    Port(u16),
    Path(PathBuf),
}

impl Listener {
    /// Whether it takes connections.
    pub(crate) fn answers(&self) -> bool {
        match self {
            Self::Port(port) => TcpStream::connect(("127.0.0.1", *port)).is_ok(),
            Self::Path(path) => UnixStream::connect(path).is_ok(),
        }
    }

    /// Whether a process sees it, in a file system and a network that may be its own.
    pub(crate) fn is_seen_in(&self, process: &Path) -> bool {
        match self {
            // The local address ends in the port; 0A is the kernel's number for LISTEN.
            Self::Port(port) => {
                process::texts(&[process.join("net/tcp"), process.join("net/tcp6")])
                    .lines()
                    .filter_map(|line| {
                        let mut words = line.split_whitespace();
                        Some((words.nth(1)?, words.nth(1)?))
                    })
                    .any(|(local, state)| local.ends_with(&format!(":{port:04X}")) && state == "0A")
            }
            Self::Path(path) => {
                let path = path.strip_prefix("/").expect("an absolute path");
                UnixStream::connect(process.join("root").join(path)).is_ok()
            }
        }
    }
}
