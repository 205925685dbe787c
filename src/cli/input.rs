//! From arguments and configuration to what a run is about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::InputArguments;
use crate::config::{self, Config, Inputs, dotted, unknown_rule};
use crate::deployment::Declared;
use crate::deployment::request::Expected;
use crate::discover::Patterns;
use crate::engine::{Selection, SilentIn};
use crate::files::read_bounded;
use crate::finding::Severity;
use crate::launch::env_file;
use crate::report::path::plain;
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

/// What a run is about. What the command line names beats `inputs` of the configuration, all of it.
pub(super) fn input(
    arguments: &InputArguments,
    named: Inputs,
    config: &Config,
    directory: &Path,
) -> Result<Input, Vec<String>> {
    let pattern_base = config.directory().map(|base| normalize(directory, base));
    let here = pattern_base.clone().unwrap_or_else(|| directory.to_owned());
    let absolute = |path: &PathBuf| normalize(&here, path);
    let all_absolute = |paths: &[PathBuf]| paths.iter().map(absolute).collect();
    let inputs = if named == Inputs::default() && arguments.root.is_none() {
        Inputs {
            paths: all_absolute(&config.inputs.paths),
            nginx: all_absolute(&config.inputs.nginx),
            uwsgi: all_absolute(&config.inputs.uwsgi),
            settings: all_absolute(&config.inputs.settings),
        }
    } else {
        named
    };
    let mut missing = missing(config, directory, absolute);
    let mut settings_dumps = Vec::new();
    for path in &arguments.settings_dump {
        let path = normalize(directory, path);
        match read_bounded(&path, MAX_FILE_SIZE) {
            Ok(printed) => settings_dumps.push((path, printed.into())),
            Err(why) => missing.push(format!("{}: {why}", plain(&path, directory))),
        }
    }
    let environment = match environment(arguments, config, directory) {
        Ok(environment) if missing.is_empty() => environment,
        Ok(_) => return Err(missing),
        Err(errors) => return Err([missing, errors].concat()),
    };
    Ok(Input {
        base: directory.to_owned(),
        paths: inputs.paths,
        nginx: inputs.nginx,
        uwsgi: inputs.uwsgi,
        settings: inputs.settings,
        settings_dumps,
        root: arguments.root.clone(),
        environment: environment
            .into_iter()
            .map(|(name, told)| (name, told.value))
            .collect(),
        include: config.include.clone(),
        exclude: config.exclude.clone(),
        pattern_base,
        programs: config.programs(),
        declared: config
            .deployment
            .iter()
            .map(|(name, declared)| Declared {
                name: name.clone(),
                paths: all_absolute(&declared.paths),
                purpose: declared.purpose,
            })
            .collect(),
        deployed_paths: config
            .paths
            .iter()
            .map(|(deployed, local)| (deployed.clone(), absolute(local)))
            .collect(),
        surroundings: config.nginx.assume.unwrap_or_default(),
        expected: config
            .expected()
            .into_iter()
            .map(|expected| Expected {
                path: normalize(directory, &expected.path),
                ..expected
            })
            .collect(),
        ..Input::default()
    })
}

/// What the configuration names and is not there: it would hold for nothing, and nobody would see it.
fn missing(
    config: &Config,
    directory: &Path,
    absolute: impl Fn(&PathBuf) -> PathBuf,
) -> Vec<String> {
    let mapped = config.paths.iter().map(|(deployed, local)| {
        let deployed = deployed.to_string_lossy();
        (dotted("paths", &deployed), local)
    });
    let declared = config.deployment.iter().flat_map(|(name, declared)| {
        let key = dotted(&dotted("deployment", name), "paths");
        declared.paths.iter().map(move |path| (key.clone(), path))
    });
    let file = config.path.as_deref().map(|path| plain(path, directory));
    let file = file.unwrap_or_default();
    mapped
        .chain(declared)
        .filter_map(|(key, path)| {
            let error = std::fs::metadata(absolute(path)).err()?;
            let line = config.lines.get(&key).copied().unwrap_or(1);
            let why = ReadError::from(error);
            Some(format!("{file}:{line}: `{key}`: {}: {why}", path.display()))
        })
        .collect()
}

/// An environment variable that was told, and who told it.
pub(super) struct Told {
    pub(super) value: String,
    /// The option or file; nothing where it is `[env]` of the configuration.
    pub(super) by: Option<String>,
}

/// The command line beats the configuration, and what is written there beats files.
pub(super) fn environment(
    arguments: &InputArguments,
    config: &Config,
    directory: &Path,
) -> Result<BTreeMap<String, Told>, Vec<String>> {
    let mut variables = BTreeMap::new();
    let mut errors = Vec::new();
    let here = config
        .directory()
        .map_or(directory.to_owned(), |base| normalize(directory, base));
    for path in &config.env_files {
        add_env_file(
            &normalize(&here, path),
            directory,
            &mut variables,
            &mut errors,
        );
    }
    for (name, value) in &config.env {
        let told = Told {
            value: value.clone(),
            by: None,
        };
        variables.insert(name.clone(), told);
    }
    for path in &arguments.env_file {
        add_env_file(
            &normalize(directory, path),
            directory,
            &mut variables,
            &mut errors,
        );
    }
    for (number, text) in arguments.env.iter().enumerate() {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                let told = Told {
                    value: value.to_owned(),
                    by: Some("--env".to_owned()),
                };
                variables.insert(name.to_owned(), told);
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

fn add_env_file(
    path: &Path,
    directory: &Path,
    variables: &mut BTreeMap<String, Told>,
    errors: &mut Vec<String>,
) {
    let shown = plain(path, directory);
    let file = match read_env_file(path) {
        Ok(file) => file,
        Err(why) => return errors.push(format!("{shown}: {why}")),
    };
    for range in &file.faults {
        // The line itself may hold a secret.
        errors.push(format!(
            "{shown}:{}: not of the form NAME=VALUE",
            range.start
        ));
    }
    for assignment in file.assignments {
        match assignment.value {
            Some(value) => {
                let by = Some(shown.clone());
                variables.insert(assignment.name, Told { value, by })
            }
            None => variables.remove(&assignment.name),
        };
    }
}

/// The file with each fault's range replaced by its line number as the start.
fn read_env_file(path: &Path) -> Result<env_file::EnvFile, ReadError> {
    let bytes = read_bounded(path, MAX_FILE_SIZE)?;
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
    directory: &Path,
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
    let silent = config.per_file_ignores.values().flatten();
    let renamed = [
        renamed("--select", select.iter()),
        renamed("--ignore", ignore.iter()),
        renamed("select", config.select.iter()),
        renamed("ignore", config.ignore.iter()),
        renamed("per-file-ignores", silent),
        renamed("severity", config.severity.keys()),
    ]
    .concat();
    let select = current(select);
    let ignore = current(ignore);
    let pattern_base = config.directory().unwrap_or(Path::new("/"));
    let pattern_base = normalize(directory, pattern_base);
    let configured = current(&config.ignore).into_iter();
    // What is asked for by name on the command line is asked.
    let configured = configured.filter(|name| !select.contains(name));
    let ignore = configured.chain(ignore).collect();
    Ok(Selection {
        select: match select.is_empty() {
            true => current(&config.select),
            false => select,
        },
        ignore,
        silent_in: config
            .per_file_ignores
            .iter()
            .map(|(pattern, rules)| SilentIn {
                files: Patterns::new(&pattern_base, std::slice::from_ref(pattern)),
                rules: current(rules),
            })
            .collect(),
        severities: config
            .severity
            .iter()
            .map(|(name, severity)| (rules::current(name).to_owned(), *severity))
            .collect(),
        min_severity: min_severity
            .or(config.min_severity)
            .unwrap_or(Severity::Warning),
        baseline: None,
        renamed,
    })
}

/// Ids as they are now, of names that are known.
fn current(names: &[String]) -> Vec<String> {
    let now = names.iter().map(|name| rules::current(name).to_owned());
    now.collect()
}

/// What to say of names that rules do not have any more, and where they are still used.
fn renamed<'n>(option: &'n str, names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let told = names.filter_map(|name| {
        let now = rules::renamed(name)?;
        Some(format!("{option}: `{name}` is called `{now}` now"))
    });
    told.collect()
}
