//! `djlint check`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{CheckArguments, Outcome, Surroundings, baseline, fix, input, progress, stdin, tell};
use crate::config::Inputs;
use crate::discover::What;
use crate::engine::{self, Selection};
use crate::finding::Severity;
use crate::report::Report;
use crate::report::path::shown;
use crate::workspace::Workspace;

pub(super) fn run(
    arguments: &CheckArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let (workspace, selection, fail_on) = match prepare(arguments, surroundings) {
        Ok(prepared) => prepared,
        Err(errors) => {
            for error in errors {
                say(surroundings.stderr, &error)?;
            }
            return Ok(Outcome::Failed);
        }
    };
    if !arguments.quiet {
        for told in &selection.renamed {
            writeln!(surroundings.stderr, "note: {told}")?;
        }
    }
    if arguments.show_files {
        show_files(&workspace, surroundings.stdout)?;
        return problems(&workspace, surroundings);
    }
    if let Some(buffer) = workspace.unread_buffer() {
        let name = shown(&buffer.path, workspace.base());
        say(
            surroundings.stderr,
            &format!(
                "{name}: cannot be checked: it is of no kind that is known, and nothing here reads it"
            ),
        )?;
        return Ok(Outcome::Failed);
    }
    if let Some(path) = &arguments.write_baseline {
        return baseline::write(path, &workspace, selection, surroundings);
    }
    let (workspace, fixed) = match fix::is_asked_for(arguments) {
        false => (workspace, Outcome::Sound),
        true => {
            let fixed = fix::run(arguments, workspace, &selection, surroundings)?;
            match fixed.rest {
                Some(workspace) => (workspace, fixed.outcome),
                None => return Ok(fixed.outcome),
            }
        }
    };
    let report = judge(&workspace, &selection, surroundings.is_watched);
    let told = tell::tell(arguments, &workspace, &report, surroundings)?;
    if !arguments.quiet {
        baseline::say_what_is_gone(&report, arguments, surroundings)?;
    }
    let failed = problems(&workspace, surroundings)?;
    let worst = report
        .findings
        .iter()
        .map(|reported| reported.finding.severity)
        .chain(report.hidden.keys().copied())
        .max();
    let found = match worst {
        Some(worst) if worst >= fail_on && !arguments.exit_zero => Outcome::Findings,
        _ => Outcome::Sound,
    };
    Ok(found.max(told).max(failed).max(fixed))
}

/// Judges, and says meanwhile that it does to who waits for it.
fn judge<'w>(workspace: &'w Workspace, selection: &Selection, is_watched: bool) -> Report<'w> {
    let work = || engine::check(workspace, selection);
    if !is_watched {
        return work();
    }
    let status = || match workspace.files().count() {
        1 => "djlint: 1 file read".to_owned(),
        count => format!("djlint: {count} files read"),
    };
    progress::during(io::stderr(), progress::PATIENCE, status, work)
}

fn prepare(
    arguments: &CheckArguments,
    surroundings: &mut Surroundings<'_>,
) -> Result<(Workspace, Selection, Severity), Vec<String>> {
    let directory = &surroundings.directory;
    let contradictions = tell::contradictions(arguments, directory);
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    let name = arguments.stdin_filename.as_deref();
    let given = stdin::read(&arguments.paths, name, directory, surroundings.stdin);
    let given = given.map_err(|error| vec![error])?;
    let first = given.buffer.as_ref().map(|buffer| &buffer.path);
    let first: Vec<PathBuf> = first.or(given.paths.first()).cloned().into_iter().collect();
    let config = input::configuration(&arguments.input, directory, &first)?;
    let selection = input::selection(
        &arguments.select,
        &arguments.ignore,
        arguments.min_severity,
        &config,
        directory,
    );
    let named = Inputs {
        paths: given.paths,
        nginx: arguments.nginx.clone(),
        uwsgi: arguments.uwsgi.clone(),
        settings: arguments.settings.clone(),
    };
    let input = input::input(&arguments.input, named, &config, directory);
    let baseline = baseline::read(arguments, &config, directory);
    let (mut selection, mut input, baseline) = match (selection, input, baseline) {
        (Ok(selection), Ok(input), Ok(baseline)) => (selection, input, baseline),
        (selection, input, baseline) => {
            let errors = [selection.err(), input.err(), baseline.err()];
            return Err(errors.into_iter().flatten().flatten().collect());
        }
    };
    selection.baseline = baseline;
    input.is_about_buffer = given.is_about_buffer;
    input.buffer = given.buffer;
    let fail_on = arguments
        .fail_on
        .or(config.fail_on)
        .unwrap_or(Severity::Warning);
    Ok((Workspace::open(input), selection, fail_on))
}

/// What kept the program from its job: said last, where it is seen.
pub(super) fn problems(
    workspace: &Workspace,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    surroundings.stdout.flush()?;
    let base = workspace.base();
    for problem in workspace.problems() {
        let path = shown(&problem.path, base);
        say(
            surroundings.stderr,
            &format!("{path}: cannot be checked: {}", problem.why),
        )?;
    }
    if !workspace.problems().is_empty() {
        return Ok(Outcome::Failed);
    }
    if workspace.is_empty() {
        say(
            surroundings.stderr,
            "nothing to check: no nginx configuration, uWSGI ini, Django project or private key was \
             found; `djlint check --show-files` lists what was looked at, and --nginx, --uwsgi and \
             --settings name a file",
        )?;
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Sound)
}

pub(super) fn say(stderr: &mut dyn Write, message: &str) -> io::Result<()> {
    // A closed standard error is no reason not to do the job.
    match writeln!(stderr, "error: {}", crate::report::sanitize::line(message)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

fn show_files(workspace: &Workspace, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<(String, String)> = workspace
        .inventory()
        .entries()
        .iter()
        .map(|entry| {
            let what = match &entry.what {
                What::Is(kind) => kind.as_str().to_owned(),
                What::LeftOut(why) => format!("left out: {why}"),
                What::Unreadable(why) => format!("cannot be read: {why}"),
            };
            (shown(&entry.path, workspace.base()), what)
        })
        .collect();
    let widest = rows.iter().map(|(path, _)| path.chars().count()).max();
    // One very long path is no reason to move every other row out of sight.
    let column = widest.unwrap_or(0).min(60);
    for (path, what) in rows {
        writeln!(
            out,
            "{path:column$}  {}",
            crate::report::sanitize::line(&what)
        )?;
    }
    Ok(())
}
