//! Compose files: the services of a project, as `docker compose` would start them.

mod context;
mod loader;
mod model;
mod port;
mod project;
mod recognise;
mod service;
#[cfg(test)]
mod tests;
mod text;
mod volume;
mod words;
pub mod yaml;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::word::{Environment, Invocation, Variable, Word};
use crate::files::Files;
use crate::source::{FileId, SourceFile, Span};
use crate::value::{Unknown, Value};

/// A service in more networks than this is none that people write.
const MAX_NETWORKS: usize = 64;

/// One project: a compose file and what is merged over it.
#[derive(Clone, Debug)]
pub struct Project {
    /// The files, the first one first: `compose.yml`, then its override.
    pub files: Vec<Arc<SourceFile>>,
    /// Every file that was read: also those that `extends` and `include` name.
    pub read: Vec<FileId>,
    /// The directory that relative paths of the project are taken from.
    pub directory: PathBuf,
    /// The services. None where a file of the project cannot be read.
    pub services: Vec<Service>,
    /// The volumes that have a name.
    pub volumes: Vec<Volume>,
    /// What is not known of it: an `extends` file that is not here, a fault in the YAML, a template.
    pub openings: Vec<Unknown>,
}

impl Project {
    /// What names the project: its files, `docker-compose.yml + docker-compose.prod.yml`.
    pub fn label(&self) -> String {
        let names: Vec<_> = self.files.iter().map(|file| file.name()).collect();
        names.join(" + ")
    }
}

/// A volume that has a name.
#[derive(Clone, Debug)]
pub struct Volume {
    /// The name as the project's services call it.
    pub name: String,
    /// `name`: what Docker calls it, so that other projects can mean the same one.
    pub given_name: Option<Word>,
    /// `external`: something else makes it.
    pub is_external: bool,
    /// Where the name stands.
    pub span: Span,
}

/// One service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// `container_name`.
    pub container_name: Option<Word>,
    /// `hostname`.
    pub hostname: Option<Word>,
    /// `image`.
    pub image: Option<Word>,
    /// `build`.
    pub build: Option<Build>,
    /// `command`, which replaces the image's CMD. An empty one resets it.
    pub command: Option<(Invocation, Span)>,
    /// `entrypoint`, which replaces the image's ENTRYPOINT and its CMD.
    pub entrypoint: Option<(Invocation, Span)>,
    /// `environment`, and `env_file` before it.
    pub environment: Environment,
    /// `working_dir`.
    pub working_directory: Option<Word>,
    /// `user`.
    pub user: Option<Word>,
    /// `volumes`, `tmpfs` and `configs`/`secrets` that are files.
    pub mounts: Vec<Mount>,
    /// `volumes_from`.
    pub volumes_from: Vec<Word>,
    /// `ports`.
    pub ports: Vec<Published>,
    /// `expose`.
    pub expose: Vec<Word>,
    /// `network_mode`, or `net` in the first format: `host`, `service:web`, `none`, … That format's
    /// services have no network of their own, so that it is `bridge` where nothing is said.
    pub network_mode: Option<Word>,
    /// `networks`; none means the project's default network.
    pub networks: Vec<Network>,
    /// `links` and `external_links`: service and the name that it gets here.
    pub links: Vec<(String, String)>,
    /// Whether names that the project does not define may mean something to it: an external
    /// network, `extra_hosts`, `external_links`, `dns`.
    pub reaches_beyond: bool,
    /// `profiles`.
    pub profiles: Vec<Word>,
    /// `stop_signal`.
    pub stop_signal: Option<Word>,
    /// `init: true`.
    pub init: bool,
    /// What is not known of it: an `extends` that is not here.
    pub openings: Vec<Unknown>,
}

impl Service {
    /// Whether it only changes a service of another file, which is not known: it has neither image nor build.
    fn is_a_change(&self) -> bool {
        self.image.is_none() && self.build.is_none()
    }
}

/// `build`.
#[derive(Clone, Debug)]
pub struct Build {
    /// The context as a directory of the tree; nothing for a URL or one that is not known.
    pub context: Option<PathBuf>,
    /// The Dockerfile as a path of the tree.
    pub dockerfile: Option<PathBuf>,
    /// `target`.
    pub target: Option<Word>,
    /// `args`.
    pub arguments: Vec<Variable>,
    /// The value of `build`.
    pub span: Span,
}

/// Something mounted into a container.
#[derive(Clone, Debug)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Where to, in the container.
    pub target: Word,
    /// Whether the container may not write there.
    pub read_only: bool,
    /// The entry.
    pub span: Span,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MountSource {
    /// A path that was given relative to the project: a path of the tree.
    Tree(PathBuf),
    /// A path of the machine that runs Docker.
    Host(PathBuf),
    /// A named volume; the name as the project calls it.
    Volume(String),
    /// A fresh volume, or memory.
    Own,
    /// Not known.
    Unknown(Unknown),
}

/// A published port.
#[derive(Clone, Debug)]
pub struct Published {
    /// The address of the machine that it is bound to; nothing for every address.
    pub address: Option<String>,
    /// The port of the machine, as far as it is known (`${PORT}:8000`); nothing for one that Docker chooses.
    pub published: Option<Value<u16>>,
    /// The port of the container.
    pub target: u16,
    /// The entry.
    pub span: Span,
}

/// A network that a service is in.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its name in the project.
    pub name: String,
    /// Other names that the service has there.
    pub aliases: Vec<String>,
}

/// Whether the first bytes of a file look like a compose file, whatever it is called.
pub fn looks_like(head: &[u8]) -> bool {
    recognise::looks_like(head)
}

/// The projects that these compose files make up: each file that can stand alone, with the override that
/// `docker compose` takes by itself, and each that only changes another one, over the file it is made for.
/// A file that has an override is a project without it too, since `-f` leaves the override out.
pub fn projects(files: &Files, paths: &[&Path]) -> Vec<Project> {
    project::projects(&mut loader::Loader::new(files), paths)
}
