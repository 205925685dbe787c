//! `djlint init`.

mod template;

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::{Color, Outcome, Surroundings, check};
use crate::config::{self, FILE_NAME};
use crate::discover::{Kind, What};
use crate::report::path::{plain, shown};
use crate::report::stack::{Picture, text};
use crate::tree::normalize;
use crate::workspace::{Input, Workspace};

/// What goes into .pre-commit-config.yaml.
const HOOK: &str = include_str!("init/pre-commit.yaml");
/// What goes into .github/workflows/.
const WORKFLOW: &str = include_str!("init/workflow.yml");
/// More files of a kind are counted.
const MOST_NAMED: usize = 4;

/// Shows what is in the directory, writes a configuration that changes nothing yet, and offers
/// the other ways to run the program.
pub(super) fn run(
    directory: Option<&Path>,
    program: &str,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    let base = surroundings.directory.clone();
    let directory = directory.map_or(base.clone(), |directory| normalize(&base, directory));
    if let Some(why) = refusal(&directory, &base) {
        check::say(surroundings.stderr, &why)?;
        return Ok(Outcome::Failed);
    }
    let workspace = Workspace::open(Input {
        base: base.clone(),
        paths: vec![directory.clone()],
        ..Input::default()
    });
    let picture = Picture::of(&workspace);
    if !workspace.is_empty() {
        found(&workspace, &picture, surroundings)?;
    }
    if check::problems(&workspace, surroundings)? == Outcome::Failed {
        return Ok(Outcome::Failed);
    }
    let file = directory.join(FILE_NAME);
    let text = template::configuration(&picture, &plain(&directory, &base), &kinds(&workspace));
    // Not over what came to lie there meanwhile either.
    let created = OpenOptions::new().write(true).create_new(true).open(&file);
    if let Err(error) = created.and_then(|mut file| file.write_all(text.as_bytes())) {
        let name = shown(&file, &base);
        check::say(
            surroundings.stderr,
            &format!("{name} cannot be written: {error}"),
        )?;
        return Ok(Outcome::Failed);
    }
    let out = &mut *surroundings.stdout;
    writeln!(
        out,
        "\nWrote {}: all of its keys are comments still, so that nothing changes.",
        shown(&file, &base)
    )?;
    offer(&directory, program, out)?;
    Ok(Outcome::Sound)
}

/// Why no configuration is written here.
fn refusal(directory: &Path, base: &Path) -> Option<String> {
    if !directory.is_dir() {
        return Some(format!("{} is no directory", shown(directory, base)));
    }
    match config::discover(directory) {
        Ok(config) => config.path.map(|path| {
            format!(
                "{} holds a configuration for this directory: it stays as it is",
                shown(&path, base)
            )
        }),
        Err(errors) => errors.first().map(|error| {
            format!(
                "there is a configuration already, with a mistake in it: {}: {}",
                shown(&error.path, base),
                error.message
            )
        }),
    }
}

fn kinds(workspace: &Workspace) -> BTreeMap<Kind, Vec<&Path>> {
    let mut kinds: BTreeMap<Kind, Vec<&Path>> = BTreeMap::new();
    for entry in workspace.inventory().entries() {
        if let What::Is(kind) = entry.what {
            kinds.entry(kind).or_default().push(&entry.path);
        }
    }
    kinds
}

fn found(
    workspace: &Workspace,
    picture: &Picture,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<()> {
    let look = surroundings.look(Color::Auto);
    let out = &mut *surroundings.stdout;
    writeln!(out, "Found here:")?;
    for (kind, paths) in kinds(workspace) {
        let named: Vec<String> = paths
            .iter()
            .take(MOST_NAMED)
            .map(|path| shown(path, workspace.base()))
            .collect();
        let more = match paths.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let kind = kind.as_str();
        writeln!(out, "  {kind:21} {}{more}", named.join(", "))?;
    }
    writeln!(out)?;
    text::write(picture, look.color, out)
}

fn offer(directory: &Path, program: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nTo check now: {program} check")?;
    let hooks = ".pre-commit-config.yaml";
    let (how, hook) = match directory.join(hooks).exists() {
        true => (
            "add this to the repos of",
            HOOK.trim_start_matches("repos:\n"),
        ),
        false => ("write this to", HOOK),
    };
    writeln!(out, "\nTo check before each commit, {how} {hooks}:\n")?;
    write!(out, "{hook}")?;
    writeln!(
        out,
        "\nTo check each pull request on GitHub, write this to\n.github/workflows/djlint.yml, \
         with the owner of the repository of djlint for OWNER:\n"
    )?;
    let release = concat!("v", env!("CARGO_PKG_VERSION"));
    write!(out, "{}", WORKFLOW.replace("RELEASE", release))
}
