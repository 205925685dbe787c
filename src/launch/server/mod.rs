//! Which server a command starts, where that listens and what it runs.

use std::path::PathBuf;

use super::word::{Command, Environment, Word};
use crate::files::Files;
use crate::source::Span;
use crate::value::Value;

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
    /// Whether `binds` is all: no configuration file that is not here, no unknown word.
    pub binds_are_known: bool,
    /// `package.module:callable`.
    pub application: Option<Word>,
    /// A directory that it changes to, or puts on the module path.
    pub directory: Option<Word>,
    /// The settings module that it is told: `--settings`, `--env DJANGO_SETTINGS_MODULE=…`.
    pub settings: Option<Word>,
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

/// What server a command starts; nothing where it is none. `resolve` gives the path in the tree of
/// a file that the command line names.
pub fn server(
    _files: &Files,
    command: &Command,
    _environment: &Environment,
    _resolve: &dyn Fn(&str) -> Option<PathBuf>,
) -> Option<Server> {
    let text = |at: usize| command.words.get(at).and_then(Word::text);
    let name = command.program()?;
    let program = match name {
        "uwsgi" => Program::Uwsgi,
        "nginx" => Program::Nginx,
        "gunicorn" => Program::Gunicorn,
        "manage.py" if text(1) == Some("runserver") => Program::Runserver,
        _ if name.starts_with("python")
            && text(1) == Some("manage.py")
            && text(2) == Some("runserver") =>
        {
            Program::Runserver
        }
        _ => return None,
    };
    Some(Server {
        program,
        name_span: command.words.first()?.span,
        binds: Vec::new(),
        binds_are_known: program == Program::Uwsgi,
        application: None,
        directory: None,
        settings: None,
        daemonizes: None,
    })
}
