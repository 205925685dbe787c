//! What a container or systemd keeps to itself: file systems and networks of the
//! application's own, played by namespaces.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::machine;

/// How long an application may take until it listens, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the application has for itself.
#[derive(Clone, Default)]
pub(crate) struct Apart {
    /// Deployed directories that nobody else sees: those of another container, or the /tmp
    /// of a service with PrivateTmp.
    pub(crate) private: Vec<&'static str>,
    /// Directories below these that everybody sees all the same: a volume.
    pub(crate) shared: Vec<&'static str>,
    /// The name that its container has for the others, where it has a network of its own.
    pub(crate) network: Option<&'static str>,
    /// Deployed ports of its network that Docker passes on from the host.
    pub(crate) published: Vec<u16>,
    /// The socket that systemd makes for it: its path, its mode and the user it belongs to.
    pub(crate) socket: Option<(&'static str, u32, &'static str)>,
}

/// What systemd does for a socket unit (sd_listen_fds(3)).
const ACTIVATE: &str = "
import os, shutil, socket, sys
path, mode, owner = sys.argv[1:4]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, int(mode, 8))
shutil.chown(path, owner)
listener.listen()
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
os.execvp(sys.argv[4], sys.argv[4:])
";

impl Apart {
    /// The command, with the socket that systemd makes handed to it.
    pub(crate) fn activated(&self, command: Command, tree: &Path) -> Command {
        let Some((path, mode, owner)) = self.socket else {
            return command;
        };
        let mut all = Command::new(machine::stack_program("python"));
        all.args(["-c", ACTIVATE])
            .arg(tree.join(path))
            .args([format!("{mode:o}"), machine::user(owner)])
            .arg(command.get_program())
            .args(command.get_args());
        if let Some(directory) = command.get_current_dir() {
            all.current_dir(directory);
        }
        all
    }

    /// Whether it takes root to play this.
    pub(crate) fn is_played(&self) -> bool {
        !self.private.is_empty() || self.network.is_some() || self.socket.is_some()
    }

    /// The command, in a file system where the private directories are its own.
    pub(crate) fn own_directories(&self, command: Command, tree: &Path, aside: &Path) -> Command {
        if self.private.is_empty() {
            return command;
        }
        let mut script = String::from("set -e\n");
        let below = |directory: &str| tree.join(directory).display().to_string();
        let volume = |index: usize| aside.join(format!("volume{index}")).display().to_string();
        for (index, shared) in self.shared.iter().enumerate() {
            let (shared, volume) = (below(shared), volume(index));
            script += &format!("mkdir {volume}\nmount --bind {shared} {volume}\n");
        }
        for private in &self.private {
            let private = below(private);
            script += &format!(
                "mount -t tmpfs -o \"$(stat -c mode=%a,uid=%u,gid=%g {private})\" tmpfs {private}\n"
            );
        }
        for (index, shared) in self.shared.iter().enumerate() {
            let (shared, volume) = (below(shared), volume(index));
            script += &format!("mkdir -p {shared}\nmount --bind {volume} {shared}\n");
        }
        behind(
            command,
            &["unshare", "--mount", "--propagation", "private"],
            &script,
        )
    }
}

/// A network of its own, with one cable to the network of the tests.
pub(crate) struct Network {
    namespace: String,
    address: String,
    hosts: PathBuf,
}

impl Network {
    /// Lays the cable; `hosts` is the file in which the others find the container's name.
    pub(crate) fn new(name: &str, stage: &Path, hosts: PathBuf) -> Self {
        let namespace = stage
            .file_name()
            .and_then(OsStr::to_str)
            .expect("a name for the stage")
            .to_owned();
        // A pair of addresses for each stage, of all the tests on this machine.
        let pair = namespace.bytes().fold(0_u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
        let (second, third) = (pair / 251 % 251, pair % 251);
        let (ours, address) = (
            format!("10.{second}.{third}.1"),
            format!("10.{second}.{third}.2"),
        );
        let cable = format!("v{}", namespace.trim_start_matches("djl-"));
        for line in [
            format!("netns add {namespace}"),
            format!("link add {cable} type veth peer name eth0 netns {namespace}"),
            format!("address add {ours}/30 dev {cable}"),
            format!("link set {cable} up"),
            format!("-n {namespace} address add {address}/30 dev eth0"),
            format!("-n {namespace} link set lo up"),
            format!("-n {namespace} link set eth0 up"),
        ] {
            let done = Command::new(machine::program("ip"))
                .args(line.split(' '))
                .status()
                .expect("ip starts");
            assert!(done.success(), "ip {line}");
        }
        fs::write(&hosts, format!("127.0.0.1 localhost\n{address} {name}\n")).expect("hosts");
        fs::set_permissions(&hosts, Permissions::from_mode(0o644)).expect("a mode");
        Self {
            namespace,
            address,
            hosts,
        }
    }

    /// The command of the application, inside.
    pub(crate) fn inside(&self, command: Command) -> Command {
        behind(command, &["ip", "netns", "exec", &self.namespace], "")
    }

    /// The command of another container, which knows the application's by its name.
    pub(crate) fn outside(&self, command: Command) -> Command {
        behind(
            command,
            &["unshare", "--mount", "--propagation", "private"],
            &format!("set -e\nmount --bind {} /etc/hosts\n", self.hosts.display()),
        )
    }

    /// Passes connections on as Docker does for a published port.
    pub(crate) fn publish(&self, port: u16) {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let address = self.address.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let Some(far) = reach(&address, port) else {
                    continue;
                };
                for (mut from, mut to) in [(&near, &far), (&far, &near)].map(|(from, to)| {
                    (
                        from.try_clone().expect("a copy"),
                        to.try_clone().expect("a copy"),
                    )
                }) {
                    thread::spawn(move || {
                        let _ = io::copy(&mut from, &mut to);
                        let _ = to.shutdown(std::net::Shutdown::Write);
                    });
                }
            }
        });
    }
}

/// The application, as soon as it listens: the port is published before it does.
fn reach(address: &str, port: u16) -> Option<TcpStream> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Ok(far) = TcpStream::connect((address, port)) {
            return Some(far);
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = Command::new(machine::program("ip"))
            .args(["netns", "delete", &self.namespace])
            .status();
    }
}

/// A command that is started by other ones, after a script: the process stays the same.
fn behind(command: Command, before: &[&str], script: &str) -> Command {
    let mut all = Command::new(machine::program(before[0]));
    all.args(&before[1..])
        .args(["sh", "-c", &format!("{script}exec \"$@\""), "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(directory) = command.get_current_dir() {
        all.current_dir(directory);
    }
    all
}
