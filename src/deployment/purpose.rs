//! Who a part of a deployment is for: as the configuration says, else by the names of files and
//! directories, and by what stands beside them.

use std::path::{Path, PathBuf};

use super::Purpose;
use super::backend::Backend;
use super::declared::{self, Declared};
use super::join::{Part, Parts};
use crate::discover::Kind;
use crate::django::SETTINGS_MODULE;
use crate::launch::{MachineId, MachineKind, Starter};
use crate::nginx::Node;
use crate::parallel;
use crate::source::SourceFile;
use crate::uwsgi::Instance;
use crate::value::only;
use crate::workspace::Workspace;

/// What a part is for, by its path within what is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Nothing says otherwise.
    Production,
    /// Named for development or tests.
    Development,
    /// Documentation, or a choice of alternatives: it belongs to no deployment.
    Example,
}

pub(super) fn of(path: &str) -> Use {
    const DEVELOPMENT: &[&str] = &[
        "dev",
        "devel",
        "develop",
        "development",
        "local",
        "test",
        "tests",
        "testing",
    ];
    const EXAMPLE: &[&str] = &[
        "contrib", "example", "examples", "sample", "samples", "docs", "doc", "demo",
    ];
    let path = path.to_ascii_lowercase();
    // The file system's own names say nothing.
    let path = path.replace("usr/local", "usr").replace("localhost", "");
    let words = || path.split(|character: char| !character.is_ascii_alphanumeric());
    if words().any(|word| EXAMPLE.contains(&word)) {
        Use::Example
    } else if words().any(|word| DEVELOPMENT.contains(&word)) {
        Use::Development
    } else {
        Use::Production
    }
}

/// Whether a path of the deployed machine says that it is a developer's: Vagrant shares a checkout with it there,
/// or it is a home of macOS.
fn is_of_a_developer(path: &Path) -> bool {
    const HOMES: [&str; 3] = ["/vagrant", "/home/vagrant", "/Users"];
    HOMES.iter().any(|home| path.starts_with(home))
}

/// Whether a file's name says that it is the one for production.
pub(super) fn is_named_production(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| matches!(word, "prod" | "production" | "live" | "deploy" | "release"))
}

/// Whether a settings module's name says that visitors see what it makes: that of production, or of
/// a rehearsal for it.
pub(super) fn is_for_visitors(module: &str) -> bool {
    let module = module.to_ascii_lowercase();
    let last = module.rsplit('.').next().unwrap_or(&module);
    is_named_production(last)
        || last
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| matches!(word, "stage" | "staging" | "preprod"))
}

impl Workspace {
    /// Whether visitors may depend on how an instance runs. Not on that of a deployment for
    /// developers, not on a command line that a Makefile or
    /// a script holds for somebody to type, and not on a file that nothing starts where something
    /// else is started to serve: it was left behind.
    pub fn is_put_to_use(&self, instance: &Instance) -> bool {
        if self.is_for_developers(instance) {
            return false;
        }
        let topology = self.topology();
        let Some(backend) = self.backend_of(instance) else {
            return true;
        };
        match backend.process(topology) {
            Some(process) => {
                let is_all = process.command.span.file == instance.root_file().id();
                !(process.is_by_hand() && is_all)
            }
            None => !self.starts_a_server(),
        }
    }

    /// Whether visitors may depend on it, and the machine that it runs on is more than its container.
    pub fn is_put_to_use_on_a_host(&self, instance: &Instance) -> bool {
        !self.is_in_container(instance) && self.is_put_to_use(instance)
    }
}

impl Parts<'_> {
    pub(super) fn use_of_file(&self, file: &SourceFile) -> Use {
        of(&self.workspace.below_start(file.path()))
    }

    /// What a machine is for, by the names of what starts it.
    fn use_of_machine(&self, machine: MachineId) -> Use {
        match self.launch.machine(machine).kind {
            MachineKind::Host => Use::Production,
            MachineKind::Image(image) => self.use_of_file(&self.launch.images[image].file),
            MachineKind::Service { project, .. } => {
                let started = &self.launch.projects[project];
                let files = started.files.iter().map(|file| self.use_of_file(file));
                let by_name = files.max().unwrap_or(Use::Production);
                let in_profile = self.launch.service(machine).is_some_and(|service| {
                    let mut profiles = service.profiles.iter().filter_map(|word| word.text());
                    profiles.any(|profile| of(profile) == Use::Development)
                });
                if in_profile
                    || self.has_a_production_sibling(project)
                    || self.passes_over_production_settings(project)
                {
                    by_name.max(Use::Development)
                } else {
                    by_name
                }
            }
        }
    }

    /// Whether another compose file says by its name or its directory's that it is the one for
    /// production, and this one does not: `prod.yml` beside it, or `deploy/docker-compose.yml`.
    fn has_a_production_sibling(&self, project: usize) -> bool {
        let named = |project: usize| {
            let mut files = self.launch.projects[project].files.iter();
            files.any(|file| is_named_production(&self.workspace.below_start(file.path())))
        };
        let mut projects = 0..self.launch.projects.len();
        !named(project) && projects.any(|other| named(other) && self.may_serve(other))
    }

    /// Whether a compose file names settings, and others stand beside them that are called the ones
    /// for production: then it is not what is deployed, whatever else it starts.
    fn passes_over_production_settings(&self, project: usize) -> bool {
        let started = &self.launch.projects[project];
        let mut files = started.files.iter();
        if files.any(|file| is_named_production(&self.workspace.below_start(file.path()))) {
            return false;
        }
        let named = started.services.iter().filter_map(|service| {
            let variable = service.environment.get(SETTINGS_MODULE)?;
            variable.value.text()
        });
        let mut others = named.filter(|module| !is_for_visitors(module));
        others.any(|module| self.stands_beside_production_settings(module))
    }

    fn stands_beside_production_settings(&self, module: &str) -> bool {
        const NAMES: [&str; 3] = ["production.py", "prod.py", "live.py"];
        let relative = PathBuf::from(module.replace('.', "/")).with_extension("py");
        let settings = self.workspace.inventory().of(Kind::Settings);
        let directory = only(settings.filter(|path| path.ends_with(&relative)));
        let tree = self.workspace.files().tree();
        directory.and_then(Path::parent).is_some_and(|directory| {
            let mut names = NAMES.iter();
            names.any(|name| tree.stat(&directory.join(name)).is_ok())
        })
    }

    /// Whether a compose project may start a server of ours: what an image does that is not built
    /// here is not known.
    fn may_serve(&self, project: usize) -> bool {
        let is_inside = |machine: MachineId| self.launch.project_of(machine) == Some(project);
        let mut machines = (0..self.launch.machines.len()).map(MachineId);
        machines.any(|id| is_inside(id) && self.launch.machine(id).image.is_none())
            || self.fronts.iter().any(|front| is_inside(front.machine))
            || self
                .backends
                .iter()
                .any(|backend| is_inside(backend.machine))
    }

    /// The declared deployment that a part belongs to.
    pub(super) fn declared(&self, part: Part) -> Option<&Declared> {
        let all = &self.workspace.input().declared;
        let of = |path: &Path| declared::of(all, path);
        let index = match part {
            Part::Front(front) => of(self.fronts[front].nginx.root_file().path()),
            Part::Backend(backend) => {
                let backend = &self.backends[backend];
                let started_by = || {
                    let process = backend.process(self.launch)?;
                    of(self.workspace.files().get(process.command.span.file).path())
                };
                let instance = backend.instance();
                instance
                    .and_then(|instance| of(instance.root_file().path()))
                    .or_else(started_by)
            }
            Part::Project(project) => {
                let project = &self.projects[project].project;
                of(project.settings.source().path()).or_else(|| of(&project.directory))
            }
        };
        all.get(index?)
    }

    /// What the configuration says a part is for, or else what names say. What was declared is no example.
    pub(super) fn use_of(&self, part: Part, by_names: Use) -> Use {
        match self.declared(part).map(|declared| declared.purpose) {
            Some(Some(Purpose::Production)) => Use::Production,
            Some(Some(Purpose::Development)) => Use::Development,
            Some(None) if by_names == Use::Example => Use::Production,
            Some(None) | None => by_names,
        }
    }

    pub(super) fn use_of_front(&self, index: usize) -> Use {
        let front = &self.fronts[index];
        let mut by_names = self
            .use_of_file(front.nginx.root_file())
            .max(self.use_of_machine(front.machine));
        let mut directories = front.nginx.named_any(&["root", "alias"]);
        let is_shared = |node: Node<'_>| {
            let word = node.argument(0);
            word.is_some_and(|word| is_of_a_developer(Path::new(&*word.text())))
        };
        if directories.any(is_shared) {
            by_names = by_names.max(Use::Development);
        }
        self.use_of(Part::Front(index), by_names)
    }

    pub(super) fn use_of_backend(&self, index: usize) -> Use {
        let uses = self.uses.get_or_init(|| {
            let all: Vec<usize> = (0..self.backends.len()).collect();
            parallel::map(&all, |index| {
                let by_names = self.use_of_backend_by_names(&self.backends[*index]);
                self.use_of(Part::Backend(*index), by_names)
            })
        });
        uses[index]
    }

    fn use_of_backend_by_names(&self, backend: &Backend) -> Use {
        let mut used = self.use_of_machine(backend.machine);
        if let Some(instance) = backend.instance() {
            used = used.max(self.use_of_file(instance.root_file()));
            let directory = instance.working_directory();
            let directory = directory.single().and_then(|only| only.value.host());
            if directory.is_some_and(is_of_a_developer) {
                used = used.max(Use::Development);
            }
        }
        if let Some(process) = backend.process(self.launch) {
            let file = self.workspace.files().get(process.command.span.file);
            used = used.max(self.use_of_file(&file));
            if let Starter::Program(program) = process.starter {
                used = used.max(of(&self.launch.programs[program].name));
            }
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_whole_words() {
        for (path, expected) in [
            ("nginx/nginx.conf", Use::Production),
            ("etc/nginx/sites-enabled/default", Use::Production),
            ("usr/local/etc/nginx/nginx.conf", Use::Production),
            ("docker/nginx.dev.conf", Use::Development),
            ("uwsgi_local.ini", Use::Development),
            ("tests/nginx.conf", Use::Development),
            ("device/nginx.conf", Use::Production),
            ("latest/nginx.conf", Use::Production),
            ("contrib/nginx.conf", Use::Example),
            ("nginx.conf.example", Use::Example),
            ("docs/dev/nginx.conf", Use::Example),
        ] {
            assert_eq!(of(path), expected, "{path}");
        }
    }
}
