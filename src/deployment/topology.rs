//! The machines with all that is known of their paths: what starts things says some of it, and
//! what uWSGI changes to and finds its module in says more.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::backend::Backend;
use crate::discover::Kind;
use crate::files::Files;
use crate::host::{Completeness, Existence, PathMap};
use crate::launch::compose::MountSource;
use crate::launch::{HOST, Launch, MachineId, Place};
use crate::parallel;
use crate::tree::normalize;
use crate::uwsgi::Location;
use crate::value::only;
use crate::workspace::Workspace;

/// What starts things, with what is known of the host's paths.
#[derive(Clone, Copy)]
pub struct Topology<'a> {
    launch: &'a Launch,
    host: &'a PathMap,
}

impl Deref for Topology<'_> {
    type Target = Launch;

    fn deref(&self) -> &Launch {
        self.launch
    }
}

impl<'a> Topology<'a> {
    pub(crate) fn new(launch: &'a Launch, host: &'a PathMap) -> Self {
        Self { launch, host }
    }

    /// What starts things.
    pub fn launch(self) -> &'a Launch {
        self.launch
    }

    /// The one place that a path of a machine names; nothing where that is not known.
    pub fn place(self, machine: MachineId, path: &Path) -> Option<Place> {
        let path = crate::launch::machine::canonical(path);
        let of = self.machine(machine);
        if let Some((mounted, rest)) = of.mounted_at(&path) {
            return match &mounted.source {
                MountSource::Tree(local) => Some(Place::Tree(normalize(local, rest))),
                MountSource::Host(host) => self.place(HOST, &normalize(host, rest)),
                MountSource::Volume(name) => Some(Place::Volume(
                    self.volume_name(self.project_of(machine)?, name)?,
                    rest.to_owned(),
                )),
                MountSource::Own => Some(Place::Own(mounted.of, path)),
                MountSource::Unknown(_) => None,
            };
        }
        if machine == HOST
            && let Some(local) = of.paths.local(&path).or_else(|| self.host.local(&path))
        {
            return Some(Place::Tree(local));
        }
        (!of.shares_unknown).then_some(Place::Own(machine, path))
    }

    /// What a file or directory of the tree is called on a machine.
    pub fn names_of(self, machine: MachineId, local: &Path) -> Vec<PathBuf> {
        let mut names = self.machine(machine).names_of(local);
        if machine == HOST {
            names.extend(self.host.deployed(local));
        }
        names
    }

    /// Whether a path of a machine is there, and where it is in the tree. `from` is a file that is
    /// deployed to the same machine.
    pub fn locate(self, files: &Files, machine: MachineId, path: &Path, from: &Path) -> Existence {
        let known = self.launch.locate(files, machine, path, from);
        match known {
            Existence::NotInThisTree if machine == HOST => self.host.locate(files.tree(), path),
            other => other,
        }
    }
}

/// What uWSGI's `chdir` and the module that it loads say about the paths of the host: where the
/// module lies is what the directory is called.
pub(crate) fn learned(workspace: &Workspace, backends: &[Backend]) -> PathMap {
    let found = parallel::map(backends, |backend| {
        let instance = backend.instance().filter(|_| backend.machine == HOST)?;
        let Some(Location::Host(directory)) = instance.working_directory().get().cloned() else {
            return None;
        };
        let from = instance.root_file();
        let known = workspace
            .launch()
            .locate(workspace.files(), HOST, &directory, from.path());
        if known != Existence::NotInThisTree {
            return None;
        }
        let local = directory_with_module(workspace, &relative_module(instance))?;
        Some((directory, local))
    });
    let mut paths = PathMap::new();
    for (directory, local) in found.into_iter().flatten() {
        paths.add(directory, local, Completeness::Source);
    }
    paths
}

/// The file that an instance loads, from its working directory.
fn relative_module(instance: &crate::uwsgi::Instance) -> Option<PathBuf> {
    let application = instance.application();
    if let Some(Some(module)) = application.module.get() {
        return Some(PathBuf::from(module.replace('.', "/")).with_extension("py"));
    }
    let directory = instance.working_directory();
    let written = application.file.get()?.clone()?;
    match (&written, directory.get()?) {
        (Location::Host(path), Location::Host(directory)) => {
            path.strip_prefix(directory).ok().map(Path::to_owned)
        }
        _ => None,
    }
}

/// The only directory of the tree in which the file lies at this path.
pub(super) fn directory_with_module(
    workspace: &Workspace,
    relative: &Option<PathBuf>,
) -> Option<PathBuf> {
    let relative = relative.as_deref()?;
    let depth = relative.components().count();
    let fitting = workspace
        .inventory()
        .of(Kind::Wsgi)
        .filter(|path| path.ends_with(relative))
        .filter_map(|path| path.ancestors().nth(depth));
    only(fitting).map(Path::to_owned)
}
