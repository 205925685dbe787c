//! `djlint config`.

use std::io::{self, Write};
use std::path::Path;

use super::{ConfigArguments, Outcome, Surroundings, check, input};
use crate::config::{Config, InForce, Line, schema};
use crate::report::path::{plain, shown};
use crate::report::sanitize;

/// One line longer than this is no reason to move every other one's source out of sight.
const WIDEST: usize = 60;

pub(super) fn run(
    arguments: &ConfigArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    if arguments.schema {
        serde_json::to_writer_pretty(&mut *surroundings.stdout, &schema())?;
        writeln!(surroundings.stdout)?;
        return Ok(Outcome::Sound);
    }
    let directory = surroundings.directory.clone();
    let found = input::configuration(&arguments.input, &directory, &arguments.paths)
        .and_then(|config| Ok((lines(arguments, &config, &directory)?, config)));
    match found {
        Ok(((rows, unset), config)) => {
            write(&rows, &unset, &config, &directory, surroundings.stdout)?;
            Ok(Outcome::Sound)
        }
        Err(errors) => {
            for error in errors {
                check::say(surroundings.stderr, &error)?;
            }
            Ok(Outcome::Failed)
        }
    }
}

/// Every `key = value` with where it comes from, and the keys that are not set.
type Lines = (Vec<(String, String)>, Vec<&'static str>);

fn lines(
    arguments: &ConfigArguments,
    config: &Config,
    directory: &Path,
) -> Result<Lines, Vec<String>> {
    let variables = input::environment(&arguments.input, config, directory)?;
    let file = config.path.as_deref().map(|path| plain(path, directory));
    let from_file = |line: &Line| match (&file, line.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (Some(file), None) => file.clone(),
        (None, _) => String::new(),
    };
    let InForce {
        mut lines,
        mut unset,
    } = config.in_force();
    // The variables are those of the run, of which the file's are only some.
    let at = lines
        .iter()
        .position(|line| line.key.starts_with("env."))
        .unwrap_or(lines.len());
    let of_file: Vec<Line> = lines
        .extract_if(.., |line| line.key.starts_with("env."))
        .collect();
    let mut rows: Vec<(String, String)> = lines
        .iter()
        .map(|line| (row(line), from_file(line)))
        .collect();
    let told = variables.iter().map(|(name, told)| {
        let line = Line::variable(name, &told.value, None);
        let own = of_file.iter().find(|own| own.key == line.key);
        let by = told.by.clone();
        let from = by.unwrap_or_else(|| own.map(&from_file).unwrap_or_default());
        (row(&line), from)
    });
    let told: Vec<(String, String)> = told.collect();
    if !told.is_empty() {
        unset.retain(|key| *key != "env");
    }
    rows.splice(at..at, told);
    let defaults = [
        ("min-severity", "\"warning\"", "min-severity"),
        ("fail-on", "\"warning\"", "fail-on"),
        ("inputs.paths", "[\".\"]", "inputs"),
    ];
    for (key, value, unless) in defaults {
        if unset.contains(&unless) {
            unset.retain(|key| *key != unless);
            rows.push((format!("{key} = {value}"), "default".to_owned()));
        }
    }
    Ok((rows, unset))
}

fn row(line: &Line) -> String {
    sanitize::line(&format!("{} = {}", line.key, line.value))
}

fn write(
    rows: &[(String, String)],
    unset: &[&str],
    config: &Config,
    directory: &Path,
    out: &mut dyn Write,
) -> io::Result<()> {
    match &config.path {
        Some(path) => writeln!(out, "# {}", shown(path, directory))?,
        None => writeln!(out, "# no configuration file")?,
    }
    let widths = rows.iter().map(|(row, _)| row.chars().count());
    let column = widths.max().unwrap_or(0).min(WIDEST);
    for (row, from) in rows {
        writeln!(out, "{row:column$}  # {}", sanitize::line(from))?;
    }
    if !unset.is_empty() {
        writeln!(out, "# not set: {}", unset.join(", "))?;
    }
    Ok(())
}
