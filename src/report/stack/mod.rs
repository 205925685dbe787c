//! The picture of a stack: who starts whom and who talks to whom.

mod build;
pub mod mermaid;
pub mod text;

use serde::Serialize;

use crate::workspace::Workspace;

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Picture {
    /// The deployments, those for visitors first.
    pub deployments: Vec<Stack>,
    /// What was put together with nothing, and why.
    pub unpaired: Vec<Unpaired>,
}

/// A place in a file, as people name it.
#[derive(Clone, Debug, Serialize)]
pub struct Location {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

/// One deployment.
#[derive(Clone, Debug, Serialize)]
pub struct Stack {
    /// What it is called.
    pub name: String,
    /// `production` or `development`.
    pub purpose: &'static str,
    /// nginx's servers.
    pub sites: Vec<Site>,
    /// The application servers.
    pub servers: Vec<Server>,
    /// The Django projects.
    pub projects: Vec<Django>,
}

/// One `server { }` of nginx.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// Its names.
    pub names: Vec<String>,
    /// Where it listens.
    pub listens: Vec<String>,
    /// Where it stands.
    pub at: Location,
    /// The machine that it runs on.
    pub machine: String,
    /// What it passes on.
    pub passes: Vec<Passed>,
}

/// Something that nginx passes on.
#[derive(Clone, Debug, Serialize)]
pub struct Passed {
    /// The location, as it is written; `/` where the server itself passes on.
    pub location: String,
    /// The directive: `uwsgi_pass`.
    pub directive: String,
    /// The address, as it is written.
    pub address: String,
    /// Where it stands.
    pub at: Location,
    /// `linked`, `broken` or `unknown`.
    pub state: State,
    /// Why it is broken or unknown.
    pub why: Option<String>,
    /// The server where it arrives, an index into `servers`.
    pub server: Option<usize>,
}

/// What is known of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It arrives.
    Linked,
    /// It does not.
    Broken,
    /// Not known.
    Unknown,
}

/// An application server.
#[derive(Clone, Debug, Serialize)]
pub struct Server {
    /// `uWSGI`, `Gunicorn`, …
    pub program: &'static str,
    /// Its configuration, or the command that starts it.
    pub at: Location,
    /// The machine that it runs on.
    pub machine: String,
    /// What starts it; nothing where nothing here does.
    pub started_by: Option<StartedBy>,
    /// Where it listens.
    pub listens: Vec<Listening>,
    /// What it runs.
    pub application: Option<String>,
    /// The directory that it runs in.
    pub directory: Option<String>,
}

/// What starts a server.
#[derive(Clone, Debug, Serialize)]
pub struct StartedBy {
    /// What it is, to be read behind "started by".
    pub what: String,
    /// Where it stands.
    pub at: Location,
}

/// A place where a server listens.
#[derive(Clone, Debug, Serialize)]
pub struct Listening {
    /// `uwsgi`, `http`, …
    pub protocol: &'static str,
    /// The address, as far as it is known.
    pub address: String,
    /// Where it stands.
    pub at: Location,
}

/// A Django project.
#[derive(Clone, Debug, Serialize)]
pub struct Django {
    /// Its directory in the tree.
    pub directory: String,
    /// The deployed settings module.
    pub settings: String,
    /// What names that module.
    pub chosen_by: Option<Location>,
    /// The servers that run it, as indices into `servers`.
    pub servers: Vec<usize>,
    /// STATIC_URL and STATIC_ROOT.
    pub static_files: Option<String>,
    /// Its databases and caches.
    pub storage: Vec<Storage>,
}

/// A database or a cache.
#[derive(Clone, Debug, Serialize)]
pub struct Storage {
    /// `database`, `cache`, with the alias where it is not the default one.
    pub name: String,
    /// What it is, and where.
    pub what: String,
    /// Where it is said.
    pub at: Location,
}

/// A part that was put together with nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Unpaired {
    /// What it is.
    pub what: String,
    /// Where it stands.
    pub at: Location,
    /// Why it stands alone.
    pub why: String,
}

impl Picture {
    /// The picture of everything that was found.
    pub fn of(workspace: &Workspace) -> Self {
        let deployments = workspace.deployments();
        let drawn = deployments
            .iter()
            .filter(|deployment| {
                !deployment.sites.is_empty()
                    || !deployment.backends.is_empty()
                    || !deployment.projects.is_empty()
            })
            .map(|deployment| build::stack(workspace, deployment))
            .collect();
        Self {
            deployments: drawn,
            unpaired: deployments
                .iter()
                .flat_map(|deployment| build::unpaired(workspace, deployment))
                .collect(),
        }
    }
}
