//! Sockets that nginx does not see, and why.

use std::path::{Path, PathBuf};

use super::backend::{At, Backend, Listener};
use super::front::{End, Link};
use super::stray::Apart;
use super::topology::Topology;
use super::{Deployment, Purpose};
use crate::host::Existence;
use crate::launch::{HOST, MachineId};
use crate::source::Span;
use crate::tree;
use crate::workspace::Workspace;

/// A socket that nginx asks for and does not see.
pub struct Hidden<'a> {
    /// What nginx passes on.
    pub link: &'a Link,
    /// The sockets of that name that the server makes; never empty.
    pub listeners: Vec<Listener>,
    /// Why nginx does not see them.
    pub why: Why,
}

/// Why nginx does not see a socket.
pub enum Why {
    /// It runs on the first machine and the server on the second.
    OtherMachine(MachineId, MachineId),
    /// `PrivateTmp` gives the service a /tmp that nobody else sees; where it is switched on.
    PrivateTmp(Span),
    /// Nothing makes the directory at boot, and /run is empty then.
    NotMade {
        /// The directory.
        directory: PathBuf,
        /// The header of the unit's section, which could say that it is to be made.
        unit: Span,
    },
}

impl Deployment {
    /// The sockets of a deployment for visitors that nginx does not see.
    pub fn hidden_sockets<'a>(&'a self, workspace: &Workspace) -> Vec<Hidden<'a>> {
        let topology = workspace.topology();
        let strays = self.strays(topology).into_iter();
        let mut hidden: Vec<Hidden<'a>> = strays
            .filter(|stray| stray.apart() == Some(Apart::ByFileSystem))
            .map(|stray| Hidden {
                link: stray.link,
                why: Why::OtherMachine(stray.front.machine, stray.backend.machine),
                listeners: stray.listeners,
            })
            .collect();
        if self.purpose != Purpose::Production {
            return hidden;
        }
        for (front, link) in &self.links {
            let End::Listener(backend, listener) = &link.end else {
                continue;
            };
            let At::File(Some(path), _) = &listener.at else {
                continue;
            };
            if self.fronts[*front].machine != HOST || listener.socket_unit.is_some() {
                continue;
            }
            let backend = &self.backends[*backend];
            let why =
                private_tmp(topology, backend, path).or_else(|| not_made(workspace, backend, path));
            hidden.extend(why.map(|why| Hidden {
                link,
                listeners: vec![(**listener).clone()],
                why,
            }));
        }
        hidden
    }
}

/// systemd gives a service with PrivateTmp a /tmp that no other one sees.
fn private_tmp(topology: Topology<'_>, backend: &Backend, path: &Path) -> Option<Why> {
    let unit = backend.unit(topology)?;
    let (true, place) = unit.private_tmp? else {
        return None;
    };
    let in_tmp = ["/tmp", "/var/tmp"].iter().any(|tmp| path.starts_with(tmp));
    in_tmp.then_some(Why::PrivateTmp(place))
}

/// Where directories below /run are asked for, besides units: nothing of them may name this one.
const MAKERS: [&str; 9] = [
    "/etc/tmpfiles.d",
    "/usr/lib/tmpfiles.d",
    "/usr/local/lib/tmpfiles.d",
    "/run/tmpfiles.d",
    "/etc/init.d",
    "/etc/rc.local",
    "/etc/crontab",
    "/etc/cron.d",
    "/var/spool/cron/crontabs",
];

/// The directory of a socket below /run that is not there, on a host or a copy of one, and that
/// nothing there makes.
fn not_made(workspace: &Workspace, backend: &Backend, path: &Path) -> Option<Why> {
    let topology = workspace.topology();
    let unit = backend.unit(topology)?;
    let instance = backend.instance()?;
    let path = crate::launch::machine::canonical(path);
    let directory = path.parent()?;
    let name = directory.strip_prefix("/run").ok()?;
    let from = instance.root_file().path();
    let is_below_run = name.components().next().is_some() && !directory.starts_with("/run/user");
    let is_absent =
        || topology.locate(workspace.files(), HOST, directory, from) == Existence::Absent;
    let may_make_it = !unit.exec_start_pre.is_empty() || instance.runs_commands();
    if !is_below_run || may_make_it || !is_absent() {
        return None;
    }
    let of_a_unit = topology.units.iter().any(|unit| unit.may_make(name));
    let is_made = of_a_unit
        || workspace.launch_mentions(directory)
        || MAKERS
            .iter()
            .any(|maker| workspace.may_mention(Path::new(maker), directory, from));
    (!is_made).then(|| Why::NotMade {
        directory: directory.to_owned(),
        unit: unit.header,
    })
}

impl Workspace {
    /// Whether a file of the host, or a file in a directory of it, names a path; also where that
    /// cannot be known.
    fn may_mention(&self, place: &Path, path: &Path, from: &Path) -> bool {
        let files = self.files();
        let tree = files.tree();
        let local = match self.topology().locate(files, HOST, place, from) {
            Existence::Here(local, _) => local,
            Existence::Absent => return false,
            Existence::NotInThisTree => return true,
        };
        let needle = path.as_os_str().as_encoded_bytes();
        let mentions = |file: &Path| {
            files.open(file).map_or(true, |source| {
                memchr::memmem::find(source.bytes(), needle).is_some()
            })
        };
        if tree
            .stat(&local)
            .is_ok_and(|stat| stat.kind == tree::FileKind::File)
        {
            return mentions(&local);
        }
        tree.list(&local).map_or(true, |names| {
            names.iter().any(|name| mentions(&local.join(name)))
        })
    }
}
