//! The containers of compose projects, and of images that no compose file builds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Reader;
use super::Setting;
use super::follow::{hands_over, inside, is_not_here};
use crate::host::PathMap;
use crate::launch::compose::Service;
use crate::launch::machine::{HOST, Machine, MachineId, MachineKind};
use crate::launch::process::Starter;
use crate::launch::word::{Environment, Invocation, Word};
use crate::launch::{image, shell};
use crate::source::Span;
use crate::tree::normalize;
use crate::value::Unknown;

impl Reader<'_> {
    pub(super) fn services(&mut self) {
        for project in 0..self.launch.projects.len() {
            let first = self.launch.machines.len();
            for service in 0..self.launch.projects[project].services.len() {
                let machine = self.machine_of(project, service, first);
                self.launch.machines.push(machine);
            }
            self.share_volumes(project, first);
            for service in 0..self.launch.projects[project].services.len() {
                self.start_service(project, service, MachineId(first + service));
            }
        }
    }

    fn machine_of(&self, project_index: usize, service_index: usize, first: usize) -> Machine {
        let project = &self.launch.projects[project_index];
        let service = &project.services[service_index];
        let mut machine = Machine {
            kind: MachineKind::Service {
                project: project_index,
                service: service_index,
            },
            paths: PathMap::new(),
            mounts: Vec::new(),
            shares_unknown: false,
            image: None,
            network: Some(MachineId(first + service_index)),
        };
        if let Some(mode) = &service.network_mode {
            machine.network = match mode.text() {
                Some("bridge" | "default" | "none") => machine.network,
                Some("host") => Some(HOST),
                Some(other) => other.strip_prefix("service:").and_then(|name| {
                    let at = project
                        .services
                        .iter()
                        .position(|other| other.name == name)?;
                    Some(MachineId(first + at))
                }),
                None => None,
            };
        }
        machine.add_mounts(&service.mounts, MachineId(first + service_index));
        if let Some(build) = &service.build {
            let dockerfile = build.dockerfile.as_deref();
            let parsed = dockerfile.and_then(|path| self.launch.image_at(path));
            let target = build.target.as_ref().map(Word::text);
            if let (Some(parsed), None | Some(Some(_))) = (parsed, target) {
                machine.image = parsed.build(target.flatten(), &build.arguments);
            }
            machine.add_copies(build.context.as_deref(), self.files.tree());
        }
        machine
    }

    /// Gives services the volumes of those that their `volumes_from` names, and of those in turn.
    fn share_volumes(&mut self, project: usize, first: usize) {
        let services = &self.launch.projects[project].services;
        for (index, service) in services.iter().enumerate() {
            let mut waiting: Vec<&Word> = service.volumes_from.iter().collect();
            let mut seen = vec![index];
            while let Some(word) = waiting.pop() {
                // `web:ro` is web's; `container:web` is of another project.
                let name = word
                    .text()
                    .map(|text| text.split(':').next().unwrap_or(text));
                let is_named = |other: &Service| Some(other.name.as_str()) == name;
                let Some(at) = services.iter().position(is_named) else {
                    self.launch.machines[first + index].shares_unknown = true;
                    continue;
                };
                if seen.contains(&at) {
                    continue;
                }
                seen.push(at);
                waiting.extend(&services[at].volumes_from);
                let other = &self.launch.machines[first + at];
                let shared = other.shared_volumes(MachineId(first + at));
                let is_known = other.image.is_some();
                let machine = &mut self.launch.machines[first + index];
                machine.share(shared);
                machine.shares_unknown |= !is_known;
            }
        }
    }

    fn start_service(&mut self, project: usize, service_index: usize, machine: MachineId) {
        let service = &self.launch.projects[project].services[service_index];
        let image = self.launch.machines[machine.0].image.as_ref();
        if let Some(dockerfile) = service
            .build
            .as_ref()
            .and_then(|build| build.dockerfile.clone())
        {
            self.followed.insert(dockerfile);
        }
        let environment = match image {
            Some(image) => image.environment.clone(),
            None => Environment {
                variables: Vec::new(),
                openings: vec![Unknown::at(
                    service.name_span,
                    "what its image sets is not known",
                )],
            },
        };
        let working_directory = service
            .working_directory
            .as_ref()
            .or_else(|| image.and_then(|image| image.working_directory.as_ref()));
        let (image_user, image_group) = image
            .and_then(|image| image.user.clone())
            .map_or((None, None), |(user, group)| (Some(user), group));
        let setting = Setting {
            machine,
            starter: Starter::Service(project, service_index),
            directory: working_directory.and_then(Word::text).map(PathBuf::from),
            environment: environment.with(&service.environment),
            user: service.user.clone().or(image_user),
            group: image_group.filter(|_| service.user.is_none()),
        };
        let entrypoint = match &service.entrypoint {
            Some((own, span)) => Some((own.clone(), *span)),
            None => image.and_then(|image| image.entrypoint.clone()),
        };
        let command = match (&service.command, &service.entrypoint) {
            (Some((own, span)), _) => Some((own.clone(), *span)),
            // An entrypoint of the service's own drops the image's command.
            (None, Some(_)) => None,
            (None, None) => image.and_then(|image| image.cmd.clone()),
        };
        self.invoke(entrypoint, command, &setting);
    }

    /// The images that no compose file builds: `docker run` does.
    pub(super) fn images(&mut self) {
        for index in 0..self.launch.images.len() {
            let file = Arc::clone(&self.launch.images[index].file);
            if self.followed.contains(file.path()) {
                continue;
            }
            let built = self.launch.images[index].build(None, &[]);
            let id = MachineId(self.launch.machines.len());
            let mut machine = Machine {
                kind: MachineKind::Image(index),
                paths: PathMap::new(),
                mounts: Vec::new(),
                shares_unknown: false,
                image: built,
                network: Some(id),
            };
            machine.add_copies(self.context_of(index).as_deref(), self.files.tree());
            let image = machine.image.clone();
            self.launch.machines.push(machine);
            let Some(image) = image else {
                continue;
            };
            let (user, group) = image
                .user
                .map_or((None, None), |(user, group)| (Some(user), group));
            let setting = Setting {
                machine: id,
                starter: Starter::Image(index),
                directory: image
                    .working_directory
                    .as_ref()
                    .and_then(Word::text)
                    .map(PathBuf::from),
                environment: image.environment,
                user,
                group,
            };
            self.invoke(image.entrypoint, image.cmd, &setting);
        }
    }

    /// The build context of an image that nothing says it of: the nearest directory from which all
    /// that it copies is there.
    fn context_of(&self, index: usize) -> Option<PathBuf> {
        let dockerfile = &self.launch.images[index];
        let tree = self.files.tree();
        let sources: Vec<&str> = dockerfile
            .stages
            .iter()
            .flat_map(|stage| &stage.steps)
            .filter_map(|step| match step {
                image::Step::Copy(copy) if copy.from.is_none() => Some(&copy.sources),
                _ => None,
            })
            .flatten()
            .filter_map(Word::text)
            .filter(|source| !source.contains("://"))
            .take(100)
            .collect();
        dockerfile
            .file
            .path()
            .ancestors()
            .skip(1)
            .take(4)
            .take_while(|directory| tree.is_inside(directory))
            .find(|directory| {
                sources.iter().all(|source| {
                    let path = normalize(directory, Path::new(source.trim_start_matches('/')));
                    tree.stat(&path).is_ok()
                })
            })
            .map(Path::to_owned)
    }

    /// What a container runs: its entrypoint, with its command behind it.
    fn invoke(
        &mut self,
        entrypoint: Option<(Invocation, Span)>,
        command: Option<(Invocation, Span)>,
        setting: &Setting,
    ) {
        let handed: Vec<Word> = match &command {
            Some((Invocation::Exec(words), _)) => words.clone(),
            _ => Vec::new(),
        };
        match entrypoint {
            Some((Invocation::Exec(words), span)) if !words.is_empty() => {
                let source = self.files.get(span.file);
                for found in shell::run(&source, words.clone(), span) {
                    let own = inside(&found, setting);
                    if let Some(script) = self.script_of(&found, &own) {
                        let runs_command = hands_over(&script);
                        self.follow(&script, &own, 0);
                        if runs_command {
                            self.run_command(command.as_ref(), setting);
                        }
                    } else if is_not_here(&found) {
                        // A script of the base image, which ends in `exec "$@"` more often than not.
                        self.run_command(command.as_ref(), setting);
                    } else {
                        let mut found = found;
                        found.words.extend(handed.iter().cloned());
                        self.start(found, setting, 0);
                    }
                }
            }
            Some((Invocation::Shell(commands), _)) => {
                for found in commands {
                    self.start(found, setting, 0);
                }
            }
            _ => self.run_command(command.as_ref(), setting),
        }
    }

    fn run_command(&mut self, command: Option<&(Invocation, Span)>, setting: &Setting) {
        match command {
            Some((Invocation::Exec(words), span)) => {
                let source = self.files.get(span.file);
                for found in shell::run(&source, words.clone(), *span) {
                    self.start(found, setting, 0);
                }
            }
            Some((Invocation::Shell(commands), _)) => {
                for found in commands.clone() {
                    self.start(found, setting, 0);
                }
            }
            None => {}
        }
    }
}
