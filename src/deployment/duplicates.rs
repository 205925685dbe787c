//! Two instances that listen at one place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::backend::{At, Backend, Bound, Listener};
use super::purpose::{self, Use};
use super::topology::Topology;
use crate::launch::{MachineId, Place, Starter};
use crate::workspace::Workspace;

/// What is started together: alternatives to choose from are not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Together {
    /// The units of one directory.
    Units(PathBuf),
    /// The programs of one file of supervisord's.
    Programs(PathBuf),
    /// The services of a compose project.
    Services(usize),
    /// The vassals of an emperor, or the applications of Debian's package.
    Directory(PathBuf),
}

/// What only one can have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    File(Place),
    Port(MachineId, u16),
}

impl Workspace {
    /// Listeners of two uWSGI instances that are started together and ask for one place, each pair once.
    pub fn duplicate_listeners(&self) -> Vec<(Listener, Listener)> {
        let topology = self.topology();
        let mut taken: BTreeMap<(Together, Key), (usize, Listener)> = BTreeMap::new();
        let mut found = Vec::new();
        for (index, backend) in self.backends().iter().enumerate() {
            if backend.instance().is_none() {
                continue;
            }
            let Some(together) = self.started_with(topology, backend) else {
                continue;
            };
            for listener in backend.listeners(topology) {
                let key = match &listener.at {
                    At::File(_, place) => Key::File(place.clone()),
                    At::Port {
                        network: Some(network),
                        bound: Bound::Everywhere | Bound::Loopback,
                        port,
                    } => Key::Port(*network, *port),
                    _ => continue,
                };
                if !listener.is_certain {
                    continue;
                }
                match taken.get(&(together.clone(), key.clone())) {
                    Some((other, first)) if *other != index && first.span != listener.span => {
                        found.push((first.clone(), listener));
                    }
                    Some(_) => {}
                    None => {
                        taken.insert((together.clone(), key), (index, listener));
                    }
                }
            }
        }
        found
    }

    fn started_with(&self, topology: Topology<'_>, backend: &Backend) -> Option<Together> {
        let launch = topology.launch();
        let instance = backend.instance()?;
        let is_for_visitors =
            |path: &std::path::Path| purpose::of(&self.below_start(path)) == Use::Production;
        if !is_for_visitors(instance.root_file().path()) {
            return None;
        }
        let directory = |path: &std::path::Path| path.parent().map(std::path::Path::to_owned);
        let Some(process) = backend.process(topology) else {
            let path = instance.root_file().path();
            let read = instance.is_vassal() || instance.is_enabled_debian_app();
            return read
                .then(|| directory(path))
                .flatten()
                .map(Together::Directory);
        };
        if !process.command.is_certain {
            return None;
        }
        match process.starter {
            Starter::Unit(unit) => {
                let path = launch.units.get(unit)?.file.path();
                is_for_visitors(path)
                    .then(|| directory(path))
                    .flatten()
                    .map(Together::Units)
            }
            Starter::Program(program) => {
                let path = launch.programs.get(program)?.file.path().to_owned();
                is_for_visitors(&path).then_some(Together::Programs(path))
            }
            Starter::Service(project, service) => {
                let service = launch.projects.get(project)?.services.get(service)?;
                service
                    .profiles
                    .is_empty()
                    .then_some(Together::Services(project))
            }
            Starter::Image(_) | Starter::Procfile | Starter::Script => None,
        }
    }
}
