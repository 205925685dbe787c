//! What belongs together: as the configuration says, by an equal endpoint, by the compose project
//! that starts both, else only where each side is the only one of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::backend::{At, Backend, Bound};
use super::front::{End, Front, Link, Listeners};
use super::projects::{self, Found};
use super::purpose::{self, Use};
use super::reached::Reached;
use super::topology::Topology;
use super::{Deployment, Purpose};
use crate::launch::server::Program;
use crate::launch::{HOST, MachineId};
use crate::nginx;
use crate::source::SourceFile;
use crate::value::only;
use crate::workspace::Workspace;

/// Sets of parts that belong together, as a forest of indices.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count).collect(),
        }
    }

    fn root(&mut self, part: usize) -> usize {
        let mut root = part;
        while self.parent[root] != root {
            root = self.parent[root];
        }
        let mut part = part;
        while self.parent[part] != root {
            part = std::mem::replace(&mut self.parent[part], root);
        }
        root
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other)] = one.min(other);
    }
}

/// A part of a deployment, as an index into what there is of its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Front(usize),
    Backend(usize),
    Project(usize),
}

/// Everything that takes part.
pub(super) struct Parts<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) launch: Topology<'a>,
    pub(super) fronts: &'a [Front],
    pub(super) backends: &'a [Backend],
    pub(super) projects: Vec<Found>,
    /// For each front, where what it passes on arrives.
    links: Vec<Vec<Link>>,
    /// What each backend is for.
    pub(super) uses: OnceLock<Vec<Use>>,
}

pub(crate) fn join(workspace: &Workspace) -> Vec<Deployment> {
    let launch = workspace.topology();
    let fronts = workspace.fronts();
    let backends = workspace.backends();
    let listeners = Listeners::of(launch, backends);
    let parts = Parts {
        workspace,
        launch,
        fronts,
        backends,
        projects: projects::find(workspace),
        links: fronts
            .iter()
            .map(|front| front.links(launch, &listeners))
            .collect(),
        uses: OnceLock::new(),
    };
    let mut deployments = parts.joined(Use::Production);
    deployments.extend(parts.joined(Use::Development));
    number_equal_names(&mut deployments);
    deployments
}

impl Parts<'_> {
    /// The deployments whose servers are for `wanted`. Projects take part on both sides: one
    /// project may have a configuration for visitors and another for its developers.
    fn joined(&self, wanted: Use) -> Vec<Deployment> {
        let mut parts: Vec<Part> = Vec::new();
        for (index, front) in self.fronts.iter().enumerate() {
            if front.nginx.servers().next().is_some() && self.use_of_front(index) == wanted {
                parts.push(Part::Front(index));
            }
        }
        for (index, backend) in self.backends.iter().enumerate() {
            let serves = backend
                .instance()
                .is_none_or(|instance| instance.is_application());
            if serves && self.use_of_backend(index) == wanted {
                parts.push(Part::Backend(index));
            }
        }
        for (index, found) in self.projects.iter().enumerate() {
            let by_names = purpose::of(&self.workspace.below_start(&found.project.directory));
            let used = self.use_of(Part::Project(index), by_names);
            let backend = found.backend.map(|backend| self.use_of_backend(backend));
            let belongs = used == wanted || (used == Use::Production && wanted == Use::Development);
            if belongs && backend.is_none_or(|backend| backend == wanted) {
                parts.push(Part::Project(index));
            }
        }
        let at: BTreeMap<Part, usize> = parts
            .iter()
            .enumerate()
            .map(|(at, part)| (*part, at))
            .collect();
        let mut groups = Groups::new(parts.len());
        self.join_declared(&parts, &mut groups);
        self.join_by_endpoint(&at, &mut groups);
        self.join_by_backend(&at, &mut groups);
        self.join_the_only_ones(&parts, &mut groups);

        let mut members: BTreeMap<usize, Vec<Part>> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            let root = groups.root(index);
            members.entry(root).or_default().push(*part);
        }
        members
            .into_values()
            .map(|members| self.deployment(&members, wanted))
            // A project that nothing serves was seen on the other side.
            .filter(|deployment| {
                wanted == Use::Production
                    || !deployment.sites.is_empty()
                    || !deployment.backends.is_empty()
            })
            .collect()
    }

    /// What the configuration says to belong together does.
    fn join_declared(&self, parts: &[Part], groups: &mut Groups) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, part) in parts.iter().enumerate() {
            if let Some(declared) = self.declared(*part) {
                groups.join(*first.entry(&declared.name).or_insert(index), index);
            }
        }
    }

    /// Whether the configuration says that two parts do not belong together.
    fn is_kept_apart(&self, one: Part, other: Part) -> bool {
        match (self.declared(one), self.declared(other)) {
            (Some(one), Some(other)) => one.name != other.name,
            _ => false,
        }
    }

    fn join_by_endpoint(&self, at: &BTreeMap<Part, usize>, groups: &mut Groups) {
        for (front, links) in self.links.iter().enumerate() {
            let Some(one) = at.get(&Part::Front(front)) else {
                continue;
            };
            for link in links {
                let backend = match &link.end {
                    End::Listener(backend, _) | End::OutOfReach(backend, _) => Some(*backend),
                    End::Unknown(_) => self.perhaps(&self.fronts[front], link),
                    End::Nobody(_) | End::NoSuchName(_) => None,
                };
                let part = backend.map(Part::Backend);
                let part = part.filter(|part| !self.is_kept_apart(Part::Front(front), *part));
                if let Some(other) = part.and_then(|part| at.get(&part)) {
                    groups.join(*one, *other);
                }
            }
        }
    }

    /// The only backend that has the port that nginx asks for by a name that is not known: `app:8000`
    /// in a configuration that nothing here puts into a container.
    fn perhaps(&self, front: &Front, link: &Link) -> Option<usize> {
        let nginx::Address::Tcp { port, .. } = &link.address else {
            return None;
        };
        if front.machine != HOST {
            return None;
        }
        let having = self.backends.iter().filter(|backend| {
            backend.listeners(self.launch).iter().any(|listener| {
                matches!(&listener.at, At::Port { bound: Bound::Everywhere, port: own, .. } if own == port)
            })
        });
        only(having).map(|backend| backend.id)
    }

    fn join_by_backend(&self, at: &BTreeMap<Part, usize>, groups: &mut Groups) {
        for (project, found) in self.projects.iter().enumerate() {
            let one = at.get(&Part::Project(project));
            let part = found.backend.map(Part::Backend);
            let part = part.filter(|part| !self.is_kept_apart(Part::Project(project), *part));
            let other = part.and_then(|part| at.get(&part));
            if let (Some(one), Some(other)) = (one, other) {
                groups.join(*one, *other);
            }
        }
    }

    /// Pairs what found no partner by an endpoint, where there is just one of each kind: in a compose
    /// project first, then of all.
    fn join_the_only_ones(&self, parts: &[Part], groups: &mut Groups) {
        for project in 0..self.launch.projects.len() {
            let is_inside = |machine: MachineId| self.launch.project_of(machine) == Some(project);
            let inside: Vec<usize> = (0..parts.len())
                .filter(|index| match parts[*index] {
                    Part::Front(front) => is_inside(self.fronts[front].machine),
                    Part::Backend(backend) => is_inside(self.backends[backend].machine),
                    Part::Project(_) => false,
                })
                .collect();
            self.join_if_alone(parts, &inside, groups);
        }
        let all: Vec<usize> = (0..parts.len()).collect();
        self.join_if_alone(parts, &all, groups);
    }

    fn join_if_alone(&self, parts: &[Part], among: &[usize], groups: &mut Groups) {
        // What was declared has its partners already.
        let of = |accept: &dyn Fn(Part) -> bool| -> Vec<usize> {
            among
                .iter()
                .copied()
                .filter(|index| accept(parts[*index]) && self.declared(parts[*index]).is_none())
                .collect()
        };
        let fronts = of(
            &|part| matches!(part, Part::Front(front) if self.fronts[front].nginx.passes().next().is_some()),
        );
        // What something starts stands before what lies about: dead configurations are common.
        let is_started = |backend: usize| {
            let process = self.backends[backend].process(self.launch);
            process.is_some_and(|process| !process.is_by_hand())
        };
        let mut backends =
            of(&|part| matches!(part, Part::Backend(backend) if is_started(backend)));
        if backends.is_empty() {
            backends = of(&|part| matches!(part, Part::Backend(_)));
        }
        let projects = of(&|part| matches!(part, Part::Project(_)));
        if let ([backend], [project]) = (backends.as_slice(), projects.as_slice()) {
            groups.join(*backend, *project);
        }
        match (fronts.as_slice(), backends.as_slice(), projects.as_slice()) {
            ([front], [backend], _) => groups.join(*front, *backend),
            ([front], [], [project]) => groups.join(*front, *project),
            _ => {}
        }
    }

    fn deployment(&self, members: &[Part], wanted: Use) -> Deployment {
        let mut deployment = Deployment {
            name: String::new(),
            purpose: Purpose::Development,
            sites: Vec::new(),
            instances: Vec::new(),
            projects: Vec::new(),
            fronts: Vec::new(),
            backends: Vec::new(),
            links: Vec::new(),
            reached: Reached::default(),
        };
        let mut own: BTreeMap<usize, usize> = BTreeMap::new();
        for member in members {
            match member {
                Part::Front(_) => {}
                Part::Backend(index) => {
                    own.insert(*index, deployment.backends.len());
                    let backend = self.backends[*index].clone();
                    if let Some(instance) = backend.instance() {
                        deployment.instances.push(Arc::clone(instance));
                    }
                    deployment.backends.push(backend);
                }
                Part::Project(_) => {}
            }
        }
        for member in members {
            let Part::Project(index) = member else {
                continue;
            };
            let found = &self.projects[*index];
            let backend = found.backend.and_then(|backend| own.get(&backend));
            let mut known = deployment.projects.iter_mut();
            match known.find(|other| other.is_same(&found.project)) {
                Some(project) => project.backends.extend(backend),
                None => {
                    let mut project = found.project.clone();
                    project.backends.extend(backend);
                    deployment.projects.push(project);
                }
            }
        }
        for member in members {
            let Part::Front(index) = member else {
                continue;
            };
            let front = &self.fronts[*index];
            if !deployment.has_site(&front.nginx) {
                deployment.sites.push(Arc::clone(&front.nginx));
            }
            let own_ends: BTreeSet<_> = self.links[*index]
                .iter()
                .filter(|link| {
                    matches!(link.end, End::Listener(backend, _) if own.contains_key(&backend))
                })
                .map(|link| (link.pass, link.place))
                .collect();
            // Where a server for visitors listens, the developers' on the same port of the same machine
            // changes nothing if it would not understand nginx any better.
            let is_beside = |link: &Link| match &link.end {
                End::Listener(backend, listener) => {
                    !own.contains_key(backend)
                        && own_ends.contains(&(link.pass, link.place))
                        && listener.spoken.understands(link.protocol, link.tls) == Some(false)
                }
                _ => false,
            };
            let links = self.links[*index].iter().filter(|link| !is_beside(link));
            let links = links.map(|link| {
                let mut link = link.clone();
                link.end = match link.end {
                    End::Listener(backend, listener) => match own.get(&backend) {
                        Some(own) => End::Listener(*own, listener),
                        None => elsewhere(link.place),
                    },
                    End::OutOfReach(backend, listener) => match own.get(&backend) {
                        Some(own) => End::OutOfReach(*own, listener),
                        None => elsewhere(link.place),
                    },
                    other => other,
                };
                (deployment.fronts.len(), link)
            });
            let links: Vec<(usize, Link)> = links.collect();
            deployment.links.extend(links);
            deployment.fronts.push(front.clone());
        }
        let served = !deployment.sites.is_empty()
            || deployment
                .backends
                .iter()
                .any(|backend| matches!(backend.program(), Program::Uwsgi | Program::Gunicorn));
        if served && wanted == Use::Production {
            deployment.purpose = Purpose::Production;
        }
        let declared = members.iter().find_map(|part| self.declared(*part));
        deployment.name = match declared {
            Some(declared) => declared.name.clone(),
            None => self.name(&deployment),
        };
        deployment
    }

    /// What a person would call it: the project's directory, else the file that starts or serves it.
    fn name(&self, deployment: &Deployment) -> String {
        let within = |file: &SourceFile| self.workspace.within_project(file.path());
        let name = match (
            deployment.projects.first(),
            deployment.backends.first(),
            deployment.sites.first(),
        ) {
            (Some(project), _, _) => self.workspace.within_project(&project.directory),
            (None, Some(backend), _) => within(&self.workspace.files().get(backend.span().file)),
            (None, None, Some(site)) => within(site.root_file()),
            (None, None, None) => String::new(),
        };
        if name.is_empty() {
            ".".to_owned()
        } else {
            name
        }
    }
}

fn elsewhere(place: crate::source::Span) -> End {
    End::Unknown(crate::value::Unknown::at(
        place,
        "a server that is not for visitors listens there",
    ))
}

fn number_equal_names(deployments: &mut [Deployment]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for deployment in deployments {
        let count = seen.entry(deployment.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            deployment.name = format!("{} ({count})", deployment.name);
        }
    }
}
