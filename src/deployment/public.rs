//! Ports of application servers that more than nginx reaches.

use super::backend::{At, Backend, Bound, Listener, Spoken, is_loopback};
use super::front::{End, Link};
use super::{Deployment, Purpose};
use crate::launch::HOST;
use crate::launch::compose::Published;
use crate::nginx::Address;
use crate::workspace::Workspace;

/// A port that nginx asks, and that is open to everybody without need.
pub struct Public<'a> {
    /// The server.
    pub backend: &'a Backend,
    /// Where it listens.
    pub listener: &'a Listener,
    /// The port.
    pub port: u16,
    /// How nginx gets there.
    pub link: &'a Link,
    /// What opens it.
    pub opened_by: OpenedBy<'a>,
}

/// What opens a port to everybody.
pub enum OpenedBy<'a> {
    /// The server listens on every address of the host, and nginx asks on the loopback one.
    Listener,
    /// The compose file publishes it on every address.
    Published {
        /// The entry that does.
        entry: &'a Published,
        /// Whether nginx asks on the host's loopback address, and not within the network.
        from_host: bool,
    },
}

impl Deployment {
    /// The ports behind nginx that others reach too, although nginx would find them without that.
    pub fn public_ports<'a>(&'a self, workspace: &'a Workspace) -> Vec<Public<'a>> {
        if self.purpose != Purpose::Production {
            return Vec::new();
        }
        let links = self.links.iter();
        let found = links.filter_map(|(front, link)| self.public_port(workspace, *front, link));
        found.collect()
    }

    fn public_port<'a>(
        &'a self,
        workspace: &'a Workspace,
        front: usize,
        link: &'a Link,
    ) -> Option<Public<'a>> {
        let End::Listener(backend, listener) = &link.end else {
            return None;
        };
        let backend = &self.backends[*backend];
        let (
            Address::Tcp { host, .. },
            At::Port {
                bound,
                port,
                network,
            },
        ) = (&link.address, &listener.at)
        else {
            return None;
        };
        if *bound != Bound::Everywhere {
            return None;
        }
        let opened_by = match workspace.launch().service(backend.machine) {
            Some(service) => {
                let mut published = service.ports.iter().filter(|published| {
                    let address = published.address.as_deref().unwrap_or_default();
                    published.target == *port && Bound::of(address) == Bound::Everywhere
                });
                // Over HTTP a published port is a way past nginx, and many want it; over uwsgi
                // nobody can use it but who means harm.
                let published = published
                    .next()
                    .filter(|_| listener.spoken == Spoken::Uwsgi)?;
                let from_host = self.fronts[front].machine == HOST;
                if from_host && !is_loopback(host) {
                    return None;
                }
                OpenedBy::Published {
                    entry: published,
                    from_host,
                }
            }
            None if *network != Some(HOST) || !is_loopback(host) => return None,
            None if may_be_in_container(workspace, backend) => return None,
            None => OpenedBy::Listener,
        };
        Some(Public {
            backend,
            listener,
            port: *port,
            link,
            opened_by,
        })
    }
}

/// Whether a server runs in a container. What nothing here starts may run in one of those that are here.
fn may_be_in_container(workspace: &Workspace, backend: &Backend) -> bool {
    let instance = backend.instance();
    instance.is_none_or(|instance| workspace.is_in_container(instance))
        || (backend.process.is_none() && workspace.launch().machines.len() > 1)
}
