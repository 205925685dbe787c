//! Which server a command starts, where that listens and what it runs.

mod bind;
mod gunicorn;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::word::{Command, Environment, Word};
use crate::files::Files;
use crate::source::{Origin, Span};
use crate::value::{Unknown, Value};

/// A program that answers requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Program {
    /// nginx.
    Nginx,
    /// uWSGI.
    Uwsgi,
    /// Gunicorn.
    Gunicorn,
    /// Daphne.
    Daphne,
    /// Uvicorn.
    Uvicorn,
    /// Hypercorn.
    Hypercorn,
    /// `manage.py runserver`, `runserver_plus`, `django-admin runserver`.
    Runserver,
    /// Waitress.
    Waitress,
}

impl Program {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Uwsgi => "uWSGI",
            Self::Gunicorn => "Gunicorn",
            Self::Daphne => "Daphne",
            Self::Uvicorn => "Uvicorn",
            Self::Hypercorn => "Hypercorn",
            Self::Runserver => "runserver",
            Self::Waitress => "Waitress",
        }
    }
}

/// A server as its command line (and its configuration file) describe it. For uWSGI see
/// [`crate::uwsgi::Instance`], which takes the same command line.
#[derive(Clone, Debug)]
pub struct Server {
    /// Which one.
    pub program: Program,
    /// The word that names it.
    pub name_span: Span,
    /// Where it listens.
    pub binds: Vec<Bind>,
    /// Whether it speaks HTTP there, and not `--protocol uwsgi`, which Gunicorn has since 24.0.
    pub speaks_http: bool,
    /// Whether `binds` is all: no configuration file that is not here, no unknown word.
    pub binds_are_known: bool,
    /// `package.module:callable`.
    pub application: Option<Word>,
    /// A directory that it changes to, or puts on the module path.
    pub directory: Option<Word>,
    /// The settings module that it is told: `--settings`, `--env DJANGO_SETTINGS_MODULE=…`.
    pub settings: Option<Word>,
    /// How many processes it answers with, where its command line says so.
    pub workers: Option<(u32, Span)>,
    /// Whether it goes to the background by itself, and the place that says so.
    pub daemonizes: Option<Span>,
}

/// One address that a server listens on.
#[derive(Clone, Debug)]
pub struct Bind {
    /// The address.
    pub address: Value<Address>,
    /// Where it is said; the program's word where it is the program's default.
    pub span: Span,
}

/// An address of a server other than uWSGI. All of them speak HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system, relative ones from the working directory.
    Unix(PathBuf),
    /// A port; an empty host for every address.
    Tcp {
        /// As written, without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// A descriptor that it is handed.
    Inherited,
}

/// What server a command starts; nothing where it is none. `environment` is all of its process's,
/// what its own command line sets included; `resolve` gives the path in the tree of
/// a file that the command line names.
pub fn server(
    files: &Files,
    command: &Command,
    environment: &Environment,
    resolve: &dyn Fn(&str) -> Option<PathBuf>,
) -> Option<Server> {
    let (program, name, arguments) = recognised(command)?;
    let line = Line {
        arguments,
        environment,
    };
    let mut server = Server {
        program,
        name_span: name.span,
        binds: Vec::new(),
        speaks_http: true,
        binds_are_known: line.is_known(),
        application: None,
        directory: None,
        settings: None,
        workers: None,
        daemonizes: None,
    };
    match program {
        Program::Nginx | Program::Uwsgi => {}
        Program::Gunicorn => gunicorn::describe(&line, files, resolve, &mut server),
        Program::Daphne => line.daphne(&mut server),
        Program::Uvicorn => line.uvicorn(&mut server),
        Program::Hypercorn => line.hypercorn(&mut server),
        Program::Waitress => line.waitress(&mut server),
        Program::Runserver => line.runserver(&mut server),
    }
    Some(server)
}

/// The server that a command names, its word, and the words behind it.
fn recognised(command: &Command) -> Option<(Program, &Word, &[Word])> {
    let words = &command.words;
    let text = |at: usize| words.get(at).and_then(Word::text);
    let base = |at: usize| text(at).map(|text| text.rsplit('/').next().unwrap_or(text));
    let from = |at: usize| words.get(at..).unwrap_or_default();
    let first = words.first()?;
    let name = base(0)?;
    let by_name = |name: &str| {
        Some(match name {
            "nginx" | "openresty" => Program::Nginx,
            "uwsgi" => Program::Uwsgi,
            "gunicorn" => Program::Gunicorn,
            "daphne" => Program::Daphne,
            "uvicorn" => Program::Uvicorn,
            "hypercorn" => Program::Hypercorn,
            "waitress-serve" => Program::Waitress,
            _ => return None,
        })
    };
    if let Some(program) = by_name(name) {
        return Some((program, first, from(1)));
    }
    let runs = |at: usize| {
        let is_runserver = matches!(text(at), Some("runserver" | "runserver_plus"));
        is_runserver.then(|| (Program::Runserver, first, from(at + 1)))
    };
    if name == "manage.py" || name == "django-admin" {
        return runs(1);
    }
    if !name.starts_with("python") {
        return None;
    }
    // `python -u -W ignore manage.py runserver`
    let mut at = 1;
    while let Some(option) = text(at).filter(|option| option.starts_with('-')) {
        if option == "-m" {
            let module = text(at + 1)?;
            if module == "django" {
                return runs(at + 2);
            }
            return by_name(module).map(|program| (program, first, from(at + 2)));
        }
        at += 1 + usize::from(matches!(option, "-W" | "-X"));
    }
    match base(at)? {
        "manage.py" => runs(at + 1),
        script => by_name(script).map(|program| (program, first, from(at + 1))),
    }
}

/// The words behind the program's name, and what they are read with.
pub(super) struct Line<'a> {
    arguments: &'a [Word],
    environment: &'a Environment,
}

/// The value of an option, and the word that it stands in.
struct OptionValue {
    value: Value<String>,
    span: Span,
}

impl Line<'_> {
    fn is_known(&self) -> bool {
        self.arguments.iter().all(|word| word.text().is_some())
    }

    /// A variable of the environment, where it is known.
    fn variable(&self, name: &str) -> Option<&Word> {
        let variable = self.environment.get(name)?;
        Some(&variable.value)
    }

    /// Every value of an option: `-b x`, `-bx`, `--bind x`, `--bind=x`.
    fn values(&self, short: Option<&str>, long: &[&str]) -> Vec<OptionValue> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(word) = self.arguments.get(at) {
            at += 1;
            let Some(text) = word.text() else {
                continue;
            };
            let is_alone = short == Some(text) || long.contains(&text);
            if is_alone {
                if let Some(next) = self.arguments.get(at) {
                    at += 1;
                    found.push(OptionValue {
                        value: next.value.clone(),
                        span: next.span,
                    });
                }
                continue;
            }
            let attached = long
                .iter()
                .find_map(|long| text.strip_prefix(long)?.strip_prefix('='))
                .or_else(|| {
                    let short = short.filter(|_| !text.starts_with("--"))?;
                    text.strip_prefix(short)
                        .map(|value| value.strip_prefix('=').unwrap_or(value))
                });
            if let Some(value) = attached {
                found.push(OptionValue {
                    value: Value::known(value.to_owned(), Origin::Computed(word.span)),
                    span: word.span,
                });
            }
        }
        found
    }

    fn value(&self, short: Option<&str>, long: &[&str]) -> Option<OptionValue> {
        self.values(short, long).pop()
    }

    fn word(&self, short: Option<&str>, long: &[&str]) -> Option<Word> {
        self.value(short, long).map(|option| Word {
            value: option.value,
            span: option.span,
        })
    }

    /// The first word that is no option, where `with_value` are the options that take the next word.
    fn positional(&self, with_value: &[&str]) -> Option<Word> {
        let mut at = 0;
        while let Some(word) = self.arguments.get(at) {
            at += 1;
            match word.text() {
                Some(text) if text.starts_with('-') && text.len() > 1 => {
                    at += usize::from(with_value.contains(&text));
                }
                _ => return Some(word.clone()),
            }
        }
        None
    }

    fn has(&self, options: &[&str]) -> Option<Span> {
        self.arguments
            .iter()
            .find(|word| word.text().is_some_and(|text| options.contains(&text)))
            .map(|word| word.span)
    }

    /// `-b`, `-p`, `-u`, `-e`, `--fd` (daphne/cli.py).
    fn daphne(&self, server: &mut Server) {
        let host = self.value(Some("-b"), &["--bind"]);
        let port = self.value(Some("-p"), &["--port"]);
        for unix in self.values(Some("-u"), &["--unix-socket"]) {
            server.binds.push(bind::unix(unix));
        }
        // `-e tcp:8000` is Twisted's own language.
        server.binds_are_known &= self.has(&["-e", "--endpoint", "--fd"]).is_none();
        let is_default = server.binds.is_empty() && server.binds_are_known;
        if host.is_some() || port.is_some() || is_default {
            server.binds.push(bind::host_and_port(
                host,
                port,
                "127.0.0.1",
                8000,
                server.name_span,
            ));
        }
        server.application = self.positional(&[
            "-b",
            "--bind",
            "-p",
            "--port",
            "-u",
            "--unix-socket",
            "-e",
            "--endpoint",
            "--fd",
            "-v",
            "--verbosity",
            "-t",
            "--http-timeout",
            "--access-log",
            "--root-path",
            "--ping-interval",
            "--ping-timeout",
            "--websocket_timeout",
            "--application-close-timeout",
        ]);
    }

    /// `--host`, `--port`, `--uds`, `--fd` (uvicorn/main.py); each also as `UVICORN_…`.
    fn uvicorn(&self, server: &mut Server) {
        let named = |option: &str, variable: &str| {
            self.value(None, &[option]).or_else(|| {
                let word = self.variable(variable)?;
                Some(OptionValue {
                    value: word.value.clone(),
                    span: word.span,
                })
            })
        };
        server.binds_are_known &= self.has(&["--fd"]).is_none();
        match named("--uds", "UVICORN_UDS") {
            Some(unix) => server.binds.push(bind::unix(unix)),
            None => server.binds.push(bind::host_and_port(
                named("--host", "UVICORN_HOST"),
                named("--port", "UVICORN_PORT"),
                "127.0.0.1",
                8000,
                server.name_span,
            )),
        }
        server.directory = self.word(None, &["--app-dir"]);
        server.application = self.positional(&[
            "--host",
            "--port",
            "--uds",
            "--fd",
            "--workers",
            "--env-file",
            "--log-config",
            "--log-level",
            "--loop",
            "--http",
            "--ws",
            "--lifespan",
            "--interface",
            "--root-path",
            "--app-dir",
            "--forwarded-allow-ips",
            "--ssl-keyfile",
            "--ssl-certfile",
            "--header",
            "--limit-concurrency",
            "--backlog",
            "--limit-max-requests",
            "--timeout-keep-alive",
            "--reload-dir",
            "--reload-include",
            "--reload-exclude",
        ]);
    }

    /// `-b`, `--bind`, repeatable; `-c` names a file, which is not read (hypercorn/__main__.py).
    fn hypercorn(&self, server: &mut Server) {
        for option in self.values(Some("-b"), &["--bind"]) {
            server.binds.push(bind::bind(option));
        }
        server.binds_are_known &= self.has(&["-c", "--config"]).is_none();
        if server.binds.is_empty() && server.binds_are_known {
            server
                .binds
                .push(bind::default("127.0.0.1", 8000, server.name_span));
        }
        server.application = self.positional(&[
            "-b",
            "--bind",
            "-c",
            "--config",
            "-k",
            "--worker-class",
            "-w",
            "--workers",
            "--access-logfile",
            "--error-logfile",
            "--log-level",
            "--keep-alive",
            "--root-path",
        ]);
    }

    /// `--listen`, `--host`, `--port`, `--unix-socket` (waitress/runner.py).
    fn waitress(&self, server: &mut Server) {
        for option in self.values(None, &["--listen"]) {
            server.binds.push(bind::bind(option));
        }
        for unix in self.values(None, &["--unix-socket"]) {
            server.binds.push(bind::unix(unix));
        }
        if server.binds.is_empty() {
            server.binds.push(bind::host_and_port(
                self.value(None, &["--host"]),
                self.value(None, &["--port"]),
                "",
                8080,
                server.name_span,
            ));
        }
        server.application = self.positional(&[]);
    }

    /// `runserver`, `runserver 8000`, `runserver 0:8000`, `runserver [::]:8000`
    /// (django/core/management/commands/runserver.py).
    fn runserver(&self, server: &mut Server) {
        server.settings = self.word(None, &["--settings"]);
        let address = self.positional(&[
            "--settings",
            "--pythonpath",
            "--verbosity",
            "-v",
            "--cert-file",
            "--key-file",
            "--threaded-pool",
            "--reloader-interval",
            "--reloader-type",
        ]);
        server.binds.push(match address {
            None => bind::default("127.0.0.1", 8000, server.name_span),
            Some(word) => Bind {
                span: word.span,
                address: match word.text() {
                    Some(text) => bind::runserver(text, word.span),
                    None => Value::Unknown(Unknown::at(word.span, "its address is not known")),
                },
            },
        });
    }
}
