//! Who answers requests behind nginx, and where each of them listens.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::topology::Topology;
use crate::launch::server::{self, Program, Server};
use crate::launch::unit::Unit;
use crate::launch::{HOST, MachineId, Place, Process, Starter};
use crate::nginx;
use crate::source::Span;
use crate::uwsgi::{self, Instance, Location};
use crate::value::{Unknown, only};

/// An application server, as it is started or as a file says that it could be.
#[derive(Clone)]
pub struct Backend {
    /// Its index among the workspace's backends.
    pub id: usize,
    /// Where it runs.
    pub machine: MachineId,
    /// The process, an index into [`crate::launch::Launch::processes`]; nothing where nothing here starts it.
    pub process: Option<usize>,
    /// Which server it is.
    pub serving: Serving,
}

/// An application server.
#[derive(Clone)]
pub enum Serving {
    /// uWSGI.
    Uwsgi(Arc<Instance>),
    /// Another one, as its command line describes it.
    Other(Box<Server>),
}

/// What is spoken at a place, and what nginx must speak to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// uwsgi: `uwsgi_pass`.
    Uwsgi,
    /// HTTP, straight to the workers: `proxy_pass`.
    Http,
    /// HTTP, through uWSGI's router process: `proxy_pass`.
    HttpRouter,
    /// HTTPS: `proxy_pass https://…`.
    Https,
    /// FastCGI: `fastcgi_pass`.
    FastCgi,
    /// SCGI: `scgi_pass`.
    Scgi,
    /// Something that nginx does not speak, or not known.
    Other,
}

impl Spoken {
    /// Whether nginx is understood there; nothing where that is not known.
    pub fn understands(self, nginx: nginx::Protocol, tls: bool) -> Option<bool> {
        let expected = match self {
            Self::Uwsgi => nginx::Protocol::Uwsgi,
            Self::Http | Self::HttpRouter | Self::Https => nginx::Protocol::Http,
            Self::FastCgi => nginx::Protocol::FastCgi,
            Self::Scgi => nginx::Protocol::Scgi,
            Self::Other => return None,
        };
        Some(nginx == expected && tls == (self == Self::Https))
    }
}

/// One place where a backend listens.
#[derive(Clone, Debug)]
pub struct Listener {
    /// What is spoken there.
    pub spoken: Spoken,
    /// The place.
    pub at: At,
    /// Where it is said.
    pub span: Span,
    /// The option or directive that says so, as it is to be written.
    pub written_as: String,
    /// Whether it is known to be opened: it hangs on no condition.
    pub is_certain: bool,
    /// The socket unit that makes it, an index into [`crate::launch::Launch::units`]; nothing where
    /// the server does.
    pub socket_unit: Option<usize>,
}

/// A place to listen at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// A socket in the file system: the path as the machine calls it, where that is known, and the one place that it is.
    File(Option<PathBuf>, Place),
    /// A port of a network.
    Port {
        /// Whose network; nothing where that is not known.
        network: Option<MachineId>,
        /// The addresses that are listened on.
        bound: Bound,
        /// The port.
        port: u16,
    },
    /// Linux's abstract namespace.
    Abstract(String),
    /// Not known, and why.
    Unknown(Unknown),
}

/// The addresses of a machine that a port is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// All.
    Everywhere,
    /// Those that only the machine itself reaches.
    Loopback,
    /// One address, or a name for it.
    Address(String),
}

impl Bound {
    /// What a host written before a port stands for.
    pub fn of(host: &str) -> Self {
        match host {
            "" | "0.0.0.0" | "[::]" | "::" | "*" | "0" => Self::Everywhere,
            host if is_loopback(host) => Self::Loopback,
            other => Self::Address(other.to_ascii_lowercase()),
        }
    }
}

/// Whether a host name or address is the machine itself.
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || matches!(host, "::1" | "[::1]")
        || host.strip_prefix("127.").is_some_and(|rest| {
            rest.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
}

impl Backend {
    /// The uWSGI instance, if it is one.
    pub fn instance(&self) -> Option<&Arc<Instance>> {
        match &self.serving {
            Serving::Uwsgi(instance) => Some(instance),
            Serving::Other(_) => None,
        }
    }

    /// The process.
    pub fn process<'a>(&self, launch: Topology<'a>) -> Option<&'a Process> {
        launch.launch().processes.get(self.process?)
    }

    /// The systemd unit that starts it, if one does.
    pub fn unit<'a>(&self, launch: Topology<'a>) -> Option<&'a Unit> {
        match self.process(launch)?.starter {
            Starter::Unit(unit) => launch.launch().units.get(unit),
            _ => None,
        }
    }

    /// What it runs, as it is named to it: a module, or a file.
    pub fn application(&self) -> Option<String> {
        match &self.serving {
            Serving::Uwsgi(instance) => {
                let application = instance.application();
                let module = application.module.get().cloned().flatten();
                let file = application.file.get().cloned().flatten();
                module.or_else(|| file.map(|file| file.path().display().to_string()))
            }
            Serving::Other(server) => {
                let word = server.application.as_ref();
                word.and_then(|word| word.text()).map(str::to_owned)
            }
        }
    }

    /// Which server it is.
    pub fn program(&self) -> Program {
        match &self.serving {
            Serving::Uwsgi(_) => Program::Uwsgi,
            Serving::Other(server) => server.program,
        }
    }

    /// The place to point at for it: its file's opening word, or its command.
    pub fn span(&self) -> Span {
        match &self.serving {
            Serving::Uwsgi(instance) => instance.header_span(),
            Serving::Other(server) => server.name_span,
        }
    }

    /// Where it listens. Nothing may be missing from this list if [`Backend::listeners_are_known`].
    pub fn listeners(&self, launch: Topology<'_>) -> Vec<Listener> {
        let mut all = match &self.serving {
            Serving::Uwsgi(instance) => self.of_uwsgi(launch, instance),
            Serving::Other(server) => self.of_server(launch, server),
        };
        // One branch of a script may be another one's alternative.
        if !self.is_certain(launch) {
            for listener in &mut all {
                listener.is_certain = false;
            }
        }
        all
    }

    /// Whether it is known to be started, if anything here starts it.
    fn is_certain(&self, launch: Topology<'_>) -> bool {
        self.process(launch)
            .is_none_or(|process| process.command.is_certain)
    }

    /// Whether it listens nowhere else.
    pub fn listeners_are_known(&self, launch: Topology<'_>) -> bool {
        let activated = self.activated_by(launch).next().is_some();
        if !self.is_certain(launch) {
            return false;
        }
        match &self.serving {
            Serving::Uwsgi(instance) => {
                let from_environment = self
                    .process(launch)
                    .is_some_and(|process| process.may_be_set().is_some());
                !instance.is_open()
                    && !from_environment
                    && !instance.is_emperor().is_yes()
                    && instance
                        .sockets()
                        .iter()
                        .all(|socket| socket.guards.is_empty() && socket.address.get().is_some())
            }
            Serving::Other(server) => server.binds_are_known && !activated,
        }
    }

    /// The socket units that hand it their sockets.
    fn activated_by<'a>(&self, launch: Topology<'a>) -> impl Iterator<Item = (usize, &'a Unit)> {
        self.unit(launch)
            .into_iter()
            .flat_map(move |unit| launch.launch().sockets_of(&unit.name))
    }

    fn of_uwsgi(&self, launch: Topology<'_>, instance: &Instance) -> Vec<Listener> {
        let mut all: Vec<Listener> = instance
            .sockets()
            .iter()
            .map(|socket| {
                let spoken = socket.protocol.map_or(Spoken::Other, spoken);
                let (at, is_known) = match socket.address.get() {
                    Some(address) => (self.at(launch, instance, address), true),
                    None => {
                        let why = socket.address.why_unknown().cloned();
                        let why = why.unwrap_or_else(|| {
                            Unknown::at(socket.value_span, "it may be one of several")
                        });
                        (At::Unknown(why), false)
                    }
                };
                Listener {
                    spoken,
                    at,
                    span: socket.value_span,
                    written_as: socket.option.clone(),
                    is_certain: is_known && socket.guards.is_empty(),
                    socket_unit: None,
                }
            })
            .collect();
        for (index, unit) in self.activated_by(launch) {
            all.extend(self.of_socket_unit(launch, index, unit, Spoken::Uwsgi));
        }
        // default.ini of Debian's package brings a socket of its own (/usr/share/uwsgi/conf/default.ini).
        if instance.is_debian_app()
            && let Some(name) = instance.root_file().path().file_stem()
        {
            let path = Path::new("/run/uwsgi/app").join(name).join("socket");
            all.push(Listener {
                spoken: Spoken::Uwsgi,
                at: self.file(launch, &path),
                span: instance.header_span(),
                written_as: "socket".to_owned(),
                is_certain: false,
                socket_unit: None,
            });
        }
        all
    }

    fn of_server(&self, launch: Topology<'_>, server: &Server) -> Vec<Listener> {
        let spoken = match server.speaks_http {
            true => Spoken::Http,
            false => Spoken::Other,
        };
        let binds = server.binds.iter().map(|bind| {
            let at = match bind.address.get() {
                Some(server::Address::Unix(path)) => match self.absolute(launch, path) {
                    Some(path) => self.file(launch, &path),
                    None => At::Unknown(Unknown::at(
                        bind.span,
                        "it is relative to a directory that is not known",
                    )),
                },
                Some(server::Address::Tcp { host, port }) => self.port(launch, host, *port),
                Some(server::Address::Inherited) => {
                    At::Unknown(Unknown::at(bind.span, "it is handed a socket"))
                }
                None => At::Unknown(
                    bind.address
                        .why_unknown()
                        .cloned()
                        .unwrap_or_else(|| Unknown::at(bind.span, "it may be one of several")),
                ),
            };
            Listener {
                spoken,
                at,
                span: bind.span,
                written_as: "bind".to_owned(),
                is_certain: true,
                socket_unit: None,
            }
        });
        let mut all: Vec<Listener> = binds.collect();
        for (index, unit) in self.activated_by(launch) {
            all.extend(self.of_socket_unit(launch, index, unit, spoken));
        }
        all
    }

    fn of_socket_unit(
        &self,
        launch: Topology<'_>,
        index: usize,
        unit: &Unit,
        spoken: Spoken,
    ) -> Vec<Listener> {
        unit.listen
            .iter()
            .map(|word| {
                let at = match word.text() {
                    None => At::Unknown(Unknown::at(word.span, "not known")),
                    // systemd makes it, whatever the service sees.
                    Some(path) if path.starts_with('/') => self.everybodys(launch, Path::new(path)),
                    Some(name) if name.starts_with('@') => At::Abstract(name[1..].to_owned()),
                    Some(text) => match text.rsplit_once(':') {
                        Some((host, port)) => match port.parse() {
                            Ok(port) => self.port(launch, host, port),
                            Err(_) => At::Unknown(Unknown::at(word.span, "no port")),
                        },
                        // A bare port is one of every address.
                        None => match text.parse() {
                            Ok(port) => self.port(launch, "", port),
                            Err(_) => At::Unknown(Unknown::at(word.span, "no address")),
                        },
                    },
                };
                Listener {
                    spoken,
                    at,
                    span: word.span,
                    written_as: "ListenStream".to_owned(),
                    is_certain: true,
                    socket_unit: Some(index),
                }
            })
            .collect()
    }

    fn at(&self, launch: Topology<'_>, instance: &Instance, address: &uwsgi::Address) -> At {
        match address {
            uwsgi::Address::Unix(Location::Host(path)) => self.file(launch, path),
            // Beside a file of the tree, which has a name on this machine if it lies on it.
            uwsgi::Address::Unix(Location::Tree(path)) => {
                let named = launch.names_of(self.machine, path).pop();
                match named {
                    Some(name) => self.file(launch, &name),
                    None => At::File(None, Place::Tree(path.clone())),
                }
            }
            uwsgi::Address::Unix(Location::FromStart(path)) => match self.absolute(launch, path) {
                Some(path) => self.file(launch, &path),
                None => At::Unknown(Unknown::at(
                    instance.header_span(),
                    "it is relative to the directory that uWSGI is started in",
                )),
            },
            uwsgi::Address::Abstract(name) => At::Abstract(name.clone()),
            uwsgi::Address::Tcp {
                host,
                port: Some(port),
            } => self.port(launch, host, *port),
            uwsgi::Address::Tcp { port: None, .. } => At::Unknown(Unknown::at(
                instance.header_span(),
                "what stands behind its colon is no port",
            )),
            uwsgi::Address::Inherited => self.shared(launch, instance),
        }
    }

    /// A `shared-socket`, where there is just one.
    fn shared(&self, launch: Topology<'_>, instance: &Instance) -> At {
        if let Some(shared) = only(instance.all("shared-socket"))
            && let Some(written) = shared.value().get()
        {
            return match written.rsplit_once(':') {
                Some((host, port)) => match port.parse() {
                    Ok(port) => self.port(launch, host, port),
                    Err(_) => At::Unknown(Unknown::at(shared.value_span(), "no port")),
                },
                None => self.file(launch, Path::new(written)),
            };
        }
        let why = "it is opened elsewhere";
        At::Unknown(Unknown::at(instance.header_span(), why))
    }

    fn file(&self, launch: Topology<'_>, path: &Path) -> At {
        if self
            .unit(launch)
            .is_some_and(|unit| unit.may_see_another(path))
        {
            return At::Unknown(Unknown::because(
                "the unit gives it a view of its own of the file system",
            ));
        }
        self.everybodys(launch, path)
    }

    fn everybodys(&self, launch: Topology<'_>, path: &Path) -> At {
        match launch.place(self.machine, path) {
            Some(place) => At::File(Some(path.to_owned()), place),
            None => At::Unknown(Unknown::because("what is mounted there is not known")),
        }
    }

    fn port(&self, launch: Topology<'_>, host: &str, port: u16) -> At {
        At::Port {
            network: launch.machine(self.machine).network,
            bound: Bound::of(host),
            port,
        }
    }

    fn absolute(&self, launch: Topology<'_>, path: &Path) -> Option<PathBuf> {
        if path.is_absolute() {
            return Some(path.to_owned());
        }
        let directory = self.process(launch)?.directory.as_ref()?;
        Some(crate::tree::normalize(directory, path))
    }

    /// Whether it runs in a container.
    pub fn is_in_container(&self) -> bool {
        self.machine != HOST
    }
}

fn spoken(protocol: uwsgi::Protocol) -> Spoken {
    match protocol {
        uwsgi::Protocol::Uwsgi => Spoken::Uwsgi,
        uwsgi::Protocol::HttpRouter => Spoken::HttpRouter,
        uwsgi::Protocol::HttpSocket => Spoken::Http,
        uwsgi::Protocol::HttpsRouter | uwsgi::Protocol::HttpsSocket => Spoken::Https,
        uwsgi::Protocol::FastCgi => Spoken::FastCgi,
        uwsgi::Protocol::Scgi => Spoken::Scgi,
        uwsgi::Protocol::SecureUwsgi | uwsgi::Protocol::Other => Spoken::Other,
    }
}
