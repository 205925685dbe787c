//! `djlint show`.

use std::io;
use std::path::PathBuf;

use super::{
    InputArguments, ListArguments, ListFormat, Outcome, Show, ShowFormat, ShowNginxArguments,
    Surroundings, check, input, request,
};
use crate::config::Inputs;
use crate::report::django::{self, Modules};
use crate::report::nginx;
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
        Show::Nginx(arguments) => configurations(arguments, surroundings),
        Show::Django {
            file,
            verbose,
            list,
        } => settings(file.as_ref(), *verbose, list, surroundings),
        Show::Uwsgi { file, list } => instances(file.as_ref(), list, surroundings),
    }
}

fn stack(
    paths: &[PathBuf],
    format: ShowFormat,
    arguments: &InputArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let Some(workspace) = open(of_paths(paths), arguments, surroundings)? else {
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

fn configurations(
    arguments: &ShowNginxArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let url = arguments.url.as_ref();
    let asked = url.map(|url| request::asked(url, &arguments.request));
    let asked = match asked.transpose() {
        Ok(asked) => asked,
        Err(error) => {
            check::say(surroundings.stderr, &error)?;
            return Ok(Outcome::Failed);
        }
    };
    let named = Inputs {
        nginx: arguments.nginx.iter().cloned().collect(),
        ..of_paths(&arguments.paths)
    };
    let Some(workspace) = open(named, &arguments.input, surroundings)? else {
        return Ok(Outcome::Failed);
    };
    let nothing = "no nginx configuration was found; --nginx names one";
    let color = surroundings.look(arguments.input.color).color;
    let Some(asked) = asked else {
        if workspace.configurations().is_empty() {
            check::say(surroundings.stderr, nothing)?;
            return Ok(Outcome::Failed);
        }
        let shown = nginx::all(&workspace, arguments.verbose);
        let out = &mut *surroundings.stdout;
        match arguments.output_format {
            ListFormat::Text => nginx::text::write(&shown, color, out)?,
            ListFormat::Json => json(&shown, out)?,
        }
        return check::problems(&workspace, surroundings);
    };
    let Some((front, request)) = workspace.addressed(&asked) else {
        check::say(surroundings.stderr, nothing)?;
        return Ok(Outcome::Failed);
    };
    let ways = workspace.ways(front, &request);
    let shown = nginx::at(&workspace, front, &request, &ways);
    let out = &mut *surroundings.stdout;
    match arguments.output_format {
        ListFormat::Text => nginx::text::write_at(&shown, color, out)?,
        ListFormat::Json => json(&shown, out)?,
    }
    check::problems(&workspace, surroundings)
}

fn instances(
    file: Option<&PathBuf>,
    list: &ListArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let paths = file.map_or(&[][..], std::slice::from_ref);
    let Some(workspace) = open(of_paths(paths), &list.input, surroundings)? else {
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
    let look = surroundings.look(list.input.color);
    let out = &mut *surroundings.stdout;
    match list.output_format {
        ListFormat::Text => uwsgi::write(&shown, look.color, out)?,
        ListFormat::Json => json(&shown, out)?,
    }
    Ok(Outcome::Sound)
}

fn settings(
    file: Option<&PathBuf>,
    is_verbose: bool,
    list: &ListArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let named = Inputs {
        settings: file.into_iter().cloned().collect(),
        ..Inputs::default()
    };
    let Some(workspace) = open(named, &list.input, surroundings)? else {
        return Ok(Outcome::Failed);
    };
    let shown = Modules::of(&workspace);
    if shown.modules.is_empty() {
        let nothing =
            "nothing to show: no settings module was found; `djlint show django FILE` names one";
        check::say(surroundings.stderr, nothing)?;
        return Ok(Outcome::Failed);
    }
    let look = surroundings.look(list.input.color);
    let out = &mut *surroundings.stdout;
    match list.output_format {
        ListFormat::Text => django::write(&shown, is_verbose, look.color, out)?,
        ListFormat::Json => json(&shown, out)?,
    }
    check::problems(&workspace, surroundings)
}

fn of_paths(paths: &[PathBuf]) -> Inputs {
    Inputs {
        paths: paths.to_vec(),
        ..Inputs::default()
    }
}

/// The workspace that the arguments ask for; nothing where they are wrong, which has been said by then.
pub(super) fn open(
    named: Inputs,
    arguments: &InputArguments,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Option<Workspace>> {
    let directory = surroundings.directory.clone();
    let prepared = input::configuration(arguments, &directory, &named.paths)
        .and_then(|config| input::input(arguments, named, &config, &directory));
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
