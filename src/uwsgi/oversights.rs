//! Small things that a configuration says and that do nothing, or something else.

use super::garbled::Consequence;
use super::instance::Instance;
use super::setting::{Setting, Source};
use super::socket::{Address, Socket, is_socket_option};
use crate::source::Span;

/// A path that begins with `~`, which only a shell knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tilde {
    /// The option's name.
    pub key: String,
    /// What comes of it.
    pub consequence: Consequence,
    /// The path.
    pub place: Span,
}

/// An application that is named twice.
pub struct Conflict<'a> {
    /// The module, which is loaded.
    pub module: &'a Setting,
    /// The file, which is not.
    pub file: &'a Setting,
    /// Whether the file is that of the module.
    pub is_same: bool,
}

/// Options that are set twice: more of them in one file say nothing new.
const MAX_TWICE: usize = 50;

/// Whether both set the same option, which has one value, for sure and from a file.
fn is_same_scalar(setting: &Setting, other: &Setting) -> bool {
    const SCALARS: [&str; 8] = [
        "bool",
        "int",
        "int16",
        "megabytes",
        "str",
        "chmod",
        "uid",
        "gid",
    ];
    if setting.group() != other.group() {
        return false;
    }
    let is_certain = |setting: &Setting| {
        setting.source == Source::File
            && !setting.is_conditional()
            && setting.value.known().is_some()
    };
    let is_scalar = || {
        let option = setting.option();
        option.is_some_and(|option| SCALARS.contains(&option.kind()) && !option.is_immediate())
    };
    is_scalar() && is_certain(setting) && is_certain(other)
}

/// Options with a path that begins their value.
const PATHS: [&str; 11] = [
    "chdir",
    "wsgi-file",
    "home",
    "pythonpath",
    "daemonize",
    "daemonize2",
    "logto",
    "logto2",
    "pidfile",
    "safe-pidfile",
    "touch-reload",
];

impl Instance {
    /// The lines of `env` that name a variable and set nothing (putenv in core/uwsgi.c removes it).
    pub fn variables_without_value(&self) -> Vec<&Setting> {
        self.all("env")
            .filter(|setting| {
                let value = setting.value.known();
                value.is_some_and(|value| !value.is_empty() && !value.contains(&b'='))
            })
            .collect()
    }

    /// Both the module and the file of an application, of which uWSGI takes the module
    /// (uwsgi_python_init_apps in plugins/python).
    pub fn conflicting_applications(&self) -> Option<Conflict<'_>> {
        let certain = |name: &str| self.last(name).filter(|setting| !setting.is_conditional());
        let (module, file) = (certain("module")?, certain("wsgi-file")?);
        let (name, path) = (module.value(), file.value());
        let name = name.get()?.split(':').next()?.to_owned();
        let dotted = path.get()?.trim_end_matches(".py").replace('/', ".");
        Some(Conflict {
            module,
            file,
            is_same: dotted == name || dotted.ends_with(&format!(".{name}")),
        })
    }

    /// The seconds between two looks at every module that is loaded, where it does look.
    pub fn autoreload(&self) -> Option<(i32, Span)> {
        let seconds = self.number("py-autoreload");
        let seconds = seconds
            .single()
            .filter(|only| only.guards.is_empty())?
            .value?;
        let setting = self.last("py-autoreload")?;
        (seconds > 0).then(|| (seconds, setting.key_span().to(setting.value_span())))
    }

    /// Where `lazy` makes a reload start the workers anew and not uWSGI: what is written here is
    /// not read again (uwsgi_reload in core/master_utils.c asks for it).
    pub fn reloads_workers_alone(&self) -> Option<Span> {
        let lazy = self.last("lazy")?;
        let reloads = self.is_on("lazy").is_yes() && !self.has_master().is_no();
        (reloads && !lazy.is_conditional()).then(|| lazy.key_span().to(lazy.value_span()))
    }

    /// Where `chmod-socket` gives a mode to nothing: every socket is a port.
    pub fn chmod_without_file(&self) -> Option<Span> {
        let chmod = self.last("chmod-socket")?;
        let sockets = self.sockets();
        let is_port = |socket: &Socket| {
            matches!(
                socket.address.get(),
                Some(Address::Tcp { port: Some(_), .. })
            )
        };
        let are_ports = !sockets.is_empty() && sockets.iter().all(is_port);
        // default.ini of Debian's package brings a socket of its own.
        let is_elsewhere = self.is_open()
            || self.is_debian_app()
            || !self.is_emperor().is_no()
            || self.last("stats").is_some()
            || self.last("shared-socket").is_some();
        (are_ports && !is_elsewhere).then(|| chmod.key_span().to(chmod.value_span()))
    }

    /// How many connections may wait, where it is set for sure: the number, and its place.
    pub fn listen_queue(&self) -> Option<(i32, Span)> {
        let (number, setting) = self.certain_number("listen")?;
        Some((number, setting.value_span()))
    }

    /// Where `stats` tells everyone who can reach the port what is requested.
    pub fn public_stats(&self) -> Option<(String, Span)> {
        let setting = self
            .last("stats")
            .filter(|setting| !setting.is_conditional())?;
        let value = setting.value();
        let (host, port) = value.get()?.rsplit_once(':')?;
        let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        (matches!(host, "" | "0.0.0.0" | "*" | "[::]") && is_port)
            .then(|| (port.to_owned(), setting.value_span()))
    }

    /// The options that an inherited file sets again, to something else: it is read last.
    pub fn overridden_by_inherit(&self) -> Vec<(&Setting, &Setting)> {
        let (own, inherited) = self.own_and_inherited();
        let pairs = own.iter().filter_map(|setting| {
            let same = |other: &&Setting| is_same_scalar(setting, other);
            let again = inherited.iter().rev().find(same)?;
            Some((setting, again))
        });
        pairs
            .filter(|(setting, again)| setting.value.known() != again.value.known())
            .collect()
    }

    /// The options of one value that one file sets twice: the first and the last.
    pub fn set_twice(&self) -> Vec<(&Setting, &Setting)> {
        let (own, _) = self.own_and_inherited();
        let mut found: Vec<(&Setting, &Setting)> = Vec::new();
        for (at, setting) in own.iter().enumerate() {
            let is_known = found
                .iter()
                .any(|(first, _)| is_same_scalar(first, setting));
            let is_before = |other: &&Setting| {
                is_same_scalar(setting, other) && other.key_span.file == setting.key_span.file
            };
            let last = own[at + 1..].iter().rev().find(is_before);
            // `for` sets it once in each round.
            let last = last.filter(|last| last.key_span != setting.key_span);
            if let (Some(last), false, true) = (last, is_known, found.len() < MAX_TWICE) {
                found.push((setting, last));
            }
        }
        found
    }

    /// Whether an application is served without this option, whatever its value.
    pub fn is_lacking(&self, option: &str) -> bool {
        let serves = ["module", "wsgi-file", "mount"]
            .iter()
            .any(|name| self.last(name).is_some());
        let is_elsewhere = self.is_open() || !self.is_emperor().is_no();
        serves && !is_elsewhere && self.last(option).is_none()
    }

    /// The paths with a `~`, which stand for a directory of that name.
    pub fn tildes(&self) -> Vec<Tilde> {
        let settings = self.settings().iter();
        settings
            .filter(|setting| {
                let is_path = PATHS.contains(&setting.group()) || is_socket_option(setting.key());
                is_path
                    && setting.source == Source::File
                    && setting.value.bytes().starts_with(b"~/")
            })
            .map(|setting| {
                let is_fatal = matches!(setting.group(), "chdir" | "wsgi-file" | "home");
                Tilde {
                    key: setting.key().to_owned(),
                    consequence: match is_fatal && !setting.is_conditional() {
                        true => Consequence::Fatal,
                        false => Consequence::Other,
                    },
                    place: setting.value_span(),
                }
            })
            .collect()
    }
}
