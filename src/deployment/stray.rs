//! Requests that arrive nowhere, and the server that they were meant for.

use std::path::Path;

use super::backend::{At, Backend, Listener};
use super::front::{End, Front, Link, Target};
use super::topology::Topology;
use super::{Deployment, Purpose};
use crate::launch::server::Program;
use crate::launch::{HOST, MachineId, MachineKind, Place};
use crate::value::only;

/// What nginx passes on to where nobody listens, while one server waits elsewhere.
pub struct Stray<'a> {
    /// What nginx passes on.
    pub link: &'a Link,
    /// The nginx that does.
    pub front: &'a Front,
    /// Where nobody listens.
    pub target: &'a Target,
    /// The server that was meant: the only one that nothing reaches.
    pub backend: &'a Backend,
    /// Where it listens for what nginx speaks; never empty.
    pub listeners: Vec<Listener>,
}

/// A socket in the file system that nginx asks for, by the name that its machine knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// The names differ.
    ByName,
    /// The name is the same, and the file systems are two.
    ByFileSystem,
}

impl Deployment {
    /// The strays of a deployment for visitors. There are none where anything is in doubt: a pass whose
    /// address is not known, a server that may listen elsewhere too, two servers that could be meant.
    pub fn strays<'a>(&'a self, topology: Topology<'_>) -> Vec<Stray<'a>> {
        if self.purpose != Purpose::Production || self.reaches_the_unknown() {
            return Vec::new();
        }
        let is_reached = |index: usize| {
            self.links.iter().any(|(_, link)| {
                matches!(&link.end, End::Listener(at, _) | End::OutOfReach(at, _) if *at == index)
            })
        };
        let waiting = (0..self.backends.len()).filter(|index| !is_reached(*index));
        let Some(meant) = only(waiting) else {
            return Vec::new();
        };
        let backend = &self.backends[meant];
        // Who types `runserver` does so on a machine of his own, and visitors' server is another one.
        if backend.program() == Program::Runserver {
            return Vec::new();
        }
        let is_placed = self
            .fronts
            .iter()
            .all(|front| self.is_placed(topology, front, backend));
        if !backend.listeners_are_known(topology) || !is_placed {
            return Vec::new();
        }
        let listeners = backend.listeners(topology);
        let strays: Vec<Stray<'a>> = self
            .links
            .iter()
            .filter_map(|(front, link)| {
                let End::Nobody(target) = &link.end else {
                    return None;
                };
                let may_be_there = listeners
                    .iter()
                    .any(|listener| may_be_one_volume(target, &listener.at));
                if may_be_there || may_be_heard(topology, target, &self.fronts[*front], backend) {
                    return None;
                }
                let understood: Vec<Listener> = listeners
                    .iter()
                    .filter(|listener| {
                        listener.is_certain
                            && listener.spoken.understands(link.protocol, link.tls) == Some(true)
                    })
                    .cloned()
                    .collect();
                (!understood.is_empty()).then(|| Stray {
                    link,
                    front: &self.fronts[*front],
                    target,
                    backend,
                    listeners: understood,
                })
            })
            .collect();
        // Requests that go to two places where nobody listens are of two applications.
        let one_target = strays
            .first()
            .is_some_and(|first| strays.iter().all(|stray| stray.target == first.target));
        let mut distinct: Vec<Stray<'a>> = Vec::new();
        for stray in strays {
            if !distinct
                .iter()
                .any(|other| other.link.place == stray.link.place)
            {
                distinct.push(stray);
            }
        }
        if one_target { distinct } else { Vec::new() }
    }

    /// Whether it is known on which machines nginx and a server run. What no compose file and no image
    /// names is taken to run on the host, which is a guess where containers are about.
    fn is_placed(&self, topology: Topology<'_>, front: &Front, backend: &Backend) -> bool {
        let launch = topology.launch();
        if launch.machines.len() == 1 {
            return true;
        }
        // `docker run` may mount anything into a container of an image, and give it any network.
        let is_image = |id| matches!(launch.machine(id).kind, MachineKind::Image(_));
        if front.machine != backend.machine
            && (is_image(front.machine) || is_image(backend.machine))
        {
            return false;
        }
        let backend_is_placed = backend.machine != HOST || backend.unit(topology).is_some();
        let front_is_placed = front.machine != HOST || !launch.has_nginx_container();
        backend_is_placed && front_is_placed
    }

    /// Whether something is passed on to an address that is not known.
    fn reaches_the_unknown(&self) -> bool {
        self.links
            .iter()
            .any(|(_, link)| matches!(link.end, End::Unknown(_)))
    }
}

/// Whether nginx and a server may mean one volume by two names: those of two compose files.
fn may_be_one_volume(target: &Target, at: &At) -> bool {
    match (target, at) {
        (Target::File(Place::Volume(asked, _)), At::File(_, Place::Volume(own, _))) => {
            asked != own && asked.may_be(own)
        }
        _ => false,
    }
}

/// Whether another container may listen there: one of an image that is not built here, which has the
/// port's network or the socket's volume.
fn may_be_heard(topology: Topology<'_>, target: &Target, front: &Front, backend: &Backend) -> bool {
    let launch = topology.launch();
    (1..launch.machines.len()).map(MachineId).any(|id| {
        let machine = launch.machine(id);
        if id == front.machine || id == backend.machine || machine.image.is_some() {
            return false;
        }
        match target {
            Target::Port { network, .. } => machine.network == Some(*network),
            Target::File(place) => machine.mounts.iter().any(|mounted| {
                let there = topology.place(id, &mounted.target);
                match (place, &there) {
                    (Place::Tree(path), Some(Place::Tree(mounted))) => path.starts_with(mounted),
                    (Place::Volume(volume, _), Some(Place::Volume(own, _))) => volume.may_be(own),
                    _ => false,
                }
            }),
        }
    })
}

impl Stray<'_> {
    /// For a socket in the file system: whether the server has one of the same name elsewhere.
    pub fn apart(&self) -> Option<Apart> {
        let Target::File(_) = self.target else {
            return None;
        };
        let crate::nginx::Address::UnixSocket(asked) = &self.link.address else {
            return None;
        };
        let same_name = self.listeners.iter().any(|listener| match &listener.at {
            At::File(Some(path), _) => {
                crate::launch::machine::canonical(path) == crate::launch::machine::canonical(asked)
            }
            _ => false,
        });
        Some(
            match same_name && self.front.machine != self.backend.machine {
                true => Apart::ByFileSystem,
                false => Apart::ByName,
            },
        )
    }

    /// For a port: the machine whose network nginx asks, and the port.
    pub fn port(&self) -> Option<(MachineId, u16)> {
        match self.target {
            Target::Port { network, port, .. } => Some((*network, *port)),
            Target::File(_) => None,
        }
    }

    /// What nginx calls the socket of a listener, where its machine has a name for it.
    pub fn name_for_nginx(&self, topology: Topology<'_>, listener: &Listener) -> Option<String> {
        match &listener.at {
            At::File(Some(path), place) => {
                let same = topology.place(self.front.machine, path);
                (same.as_ref() == Some(place)).then(|| format!("unix:{}", path.display()))
            }
            At::Port { port, .. } => {
                let service = topology.service(self.backend.machine);
                let host = match service {
                    Some(service) if self.front.machine != self.backend.machine => &service.name,
                    _ => "127.0.0.1",
                };
                Some(format!("{host}:{port}"))
            }
            _ => None,
        }
    }

    /// What the server would call the socket that nginx asks for, where its machine has a name for it.
    pub fn name_for_server(&self, topology: Topology<'_>) -> Option<String> {
        match (self.target, &self.link.address) {
            (Target::File(place), crate::nginx::Address::UnixSocket(asked)) => {
                let same = topology.place(self.backend.machine, asked);
                (same.as_ref() == Some(place)).then(|| Path::new(asked).display().to_string())
            }
            (Target::Port { port, network, .. }, _) => {
                let own = topology.machine(self.backend.machine).network;
                (own == Some(*network)).then(|| match self.front.machine == self.backend.machine {
                    true => format!("127.0.0.1:{port}"),
                    false => format!(":{port}"),
                })
            }
            _ => None,
        }
    }

    /// The lines to write, at one end or the other.
    pub fn help(&self, topology: Topology<'_>) -> Option<String> {
        let pass = self.front.pass(self.link);
        let nginx = self
            .listeners
            .iter()
            .find_map(|listener| self.name_for_nginx(topology, listener))
            .map(|name| {
                let word = match self.link.place == pass.argument(0)?.span() {
                    true => pass.name().into_owned(),
                    false => "server".to_owned(),
                };
                let scheme = match self.link.protocol {
                    crate::nginx::Protocol::Http if word == "proxy_pass" => "http://",
                    _ => "",
                };
                Some(format!("{word} {scheme}{name};"))
            })?;
        let server = self.listeners.first().and_then(|listener| {
            let name = self.name_for_server(topology)?;
            Some(format!("{} = {name}", listener.written_as))
        });
        match (nginx, server) {
            (Some(nginx), Some(server)) => Some(format!("in nginx: {nginx}\nor here: {server}")),
            (Some(nginx), None) => Some(nginx),
            (None, server) => server,
        }
    }
}

/// What arrives at a server that does not understand it.
pub struct Misunderstood<'a> {
    /// What nginx passes on.
    pub link: &'a Link,
    /// The nginx that does.
    pub front: &'a Front,
    /// Where it arrives.
    pub listener: &'a Listener,
    /// Whose that is.
    pub backend: &'a Backend,
}

impl Deployment {
    /// What arrives at servers that speak something else, each pass once. There are none where one of
    /// several servers at the place would understand it.
    pub fn misunderstood(&self) -> Vec<Misunderstood<'_>> {
        let mut all: Vec<Misunderstood<'_>> = Vec::new();
        for (front, link) in &self.links {
            let ends = self
                .links
                .iter()
                .filter(|(_, other)| other.place == link.place && other.pass == link.pass);
            let agree = ends.clone().all(|(_, other)| match &other.end {
                End::Listener(_, listener) => {
                    listener.is_certain
                        && listener.spoken.understands(link.protocol, link.tls) == Some(false)
                }
                _ => false,
            });
            let End::Listener(backend, listener) = &link.end else {
                continue;
            };
            let is_new = !all.iter().any(|known| {
                known.link.pass == link.pass && std::ptr::eq(known.front, &self.fronts[*front])
            });
            if agree && is_new {
                all.push(Misunderstood {
                    link,
                    front: &self.fronts[*front],
                    listener,
                    backend: &self.backends[*backend],
                });
            }
        }
        all
    }
}

/// How a place is called in a message.
pub fn shown(at: &At) -> String {
    match at {
        At::File(Some(path), _) => path.display().to_string(),
        At::File(None, Place::Tree(path)) => path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        At::File(None, _) => "a socket".to_owned(),
        At::Port { port, .. } => format!("port {port}"),
        At::Abstract(name) => format!("@{name}"),
        At::Unknown(_) => "somewhere".to_owned(),
    }
}
