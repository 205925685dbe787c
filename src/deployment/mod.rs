//! Who starts whom and who talks to whom: nginx, uWSGI and Django of one deployment.

use std::path::PathBuf;
use std::sync::Arc;

use crate::django::Settings;
use crate::finding::Undecided;
use crate::nginx::Configuration;
use crate::source::Span;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

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
}

/// Whether a deployment is for visitors or for its developers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// nginx, uWSGI or Gunicorn is part of it and no name says otherwise.
    Production,
    /// A directory, unit, compose file or profile is named for development or tests.
    Development,
}

/// A Django project with the settings that its deployed process uses.
pub struct Project {
    /// The directory in the tree that is on the process's module path.
    pub directory: PathBuf,
    /// The deployed settings.
    pub settings: Arc<Settings>,
    /// What names the settings module.
    pub chosen_by: Option<Span>,
}

impl Deployment {
    /// Whether this nginx configuration is part of it.
    pub fn has_site(&self, nginx: &Arc<Configuration>) -> bool {
        self.sites.iter().any(|site| Arc::ptr_eq(site, nginx))
    }

    /// Whether this uWSGI instance is part of it.
    pub fn has_instance(&self, instance: &Arc<Instance>) -> bool {
        self.instances
            .iter()
            .any(|other| Arc::ptr_eq(other, instance))
    }

    /// What stayed open.
    pub fn undecided(&self) -> Vec<Undecided> {
        Vec::new()
    }
}

pub(crate) fn join(_workspace: &Workspace) -> Vec<Deployment> {
    Vec::new()
}
