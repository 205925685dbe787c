//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::finding::Severity;

/// Tells, before a deploy, whether a Django site on nginx and uWSGI will work.
#[derive(Debug, Parser)]
#[command(name = "djlint", version, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXPLAIN_HELP: &str = "\
Examples:
  djlint explain stack/socket-permissions
  djlint explain 502
  djlint explain 'connect() to unix:/run/shop.sock failed (13: Permission denied)'
  sudo tail /var/log/nginx/error.log | djlint explain -

Exit code: 0 if something is explained, 1 if no rule tells of the text, 2 if no rule is called so.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reads nginx, uWSGI and Django together and says what will break
    #[command(
        after_help = "Exit codes: 0 nothing found, 1 findings, 2 the check could not be made."
    )]
    Check(Box<CheckArguments>),
    /// Shows what was made of the files, without judging it
    #[command(subcommand)]
    Show(Box<Show>),
    /// Shows the configuration that is in force, and where each part of it comes from
    Config(Box<ConfigArguments>),
    /// Follows one request through nginx to the application server and Django
    #[command(
        after_help = "Exit codes: 0 traced, and as expected; 1 not as expected; 2 no trace could be made, or nobody knows."
    )]
    Trace(Box<TraceArguments>),
    /// Says what `nginx -t` would say, without nginx, certificates or names that can be resolved
    #[command(
        after_help = "Exit codes: 0 nginx would take it, 1 nginx would refuse it, 2 nobody knows or there is nothing to test."
    )]
    NginxTest(Box<NginxTestArguments>),
    /// Lists every rule
    Rules {
        /// When to use colour
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: Color,
    },
    /// Says what a rule finds, why it matters and how to mend it; or which rules tell of what you see
    #[command(after_help = EXPLAIN_HELP)]
    Explain {
        /// A rule (nginx/syntax), a family of rules (nginx), or what the browser or a log says
        /// ("502", "KeyError: 'REQUEST_METHOD'"); - reads a piece of a log from standard input
        #[arg(value_name = "ID or TEXT", required = true)]
        asked: Vec<String>,
        /// When to use colour
        #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
        color: Color,
    },
    /// Looks at what is here, and writes a djlint-check.toml to start from
    Init {
        /// The directory of the project [default: the current directory]
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        directory: Option<PathBuf>,
    },
    /// Prints the completions of a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, to be read with `man -l -`
    Man,
}

/// `djlint nginx-test`.
#[derive(Debug, Args)]
pub struct NginxTestArguments {
    /// The main file, as for nginx itself [default: the one nginx.conf that is here]
    #[arg(short = 'c', value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// The directory that a relative FILE is in
    #[arg(short = 'p', value_name = "PREFIX", value_hint = ValueHint::DirPath)]
    pub prefix: Option<PathBuf>,
    /// What is read, and what is known of it beforehand.
    #[command(flatten)]
    pub input: InputArguments,
}

/// `djlint config`.
#[derive(Debug, Args)]
pub struct ConfigArguments {
    /// What would be checked: the configuration is looked for from there upwards
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Print the JSON schema of the configuration file, for editors
    #[arg(long)]
    pub schema: bool,
    /// What is read, and what is known of it beforehand.
    #[command(flatten)]
    pub input: InputArguments,
}

/// `djlint show`.
#[derive(Debug, Subcommand)]
pub enum Show {
    /// Who starts whom and who talks to whom: sites, sockets, servers, projects
    Stack {
        /// Files and directories to look through [default: the current directory, or --root]
        #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// How to draw it
        #[arg(
            long,
            value_enum,
            default_value_t,
            value_name = "FORMAT",
            help_heading = "Output"
        )]
        output_format: ShowFormat,
        /// What is read, and what is known of it beforehand.
        #[command(flatten)]
        input: InputArguments,
    },
    /// What holds in every block of nginx's configuration, or for one URL, and which line says so
    Nginx(ShowNginxArguments),
    /// The settings that Django will have, worked out without running them
    Django {
        /// The settings module [default: those of every project below the current directory, or --root]
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
        /// List every setting that is left to Django, too, with its default
        #[arg(long, short, help_heading = "Output")]
        verbose: bool,
        /// How to tell it, and what is read.
        #[command(flatten)]
        list: ListArguments,
    },
    /// The options of uWSGI in its own order, expanded, as `uwsgi --show-config` prints them
    Uwsgi {
        /// The file that uWSGI is given [default: every instance below the current directory, or --root]
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
        /// How to tell it, and what is read.
        #[command(flatten)]
        list: ListArguments,
    },
}

/// How `djlint show` tells what it lists, and of what.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// How to tell it
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub output_format: ListFormat,
    /// What is read, and what is known of it beforehand.
    #[command(flatten)]
    pub input: InputArguments,
}

/// `djlint trace`.
#[derive(Debug, Args)]
pub struct TraceArguments {
    /// A URL, or a path of the site that nginx hands to Django
    #[arg(value_name = "URL")]
    pub url: String,
    /// Files and directories to look through [default: the current directory, or --root]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// What else the client sends, and where to.
    #[command(flatten)]
    pub request: RequestArguments,
    /// The nginx configuration file; no other is looked for
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub nginx: Option<PathBuf>,
    /// Fail unless the answer is this: a status (200), file:PATH, or django
    #[arg(long, value_name = "WHAT")]
    pub expect: Option<String>,
    /// How to tell it
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub output_format: TraceFormat,
    /// Tell why the other servers and locations did not win
    #[arg(long, short, help_heading = "Output")]
    pub verbose: bool,
    /// What is read, and what is known of it beforehand.
    #[command(flatten)]
    pub input: InputArguments,
}

/// A request, besides its URL.
#[derive(Debug, Args)]
pub struct RequestArguments {
    /// The method
    #[arg(long, value_name = "METHOD", default_value = "GET", requires = "url")]
    pub method: String,
    /// A header that the client sends: "Name: value". May be repeated
    #[arg(long, value_name = "HEADER", requires = "url")]
    pub header: Vec<String>,
    /// The address of the host that the request comes to, where nginx listens on several
    #[arg(long, value_name = "ADDRESS", requires = "url")]
    pub address: Option<String>,
}

/// `djlint show nginx`.
#[derive(Debug, Args)]
pub struct ShowNginxArguments {
    /// Files and directories to look through [default: the current directory, or --root]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// What holds for this URL, and what the one behind nginx is told of a request for it
    #[arg(long = "at", value_name = "URL")]
    pub url: Option<String>,
    /// What else the client sends, and where to.
    #[command(flatten)]
    pub request: RequestArguments,
    /// The nginx configuration file; no other is looked for
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub nginx: Option<PathBuf>,
    /// How to tell it
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub output_format: ListFormat,
    /// Tell in every block what it inherits, too
    #[arg(long, short, help_heading = "Output")]
    pub verbose: bool,
    /// What is read, and what is known of it beforehand.
    #[command(flatten)]
    pub input: InputArguments,
}

/// How to tell the way of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TraceFormat {
    /// Line by line, for people
    #[default]
    Text,
    /// For programs
    Json,
}

/// How to show what was made of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// A tree, for people
    #[default]
    Text,
    /// For programs
    Json,
    /// A flowchart for Markdown
    Mermaid,
}

/// How to show a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// `djlint check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Files and directories to look through, `-` for standard input [default: the current
    /// directory, or --root]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// An nginx configuration file; no other is looked for. May be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub nginx: Vec<PathBuf>,
    /// A uWSGI ini file; no other is looked for. May be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub uwsgi: Vec<PathBuf>,
    /// The Django settings module that is deployed; no other is looked for. May be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub settings: Vec<PathBuf>,

    /// What `-` is called: it is judged together with what lies around that file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub stdin_filename: Option<PathBuf>,

    /// Ask only these rules or families, separated by commas
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub select: Vec<String>,
    /// Do not ask these rules or families, separated by commas
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    pub ignore: Vec<String>,
    /// Hide what is less severe [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Rules")]
    pub min_severity: Option<Severity>,
    /// Exit with 1 if something is found that is at least this severe [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Rules")]
    pub fail_on: Option<Severity>,
    /// Exit with 0 whatever is found
    #[arg(long, help_heading = "Rules")]
    pub exit_zero: bool,

    /// Say nothing of the findings that this file lists
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Rules")]
    pub baseline: Option<PathBuf>,
    /// Write all that is found into a baseline, and tell nothing of it
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["baseline", "show_files", "exit_zero", "fail_on", "select", "ignore"],
        help_heading = "Rules"
    )]
    pub write_baseline: Option<PathBuf>,

    /// Mend what has one right answer, and tell what remains
    #[arg(long, conflicts_with_all = ["show_files", "write_baseline"], help_heading = "Fixes")]
    pub fix: bool,
    /// Mend also where that changes behaviour on purpose: `djlint explain` says what
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing; exit with 1 if there is something
    #[arg(
        long,
        conflicts_with_all = ["show_files", "write_baseline", "fix_only", "report", "statistics"],
        help_heading = "Fixes"
    )]
    pub diff: bool,
    /// Mend, tell nothing of what remains, and exit with 0
    #[arg(
        long,
        conflicts_with_all = ["show_files", "write_baseline", "report", "statistics"],
        help_heading = "Fixes"
    )]
    pub fix_only: bool,

    /// How to tell what was found
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        env = "DJLINT_OUTPUT_FORMAT",
        hide_env_values = true,
        help_heading = "Output"
    )]
    pub output_format: OutputFormat,
    /// Write a report to a file too. May be repeated
    #[arg(
        long,
        value_name = "FORMAT=FILE",
        value_hint = ValueHint::Other,
        help_heading = "Output"
    )]
    pub report: Vec<ReportFile>,
    /// Count what was found by rule, and show no finding
    #[arg(long, conflicts_with = "quiet", help_heading = "Output")]
    pub statistics: bool,
    /// List every file with its kind, and what was left out and why; check nothing
    #[arg(long, help_heading = "Output")]
    pub show_files: bool,
    /// Draw every finding, and list everything that could not be decided
    #[arg(long, short, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: bool,
    /// Print findings and nothing else
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,

    /// What is read, and what is known of it beforehand.
    #[command(flatten)]
    pub input: InputArguments,
}

/// What is read, and what is known of it beforehand: the same for every command that reads a tree.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArguments {
    /// A deployed host, or a copy of one: what is missing there is missing
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// Set an environment variable of the deployed processes. May be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// Read environment variables from a file like .env. May be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub env_file: Vec<PathBuf>,
    /// Take the settings that are not known from what `manage.py diffsettings --all` printed. May be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub settings_dump: Vec<PathBuf>,
    /// Use this configuration file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long)]
    pub isolated: bool,
    /// When to use colour
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Output"
    )]
    pub color: Color,
}

/// How to tell what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// With excerpts, for people
    #[default]
    Full,
    /// One line for each finding
    Concise,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for annotations in GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// XML, for build servers that show tests
    Junit,
    /// Reviewdog Diagnostic Format, for review bots
    Rdjson,
    /// A table and the picture of the stack, for a summary or a comment
    Markdown,
}

/// A report in a file, as `--report` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// How to tell it.
    pub format: OutputFormat,
    /// The file that takes it.
    pub path: PathBuf,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or("not of the form FORMAT=FILE")?;
        let format = OutputFormat::from_str(format, false).map_err(|_| {
            let formats = OutputFormat::value_variants().iter();
            let names: Vec<String> = formats
                .filter_map(OutputFormat::to_possible_value)
                .map(|value| value.get_name().to_owned())
                .collect();
            format!("no format is called `{format}`: {}", names.join(", "))
        })?;
        // Everywhere else it is standard output, which has one format and an option for it.
        if path == "-" {
            return Err("standard output gets what --output-format says; ./- is a file".to_owned());
        }
        Ok(Self {
            format,
            path: path.into(),
        })
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
