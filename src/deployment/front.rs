//! An nginx configuration on the machine that runs it, and where what it passes on arrives.

use std::sync::Arc;

use super::backend::{At, Backend, Bound, Listener, is_loopback};
use super::topology::Topology;
use crate::launch::{HOST, Launch, MachineId, Place};
use crate::nginx::{self, Configuration, Endpoint, Node, NodeId, Pass};
use crate::source::Span;
use crate::value::Unknown;

/// An nginx configuration on a machine.
#[derive(Clone)]
pub struct Front {
    /// What nginx reads.
    pub nginx: Arc<Configuration>,
    /// Where it runs.
    pub machine: MachineId,
}

/// One address that one directive passes requests to, and what is there.
#[derive(Clone, Debug)]
pub struct Link {
    /// The `uwsgi_pass` or `proxy_pass`.
    pub pass: NodeId,
    /// What is spoken.
    pub protocol: nginx::Protocol,
    /// Whether it is spoken over TLS.
    pub tls: bool,
    /// The word that names the address: in the pass, or in the upstream.
    pub place: Span,
    /// The address, as it is written.
    pub address: nginx::Address,
    /// What is there.
    pub end: End,
}

/// Where a link ends. Backends are indices into the list that was asked.
#[derive(Clone, Debug)]
pub enum End {
    /// This listener of this backend.
    Listener(usize, Box<Listener>),
    /// This listener has the port, but is bound to an address that nginx does not reach.
    OutOfReach(usize, Box<Listener>),
    /// A file or a port where nobody of those asked listens.
    Nobody(Target),
    /// A name that no service of the compose project has.
    NoSuchName(String),
    /// Not known.
    Unknown(Unknown),
}

/// A place that nginx connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A socket in the file system.
    File(Place),
    /// A port of a machine.
    Port {
        /// Whose network.
        network: MachineId,
        /// The port.
        port: u16,
        /// Whether nginx asks for it by a name that only means the machine itself.
        by_loopback: bool,
        /// The address, where it is asked by one.
        address: Option<String>,
    },
}

/// What an address means on a machine.
enum Meaning {
    Targets(Vec<Target>),
    NoSuchName(String),
    Unknown(Unknown),
}

impl Front {
    /// Where everything that it passes on arrives among `backends`.
    pub fn links(&self, launch: Topology<'_>, backends: &Listeners) -> Vec<Link> {
        self.nginx
            .passes()
            .flat_map(|pass| {
                self.nginx
                    .endpoints(&pass)
                    .into_iter()
                    .map(move |endpoint| (pass.clone(), endpoint))
            })
            .flat_map(|(pass, endpoint)| self.link(launch, backends, &pass, &endpoint))
            .collect()
    }

    fn link(
        &self,
        launch: Topology<'_>,
        backends: &Listeners,
        pass: &Pass<'_>,
        endpoint: &Endpoint,
    ) -> Vec<Link> {
        let link = |end| Link {
            pass: pass.node.id(),
            protocol: pass.protocol,
            tls: pass.tls,
            place: endpoint.place,
            address: endpoint.address.clone(),
            end,
        };
        match self.meaning(launch, endpoint) {
            Meaning::Unknown(unknown) => vec![link(End::Unknown(unknown))],
            Meaning::NoSuchName(name) => vec![link(End::NoSuchName(name))],
            Meaning::Targets(targets) => targets
                .into_iter()
                .flat_map(|target| backends.at(&target))
                .map(link)
                .collect(),
        }
    }

    fn meaning(&self, launch: Topology<'_>, endpoint: &Endpoint) -> Meaning {
        let unknown = |why: &str| Meaning::Unknown(Unknown::at(endpoint.place, why));
        match &endpoint.address {
            nginx::Address::UnixSocket(path) if !path.is_absolute() => {
                unknown("it is relative to the directory that nginx was started in")
            }
            nginx::Address::UnixSocket(path) => match launch.place(self.machine, path) {
                Some(place) => Meaning::Targets(vec![Target::File(place)]),
                None => unknown("what is mounted there is not known"),
            },
            nginx::Address::Tcp { host, port } => self.port(launch, endpoint, host, *port),
            nginx::Address::Upstream(_) => unknown("only nginx's resolver knows the name"),
            nginx::Address::Unknown(unknown) => Meaning::Unknown(unknown.clone()),
        }
    }

    fn port(&self, launch: Topology<'_>, endpoint: &Endpoint, host: &str, port: u16) -> Meaning {
        let unknown = |why: &str| Meaning::Unknown(Unknown::at(endpoint.place, why));
        let machine = launch.machine(self.machine);
        let Some(network) = machine.network else {
            return unknown("the network of its container is not known");
        };
        if is_loopback(host) || host == "0.0.0.0" {
            let mut targets = vec![Target::Port {
                network,
                port,
                by_loopback: true,
                address: Some(host.to_owned()),
            }];
            if network == HOST {
                targets.extend(launch.published(port));
            }
            return Meaning::Targets(targets);
        }
        if host.eq_ignore_ascii_case("host.docker.internal") {
            let mut targets = vec![Target::Port {
                network: HOST,
                port,
                by_loopback: false,
                address: None,
            }];
            targets.extend(launch.published(port));
            return Meaning::Targets(targets);
        }
        match launch.named(self.machine, host) {
            Named::Machines(machines) => Meaning::Targets(
                machines
                    .into_iter()
                    .filter_map(|machine| {
                        Some(Target::Port {
                            network: launch.machine(machine).network?,
                            port,
                            by_loopback: false,
                            address: None,
                        })
                    })
                    .collect(),
            ),
            Named::Nothing => Meaning::NoSuchName(host.to_owned()),
            // Another address of this machine may be written out; the listener's word for it decides.
            Named::Unknown if host.parse::<std::net::IpAddr>().is_ok() && network == HOST => {
                Meaning::Targets(vec![Target::Port {
                    network,
                    port,
                    by_loopback: false,
                    address: Some(host.to_ascii_lowercase()),
                }])
            }
            Named::Unknown => unknown("which machine has this name is not known"),
        }
    }

    /// The directive that a link is of.
    pub fn pass(&self, link: &Link) -> Node<'_> {
        self.nginx.node(link.pass)
    }
}

/// What a name means to a machine.
pub enum Named {
    /// These machines.
    Machines(Vec<MachineId>),
    /// Nothing: the project is known, and no service has it.
    Nothing,
    /// Not known.
    Unknown,
}

impl Launch {
    /// What is behind a port of the host that compose services publish.
    pub fn published(&self, port: u16) -> Vec<Target> {
        let mut targets = Vec::new();
        for (index, machine) in self.machines.iter().enumerate() {
            let Some(service) = self.service(MachineId(index)) else {
                continue;
            };
            let Some(network) = machine.network else {
                continue;
            };
            for published in &service.ports {
                if published.published.as_ref().and_then(|own| own.get()) == Some(&port) {
                    targets.push(Target::Port {
                        network,
                        port: published.target,
                        by_loopback: false,
                        address: None,
                    });
                }
            }
        }
        targets
    }

    /// What a host name means to a machine.
    pub fn named(&self, machine: MachineId, name: &str) -> Named {
        let Some(project_index) = self.project_of(machine) else {
            return Named::Unknown;
        };
        let Some(project) = self.projects.get(project_index) else {
            return Named::Unknown;
        };
        let Some(asking) = self.service(machine) else {
            return Named::Unknown;
        };
        let is = |one: &str| one.eq_ignore_ascii_case(name);
        let linked = asking.links.iter().find(|(_, alias)| is(alias));
        let mut found = Vec::new();
        let mut is_elsewhere = false;
        for (index, other) in project.services.iter().enumerate() {
            let word = |word: &Option<crate::launch::word::Word>| {
                word.as_ref().and_then(|word| word.text()).is_some_and(is)
            };
            let alias = other
                .networks
                .iter()
                .any(|network| network.aliases.iter().any(|alias| is(alias)));
            let has_name = is(&other.name)
                || word(&other.container_name)
                || word(&other.hostname)
                || alias
                || linked.is_some_and(|(service, _)| *service == other.name);
            if !has_name {
                continue;
            }
            if share_a_network(asking, other) || linked.is_some() {
                found.extend(self.machine_of(project_index, index));
            } else {
                is_elsewhere = true;
            }
        }
        if !found.is_empty() {
            return Named::Machines(found);
        }
        // A file that is only run together with another one lacks that one's services.
        let is_of_another = self
            .projects
            .iter()
            .flat_map(|project| &project.services)
            .any(|service| is(&service.name));
        let names_are_known = project.openings.is_empty()
            && !is_of_another
            && asking.openings.is_empty()
            && asking.network_mode.is_none()
            && !asking.reaches_beyond
            && !name.contains('.');
        // On another network of the project, one that is not written out may join them.
        match names_are_known && !is_elsewhere {
            true => Named::Nothing,
            false => Named::Unknown,
        }
    }

    /// The machine of a service.
    pub fn machine_of(&self, project: usize, service: usize) -> Option<MachineId> {
        use crate::launch::MachineKind;
        let wanted = MachineKind::Service { project, service };
        let at = self
            .machines
            .iter()
            .position(|machine| machine.kind == wanted)?;
        Some(MachineId(at))
    }
}

/// Whether two services see each other.
fn share_a_network(
    one: &crate::launch::compose::Service,
    other: &crate::launch::compose::Service,
) -> bool {
    let default = || vec!["default".to_owned()];
    let names = |service: &crate::launch::compose::Service| -> Vec<String> {
        if service.networks.is_empty() {
            default()
        } else {
            service
                .networks
                .iter()
                .map(|network| network.name.clone())
                .collect()
        }
    };
    let theirs = names(other);
    names(one).iter().any(|name| theirs.contains(name))
}

/// Every listener of some backends, to be asked by place.
pub struct Listeners {
    all: Vec<(usize, Listener)>,
    files: std::collections::BTreeMap<Place, Vec<usize>>,
    ports: std::collections::BTreeMap<u16, Vec<usize>>,
}

impl Listeners {
    /// The listeners of these backends.
    pub fn of(launch: Topology<'_>, backends: &[Backend]) -> Self {
        let mut listeners = Self {
            all: Vec::new(),
            files: Default::default(),
            ports: Default::default(),
        };
        for (index, backend) in backends.iter().enumerate() {
            for listener in backend.listeners(launch) {
                let at = listeners.all.len();
                match &listener.at {
                    At::File(_, place) => {
                        listeners.files.entry(place.clone()).or_default().push(at);
                    }
                    At::Port { port, .. } => listeners.ports.entry(*port).or_default().push(at),
                    At::Abstract(_) | At::Unknown(_) => {}
                }
                listeners.all.push((index, listener));
            }
        }
        listeners
    }

    /// Each with the index of its backend.
    pub fn all(&self) -> &[(usize, Listener)] {
        &self.all
    }

    /// What is at a place.
    fn at(&self, target: &Target) -> Vec<End> {
        let found: Vec<End> = match target {
            Target::File(place) => {
                let at = self.files.get(place).into_iter().flatten();
                at.map(|at| {
                    let (backend, listener) = &self.all[*at];
                    End::Listener(*backend, Box::new(listener.clone()))
                })
                .collect()
            }
            Target::Port { port, .. } => {
                let at = self.ports.get(port).into_iter().flatten();
                at.filter_map(|at| {
                    let (backend, listener) = &self.all[*at];
                    met(target, *backend, listener)
                })
                .collect()
            }
        };
        if found.is_empty() {
            return vec![End::Nobody(target.clone())];
        }
        found
    }
}

/// What a listener on the same port is to nginx, if it is anything.
fn met(target: &Target, backend: usize, listener: &Listener) -> Option<End> {
    let (
        Target::Port {
            network: asked,
            by_loopback,
            address,
            ..
        },
        At::Port { network, bound, .. },
    ) = (target, &listener.at)
    else {
        return None;
    };
    let listener_box = || Box::new(listener.clone());
    match network {
        Some(network) if network != asked => return None,
        None => {
            return Some(End::Unknown(Unknown::at(
                listener.span,
                "the network of its container is not known",
            )));
        }
        Some(_) => {}
    }
    Some(match bound {
        Bound::Everywhere => End::Listener(backend, listener_box()),
        Bound::Loopback if *by_loopback => End::Listener(backend, listener_box()),
        Bound::Loopback => End::OutOfReach(backend, listener_box()),
        Bound::Address(bound) => {
            if address.as_deref() == Some(bound.as_str()) {
                End::Listener(backend, listener_box())
            } else {
                End::Unknown(Unknown::at(
                    listener.span,
                    "whether nginx reaches this address is not known",
                ))
            }
        }
    })
}
