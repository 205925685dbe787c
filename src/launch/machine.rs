//! The machines of a deployment: the host, and each container with a file system and a network of its own.

use std::path::{Path, PathBuf};

use super::compose::{self, MountSource};
use super::image::{Built, CopyFrom};
use super::word::Word;
use crate::host::{Completeness, Existence, PathMap};
use crate::tree::{Tree, normalize};

/// A machine, as an index into [`super::Launch::machines`]. The host is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MachineId(pub usize);

/// The host: what is in no container.
pub const HOST: MachineId = MachineId(0);

/// Something with a file system and a network of its own.
#[derive(Clone, Debug)]
pub struct Machine {
    /// What it is.
    pub kind: MachineKind,
    /// What its paths are in the tree.
    pub paths: PathMap,
    /// What is mounted into it, longest target first.
    pub mounts: Vec<Mounted>,
    /// Whether it shares the volumes of a container of which not all are known.
    pub shares_unknown: bool,
    /// The image that it is made from, where that is built here.
    pub image: Option<Built>,
    /// Whose network it uses: its own, the host's, another container's; nothing where that is not known.
    pub network: Option<MachineId>,
}

/// What a machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineKind {
    /// The host.
    Host,
    /// A service of a compose project, both as indices.
    Service {
        /// Into [`super::Launch::projects`].
        project: usize,
        /// Into its services.
        service: usize,
    },
    /// A container of an image that no compose file names: an index into [`super::Launch::images`].
    Image(usize),
}

/// Something mounted into a machine.
#[derive(Clone, Debug)]
pub struct Mounted {
    /// Where.
    pub target: PathBuf,
    /// What.
    pub source: MountSource,
    /// Whose volume it is, where it is one without a name: another container's, which shares it.
    pub of: MachineId,
}

/// What tells a named volume from the others of one Docker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolumeName {
    /// A volume of one compose project, an index into [`super::Launch::projects`]: Docker's own name
    /// for it begins with the project's, which nothing here says for certain.
    OfProject(usize, String),
    /// Docker's own name, which every project can mean: `external`, or `name`.
    Docker(String),
}

impl VolumeName {
    /// The name without its project's.
    pub fn text(&self) -> &str {
        match self {
            Self::OfProject(_, name) | Self::Docker(name) => name,
        }
    }

    /// Whether this may be the other one: two compose files may be run as one project, and another
    /// project's volume may be called by the name that Docker gives it.
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Docker(one), Self::Docker(other)) => one == other,
            (Self::OfProject(_, one), Self::OfProject(_, other)) => one == other,
            (Self::Docker(whole), Self::OfProject(_, own))
            | (Self::OfProject(_, own), Self::Docker(whole)) => whole
                .strip_suffix(own.as_str())
                .is_some_and(|project| project.ends_with(['_', '-'])),
        }
    }
}

/// The one place that a path of a machine names, so that two machines' paths can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A path of the tree, which several machines may share.
    Tree(PathBuf),
    /// A path inside of a named volume.
    Volume(VolumeName, PathBuf),
    /// A path of one machine's own file system.
    Own(MachineId, PathBuf),
}

impl Machine {
    /// The host, with nothing known of its paths yet.
    pub(super) fn host(paths: PathMap) -> Self {
        Self {
            kind: MachineKind::Host,
            paths,
            mounts: Vec::new(),
            shares_unknown: false,
            image: None,
            network: Some(HOST),
        }
    }

    /// Whether it is a container.
    pub fn is_container(&self) -> bool {
        self.kind != MachineKind::Host
    }

    /// Whether a path is there, and where it is in the tree.
    pub fn locate(&self, tree: &dyn Tree, path: &Path) -> Existence {
        let path = normalize(Path::new("/"), path);
        match self.mount_of(&path) {
            Some((mounted, rest)) => match &mounted.source {
                MountSource::Tree(local) => located_below(tree, local, rest),
                _ => Existence::NotInThisTree,
            },
            None => self.paths.locate(tree, &path),
        }
    }

    fn mount_of<'a, 'b>(&'a self, path: &'b Path) -> Option<(&'a Mounted, &'b Path)> {
        self.mounts
            .iter()
            .find_map(|mounted| Some((mounted, path.strip_prefix(&mounted.target).ok()?)))
    }

    /// What is mounted at a path, and what of the path lies below it.
    pub fn mounted_at<'a>(&'a self, path: &'a Path) -> Option<(&'a Mounted, &'a Path)> {
        self.mount_of(path)
    }

    /// What a file or directory of the tree is called here, by every way that it gets here.
    pub fn names_of(&self, local: &Path) -> Vec<PathBuf> {
        let mounted = self
            .mounts
            .iter()
            .filter_map(|mounted| match &mounted.source {
                MountSource::Tree(source) => {
                    Some(normalize(&mounted.target, local.strip_prefix(source).ok()?))
                }
                _ => None,
            });
        let copied = self
            .paths
            .deployed(local)
            // What is mounted over it hides it.
            .filter(|path| self.mount_of(path).is_none());
        let mut names: Vec<PathBuf> = mounted.chain(copied).collect();
        names.dedup();
        names
    }

    /// What is put into the image at a path by `COPY`, that may be seen there: no mount hides it.
    pub(super) fn add_copies(&mut self, context: Option<&Path>, tree: &dyn Tree) {
        let Some(built) = &self.image else {
            return;
        };
        let Some(context) = context else {
            return;
        };
        for copy in &built.copies {
            if matches!(&copy.from, Some(CopyFrom::Stage(_) | CopyFrom::Other(_))) {
                continue;
            }
            let Some(destination) = copy.destination.text() else {
                continue;
            };
            let is_directory_name = destination.ends_with('/') || copy.sources.len() > 1;
            for source in copy.sources.iter().filter_map(|source| source.text()) {
                let local = normalize(context, Path::new(source.trim_start_matches('/')));
                let Ok(stat) = tree.stat(&local) else {
                    continue;
                };
                let deployed = normalize(Path::new("/"), Path::new(destination));
                // A directory's content is copied, a file goes into a directory under its own name.
                let (deployed, completeness) = match stat.kind {
                    crate::tree::FileKind::Directory => (deployed, Completeness::Source),
                    _ if is_directory_name => match local.file_name() {
                        Some(name) => (deployed.join(name), Completeness::Partial),
                        None => continue,
                    },
                    _ => (deployed, Completeness::Partial),
                };
                self.paths.add(deployed, local, completeness);
            }
        }
    }

    /// Takes what a service mounts; `own` is this machine.
    pub(super) fn add_mounts(&mut self, mounts: &[compose::Mount], own: MachineId) {
        for mount in mounts {
            let Some(target) = mount.target.text() else {
                continue;
            };
            self.mounts.push(Mounted {
                target: normalize(Path::new("/"), Path::new(target)),
                source: mount.source.clone(),
                of: own,
            });
        }
        self.sort_mounts();
    }

    /// What a container has that shares this one's volumes (`volumes_from`): its mounts, and the
    /// volumes of its image. `own` is this machine.
    pub(super) fn shared_volumes(&self, own: MachineId) -> Vec<Mounted> {
        let volumes = self.image.iter().flat_map(|built| &built.volumes);
        let volumes = volumes.filter_map(Word::text).map(|target| Mounted {
            target: normalize(Path::new("/"), Path::new(target)),
            source: MountSource::Own,
            of: own,
        });
        self.mounts.iter().cloned().chain(volumes).collect()
    }

    /// Takes what another container shares; what is mounted here already stays.
    pub(super) fn share(&mut self, shared: Vec<Mounted>) {
        for mounted in shared {
            if !self.mounts.iter().any(|own| own.target == mounted.target) {
                self.mounts.push(mounted);
            }
        }
        self.sort_mounts();
    }

    fn sort_mounts(&mut self) {
        self.mounts
            .sort_by_key(|mounted| std::cmp::Reverse(mounted.target.components().count()));
    }
}

/// Existence below a mounted path of the tree: a checkout's directory, into which programs may write too.
fn located_below(tree: &dyn Tree, local: &Path, rest: &Path) -> Existence {
    let mut paths = PathMap::new();
    paths.add("/", local, Completeness::Source);
    paths.locate(tree, &Path::new("/").join(rest))
}

/// A path with what every system of this century has as a symlink followed: /var/run is /run.
pub fn canonical(path: &Path) -> PathBuf {
    let path = normalize(Path::new("/"), path);
    match path.strip_prefix("/var/run") {
        Ok(rest) => Path::new("/run").join(rest),
        Err(_) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_may_be_another_projects_one() {
        let docker = |name: &str| VolumeName::Docker(name.to_owned());
        let own = |project, name: &str| VolumeName::OfProject(project, name.to_owned());
        for (one, other, may_be) in [
            (docker("sockets"), docker("sockets"), true),
            (docker("sockets"), docker("media"), false),
            (own(0, "sockets"), own(1, "sockets"), true),
            (own(0, "sockets"), own(1, "media"), false),
            (docker("shop_sockets"), own(0, "sockets"), true),
            (docker("shop-sockets"), own(0, "sockets"), true),
            (docker("sockets"), own(0, "sockets"), false),
            (docker("websockets"), own(0, "sockets"), false),
        ] {
            assert_eq!(one.may_be(&other), may_be, "{one:?} {other:?}");
            assert_eq!(other.may_be(&one), may_be, "{other:?} {one:?}");
        }
    }
}
