//! Who may connect to a socket in the file system: its owner, its group, its mode.

use std::path::Path;

use super::backend::{Backend, Listener};
use super::topology::Topology;
use crate::launch::unit::Unit;
use crate::launch::word::Word;
use crate::launch::{HOST, Process, Starter};
use crate::source::Span;
use crate::uwsgi::Instance;
use crate::workspace::Workspace;

/// What is known of a socket that uWSGI makes.
#[derive(Clone, Debug)]
pub struct SocketAccess {
    /// Its permission bits.
    pub mode: u32,
    /// Where the mode is said; nothing where the umask makes it.
    pub mode_at: Option<Span>,
    /// The user that it belongs to.
    pub owner: String,
    /// Where the user is said.
    pub owner_at: Option<Span>,
    /// The group, where it is known.
    pub group: Option<String>,
}

impl SocketAccess {
    /// Whether a user who is not its owner may connect; nothing where that depends on groups
    /// that are not known. connect() asks for the right to write, and for nothing else.
    pub fn admits(&self, workspace: &Workspace, user: &str) -> Option<bool> {
        if self.mode & 0o002 != 0 || user == "root" || user == self.owner {
            return Some(true);
        }
        if self.mode & 0o020 == 0 {
            return Some(false);
        }
        let group = self.group.as_deref()?;
        workspace.is_in_group(user, group)
    }
}

impl Backend {
    /// Whether what starts it names a user other than root.
    pub fn is_started_as_user(&self, topology: Topology<'_>) -> bool {
        self.process(topology)
            .and_then(|process| process.user.as_ref())
            .is_some_and(|user| !user.is("root") && !user.is("0"))
    }

    /// Who may connect to a socket in the file system, where all of it is known.
    pub fn socket_access(
        &self,
        topology: Topology<'_>,
        listener: &Listener,
    ) -> Option<SocketAccess> {
        if let Some(unit) = listener.socket_unit {
            return of_socket_unit(topology.launch().units.get(unit)?);
        }
        let instance = self.instance()?;
        if self.machine != HOST || instance.is_open() {
            return None;
        }
        let process = self.process(topology);
        let unit = self.unit(topology);
        let started = started_with(topology, process);
        let (mode, mode_at) = mode(instance, started)?;
        let (owner, group, owner_at) = owner(instance, process, unit)?;
        Some(SocketAccess {
            mode,
            mode_at,
            owner,
            owner_at,
            group,
        })
    }
}

/// What systemd gives to the sockets of a unit: mode 0666, root and root's group, unless told otherwise.
fn of_socket_unit(unit: &Unit) -> Option<SocketAccess> {
    let mode = match &unit.socket_mode {
        Some(word) => u32::from_str_radix(word.text()?, 8).ok()?,
        None => 0o666,
    };
    let owner = match &unit.socket_user {
        Some(word) => word.text()?.to_owned(),
        None => "root".to_owned(),
    };
    let group = match (&unit.socket_group, &unit.socket_user) {
        (Some(word), _) => Some(word.text()?.to_owned()),
        // The user's own group.
        (None, Some(_)) => None,
        (None, None) => Some("root".to_owned()),
    };
    Some(SocketAccess {
        mode,
        mode_at: unit.socket_mode.as_ref().map(|word| word.span),
        owner,
        owner_at: unit.socket_user.as_ref().map(|word| word.span),
        group,
    })
}

/// The umask that a process is started with, where what starts it says: systemd's is 022, and
/// supervisord hands on its own.
fn started_with(topology: Topology<'_>, process: Option<&Process>) -> Option<u32> {
    let launch = topology.launch();
    let word = match process?.starter {
        Starter::Unit(unit) => match &launch.units.get(unit)?.umask {
            Some(word) => word,
            None => return Some(0o022),
        },
        Starter::Program(program) => launch.programs.get(program)?.umask.as_ref()?,
        _ => return None,
    };
    u32::from_str_radix(word.text()?, 8).ok()
}

/// The mode that `chmod-socket` gives, else the one that the umask leaves.
fn mode(instance: &Instance, started_with: Option<u32>) -> Option<(u32, Option<Span>)> {
    let chmod = instance.chmod_socket();
    let only = chmod.single().filter(|only| only.guards.is_empty())?;
    if let Some(mode) = only.value {
        return Some((mode, only.origin.span()));
    }
    let umask = match instance.last("umask") {
        Some(setting) => {
            let value = setting.value();
            u32::from_str_radix(value.get()?, 8).ok()?
        }
        // daemonize() sets it to 0 (core/utils.c).
        None if instance.last("daemonize").is_some() => 0,
        None => started_with?,
    };
    Some((0o777 & !umask, None))
}

/// The user and the group that the socket belongs to.
fn owner(
    instance: &Instance,
    process: Option<&Process>,
    unit: Option<&Unit>,
) -> Option<(String, Option<String>, Option<Span>)> {
    let text = |name: &str| -> Option<(String, Span)> {
        let setting = instance
            .last(name)
            .filter(|setting| !setting.is_conditional())?;
        let value = setting.value();
        Some((value.get()?.clone(), setting.value_span()))
    };
    let is_set = |name: &str| instance.last(name).is_some();
    if is_set("chown-socket") {
        let (written, span) = text("chown-socket")?;
        let (user, group) = match written.split_once(':') {
            Some((user, group)) => (user.to_owned(), Some(group.to_owned())),
            None => (written, None),
        };
        return Some((user, group, Some(span)));
    }
    let started_as = match (unit, process.and_then(|process| process.user.as_ref())) {
        (_, Some(user)) => Some(user.text()?.to_owned()),
        (Some(unit), None) => match unit.dynamic_user {
            Some((true, _)) => return None,
            _ => Some("root".to_owned()),
        },
        (None, None) => None,
    };
    let group_of_unit = unit
        .and_then(|unit| unit.group.as_ref())
        .and_then(Word::text)
        .map(str::to_owned);
    match (started_as.as_deref(), is_set("uid")) {
        // Only root may become another user; a name is then ignored.
        (Some("root") | None, true) => {
            let (user, span) = text("uid")?;
            let group = text("gid").map(|(group, _)| group);
            Some((user, group, Some(span)))
        }
        (Some(user), _) => {
            let span = process.and_then(|process| process.user.as_ref());
            Some((user.to_owned(), group_of_unit, span.map(|word| word.span)))
        }
        (None, false) => None,
    }
}

/// A user of the host.
pub struct User {
    /// The name.
    pub name: String,
    /// The group that he has by himself.
    pub group: String,
}

impl Workspace {
    /// Whose home a directory of the host is, by its own /etc/passwd and /etc/group.
    pub fn at_home_in(&self, directory: &Path) -> Option<User> {
        let read = |path: &str| {
            let path = Path::new(path);
            let here = self.files().paths().locate(self.files().tree(), path);
            self.files().open(here.path()?).ok()
        };
        let users = read("/etc/passwd")?;
        let user = users.bytes().split(|byte| *byte == b'\n').find_map(|line| {
            let line = String::from_utf8_lossy(line);
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, _, group, _, home, ..] = fields.as_slice() else {
                return None;
            };
            (Path::new(home) == directory).then(|| ((*name).to_owned(), (*group).to_owned()))
        });
        let (name, id) = user?;
        let groups = read("/etc/group")?;
        let group = groups
            .bytes()
            .split(|byte| *byte == b'\n')
            .find_map(|line| {
                let line = String::from_utf8_lossy(line);
                let mut fields = line.split(':');
                let name = fields.next()?.to_owned();
                (fields.nth(1) == Some(id.as_str())).then_some(name)
            });
        Some(User {
            name,
            group: group?,
        })
    }

    /// Whether a user is in a group, by the host's own /etc/group; nothing where that is not here.
    pub fn is_in_group(&self, user: &str, group: &str) -> Option<bool> {
        let read = |path: &str| {
            let path = Path::new(path);
            let here = self.files().paths().locate(self.files().tree(), path);
            self.files().open(here.path()?).ok()
        };
        let groups = read("/etc/group")?;
        let mut primary = None;
        for line in groups.bytes().split(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(line);
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, id, members] = fields.as_slice() else {
                continue;
            };
            if *name == group {
                if members.split(',').any(|member| member.trim() == user) {
                    return Some(true);
                }
                primary = Some((*id).to_owned());
            }
        }
        let id = primary?;
        let users = read("/etc/passwd")?;
        let is_primary = users.bytes().split(|byte| *byte == b'\n').any(|line| {
            let line = String::from_utf8_lossy(line);
            let mut fields = line.split(':');
            fields.next() == Some(user) && fields.nth(2) == Some(id.as_str())
        });
        Some(is_primary)
    }
}
