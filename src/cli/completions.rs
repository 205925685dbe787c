//! `djlint completions`.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Arguments, Outcome};

/// Prints what completes the arguments of the program, under the name that it was called by.
pub(super) fn run(shell: Shell, program: &str, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut command = Arguments::command();
    let bash = shell == Shell::Bash;
    // clap_complete's functions for bash find no command of a program that has a hyphen in its name.
    let name = match bash {
        true => program.replace('-', "_"),
        false => program.to_owned(),
    };
    // Whole first: clap_complete panics where it cannot write, and whoever reads may have left.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, &name, &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if bash {
        // What the functions are registered for stands at the end of a line.
        script = script.replace(
            &format!("default {name}\n"),
            &format!("default {program}\n"),
        );
    }
    out.write_all(script.as_bytes())?;
    Ok(Outcome::Sound)
}
