//! `djlint show`.

use std::io;
use std::path::PathBuf;

use super::{InputArguments, ListFormat, Outcome, Show, ShowFormat, Surroundings, check, input};
use crate::config::Inputs;
use crate::report::stack::{Picture, mermaid, text};
use crate::report::uwsgi::{self, Instances};
use crate::workspace::Workspace;

pub(super) fn run(show: &Show, surroundings: &mut Surroundings<'_>) -> io::Result<Outcome> {
    match show {
        Show::Stack {
            paths,
            output_format,
            input,
        } => stack(paths, *output_format, input, surroundings),
        Show::Uwsgi {
            file,
            output_format,
            input,
        } => instances(file.as_ref(), *output_format, input, surroundings),
    }
}

fn stack(
    paths: &[PathBuf],
    format: ShowFormat,
    arguments: &InputArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let Some(workspace) = open(paths, arguments, surroundings)? else {
        return Ok(Outcome::Failed);
    };
    if !workspace.is_empty() {
        let picture = Picture::of(&workspace);
        let look = surroundings.look(arguments.color);
        let out = &mut *surroundings.stdout;
        match format {
            ShowFormat::Text => text::write(&picture, look.color, out)?,
            ShowFormat::Json => json(&picture, out)?,
            ShowFormat::Mermaid => mermaid::write(&picture, out)?,
        }
    }
    check::problems(&workspace, surroundings)
}

fn instances(
    file: Option<&PathBuf>,
    format: ListFormat,
    arguments: &InputArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let paths = file.map_or(&[][..], std::slice::from_ref);
    let Some(workspace) = open(paths, arguments, surroundings)? else {
        return Ok(Outcome::Failed);
    };
    let instances = match file {
        Some(file) => match workspace.instance_of(file) {
            Ok(instance) => vec![instance],
            Err(why) => {
                let path = file.display();
                check::say(
                    surroundings.stderr,
                    &format!("{path}: cannot be read: {why}"),
                )?;
                return Ok(Outcome::Failed);
            }
        },
        None => workspace.instances().to_vec(),
    };
    if instances.is_empty() {
        let nothing =
            "nothing to show: no uWSGI configuration was found; `djlint show uwsgi FILE` names one";
        check::say(surroundings.stderr, nothing)?;
        return Ok(Outcome::Failed);
    }
    let shown = Instances::of(&workspace, &instances);
    let look = surroundings.look(arguments.color);
    let out = &mut *surroundings.stdout;
    match format {
        ListFormat::Text => uwsgi::write(&shown, look.color, out)?,
        ListFormat::Json => json(&shown, out)?,
    }
    Ok(Outcome::Sound)
}

/// The workspace that the arguments ask for; nothing where they are wrong, which has been said by then.
fn open(
    paths: &[PathBuf],
    arguments: &InputArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Option<Workspace>> {
    let directory = surroundings.directory.clone();
    let prepared = input::configuration(arguments, &directory, paths).and_then(|config| {
        let named = Inputs {
            paths: paths.to_vec(),
            ..Inputs::default()
        };
        input::input(arguments, named, &config, &directory)
    });
    match prepared {
        Ok(input) => Ok(Some(Workspace::open(input))),
        Err(errors) => {
            for error in errors {
                check::say(surroundings.stderr, &error)?;
            }
            Ok(None)
        }
    }
}

fn json(value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
