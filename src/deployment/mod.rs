//! Who starts whom and who talks to whom: nginx, uWSGI and Django of one deployment.

mod access;
pub mod backend;
pub mod binding;
pub mod build;
pub mod callable;
pub mod claims;
pub mod collected;
mod data;
mod declared;
mod duplicates;
pub mod entered;
pub mod environment;
pub mod environment_files;
mod exposed;
pub mod front;
pub mod hidden;
pub mod hosts;
pub mod images;
mod join;
pub mod mismatch;
pub mod misnamed;
pub mod module;
pub mod mounted;
mod named;
mod parts;
mod patience;
mod projects;
pub(crate) mod public;
mod purpose;
pub mod python;
mod reach;
mod reached;
pub mod request;
pub mod scheme;
pub mod sizes;
mod statics;
pub mod stray;
#[cfg(test)]
mod tests;
mod tls;
pub mod topology;
pub mod uploads;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::django::{FilePath, Settings};
use crate::finding::Undecided;
use crate::launch::MachineId;
use crate::launch::word::Variable;
use crate::nginx::Configuration;
use crate::source::Span;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

pub use backend::Backend;
pub use data::LostWithContainer;
pub use declared::Declared;
pub use front::{Front, Link};
pub(crate) use join::join;
pub use named::{Named, NamedBy};
pub(crate) use parts::{backends, fronts};
pub use projects::Choice;
pub(crate) use projects::choices;
pub use reached::Reached;
pub use statics::Lacking;
pub use tls::HstsByNginx;
pub use topology::Topology;

/// What belongs together: any part may be missing.
pub struct Deployment {
    /// What it is called in a report.
    pub name: String,
    /// Whether visitors will see it.
    pub purpose: Purpose,
    /// The nginx configurations in front.
    pub sites: Vec<Arc<Configuration>>,
    /// The uWSGI instances behind.
    pub instances: Vec<Arc<Instance>>,
    /// The Django projects that run in them.
    pub projects: Vec<Project>,
    /// The nginx configurations, each on the machine that runs it.
    pub fronts: Vec<Front>,
    /// Every application server, uWSGI or not.
    pub backends: Vec<Backend>,
    /// What nginx passes on and where that arrives, with the front that it belongs to (an index into
    /// `fronts`). Ends are indices into `backends`.
    pub links: Vec<(usize, Link)>,
    /// What was found out so far of who passes requests on to whom.
    pub reached: Reached,
}

/// Whether a deployment is for visitors or for its developers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// nginx, uWSGI or Gunicorn is part of it and no name says otherwise.
    Production,
    /// Named for development or tests, or without a server that visitors could reach.
    Development,
}

/// A Django project with the settings that its deployed process uses.
#[derive(Clone)]
pub struct Project {
    /// The directory in the tree that is on the process's module path.
    pub directory: PathBuf,
    /// The deployed settings.
    pub settings: Arc<Settings>,
    /// What names the settings module.
    pub chosen_by: Option<Span>,
    /// What the directory is called where it is deployed, where that is known.
    pub deployed: Option<PathBuf>,
    /// The machine that it runs on.
    pub machine: MachineId,
    /// What is known of its process's environment.
    pub environment: BTreeMap<String, String>,
    /// The servers of its deployment that run it, as indices into [`Deployment::backends`].
    pub backends: Vec<usize>,
    /// The process, an index into [`crate::launch::Launch::processes`], where something starts it.
    pub process: Option<usize>,
}

impl Project {
    /// The variables of its process's environment that the code at a place names in quotes.
    pub fn variables_in<'a>(&self, workspace: &'a Workspace, place: Span) -> Vec<&'a Variable> {
        let launch = workspace.launch();
        let Some(process) = self
            .process
            .and_then(|process| launch.processes.get(process))
        else {
            return Vec::new();
        };
        let source = workspace.files().get(place.file);
        let code = source.slice(place);
        let is_named = |name: &str| {
            [b'"', b'\''].iter().any(|quote| {
                let quoted = [&[*quote], name.as_bytes(), &[*quote]].concat();
                memchr::memmem::find(code, &quoted).is_some()
            })
        };
        let mut named: Vec<&Variable> = Vec::new();
        for variable in &process.environment.variables {
            if is_named(&variable.name) && self.environment.contains_key(&variable.name) {
                named.retain(|other| other.name != variable.name);
                named.push(variable);
            }
        }
        named
    }

    /// Whether another one is the same, started once more.
    pub fn is_same(&self, other: &Self) -> bool {
        self.directory == other.directory
            && self.settings.source().id() == other.settings.source().id()
            && self.machine == other.machine
            && self.environment == other.environment
    }

    /// A path that a setting names, as it is called on the deployed host.
    pub fn on_the_host(&self, path: &FilePath) -> Option<PathBuf> {
        match path {
            FilePath::Deployed(path) => Some(path.clone()),
            FilePath::Local(path) => {
                let below = path.strip_prefix(&self.directory).ok()?;
                Some(self.deployed.as_ref()?.join(below))
            }
            FilePath::Relative(_) => None,
        }
    }
}

impl Deployment {
    /// Whether this nginx configuration is part of it.
    pub fn has_site(&self, nginx: &Arc<Configuration>) -> bool {
        self.sites.iter().any(|site| Arc::ptr_eq(site, nginx))
    }

    /// What stayed open in its settings.
    pub fn undecided(&self) -> Vec<Undecided> {
        self.projects
            .iter()
            .flat_map(|project| project.settings.undecided())
            .collect()
    }

    /// The parts that stand alone although there are parts to go with, and why they were not put together.
    pub fn unpaired(&self) -> Vec<(Unpaired, String)> {
        let mut all = Vec::new();
        if self.purpose == Purpose::Development {
            return all;
        }
        for front in &self.fronts {
            if self.backends.is_empty()
                && let Some(pass) = front.nginx.passes().next()
            {
                all.push((
                    Unpaired {
                        what: "nginx".to_owned(),
                        span: pass.node.header_span(),
                    },
                    "nothing that is here for certain listens where it passes requests".to_owned(),
                ));
            }
        }
        if self.fronts.is_empty() {
            for backend in &self.backends {
                all.push((
                    Unpaired {
                        what: "a server".to_owned(),
                        span: backend.span(),
                    },
                    "no nginx configuration that is here passes requests to it".to_owned(),
                ));
            }
        }
        all
    }
}

/// A part that stands alone.
pub struct Unpaired {
    /// What it is.
    pub what: String,
    /// Where it stands.
    pub span: Span,
}
