//! `djlint show`.

use std::io;

use super::{Outcome, Show, ShowFormat, Surroundings, check, input};
use crate::config::Inputs;
use crate::report::stack::{Picture, mermaid, text};
use crate::workspace::Workspace;

pub(super) fn run(show: &Show, surroundings: &mut Surroundings<'_>) -> io::Result<Outcome> {
    let Show::Stack {
        paths,
        output_format,
        input: arguments,
    } = show;
    let directory = surroundings.directory.clone();
    let prepared = input::configuration(arguments, &directory, paths).and_then(|config| {
        let named = Inputs {
            paths: paths.clone(),
            ..Inputs::default()
        };
        input::input(arguments, named, &config, &directory)
    });
    let input = match prepared {
        Ok(input) => input,
        Err(errors) => {
            for error in errors {
                check::say(surroundings.stderr, &error)?;
            }
            return Ok(Outcome::Failed);
        }
    };
    let workspace = Workspace::open(input);
    if !workspace.is_empty() {
        let picture = Picture::of(&workspace);
        let look = surroundings.look(arguments.color);
        let out = &mut *surroundings.stdout;
        match output_format {
            ShowFormat::Text => text::write(&picture, look.color, out)?,
            ShowFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &picture)?;
                writeln!(out)?;
            }
            ShowFormat::Mermaid => mermaid::write(&picture, out)?,
        }
    }
    check::problems(&workspace, surroundings)
}
