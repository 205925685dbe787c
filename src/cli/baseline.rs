//! `--baseline` and `--write-baseline`.

use std::io;
use std::path::Path;

use super::{CheckArguments, Outcome, Surroundings, check};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::engine::{self, Selection};
use crate::finding::Severity;
use crate::report::path::{plain, shown};
use crate::report::{Compared, Report, sanitize};
use crate::tree::normalize;
use crate::whole_file;
use crate::workspace::Workspace;

/// No one reads a longer list of what is not there any more.
const MAX_GONE: usize = 20;

/// The baseline that the command line names, or else the configuration.
pub(super) fn read(
    arguments: &CheckArguments,
    config: &Config,
    directory: &Path,
) -> Result<Option<Baseline>, Vec<String>> {
    if arguments.write_baseline.is_some() {
        return Ok(None);
    }
    let here = config.directory().unwrap_or(directory);
    let configured = || Some(normalize(here, config.baseline.as_ref()?));
    let named = arguments.baseline.as_ref();
    let path = named.map(|path| normalize(directory, path));
    let Some(path) = path.or_else(configured) else {
        return Ok(None);
    };
    Baseline::load(&path).map(Some).map_err(|mut error| {
        error.path = plain(&error.path, directory).into();
        vec![error.to_string()]
    })
}

/// Writes all that is found, whatever its severity. What was not looked at would be missing in it, so
/// that a run which could not do its job writes none.
pub(super) fn write(
    path: &Path,
    workspace: &Workspace,
    selection: Selection,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let failed = check::problems(workspace, surroundings)?;
    if failed != Outcome::Sound {
        return Ok(failed);
    }
    let everything = Selection {
        min_severity: Severity::Advice,
        ..selection
    };
    let report = engine::check(workspace, &everything);
    let baseline = Baseline::of(workspace, &report);
    let directory = surroundings.directory.clone();
    let name = shown(&normalize(&directory, path), &directory);
    let written = baseline
        .to_json()
        .map_err(io::Error::from)
        .and_then(|text| {
            whole_file::write(&normalize(&directory, path), |out| {
                out.write_all(text.as_bytes())
            })
        });
    match written {
        Ok(()) => {
            let count = match baseline.len() {
                1 => "1 finding".to_owned(),
                count => format!("{count} findings"),
            };
            writeln!(surroundings.stdout, "Wrote {count} to {name}.")?;
            Ok(Outcome::Sound)
        }
        Err(error) => {
            let why = crate::tree::ReadError::from(error);
            check::say(
                surroundings.stderr,
                &format!("{name}: cannot be written: {why}"),
            )?;
            Ok(Outcome::Failed)
        }
    }
}

/// Names what the baseline holds and is not found any more: it can be taken out.
pub(super) fn say_what_is_gone(
    report: &Report<'_>,
    arguments: &CheckArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<()> {
    let Some(Compared { gone, .. }) = &report.baseline else {
        return Ok(());
    };
    if gone.is_empty() {
        return Ok(());
    }
    surroundings.stdout.flush()?;
    let file = arguments.baseline.as_deref();
    let file = file.map_or_else(|| "FILE".to_owned(), |path| plain(path, Path::new("")));
    let mut lines = vec![format!(
        "note: not found any more, and out of the baseline with --write-baseline {file}:"
    )];
    let listed = gone.iter().take(MAX_GONE);
    lines.extend(listed.map(|entry| format!("  {} in {}", entry.rule, entry.path)));
    if gone.len() > MAX_GONE {
        lines.push(format!("  and {} more", gone.len() - MAX_GONE));
    }
    for line in lines {
        match writeln!(surroundings.stderr, "{}", sanitize::line(&line)) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
