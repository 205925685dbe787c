//! `djlint check --fix`, and what goes with it.

use std::io::{self, Write};

use super::check::{problems, say};
use super::{CheckArguments, Outcome, Surroundings};
use crate::engine::Selection;
use crate::finding::Safety;
use crate::fix::{self, Done, Limits, Mended};
use crate::report::path::shown;
use crate::report::sanitize;
use crate::tree::Buffer;
use crate::workspace::Workspace;

/// What is left to do when fixes were applied.
pub(super) struct Fixed {
    /// What remains to be judged and told; nothing where only fixes were asked for.
    pub(super) rest: Option<Workspace>,
    /// How it went.
    pub(super) outcome: Outcome,
}

/// Whether anything is to be mended, or shown as it would be.
pub(super) fn is_asked_for(arguments: &CheckArguments) -> bool {
    arguments.fix || arguments.diff || arguments.fix_only
}

/// Mends what is on disk or on standard input, or shows what would change.
pub(super) fn run(
    arguments: &CheckArguments,
    workspace: Workspace,
    selection: &Selection,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Fixed> {
    let input = workspace.input().clone();
    let open = |mended: Vec<Buffer>| {
        Workspace::open(crate::workspace::Input {
            mended,
            ..input.clone()
        })
    };
    let tree = workspace.files().tree();
    let limits = Limits {
        safety: match arguments.unsafe_fixes {
            true => Safety::Unsafe,
            false => Safety::Safe,
        },
        // What is piped through is one file.
        only: input.buffer.as_ref().map(|buffer| {
            tree.resolve(&buffer.path)
                .unwrap_or_else(|_| buffer.path.clone())
        }),
    };
    let mut mended = fix::mend(&open, selection, &limits);
    if !mended.has_ended {
        say(
            surroundings.stderr,
            "the fixes call for each other without end, and nothing was changed: this is a defect of djlint, please report it",
        )?;
        return Ok(Fixed::alone(Outcome::Failed));
    }
    if arguments.diff {
        for changed in &mended.files {
            fix::diff::write(changed, &input.base, surroundings.stdout)?;
        }
        summary(arguments, &mended, "Would fix", surroundings)?;
        let outcome = match mended.files.is_empty() {
            true => Outcome::Sound,
            false => Outcome::Findings,
        };
        return Ok(Fixed::alone(
            outcome.max(problems(&workspace, surroundings)?),
        ));
    }
    if let Some(buffer) = &input.buffer {
        return standard_input(arguments, &mended, buffer, surroundings);
    }
    let outcome = write(&mut mended, surroundings)?;
    summary(arguments, &mended, "Fixed", surroundings)?;
    if arguments.fix_only {
        let outcome = outcome.max(problems(&workspace, surroundings)?);
        return Ok(Fixed::alone(outcome));
    }
    Ok(Fixed {
        rest: Some(open(Vec::new())),
        outcome,
    })
}

impl Fixed {
    fn alone(outcome: Outcome) -> Self {
        Self {
            rest: None,
            outcome,
        }
    }
}

/// Writes what changed. What cannot be written stays as it is, and what it was for is held back.
fn write(mended: &mut Mended, surroundings: &mut Surroundings<'_>) -> io::Result<Outcome> {
    let mut outcome = Outcome::Sound;
    for unwritten in fix::write(mended) {
        outcome = Outcome::Failed;
        let path = shown(&unwritten.path, &surroundings.directory);
        if unwritten.is_first {
            let why = sanitize::line(&unwritten.why);
            say(surroundings.stderr, &format!("{path}: not fixed: {why}"))?;
        }
        mended.hold_back(&unwritten.path, &unwritten.why);
    }
    Ok(outcome)
}

/// What came on standard input goes to standard output, mended or not: whoever sent it puts it in
/// its place. No other file is changed.
fn standard_input(
    arguments: &CheckArguments,
    mended: &Mended,
    buffer: &Buffer,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Fixed> {
    let text = mended
        .files
        .first()
        .map_or(&buffer.bytes, |changed| &changed.after);
    surroundings.stdout.write_all(text)?;
    surroundings.stdout.flush()?;
    summary(arguments, mended, "Fixed", surroundings)?;
    Ok(Fixed::alone(Outcome::Sound))
}

/// Says what was fixed, what was not, and why: beside the report, which may be for a program.
fn summary(
    arguments: &CheckArguments,
    mended: &Mended,
    verb: &str,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<()> {
    if arguments.quiet {
        return Ok(());
    }
    let base = surroundings.directory.clone();
    let mut text = Vec::new();
    let place = |fix: &Done| {
        let title = sanitize::line(&fix.title);
        format!(
            "  {}:{} {}: {title}",
            shown(&fix.path, &base),
            fix.line,
            fix.rule
        )
    };
    match mended.done.len() {
        0 => writeln!(text, "{verb} nothing.")?,
        1 => writeln!(text, "{verb} 1 finding:")?,
        count => writeln!(text, "{verb} {count} findings:")?,
    }
    for fix in &mended.done {
        writeln!(text, "{}", place(fix))?;
    }
    if !mended.held_back.is_empty() {
        writeln!(text, "Held back:")?;
    }
    for held_back in &mended.held_back {
        let why = sanitize::line(&held_back.why);
        writeln!(text, "{}\n    not done: {why}", place(&held_back.fix))?;
    }
    match mended.unsafe_left {
        0 => {}
        1 => writeln!(
            text,
            "1 more can be fixed with --unsafe-fixes, which changes behaviour."
        )?,
        count => writeln!(
            text,
            "{count} more can be fixed with --unsafe-fixes, which changes behaviour."
        )?,
    }
    surroundings.stdout.flush()?;
    match surroundings.stderr.write_all(&text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
