//! `djlint-check.toml`, or `[tool.djlint-check]` in pyproject.toml.
//!
//! Never `djlint.toml`, `.djlintrc` or `[tool.djlint]`: those belong to the linter
//! of HTML templates that bears the same name.

mod keys;
mod read;
mod schema;
mod show;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::deployment::Purpose;
use crate::deployment::request::{Asked, Expected};
use crate::files::read_bounded;
use crate::finding::Severity;
use crate::nginx::Surroundings;
use crate::programs::{Flavour, Programs, Version};

pub(crate) use read::{dotted, unknown_rule};
pub use schema::schema;
pub use show::{InForce, Line};

/// The file's own name.
pub const FILE_NAME: &str = "djlint-check.toml";
/// The file that many tools share.
const SHARED_FILE_NAME: &str = "pyproject.toml";
/// A larger one is no configuration.
const MAX_SIZE: u64 = 1_000_000;

/// What the configuration says. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The file that it was read from.
    #[serde(skip)]
    pub path: Option<PathBuf>,
    /// The line of each key that is set, by its dotted name.
    #[serde(skip)]
    pub lines: BTreeMap<String, usize>,
    /// The bytes of each value in a list of tables, by its dotted name (`routes[0].expect`).
    #[serde(skip)]
    pub spans: BTreeMap<String, Range<usize>>,
    /// Ids and families to ask.
    pub select: Vec<String>,
    /// Ids and families not to ask.
    pub ignore: Vec<String>,
    /// Patterns of files, and the ids and families that are silent in them.
    pub per_file_ignores: BTreeMap<String, Vec<String>>,
    /// Ids and families, and what their findings count as.
    pub severity: BTreeMap<String, Severity>,
    /// The least severity that is shown.
    pub min_severity: Option<Severity>,
    /// The least severity that makes the run fail.
    pub fail_on: Option<Severity>,
    /// The file whose findings are known.
    pub baseline: Option<PathBuf>,
    /// Patterns, as in a .gitignore, of files to look into whatever they are called.
    pub include: Vec<String>,
    /// Patterns, as in a .gitignore, of what is not looked into.
    pub exclude: Vec<String>,
    /// What is read where the command line does not say it.
    pub inputs: Inputs,
    /// Environment variables of the deployed processes.
    pub env: BTreeMap<String, String>,
    /// Files with more of them.
    pub env_files: Vec<PathBuf>,
    /// Directories of the deployed host, and what they are here: relative to the configuration file.
    pub paths: BTreeMap<PathBuf, PathBuf>,
    /// The nginx that is deployed.
    pub nginx: Nginx,
    /// The uWSGI that is deployed.
    pub uwsgi: Release,
    /// The Django that is deployed.
    pub django: Release,
    /// The Python that is deployed.
    pub python: Release,
    /// What belongs together, by the name that it was given.
    pub deployment: BTreeMap<String, Declared>,
    /// What is asked for, and what is to answer.
    pub routes: Vec<Route>,
}

/// One of `[[routes]]`: what is asked for, and what is to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Route {
    /// A URL, or a path of the site that nginx hands to Django.
    pub url: String,
    /// What answers: a status, `file:PATH`, or `django`.
    pub expect: String,
    /// The method; GET where none is named.
    pub method: Option<String>,
    /// The headers that the client sends, each `Name: value`.
    pub headers: Vec<String>,
    /// The address that it comes to, where nginx listens on several.
    pub address: Option<String>,
}

/// `[inputs]`: what is read where the command line does not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inputs {
    /// Files and directories to look through.
    pub paths: Vec<PathBuf>,
    /// nginx files that beat discovery.
    pub nginx: Vec<PathBuf>,
    /// uWSGI files that beat discovery.
    pub uwsgi: Vec<PathBuf>,
    /// Settings modules that beat discovery.
    pub settings: Vec<PathBuf>,
}

/// `[nginx]`: the nginx that is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nginx {
    /// What surrounds a site file without its nginx.conf.
    pub assume: Option<Surroundings>,
    /// Its release.
    pub version: Option<Version>,
    /// Who builds it.
    pub flavour: Option<Flavour>,
    /// Modules beyond its own.
    pub modules: Vec<String>,
}

/// `[django]` and its like: which release is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Release {
    /// The release.
    pub version: Option<Version>,
}

/// `[deployment.NAME]`: what belongs together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Declared {
    /// The files and directories of which it is made.
    pub paths: Vec<PathBuf>,
    /// Whom it is for.
    pub purpose: Option<Purpose>,
}

impl Config {
    /// The directory that its paths and patterns are of.
    pub fn directory(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }

    /// What is asked for and expected, and where the file says so. What does not parse was refused when it was read.
    pub fn expected(&self) -> Vec<Expected> {
        let routes = self.routes.iter().enumerate();
        let expected = routes.filter_map(|(index, route)| {
            let mut asked: Asked = route.url.parse().ok()?;
            if let Some(method) = &route.method {
                asked.method = method.to_ascii_uppercase();
            }
            asked.address.clone_from(&route.address);
            for header in &route.headers {
                asked.send(header);
            }
            let span = |key: &str| self.spans.get(&format!("routes[{index}].{key}")).cloned();
            Some(Expected {
                asked,
                expectation: route.expect.parse().ok()?,
                path: self.path.clone().unwrap_or_default(),
                url: span("url").unwrap_or_default(),
                expect: span("expect").unwrap_or_default(),
                headers: span("headers"),
            })
        });
        expected.collect()
    }

    /// The programs that are deployed.
    pub fn programs(&self) -> Programs {
        Programs {
            nginx: self.nginx.version.clone(),
            flavour: self.nginx.flavour,
            nginx_modules: self.nginx.modules.clone(),
            uwsgi: self.uwsgi.version.clone(),
            django: self.django.version.clone(),
            python: self.python.version.clone(),
        }
    }
}

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was found.
    pub path: PathBuf,
    /// Line and column, from 1, where a place is to blame.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// The configuration in the text of a file of our own.
pub fn parse(path: &Path, text: &str) -> Result<Config, Vec<ConfigError>> {
    read::own(path, text)
}

/// The configuration in the file that `--config` names.
pub fn load(path: &Path) -> Result<Config, Vec<ConfigError>> {
    let text = read_file(path).map_err(|message| {
        vec![ConfigError {
            path: path.to_owned(),
            place: None,
            message,
        }]
    })?;
    if path
        .file_name()
        .is_some_and(|name| name == SHARED_FILE_NAME)
    {
        return Ok(read::shared(path, &text)?.unwrap_or_default());
    }
    parse(path, &text)
}

/// The configuration of what lies at `start`: the nearest one in its directory or above.
pub fn discover(start: &Path) -> Result<Config, Vec<ConfigError>> {
    for directory in start.ancestors() {
        let own = directory.join(FILE_NAME);
        if is_there(&own) {
            return load(&own);
        }
        let shared = directory.join(SHARED_FILE_NAME);
        if !is_there(&shared) {
            continue;
        }
        // Another tool's file: what is wrong with it is that tool's to say, unless it speaks of us.
        let Ok(text) = read_file(&shared) else {
            continue;
        };
        if !text.contains("djlint-check") {
            continue;
        }
        if let Some(config) = read::shared(&shared, &text)? {
            return Ok(config);
        }
    }
    Ok(Config::default())
}

/// Anything but a directory: a file that cannot be read is said, not passed over.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_dir())
}

fn read_file(path: &Path) -> Result<String, String> {
    let bytes = read_bounded(path, MAX_SIZE).map_err(|why| format!("cannot be read: {why}"))?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests;
