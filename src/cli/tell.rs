//! Where the reports of `djlint check` go: standard output, files, a step's summary.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::check::say;
use super::{CheckArguments, Look, Outcome, OutputFormat, Surroundings};
use crate::report::path::shown;
use crate::report::stack::Picture;
use crate::report::{Report, concise, github, gitlab, human, json, junit, markdown, rdjson, sarif};
use crate::tree::normalize;
use crate::whole_file;
use crate::workspace::Workspace;

/// What contradicts itself in how reports are asked for.
pub(super) fn contradictions(arguments: &CheckArguments, directory: &Path) -> Vec<String> {
    let mut errors = Vec::new();
    let is_for_people = matches!(
        arguments.output_format,
        OutputFormat::Full | OutputFormat::Concise
    );
    if arguments.statistics && !is_for_people {
        errors.push(
            "--statistics is a table for people: it goes with --output-format full or concise"
                .to_owned(),
        );
    }
    if arguments.unsafe_fixes && !super::fix::is_asked_for(arguments) {
        errors.push(
            "--unsafe-fixes says what --fix, --fix-only and --diff may change, and none of them is given"
                .to_owned(),
        );
    }
    let mut named = BTreeSet::new();
    for target in &arguments.report {
        let path = normalize(directory, &target.path);
        if !named.insert(path) {
            let path = target.path.display();
            errors.push(format!("--report: {path} is named twice"));
        }
    }
    errors
}

/// Writes every report that was asked for; a file that cannot be written keeps no other from it.
pub(super) fn tell(
    arguments: &CheckArguments,
    workspace: &Workspace,
    report: &Report<'_>,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    // Files first: whoever reads standard output may leave early.
    let mut errors = files(arguments, workspace, report, &surroundings.directory);
    if arguments.output_format == OutputFormat::Github
        && let Some(path) = &surroundings.step_summary
        && let Err(error) = append_summary(path, workspace, report)
    {
        let path = path.display();
        errors.push(format!(
            "GITHUB_STEP_SUMMARY: {path} cannot be written: {error}"
        ));
    }
    for error in &errors {
        say(surroundings.stderr, error)?;
    }
    let outcome = match errors.is_empty() {
        true => Outcome::Sound,
        false => Outcome::Failed,
    };
    match standard_output(arguments, workspace, report, surroundings) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe && outcome == Outcome::Failed => {
            Ok(outcome)
        }
        told => told.map(|()| outcome),
    }
}

fn files(
    arguments: &CheckArguments,
    workspace: &Workspace,
    report: &Report<'_>,
    directory: &Path,
) -> Vec<String> {
    let mut errors = Vec::new();
    for target in &arguments.report {
        let path = normalize(directory, &target.path);
        let written = match is_an_input(workspace, &path) {
            true => Err(io::Error::other("it is one of the files that were read")),
            false => whole_file::write(&path, |out| {
                write(target.format, workspace, report, &plain(), out)
            }),
        };
        if let Err(error) = written {
            let path = shown(&path, directory);
            errors.push(format!("--report: {path} cannot be written: {error}"));
        }
    }
    errors
}

/// Whether a report would take the place of something that it is about.
fn is_an_input(workspace: &Workspace, path: &Path) -> bool {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let sources = workspace.files().sources();
    sources.iter().any(|source| source.path() == real)
}

fn append_summary(path: &PathBuf, workspace: &Workspace, report: &Report<'_>) -> io::Result<()> {
    let mut summary = Vec::new();
    markdown::write(report, &Picture::of(workspace), &mut summary)?;
    // The file is the step's: what its other commands wrote stays.
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(&summary)
}

/// A report in a file is for nobody's terminal.
fn plain() -> human::Options {
    human::Options {
        width: super::DEFAULT_WIDTH,
        ..human::Options::default()
    }
}

fn standard_output(
    arguments: &CheckArguments,
    workspace: &Workspace,
    report: &Report<'_>,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<()> {
    let Look {
        color,
        links,
        width,
    } = surroundings.look(arguments.input.color);
    let options = human::Options {
        color,
        links,
        width,
        verbose: arguments.verbose,
        quiet: arguments.quiet,
    };
    let out = &mut *surroundings.stdout;
    match arguments.statistics {
        true => human::statistics(report, &options, out),
        false => write(arguments.output_format, workspace, report, &options, out),
    }
}

fn write(
    format: OutputFormat,
    workspace: &Workspace,
    report: &Report<'_>,
    options: &human::Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        OutputFormat::Full => human::write(report, options, out),
        OutputFormat::Concise => concise::write(report, out),
        OutputFormat::Json => json::write(report, out),
        OutputFormat::Sarif => sarif::write(report, out),
        OutputFormat::Github => github::write(report, out),
        OutputFormat::Gitlab => gitlab::write(report, out),
        OutputFormat::Junit => junit::write(report, out),
        OutputFormat::Rdjson => rdjson::write(report, out),
        OutputFormat::Markdown => markdown::write(report, &Picture::of(workspace), out),
    }
}
