//! From arguments and configuration to what a run is about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::InputArguments;
use crate::config::{self, Config, unknown_rule};
use crate::engine::Selection;
use crate::finding::Severity;
use crate::launch::env_file;
use crate::rules;
use crate::tree::{MAX_FILE_SIZE, ReadError, normalize};
use crate::workspace::Input;

/// The configuration that is in force for `paths`.
pub(super) fn configuration(
    arguments: &InputArguments,
    directory: &Path,
    paths: &[PathBuf],
) -> Result<Config, Vec<String>> {
    let found = match (&arguments.config, arguments.isolated) {
        (Some(file), _) => config::load(&normalize(directory, file)),
        (None, true) => Ok(Config::default()),
        (None, false) => {
            let start = paths.first().or(arguments.root.as_ref());
            let start = start.map_or(directory.to_owned(), |path| normalize(directory, path));
            config::discover(&start)
        }
    };
    found.map_err(|errors| {
        errors
            .into_iter()
            .map(|mut error| {
                if let Ok(shown) = error.path.strip_prefix(directory) {
                    error.path = shown.to_owned();
                }
                error.to_string()
            })
            .collect()
    })
}

/// What a run is about; the paths and named inputs are the command's own.
pub(super) fn input(
    arguments: &InputArguments,
    config: &Config,
    directory: &Path,
) -> Result<Input, Vec<String>> {
    let exclude_base = config
        .path
        .as_deref()
        .and_then(|path| normalize(directory, path).parent().map(Path::to_owned));
    let here = exclude_base.clone().unwrap_or_else(|| directory.to_owned());
    Ok(Input {
        base: directory.to_owned(),
        root: arguments.root.clone(),
        environment: environment(arguments, config, directory)?,
        exclude: config.exclude.clone(),
        exclude_base,
        deployed_paths: config
            .paths
            .iter()
            .map(|(deployed, local)| (deployed.clone(), normalize(&here, local)))
            .collect(),
        surroundings: config.surroundings,
        ..Input::default()
    })
}

/// The command line beats files, and files beat the configuration.
fn environment(
    arguments: &InputArguments,
    config: &Config,
    directory: &Path,
) -> Result<BTreeMap<String, String>, Vec<String>> {
    let mut variables = config.env.clone();
    let mut errors = Vec::new();
    for path in &arguments.env_file {
        match read_env_file(&normalize(directory, path)) {
            Ok(file) => {
                for range in &file.faults {
                    // The line itself may hold a secret.
                    errors.push(format!(
                        "{}:{}: not of the form NAME=VALUE",
                        path.display(),
                        range.start
                    ));
                }
                for assignment in file.assignments {
                    match assignment.value {
                        Some(value) => variables.insert(assignment.name, value),
                        None => variables.remove(&assignment.name),
                    };
                }
            }
            Err(why) => errors.push(format!("{}: {why}", path.display())),
        }
    }
    for (number, text) in arguments.env.iter().enumerate() {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                variables.insert(name.to_owned(), value.to_owned());
            }
            // The text is not repeated, neither here nor by clap: it may be a secret without its name.
            _ => errors.push(format!(
                "--env, number {}: not of the form NAME=VALUE",
                number + 1
            )),
        }
    }
    if errors.is_empty() {
        Ok(variables)
    } else {
        Err(errors)
    }
}

/// The file with each fault's range replaced by its line number as the start.
fn read_env_file(path: &Path) -> Result<env_file::EnvFile, ReadError> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(ReadError::IsDirectory);
    }
    if !metadata.is_file() {
        return Err(ReadError::NotRegular);
    }
    if metadata.len() > MAX_FILE_SIZE {
        return Err(ReadError::TooLarge(metadata.len()));
    }
    let bytes = std::fs::read(path)?;
    let mut file = env_file::parse(&bytes);
    for range in &mut file.faults {
        let line = memchr::memchr_iter(b'\n', &bytes[..range.start]).count() + 1;
        *range = line..line;
    }
    Ok(file)
}

/// Which rules are asked: the command line's `--select` replaces the configuration's, and `--ignore` adds to it.
pub(super) fn selection(
    select: &[String],
    ignore: &[String],
    min_severity: Option<Severity>,
    config: &Config,
) -> Result<Selection, Vec<String>> {
    let unknown: Vec<String> = [("--select", select), ("--ignore", ignore)]
        .into_iter()
        .flat_map(|(option, names)| names.iter().map(move |name| (option, name)))
        .filter(|(_, name)| !rules::is_known(name))
        .map(|(option, name)| format!("{option}: {}", unknown_rule(name)))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let configured = config.ignore.iter();
    // What is asked for by name on the command line is asked.
    let configured = configured.filter(|name| !select.contains(name));
    Ok(Selection {
        select: if select.is_empty() {
            config.select.clone()
        } else {
            select.to_vec()
        },
        ignore: configured.chain(ignore).cloned().collect(),
        min_severity: min_severity
            .or(config.min_severity)
            .unwrap_or(Severity::Warning),
    })
}
