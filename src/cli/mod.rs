//! Arguments in, exit code out; one file a command.

mod args;
mod baseline;
mod check;
mod completions;
mod config;
mod defect;
mod explain;
mod fix;
mod init;
mod input;
mod man;
mod nginx_test;
mod progress;
mod request;
mod rules;
mod show;
mod stdin;
mod tell;
mod trace;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

pub use args::{
    Arguments, CheckArguments, Color, Command, ConfigArguments, InputArguments, ListArguments,
    ListFormat, NginxTestArguments, OutputFormat, ReportFile, RequestArguments, Show, ShowFormat,
    ShowNginxArguments, TraceArguments, TraceFormat,
};
pub use defect::protected;

/// What a run came to, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing at or above `--fail-on`.
    Sound,
    /// Something was found.
    Findings,
    /// What was searched for was not found: as with grep, no success and no failure either.
    NoMatch,
    /// The job could not be done: usage, configuration, nothing to check, a named input that cannot be read.
    Failed,
}

impl Outcome {
    /// The number that a shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Sound => 0,
            Self::Findings | Self::NoMatch => 1,
            Self::Failed => 2,
        }
    }
}

/// What the program is run in: where its words go, and how they may look there.
pub struct Surroundings<'a> {
    /// What `-` stands for.
    pub stdin: &'a mut dyn Read,
    /// Reports.
    pub stdout: &'a mut dyn Write,
    /// What kept the program from its job.
    pub stderr: &'a mut dyn Write,
    /// The directory that relative paths start from.
    pub directory: PathBuf,
    /// Whether a person looks at standard output.
    pub is_terminal: bool,
    /// Columns of the terminal.
    pub width: Option<usize>,
    /// Whether colour is welcome on a terminal: NO_COLOR is not set, and TERM is not dumb.
    pub may_color: bool,
    /// Whether a terminal knows hyperlinks.
    pub may_link: bool,
    /// Whether a person looks at standard error, and may wonder what takes so long.
    pub is_watched: bool,
    /// The file to which a step of GitHub Actions appends its summary.
    pub step_summary: Option<PathBuf>,
}

/// How reports may look.
#[derive(Clone, Copy, Debug)]
struct Look {
    color: bool,
    links: bool,
    width: usize,
}

/// Columns of a report that does not go to a terminal.
const DEFAULT_WIDTH: usize = 100;
/// An excerpt needs this many columns to be of use.
const MIN_WIDTH: usize = 40;
/// Lines longer than this are hard to follow however wide the screen is.
const MAX_WIDTH: usize = 160;

impl Surroundings<'_> {
    fn look(&self, color: Color) -> Look {
        Look {
            color: match color {
                Color::Auto => self.is_terminal && self.may_color,
                Color::Always => true,
                Color::Never => false,
            },
            links: color != Color::Never && self.is_terminal && self.may_link,
            width: self
                .width
                .unwrap_or(DEFAULT_WIDTH)
                .clamp(MIN_WIDTH, MAX_WIDTH),
        }
    }
}

/// The whole program, as both binaries run it.
pub fn main() -> ExitCode {
    let run = || {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let terminal_width = terminal_size::terminal_size_of(&stdout)
            .map(|(terminal_size::Width(width), _)| usize::from(width));
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let mut surroundings = Surroundings {
            stdin: &mut io::stdin(),
            stdout: &mut io::BufWriter::new(stdout.lock()),
            stderr: &mut io::stderr(),
            directory: std::env::current_dir().unwrap_or_default(),
            is_terminal,
            width: terminal_width.or(columns),
            may_color: !no_color && !dumb,
            may_link: !dumb && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            is_watched: io::stderr().is_terminal() && !dumb,
            step_summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
        };
        run(std::env::args_os(), &mut surroundings)
    };
    ExitCode::from(protected(run).code())
}

/// Runs the program with these arguments, the program's name first.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    surroundings: &mut Surroundings<'_>,
) -> Outcome {
    let arguments = explain::text_is_no_option(arguments);
    let mut arguments = arguments.into_iter().peekable();
    let program = called(arguments.peek());
    let result = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => command(arguments, program, surroundings),
        Err(error) => usage(&error, surroundings),
    };
    let flushed = result.and_then(|outcome| surroundings.stdout.flush().map(|()| outcome));
    match flushed {
        Ok(outcome) => outcome,
        // Whoever reads has seen enough: `djlint check | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Sound,
        Err(error) => {
            let _ = writeln!(surroundings.stderr, "error: cannot write: {error}");
            Outcome::Failed
        }
    }
}

/// Which of its two names the program was called by.
fn called(program: Option<&OsString>) -> &'static str {
    let stem = program.and_then(|program| Path::new(program).file_stem());
    match stem {
        Some(stem) if stem == "djlint-check" => "djlint-check",
        _ => "djlint",
    }
}

fn command(
    arguments: Arguments,
    program: &'static str,
    surroundings: &mut Surroundings<'_>,
) -> io::Result<Outcome> {
    match arguments.command {
        Command::Check(arguments) => check::run(&arguments, surroundings),
        Command::Show(show) => show::run(&show, surroundings),
        Command::Config(arguments) => config::run(&arguments, surroundings),
        Command::Trace(arguments) => trace::run(&arguments, surroundings),
        Command::NginxTest(arguments) => nginx_test::run(&arguments, surroundings),
        Command::Rules { color } => rules::run(surroundings.look(color), surroundings.stdout),
        Command::Explain { asked, color } => explain::run(&asked, color, surroundings),
        Command::Init { directory } => init::run(directory.as_deref(), program, surroundings),
        Command::Completions { shell } => completions::run(shell, program, surroundings.stdout),
        Command::Man => man::run(program, surroundings.stdout),
    }
}

/// `--help` and `--version` are answers; everything else that clap says is a mistake in the arguments.
fn usage(error: &clap::Error, surroundings: &mut Surroundings<'_>) -> io::Result<Outcome> {
    let look = surroundings.look(Color::Auto);
    let text = error.render();
    let text = if look.color {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    if error.use_stderr() {
        surroundings.stderr.write_all(text.as_bytes())?;
        Ok(Outcome::Failed)
    } else {
        surroundings.stdout.write_all(text.as_bytes())?;
        Ok(Outcome::Sound)
    }
}

#[cfg(test)]
mod tests;
