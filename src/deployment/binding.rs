//! Sockets that uWSGI may not make: when it does, it is no longer root, or never was.

use std::path::{Path, PathBuf};

use crate::host::sysctl;
use crate::source::Span;
use crate::uwsgi::{Address, Instance, Location, Socket};
use crate::workspace::Workspace;

/// Who uWSGI is when it makes its sockets.
struct Binder {
    user: String,
    place: Span,
    is_dropped: bool,
}

/// A socket that its user may not make.
pub struct Unbindable {
    /// What it would take to make it.
    pub needs: Needs,
    /// The socket.
    pub socket: Socket,
    /// The user that uWSGI is by then.
    pub user: String,
    /// Where that is said.
    pub user_at: Span,
    /// Whether uWSGI itself gives up root (`uid`); else it is started so.
    pub is_dropped: bool,
}

/// What only root may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Listen on a port below 1024.
    Port(u16),
    /// Make a file in a directory that is root's on every system.
    Directory(PathBuf),
}

/// The first port that everybody may listen on (ip_unprivileged_port_start of Linux).
const FIRST_FREE_PORT: u16 = 1024;
const SYSCTL: &str = "net.ipv4.ip_unprivileged_port_start";

/// How many connections a socket may let wait.
pub struct Somaxconn {
    /// The number.
    pub number: i64,
    /// Where the host is told so; nothing for what Linux has of itself.
    pub place: Option<Span>,
}

/// `net.core.somaxconn` of Linux since 5.4, on a host and in a container.
const SOMAXCONN: i64 = 4096;

impl Workspace {
    /// The limit for `listen` where an instance runs; nothing where something here sets it in a way
    /// that is not understood.
    pub fn somaxconn(&self, instance: &Instance) -> Option<Somaxconn> {
        // A container has a value of its own, which its host's does not touch.
        if !self.is_in_container(instance)
            && let Some((number, place)) = sysctl::value(self.files(), "net.core.somaxconn")
        {
            return Some(Somaxconn {
                number,
                place: Some(place),
            });
        }
        let is_set = self.launch_mentions(Path::new("somaxconn"));
        (!is_set).then_some(Somaxconn {
            number: SOMAXCONN,
            place: None,
        })
    }

    /// The sockets of an instance that it may not make. Containers are left out: Docker lets
    /// everybody listen on every port, and an image may give its directories to anyone.
    pub fn unbindable(&self, instance: &Instance) -> Vec<Unbindable> {
        let sockets = instance.sockets().iter().cloned();
        let in_question: Vec<(Socket, Needs)> = sockets
            .filter(|socket| socket.guards.is_empty())
            .filter_map(|socket| {
                let needs = needs_root(&socket)?;
                Some((socket, needs))
            })
            .collect();
        if in_question.is_empty() {
            return Vec::new();
        }
        let Some(binder) = self.binder(instance) else {
            return Vec::new();
        };
        let all_ports_are_free = sysctl::value(self.files(), SYSCTL).is_some()
            || self.launch_mentions(Path::new("ip_unprivileged_port_start"));
        let found = in_question
            .into_iter()
            .filter(|(_, needs)| !(all_ports_are_free && matches!(needs, Needs::Port(_))));
        found
            .map(|(socket, needs)| Unbindable {
                needs,
                socket,
                user: binder.user.clone(),
                user_at: binder.place,
                is_dropped: binder.is_dropped,
            })
            .collect()
    }

    fn binder(&self, instance: &Instance) -> Option<Binder> {
        if self.is_in_container(instance) {
            return None;
        }
        let topology = self.topology();
        let backend = self.backend_of(instance)?;
        let unit = backend.unit(topology);
        let is_handed_sockets =
            unit.is_some_and(|unit| topology.launch().sockets_of(&unit.name).next().is_some());
        let has_capabilities = unit.is_some_and(|unit| unit.ambient_capabilities.is_some());
        if is_handed_sockets || has_capabilities {
            return None;
        }
        let process = backend.process(topology);
        if let Some(user) = process.and_then(|process| process.user.as_ref()) {
            let name = user.text()?;
            if !matches!(name, "root" | "0") {
                return Some(Binder {
                    user: name.to_owned(),
                    place: user.span,
                    is_dropped: false,
                });
            }
        }
        let (user, place) = instance.gives_up_root_before_binding()?;
        Some(Binder {
            user,
            place,
            is_dropped: true,
        })
    }
}

fn needs_root(socket: &Socket) -> Option<Needs> {
    match socket.address.get()? {
        Address::Tcp {
            port: Some(port), ..
        } => (*port < FIRST_FREE_PORT).then_some(Needs::Port(*port)),
        Address::Unix(Location::Host(path)) => {
            let directory = crate::launch::machine::canonical(path.parent()?);
            let of_root = ["/run", "/"].map(Path::new).into_iter();
            let found = { of_root }.find(|it| *it == directory)?;
            Some(Needs::Directory(found.to_owned()))
        }
        _ => None,
    }
}
