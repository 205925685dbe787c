//! Who starts whom and who talks to whom: nginx, uWSGI and Django of one deployment.

use std::path::PathBuf;
use std::sync::Arc;

use crate::django::Settings;
use crate::nginx::Configuration;
use crate::source::Span;
use crate::uwsgi::Instance;

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
