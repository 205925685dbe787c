//! What belongs together: by an equal endpoint, else only where each side is the only one of its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::projects::{self, Found};
use super::purpose::{self, Use};
use super::{Deployment, Purpose, endpoint};
use crate::launch;
use crate::nginx::Configuration;
use crate::source::SourceFile;
use crate::uwsgi::Instance;
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

    fn root(&self, mut part: usize) -> usize {
        while self.parent[part] != part {
            part = self.parent[part];
        }
        part
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other)] = one.min(other);
    }
}

/// A part of a deployment, as an index into what the workspace has of its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Site(usize),
    Instance(usize),
    Project(usize),
}

pub(crate) fn join(workspace: &Workspace) -> Vec<Deployment> {
    let projects = projects::find(workspace);
    let mut deployments = joined(workspace, &projects, Use::Production);
    deployments.extend(joined(workspace, &projects, Use::Development));
    number_equal_names(&mut deployments);
    deployments
}

/// The deployments whose servers are for `purpose`. Projects take part on both sides:
/// one project may have a configuration for visitors and another for its developers.
fn joined(workspace: &Workspace, projects: &[Found], wanted: Use) -> Vec<Deployment> {
    let use_of = |file: &SourceFile| purpose::of(&workspace.below_start(file.path()));
    let mut parts: Vec<Part> = Vec::new();
    for (index, site) in workspace.configurations().iter().enumerate() {
        if site.servers().next().is_some() && use_of(site.root_file()) == wanted {
            parts.push(Part::Site(index));
        }
    }
    for (index, instance) in workspace.instances().iter().enumerate() {
        if instance.is_application() && use_of(instance.root_file()) == wanted {
            parts.push(Part::Instance(index));
        }
    }
    for (index, found) in projects.iter().enumerate() {
        let used = purpose::of(&workspace.below_start(&found.project.directory));
        if used == wanted || (used == Use::Production && wanted == Use::Development) {
            parts.push(Part::Project(index));
        }
    }
    let mut groups = Groups::new(parts.len());
    for (one, first) in parts.iter().enumerate() {
        for (other, second) in parts.iter().enumerate().skip(one + 1) {
            if belong_together(workspace, projects, *first, *second) {
                groups.join(one, other);
            }
        }
    }
    join_the_only_ones(workspace, &parts, &mut groups);

    let mut members: BTreeMap<usize, Vec<Part>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        members.entry(groups.root(index)).or_default().push(*part);
    }
    let gunicorn = launch::gunicorn(workspace).is_some();
    members
        .into_values()
        .map(|members| deployment(workspace, projects, &members, wanted, gunicorn))
        // A project that nothing serves was seen on the other side.
        .filter(|deployment| {
            wanted == Use::Production
                || !deployment.sites.is_empty()
                || !deployment.instances.is_empty()
        })
        .collect()
}

fn belong_together(workspace: &Workspace, projects: &[Found], one: Part, other: Part) -> bool {
    match (one, other) {
        (Part::Site(site), Part::Instance(instance)) => talks_to(
            &workspace.configurations()[site],
            &workspace.instances()[instance],
        ),
        (Part::Instance(instance), Part::Project(project)) => {
            projects[project].instance == Some(instance)
        }
        _ => false,
    }
}

/// Whether one of nginx's passes ends at one of the instance's sockets.
fn talks_to(site: &Configuration, instance: &Instance) -> bool {
    let sockets = instance.sockets();
    site.passes()
        .flat_map(|pass| site.endpoints(&pass))
        .any(|asked| {
            sockets
                .iter()
                .filter_map(|socket| socket.address.get())
                .any(|listening| endpoint::meet(&asked.address, listening))
        })
}

/// Pairs what found no partner by an endpoint, where there is just one of each kind.
fn join_the_only_ones(workspace: &Workspace, parts: &[Part], groups: &mut Groups) {
    let of = |accept: &dyn Fn(Part) -> bool| -> Vec<usize> {
        (0..parts.len())
            .filter(|index| accept(parts[*index]))
            .collect()
    };
    let sites = of(
        &|part| matches!(part, Part::Site(site) if workspace.configurations()[site].passes().next().is_some()),
    );
    let instances = of(&|part| matches!(part, Part::Instance(_)));
    let projects = of(&|part| matches!(part, Part::Project(_)));
    if let ([instance], [project]) = (instances.as_slice(), projects.as_slice()) {
        groups.join(*instance, *project);
    }
    match (sites.as_slice(), instances.as_slice(), projects.as_slice()) {
        ([site], [instance], _) => groups.join(*site, *instance),
        ([site], [], [project]) => groups.join(*site, *project),
        _ => {}
    }
}

fn deployment(
    workspace: &Workspace,
    projects: &[Found],
    members: &[Part],
    wanted: Use,
    gunicorn: bool,
) -> Deployment {
    let mut deployment = Deployment {
        name: String::new(),
        purpose: Purpose::Development,
        sites: Vec::new(),
        instances: Vec::new(),
        projects: Vec::new(),
    };
    for member in members {
        match member {
            Part::Site(site) => deployment
                .sites
                .push(Arc::clone(&workspace.configurations()[*site])),
            Part::Instance(instance) => deployment
                .instances
                .push(Arc::clone(&workspace.instances()[*instance])),
            Part::Project(project) => deployment.projects.push(projects[*project].project.clone()),
        }
    }
    let served = !deployment.sites.is_empty() || !deployment.instances.is_empty() || gunicorn;
    if served && wanted == Use::Production {
        deployment.purpose = Purpose::Production;
    }
    deployment.name = name(workspace, &deployment);
    deployment
}

/// What a person would call it: the project's directory, else the file that starts or serves it.
fn name(workspace: &Workspace, deployment: &Deployment) -> String {
    let within = |file: &SourceFile| workspace.within_project(file.path());
    let name = match (
        deployment.projects.first(),
        deployment.instances.first(),
        deployment.sites.first(),
    ) {
        (Some(project), _, _) => workspace.within_project(&project.directory),
        (None, Some(instance), _) => within(instance.root_file()),
        (None, None, Some(site)) => within(site.root_file()),
        (None, None, None) => String::new(),
    };
    if name.is_empty() {
        ".".to_owned()
    } else {
        name
    }
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
