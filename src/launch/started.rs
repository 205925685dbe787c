//! Everything that is started, put together from units, compose files, images, supervisord and scripts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::compose::{self, Service};
use super::image::{self, Dockerfile};
use super::machine::{HOST, Machine, MachineId, MachineKind};
use super::process::{Process, Starter};
use super::supervisor::{self, Program};
use super::unit::{self, Unit};
use super::word::{Command, Environment, Invocation, Variable, Word};
use super::{script, server, shell};
use crate::discover::Kind;
use crate::files::Files;
use crate::finding::Undecided;
use crate::host::{Completeness, Existence, PathMap};
use crate::source::{SourceFile, Span};
use crate::tree::normalize;
use crate::value::Unknown;
use crate::workspace::Workspace;

/// Scripts that call scripts are followed so far.
const MAX_DEPTH: usize = 8;
/// More processes than this are no deployment.
const MAX_PROCESSES: usize = 5_000;

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
        let files = workspace.files();
        let inventory = workspace.inventory();
        let open = |path: &Path| files.open(path).ok();
        let compose: Vec<&Path> = inventory.of(Kind::Compose).collect();
        let units = inventory.of(Kind::Unit);
        let images = inventory.of(Kind::Dockerfile).filter_map(open);
        let programs = inventory.of(Kind::Supervisor).filter_map(open);
        let mut reader = Reader {
            workspace,
            files,
            followed: BTreeSet::new(),
            launch: Self {
                machines: vec![Machine::host(host_paths(workspace))],
                processes: Vec::new(),
                projects: compose::projects(files, &compose),
                images: images.map(|source| image::parse(&source)).collect(),
                units: units.filter_map(|path| unit::load(files, path)).collect(),
                programs: programs
                    .flat_map(|source| supervisor::programs(files, &source))
                    .collect(),
            },
        };
        reader.services();
        reader.images();
        reader.units();
        reader.programs();
        reader.by_hand();
        reader.launch
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

    /// The compose project that a machine belongs to.
    pub fn project_of(&self, id: MachineId) -> Option<usize> {
        match self.machine(id).kind {
            MachineKind::Service { project, .. } => Some(project),
            _ => None,
        }
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
}

/// What is known of the host's paths before anything is read: `--root`, and what the configuration says.
fn host_paths(workspace: &Workspace) -> PathMap {
    let mut paths = workspace.files().paths().clone();
    for (deployed, local) in &workspace.input().deployed_paths {
        paths.add(deployed, local, Completeness::Source);
    }
    paths
}

struct Reader<'a> {
    workspace: &'a Workspace,
    files: &'a Files,
    /// Files of the tree that something runs: nobody runs them by hand.
    followed: BTreeSet<PathBuf>,
    launch: Launch,
}

/// What a command is started with.
#[derive(Clone)]
struct Setting {
    machine: MachineId,
    starter: Starter,
    directory: Option<PathBuf>,
    environment: Environment,
    user: Option<Word>,
    group: Option<Word>,
}

impl Reader<'_> {
    fn services(&mut self) {
        for project in 0..self.launch.projects.len() {
            let first = self.launch.machines.len();
            for service in 0..self.launch.projects[project].services.len() {
                let machine = self.machine_of(project, service, first);
                self.launch.machines.push(machine);
            }
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
        machine.add_mounts(&service.mounts);
        if let Some(build) = &service.build {
            let dockerfile = build.dockerfile.as_deref();
            let parsed = self
                .launch
                .images
                .iter()
                .find(|image| Some(image.file.path()) == dockerfile);
            let target = build.target.as_ref().map(Word::text);
            if let (Some(parsed), None | Some(Some(_))) = (parsed, target) {
                machine.image = parsed.build(target.flatten(), &build.arguments);
            }
            machine.add_copies(build.context.as_deref(), self.files.tree());
        }
        machine
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
        let mut environment = match image {
            Some(image) => image.environment.clone(),
            None => Environment {
                variables: Vec::new(),
                openings: vec![Unknown::at(
                    service.name_span,
                    "what its image sets is not known",
                )],
            },
        };
        environment
            .variables
            .extend(service.environment.variables.iter().cloned());
        environment
            .openings
            .extend(service.environment.openings.iter().cloned());
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
            environment,
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
    fn images(&mut self) {
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
                    let script = self.script_of(&found, setting);
                    if let Some(script) = script {
                        let runs_command = hands_over(&script);
                        self.follow(&script, setting, 0);
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

    fn units(&mut self) {
        for index in 0..self.launch.units.len() {
            let unit = &self.launch.units[index];
            let setting = Setting {
                machine: HOST,
                starter: Starter::Unit(index),
                directory: unit
                    .working_directory
                    .as_ref()
                    .and_then(Word::text)
                    .map(|directory| PathBuf::from(directory.trim_start_matches('-'))),
                environment: unit.environment.clone(),
                user: unit.user.clone(),
                group: unit.group.clone(),
            };
            let commands: Vec<Command> = unit
                .exec_start
                .iter()
                .flat_map(|exec| exec.commands.iter().cloned())
                .collect();
            for command in commands {
                self.start(command, &setting, 0);
            }
        }
    }

    /// supervisord's programs run where supervisord does: in the one container whose files they are
    /// among, else on the host.
    fn programs(&mut self) {
        for index in 0..self.launch.programs.len() {
            let program = &self.launch.programs[index];
            let machine = self.container_with(program.file.path()).unwrap_or(HOST);
            let mut environment = Environment::default();
            if let Some(service) = self.launch.service(machine) {
                environment = service.environment.clone();
            }
            environment
                .variables
                .extend(program.environment.variables.iter().cloned());
            environment
                .openings
                .extend(program.environment.openings.iter().cloned());
            let setting = Setting {
                machine,
                starter: Starter::Program(index),
                directory: program
                    .directory
                    .as_ref()
                    .and_then(Word::text)
                    .map(PathBuf::from),
                environment,
                user: program.user.clone(),
                group: None,
            };
            let commands = program.commands.clone();
            for command in commands {
                self.start(command, &setting, 0);
            }
        }
    }

    /// The only container that has a file of the tree.
    fn container_with(&self, local: &Path) -> Option<MachineId> {
        let mut having = (1..self.launch.machines.len())
            .filter(|index| !self.launch.machines[*index].names_of(local).is_empty());
        match (having.next(), having.next()) {
            (Some(only), None) => Some(MachineId(only)),
            _ => None,
        }
    }

    /// What people run by hand: scripts that nothing else runs, Makefiles, Procfiles.
    fn by_hand(&mut self) {
        let inventory = self.workspace.inventory();
        let setting = |starter| Setting {
            machine: HOST,
            starter,
            directory: None,
            environment: Environment::default(),
            user: None,
            group: None,
        };
        let open = |kind: Kind| -> Vec<Arc<SourceFile>> {
            inventory
                .of(kind)
                .filter_map(|path| self.files.open(path).ok())
                .collect()
        };
        let (scripts, makefiles, procfiles) = (
            open(Kind::Script),
            open(Kind::Makefile),
            open(Kind::Procfile),
        );
        for source in scripts {
            if self.followed.contains(source.path()) {
                continue;
            }
            let environment = script::exported(&source);
            for command in script::shell(&source) {
                let mut setting = setting(Starter::Script);
                setting.environment = environment.clone();
                self.start(command, &setting, MAX_DEPTH);
            }
        }
        for source in makefiles {
            for command in script::makefile(&source) {
                self.start(command, &setting(Starter::Script), MAX_DEPTH);
            }
        }
        for source in procfiles {
            for entry in script::procfile(&source) {
                for command in entry.commands {
                    self.start(command, &setting(Starter::Procfile), 0);
                }
            }
        }
    }

    /// One command: a script of the tree is followed, everything else is a process.
    fn start(&mut self, command: Command, setting: &Setting, depth: usize) {
        if self.launch.processes.len() >= MAX_PROCESSES {
            return;
        }
        if depth < MAX_DEPTH
            && let Some(script) = self.script_of(&command, setting)
        {
            return self.follow(&script, &inside(&command, setting), depth + 1);
        }
        let setting = inside(&command, setting);
        let directory = setting.directory.clone();
        let resolve = |path: &str| {
            let path = normalize(directory.as_deref()?, Path::new(path));
            let here = self
                .launch
                .machine(setting.machine)
                .locate(self.files.tree(), &path);
            here.path().map(Path::to_owned)
        };
        let server = server::server(self.files, &command, &setting.environment, &resolve);
        self.launch.processes.push(Process {
            machine: setting.machine,
            starter: setting.starter,
            user: command.user.clone().or(setting.user),
            group: setting.group,
            directory: setting.directory,
            environment: setting.environment,
            command,
            server,
        });
    }

    /// The script of the tree that a command runs: `./start.sh`, `sh /app/start.sh`.
    fn script_of(&self, command: &Command, setting: &Setting) -> Option<Arc<SourceFile>> {
        const SHELLS: &[&str] = &["sh", "bash", "dash", "ash"];
        let program = command.program()?;
        let script = if SHELLS.contains(&program) {
            command
                .words
                .iter()
                .skip(1)
                .find(|word| word.text().is_some_and(|text| !text.starts_with('-')))?
        } else {
            command.words.first()?
        };
        let path = script.text()?;
        let is_path = path.contains('/') || SHELLS.contains(&program);
        if !is_path {
            return None;
        }
        let directory = inside(command, setting).directory;
        let deployed = match (&directory, path.starts_with('/')) {
            (_, true) => PathBuf::from(path),
            (Some(directory), false) => normalize(directory, Path::new(path)),
            (None, false) => return None,
        };
        let machine = self.launch.machine(setting.machine);
        let local = machine
            .locate(self.files.tree(), &deployed)
            .path()?
            .to_owned();
        let source = self.files.open(&local).ok()?;
        let is_script = source.name().ends_with(".sh") || source.bytes().starts_with(b"#!");
        (is_script && script::is_for_a_shell(&source)).then_some(source)
    }

    fn follow(&mut self, script: &Arc<SourceFile>, setting: &Setting, depth: usize) {
        self.followed.insert(script.path().to_owned());
        let mut setting = setting.clone();
        let exported = script::exported(script);
        setting.environment.variables.extend(exported.variables);
        setting.environment.openings.extend(exported.openings);
        for command in script::shell(script) {
            self.start(command, &setting, depth + 1);
        }
    }
}

/// The surroundings of a command after its own `cd`, `A=b` and `sudo -u`.
fn inside(command: &Command, setting: &Setting) -> Setting {
    let mut setting = setting.clone();
    if let Some(directory) = &command.directory {
        setting.directory = match (directory.text(), &setting.directory) {
            (Some(path), _) if path.starts_with('/') => {
                Some(normalize(Path::new("/"), Path::new(path)))
            }
            (Some(path), Some(base)) => Some(normalize(base, Path::new(path))),
            _ => None,
        };
    }
    setting.directory = setting
        .directory
        .filter(|directory| directory.is_absolute());
    let variables: Vec<Variable> = command.variables.clone();
    setting.environment.variables.extend(variables);
    setting
}

/// Whether a script runs the command that it is handed: `exec "$@"`.
fn hands_over(script: &SourceFile) -> bool {
    memchr::memmem::find(script.bytes(), b"\"$@\"").is_some()
        || memchr::memmem::find(script.bytes(), b"$*").is_some()
}

/// Whether a command is a script that the tree does not have: its name ends like one, or says so.
fn is_not_here(command: &Command) -> bool {
    let Some(program) = command.program() else {
        return true;
    };
    program.ends_with(".sh") || program.contains("entrypoint") || program.contains("entry-point")
}

impl Launch {
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
            || self.processes.iter().any(|process| {
                let server = process.server.as_ref();
                process.machine != HOST
                    && server.is_some_and(|server| server.program == server::Program::Nginx)
            })
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

    /// The socket units that hand their sockets to a service.
    pub fn sockets_of<'a>(&'a self, service: &'a str) -> impl Iterator<Item = &'a Unit> {
        self.units
            .iter()
            .filter(move |unit| unit.service.as_deref() == Some(service))
    }
}
