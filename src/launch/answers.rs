//! What starts things, where, and what is started: the questions.

use std::path::Path;

use super::compose::{self, Service};
use super::image::Dockerfile;
use super::machine::{HOST, Machine, MachineId, MachineKind, VolumeName};
use super::process::Process;
use super::supervisor::Program;
use super::unit::Unit;
use super::word::Word;
use super::{server, started};
use crate::files::Files;
use crate::finding::Undecided;
use crate::host::Existence;
use crate::source::Span;
use crate::value::{Unknown, only};
use crate::workspace::Workspace;

/// What starts things, where, and what is started.
pub struct Launch {
    /// The machines, the host first.
    pub machines: Vec<Machine>,
    /// Everything that is started.
    pub processes: Vec<Process>,
    /// The compose projects.
    pub projects: Vec<compose::Project>,
    /// The Dockerfiles.
    pub images: Vec<Dockerfile>,
    /// The units of systemd.
    pub units: Vec<Unit>,
    /// The programs of supervisord.
    pub programs: Vec<Program>,
}

impl Launch {
    /// Reads everything that starts something.
    pub(crate) fn read(workspace: &Workspace) -> Self {
        started::read(workspace)
    }

    /// The machine of that id.
    pub fn machine(&self, id: MachineId) -> &Machine {
        &self.machines[id.0]
    }

    /// The compose service that a machine is.
    pub fn service(&self, id: MachineId) -> Option<&Service> {
        match self.machine(id).kind {
            MachineKind::Service { project, service } => {
                self.projects.get(project)?.services.get(service)
            }
            _ => None,
        }
    }

    /// The Dockerfile at a path.
    pub fn image_at(&self, path: &Path) -> Option<&Dockerfile> {
        self.images.iter().find(|image| image.file.path() == path)
    }

    /// The Dockerfile that a machine is made from, where it is here.
    pub fn dockerfile(&self, id: MachineId) -> Option<&Dockerfile> {
        match self.machine(id).kind {
            MachineKind::Host => None,
            MachineKind::Image(image) => self.images.get(image),
            MachineKind::Service { .. } => {
                self.image_at(self.service(id)?.build.as_ref()?.dockerfile.as_deref()?)
            }
        }
    }

    /// The only container that has a file of the tree.
    pub fn container_with(&self, local: &Path) -> Option<MachineId> {
        only((1..self.machines.len()).filter(|at| !self.machines[*at].names_of(local).is_empty()))
            .map(MachineId)
    }

    /// The compose project that a machine belongs to.
    pub fn project_of(&self, id: MachineId) -> Option<usize> {
        match self.machine(id).kind {
            MachineKind::Service { project, .. } => Some(project),
            _ => None,
        }
    }

    /// Which volume a compose project means by a name; nothing where that is not known.
    pub fn volume_name(&self, project: usize, name: &str) -> Option<VolumeName> {
        let volumes = &self.projects.get(project)?.volumes;
        let Some(volume) = volumes.iter().find(|volume| volume.name == name) else {
            return Some(VolumeName::OfProject(project, name.to_owned()));
        };
        Some(match (&volume.given_name, volume.is_external) {
            (Some(given), _) => VolumeName::Docker(given.text()?.to_owned()),
            (None, true) => VolumeName::Docker(name.to_owned()),
            (None, false) => VolumeName::OfProject(project, name.to_owned()),
        })
    }

    /// What a person calls a machine.
    pub fn name_of(&self, id: MachineId) -> String {
        match self.machine(id).kind {
            MachineKind::Host => "the host".to_owned(),
            MachineKind::Service { .. } => self.service(id).map_or_else(String::new, |service| {
                format!("the service {}", service.name)
            }),
            MachineKind::Image(image) => self.images.get(image).map_or_else(String::new, |image| {
                format!("the image of {}", image.file.name())
            }),
        }
    }

    /// Whether a path of a machine is there, and where it is in the tree. `from` is a file that is
    /// deployed to the same machine.
    pub fn locate(&self, files: &Files, machine: MachineId, path: &Path, from: &Path) -> Existence {
        let own = self.machine(machine).locate(files.tree(), path);
        match own {
            Existence::NotInThisTree if machine == HOST => files.locate(path, from),
            other => other,
        }
    }

    /// Whether a path is there for all of some containers, and where it is in the tree. Where they
    /// differ it is not known; where they say nothing, the host may.
    pub fn locate_on_all(
        &self,
        files: &Files,
        machines: &[MachineId],
        path: &Path,
        from: &Path,
    ) -> Existence {
        let mut answers = machines
            .iter()
            .map(|machine| self.locate(files, *machine, path, from));
        match answers.next() {
            Some(first) if first != Existence::NotInThisTree => {
                match answers.all(|other| other == first) {
                    true => first,
                    false => Existence::NotInThisTree,
                }
            }
            _ => files.locate(path, from),
        }
    }

    /// The containers whose nginx reads a file: those that have it where nginx looks for its
    /// configuration, or that start nginx.
    pub fn nginx_machines(&self, file: &Path) -> Vec<MachineId> {
        let machines = (1..self.machines.len()).map(MachineId);
        let reads = |machine: &MachineId| {
            let names = self.machine(*machine).names_of(file);
            let starts_nginx = || {
                self.processes.iter().any(|process| {
                    process.machine == *machine && process.runs(server::Program::Nginx)
                })
            };
            names.iter().any(|name| is_nginx_directory(name))
                || (!names.is_empty() && starts_nginx())
        };
        machines.filter(reads).collect()
    }

    /// Whether a container may run nginx: by the name of its image, or by what it starts.
    pub fn has_nginx_container(&self) -> bool {
        let by_name = |word: &Option<Word>| {
            let text = word.as_ref().and_then(Word::text);
            text.is_none_or(|text| text.contains("nginx") || text.contains("openresty"))
        };
        let named = (1..self.machines.len()).any(|index| {
            let machine = &self.machines[index];
            let image = self
                .service(MachineId(index))
                .and_then(|service| service.image.clone());
            match (&machine.image, image) {
                (Some(built), _) => by_name(&built.base),
                (None, Some(image)) => by_name(&Some(image)),
                (None, None) => true,
            }
        });
        named
            || self
                .processes
                .iter()
                .any(|process| process.machine != HOST && process.runs(server::Program::Nginx))
    }

    /// Compose files of which nothing could be read, and why. A template is read by what fills it in.
    pub fn unreadable(&self, files: &Files) -> Vec<(Span, String)> {
        let without_services = self
            .projects
            .iter()
            .filter(|project| project.services.is_empty());
        without_services
            .filter_map(|project| {
                let opening = project.openings.first()?;
                let place = opening.place?;
                let source = files.get(place.file);
                let is_template = memchr::memmem::find(source.bytes(), b"{%").is_some()
                    || memchr::memmem::find(source.bytes(), b"{{").is_some();
                // The first words are enough to point at.
                let start = place.range().start;
                let place = source.span(start..place.range().end.min(start + 80));
                (!is_template).then(|| (place, opening.why.clone()))
            })
            .collect()
    }

    /// What stayed open about what starts the servers.
    pub fn undecided(&self) -> Vec<Undecided> {
        let of = |what: String, unknown: &Unknown| Undecided {
            what,
            why: unknown.why.clone(),
            place: unknown.place,
        };
        let mut all = Vec::new();
        for project in &self.projects {
            all.extend(
                project
                    .openings
                    .iter()
                    .map(|unknown| of(project.label(), unknown)),
            );
            for service in &project.services {
                let what = format!("the service {}", service.name);
                all.extend(
                    service
                        .openings
                        .iter()
                        .map(|unknown| of(what.clone(), unknown)),
                );
            }
        }
        let servers = self
            .processes
            .iter()
            .filter(|process| process.server.is_some());
        for process in servers {
            let program = process.command.program().unwrap_or("a server");
            let what = format!("the environment of {program}");
            let openings = process.environment.openings.iter();
            all.extend(openings.map(|unknown| of(what.clone(), unknown)));
        }
        all
    }

    /// The socket units that hand their sockets to a service, each with its index.
    pub fn sockets_of<'a>(&'a self, service: &'a str) -> impl Iterator<Item = (usize, &'a Unit)> {
        let units = self.units.iter().enumerate();
        units.filter(move |(_, unit)| unit.service.as_deref() == Some(service))
    }
}

/// Where nginx and its images look for configuration.
fn is_nginx_directory(path: &Path) -> bool {
    const DIRECTORIES: &[&str] = &[
        "/etc/nginx",
        "/usr/local/nginx/conf",
        "/usr/local/etc/nginx",
        "/usr/local/openresty/nginx/conf",
        "/opt/bitnami/nginx/conf",
        "/opt/bitnami/openresty/nginx/conf",
    ];
    DIRECTORIES
        .iter()
        .any(|directory| path.starts_with(directory))
}
