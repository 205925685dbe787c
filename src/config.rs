//! `djlint-check.toml`, or `[tool.djlint-check]` in pyproject.toml.
//!
//! Never `djlint.toml`, `.djlintrc` or `[tool.djlint]`: those belong to the linter
//! of HTML templates that bears the same name.

mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::finding::Severity;
use crate::nginx::Surroundings;

pub(crate) use read::unknown_rule;

/// The file's own name.
pub const FILE_NAME: &str = "djlint-check.toml";
/// The file that many tools share.
const SHARED_FILE_NAME: &str = "pyproject.toml";
/// A larger one is no configuration.
const MAX_SIZE: u64 = 1024 * 1024;

/// What the configuration says. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file that it was read from.
    pub path: Option<PathBuf>,
    /// Ids and families to ask.
    pub select: Vec<String>,
    /// Ids and families not to ask.
    pub ignore: Vec<String>,
    /// Patterns, as in a .gitignore, of what is not looked into.
    pub exclude: Vec<String>,
    /// Environment variables of the deployed processes.
    pub env: BTreeMap<String, String>,
    /// The least severity that is shown.
    pub min_severity: Option<Severity>,
    /// The least severity that makes the run fail.
    pub fail_on: Option<Severity>,
    /// What surrounds an nginx site file without its nginx.conf.
    pub surroundings: Surroundings,
    /// Directories of the deployed host, and what they are here: relative to the configuration file.
    pub paths: Vec<(PathBuf, PathBuf)>,
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
    read::own(path, &text)
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
    let metadata = fs::metadata(path).map_err(|error| cannot_read(&error))?;
    if !metadata.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes))
        .map_err(|error| cannot_read(&error))?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err("is larger than 1 MB".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

fn cannot_read(error: &std::io::Error) -> String {
    format!(
        "cannot be read: {}",
        crate::tree::ReadError::from(std::io::Error::from(error.kind()))
    )
}

#[cfg(test)]
mod tests;
