//! `djlint trace`.

use std::io;

use super::{Outcome, Surroundings, TraceArguments, TraceFormat, check, input, request};
use crate::config::Inputs;
use crate::deployment::request::{Asked, Expectation, Way};
use crate::report::trace::{text, told};
use crate::value::Answer;
use crate::workspace::{Input, Workspace};

pub(super) fn run(
    arguments: &TraceArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let (asked, expected, input) = match prepare(arguments, surroundings) {
        Ok(prepared) => prepared,
        Err(errors) => {
            for error in errors {
                check::say(surroundings.stderr, &error)?;
            }
            return Ok(Outcome::Failed);
        }
    };
    let workspace = Workspace::open(input);
    let failed = check::problems(&workspace, surroundings)?;
    if failed != Outcome::Sound {
        return Ok(failed);
    }
    let Some((front, request)) = workspace.addressed(&asked) else {
        check::say(
            surroundings.stderr,
            "no nginx configuration was found; --nginx names one",
        )?;
        return Ok(Outcome::Failed);
    };
    let ways = workspace.ways(front, &request);
    let told = told(&workspace, front, &request, &ways, arguments.verbose);
    let look = surroundings.look(arguments.input.color);
    match arguments.output_format {
        TraceFormat::Text => text::write(&told, look.color, surroundings.stdout)?,
        TraceFormat::Json => {
            serde_json::to_writer_pretty(&mut *surroundings.stdout, &told)?;
            writeln!(surroundings.stdout)?;
        }
    }
    match expected {
        Some(expected) => judged(&expected, &ways, arguments, surroundings),
        None => Ok(Outcome::Sound),
    }
}

fn prepare(
    arguments: &TraceArguments,
    surroundings: &Surroundings<'_>,
) -> Result<(Asked, Option<Expectation>, Input), Vec<String>> {
    let one = |error: String| vec![error];
    let asked = request::asked(&arguments.url, &arguments.request).map_err(one)?;
    let expected = arguments.expect.as_ref().map(|expected| expected.parse());
    let expected: Option<Expectation> = expected
        .transpose()
        .map_err(|why: String| one(format!("--expect {why}")))?;
    let directory = &surroundings.directory;
    let config = input::configuration(&arguments.input, directory, &arguments.paths)?;
    let named = Inputs {
        paths: arguments.paths.clone(),
        nginx: arguments.nginx.iter().cloned().collect(),
        ..Inputs::default()
    };
    let input = input::input(&arguments.input, named, &config, directory)?;
    Ok((asked, expected, input))
}

fn judged(
    expected: &Expectation,
    ways: &[Way<'_>],
    arguments: &TraceArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let what = arguments.expect.as_deref().unwrap_or_default();
    surroundings.stdout.flush()?;
    match expected.holds(ways) {
        Answer::Yes => Ok(Outcome::Sound),
        Answer::No => {
            check::say(surroundings.stderr, &format!("expected {what}"))?;
            Ok(Outcome::Findings)
        }
        Answer::Unknown => {
            let error =
                format!("expected {what}, and the files at hand do not tell whether it is so");
            check::say(surroundings.stderr, &error)?;
            Ok(Outcome::Failed)
        }
    }
}
