//! The module that a uWSGI instance loads, and whether Python will find it.

use std::path::{Path, PathBuf};

use crate::discover::Kind;
use crate::django;
use crate::host::Existence;
use crate::launch::HOST;
use crate::source::Span;
use crate::tree::ReadError;
use crate::uwsgi::{Instance, Location};
use crate::value::only;
use crate::workspace::Workspace;

/// A module that cannot be imported.
pub struct Missing {
    /// The name, without the callable behind its colon.
    pub module: String,
    /// Where it is written.
    pub place: Span,
    /// What is wrong with it.
    pub fault: Fault,
    /// What to write.
    pub instead: Option<String>,
}

/// Why a module cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `shop/wsgi`
    IsPath,
    /// `shop.wsgi.py`
    HasEnding,
    /// `shop.wsgi.application`: the callable that a colon should stand before.
    NamesCallable(String),
    /// No such file.
    NotThere,
}

impl Workspace {
    /// Whether an instance runs in a container, or its file is made for one.
    pub fn is_in_container(&self, instance: &Instance) -> bool {
        let launch = self.launch();
        let is_placed = self.backend_of(instance).is_some_and(|backend| {
            // Where images are built, supervisord most likely runs in one.
            let by_supervisord = backend.process(self.topology()).is_some_and(|process| {
                matches!(process.starter, crate::launch::Starter::Program(_))
            });
            backend.machine != HOST || (by_supervisord && launch.machines.len() > 1)
        });
        is_placed || crate::launch::runs_in_container(self, instance.root_file().path())
    }

    /// The directory that an instance is started in, where something here says it.
    pub fn start_of(&self, instance: &Instance) -> Option<PathBuf> {
        let process = self.backend_of(instance)?.process(self.topology())?;
        process.directory.clone()
    }

    /// Whether a path is there on the machine that an instance runs on.
    pub fn existence_for(&self, instance: &Instance, path: &Path) -> Existence {
        let machine = self
            .backend_of(instance)
            .map_or(HOST, |backend| backend.machine);
        let from = instance.root_file().path();
        self.topology().locate(self.files(), machine, path, from)
    }

    /// Whether the tree is the whole of the deployed host: what comes of no repository is there too, or
    /// is missing. A root that holds no programs is a part of one.
    pub fn is_whole_host(&self) -> bool {
        let programs = self.files().paths().local(Path::new("/usr/bin"));
        self.input().root.is_some()
            && programs.is_some_and(|programs| self.files().tree().stat(&programs).is_ok())
    }

    /// Whether there is nothing at a path of the host that an instance runs on. A link that leads out
    /// of a copy is something.
    pub fn is_missing(&self, instance: &Instance, path: &Path) -> bool {
        let local = self.files().paths().local(path);
        let found = local.map(|local| self.files().tree().stat(&local));
        self.is_whole_host()
            && self.existence_for(instance, path) == Existence::Absent
            && !matches!(found, Some(Err(ReadError::Dangling(_))))
    }

    /// What the directory of the only project is called on the machine that an instance runs on.
    pub fn directory_for(&self, instance: &Instance) -> Option<PathBuf> {
        let machine = self.backend_of(instance)?.machine;
        self.topology()
            .names_of(machine, &self.only_project()?)
            .pop()
    }

    /// The directory of the only project.
    fn only_project(&self) -> Option<PathBuf> {
        let manage = only(self.inventory().of(Kind::Manage))?;
        manage.parent().map(Path::to_owned)
    }

    /// The directory of the only project that has a package.
    fn project_with(&self, package: &str) -> Option<PathBuf> {
        let projects = self.inventory().of(Kind::Manage);
        let directories = projects.filter_map(|path| path.parent());
        only(
            directories
                .filter(|directory| self.files().tree().stat(&directory.join(package)).is_ok()),
        )
        .map(Path::to_owned)
    }

    /// The only file that a `wsgi-file` could mean, as it is to be written.
    pub fn wsgi_file_for(&self, instance: &Instance) -> Option<PathBuf> {
        let module = only(self.inventory().of(Kind::Wsgi))?;
        let directory = self.working_directory_of(instance)?;
        module.strip_prefix(directory).ok().map(Path::to_owned)
    }

    /// The directory of the tree that an instance runs in.
    pub(super) fn working_directory_of(&self, instance: &Instance) -> Option<PathBuf> {
        self.working_directory_or(instance, || self.find_working_directory(instance))
    }

    fn find_working_directory(&self, instance: &Instance) -> Option<PathBuf> {
        let directory = instance.working_directory();
        match directory
            .single()
            .filter(|only| only.guards.is_empty())?
            .value
        {
            Location::Host(ref path) => self
                .existence_for(instance, path)
                .path()
                .map(Path::to_owned),
            Location::Tree(ref path) => Some(path.clone()),
            Location::FromStart(ref path) => {
                let backend = self.backend_of(instance)?;
                let start = backend.process(self.topology())?.directory.clone()?;
                let absolute = crate::tree::normalize(&start, path);
                self.existence_for(instance, &absolute)
                    .path()
                    .map(Path::to_owned)
            }
        }
    }

    /// The module of an instance, where it is known that it cannot be imported.
    ///
    /// A module that is nowhere in the tree may be installed. It is missing where its package is
    /// here without it, or where the project is here, with another name, and nothing of this one.
    pub fn missing_module(&self, instance: &Instance) -> Option<Missing> {
        let application = instance.application();
        let only = application.module.single()?;
        if !only.guards.is_empty() {
            return None;
        }
        let written = only.value.clone()?;
        let place = only.origin.span()?;
        if instance.is_garbled("module") {
            return None;
        }
        // No path that Python looks at makes a module of these.
        if let Some((fault, module)) = malformed(&written) {
            return Some(Missing {
                instead: Some(format!("{module}:application")),
                module: written,
                place,
                fault,
            });
        }
        // Where nothing says what `chdir` is here, it is the only project's directory, or that of
        // the only project that has the package.
        let package = written.split(['.', '/']).next().unwrap_or(&written);
        let directory = self
            .working_directory_of(instance)
            .or_else(|| self.only_project())
            .or_else(|| self.project_with(package))?;
        let roots = [directory.clone()];
        let found = |module: &str| django::find_module(self.files(), &roots, module).is_some();
        let missing = |fault, instead: Option<String>| {
            Some(Missing {
                module: written.clone(),
                place,
                fault,
                instead,
            })
        };
        if instance.changes_the_module_path() {
            return None;
        }
        if found(&written) {
            return None;
        }
        if let Some((module, callable)) = written.rsplit_once('.')
            && found(module)
            && !self.is_package(&directory, module)
        {
            let instead = Some(format!("{module}:{callable}"));
            return missing(Fault::NamesCallable(callable.to_owned()), instead);
        }
        let package_is_here = self.files().tree().stat(&directory.join(package)).is_ok();
        let instead = self.module_here(&directory);
        let is_missing = match package_is_here {
            true => written.contains('.'),
            false => instead.is_some() && !self.is_anywhere(package),
        };
        match is_missing {
            true => missing(
                Fault::NotThere,
                instead.map(|module| format!("{module}:application")),
            ),
            false => None,
        }
    }

    fn is_package(&self, directory: &Path, module: &str) -> bool {
        let path = directory.join(module.replace('.', "/"));
        self.files().tree().stat(&path).is_ok()
    }

    /// The only WSGI module below a directory, by the name that Python has for it.
    fn module_here(&self, directory: &Path) -> Option<String> {
        let modules = self.inventory().of(Kind::Wsgi);
        only(modules.filter_map(|path| django::module_name(path, directory)))
    }

    /// Whether anything in the tree has the name: a package of a repository's other directory may be installed.
    fn is_anywhere(&self, name: &str) -> bool {
        let is = |path: &Path| {
            path.components().any(|part| {
                part.as_os_str() == name
                    || Path::new(part.as_os_str())
                        .file_stem()
                        .is_some_and(|stem| stem == name)
            })
        };
        [Kind::Wsgi, Kind::Settings, Kind::Manage]
            .into_iter()
            .flat_map(|kind| self.inventory().of(kind))
            .any(is)
    }
}

/// What is wrong with a name that can be no module's, and the name that was meant.
fn malformed(written: &str) -> Option<(Fault, String)> {
    if written.contains('/') {
        let dotted = written
            .trim_start_matches("./")
            .trim_end_matches(".py")
            .trim_matches('/')
            .replace('/', ".");
        return Some((Fault::IsPath, dotted));
    }
    let stem = written.strip_suffix(".py")?;
    Some((Fault::HasEnding, stem.to_owned()))
}
