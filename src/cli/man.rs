//! `djlint man`.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Arguments, Outcome};
use crate::config;

/// Prints one page about the program and all its commands.
///
/// A page for each would be called djlint-check(1), and that is the program's other name.
pub(super) fn run(program: &'static str, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = Arguments::command().name(program).bin_name(program);
    command.build();
    let page = Man::new(command.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    for subcommand in command.get_subcommands() {
        section(subcommand, out)?;
    }
    exit_status().to_writer(out)?;
    files().to_writer(out)?;
    page.render_version_section(out)?;
    Ok(Outcome::Sound)
}

/// What a command does and takes, or each of those that it is made of.
fn section(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    if command.has_subcommands() {
        for subcommand in command.get_subcommands() {
            section(subcommand, out)?;
        }
        return Ok(());
    }
    let title = command.get_bin_name().unwrap_or_else(|| command.get_name());
    Roff::new()
        .control("SH", [title.to_uppercase().as_str()])
        .to_writer(out)?;
    let page = Man::new(command.clone());
    let mut parts = Vec::new();
    page.render_description_section(&mut parts)?;
    page.render_synopsis_section(&mut parts)?;
    page.render_options_section(&mut parts)?;
    // Requests alone begin with a dot: in text, roff gets it escaped.
    let parts = String::from_utf8_lossy(&parts).replace("\n.SH ", "\n.SS ");
    let parts = parts
        .strip_prefix(".SH ")
        .map_or_else(|| parts.clone(), |rest| format!(".SS {rest}"));
    out.write_all(parts.as_bytes())
}

fn exit_status() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    let statuses = [
        ("0", "Nothing was found at or above --fail-on."),
        ("1", "Something was found."),
        (
            "2",
            "The job could not be done: wrong usage or configuration, nothing to check, a named file that cannot be read.",
        ),
    ];
    for (status, meaning) in statuses {
        roff.control("TP", []).text([bold(status)]);
        roff.text([roman(meaning)]);
    }
    roff
}

fn files() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["FILES"]);
    roff.control("TP", []).text([bold(config::FILE_NAME)]);
    roff.text([roman(
        "What holds for a whole project, in the directory of the first path or above it; \
         or the table [tool.djlint-check] of a pyproject.toml.",
    )]);
    roff
}
