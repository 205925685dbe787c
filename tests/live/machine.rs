//! The machine under the proofs: its programs, its users, and how many stages it bears.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, OnceLock};

/// The virtualenv with uWSGI and Django, made by `tests/run`.
pub(crate) fn stack() -> PathBuf {
    env::var_os("DJLINT_STACK").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stack"),
        PathBuf::from,
    )
}

/// A program of the virtualenv.
pub(crate) fn stack_program(name: &str) -> PathBuf {
    let program = stack().join("bin").join(name);
    assert!(
        program.exists(),
        "{} is missing: tests/run installs it",
        program.display()
    );
    program
}

/// A program of the system; administrators' directories are not in everybody's PATH.
pub(crate) fn program(name: &str) -> PathBuf {
    env::split_paths(&search_path())
        .map(|directory| directory.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: tests/run installs it"))
}

/// A key, and a certificate for a name that it signs itself.
pub(crate) fn certificate(name: &str) -> (Vec<u8>, Vec<u8>) {
    let directory = tempfile::tempdir().expect("a directory");
    let (key, certificate) = (directory.path().join("key"), directory.path().join("crt"));
    let done = Command::new(program("openssl"))
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-subj", &format!("/CN={name}")])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status()
        .expect("openssl starts");
    assert!(done.success(), "openssl failed");
    let read = |path| fs::read(path).expect("a file");
    (read(&key), read(&certificate))
}

/// PATH with the directories where Debian keeps nginx.
pub(crate) fn search_path() -> String {
    format!(
        "{}:/usr/sbin:/usr/bin:/sbin:/bin",
        env::var("PATH").unwrap_or_default()
    )
}

fn asked(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Who runs the tests.
pub(crate) struct Me {
    pub(crate) root: bool,
    pub(crate) user: String,
    pub(crate) group: String,
}

/// Who runs the tests.
pub(crate) fn me() -> &'static Me {
    static ME: OnceLock<Me> = OnceLock::new();
    ME.get_or_init(|| Me {
        root: asked("id", &["-u"]).as_deref() == Some("0"),
        user: asked("id", &["-un"]).unwrap_or_default(),
        group: asked("id", &["-gn"]).unwrap_or_default(),
    })
}

/// The user of this machine that plays a user of the deployed host.
pub(crate) fn user(deployed: &str) -> String {
    played("passwd", deployed)
}

/// The group of this machine that plays a group of the deployed host.
pub(crate) fn group(deployed: &str) -> String {
    played("group", deployed)
}

fn played(database: &str, name: &str) -> String {
    if asked("getent", &[database, name]).is_some() {
        name.to_owned()
    } else {
        // Debian has it everywhere (base-passwd), and it owns nothing.
        "daemon".to_owned()
    }
}

/// A command that runs as somebody else, or nothing where this user may not do that.
pub(crate) fn as_other(user: &str, group: &str) -> Option<Command> {
    if me().root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", group, "--clear-groups", "--"]);
        return Some(command);
    }
    asked("sudo", &["-n", "true"])?;
    let mut command = Command::new("sudo");
    command.args(["-n", "-u", user, "--"]);
    Some(command)
}

/// A command that runs as a user who is neither the tests' nor the application's. Where
/// there is none, `tests/run` is told that the rule was not shown.
pub(crate) fn as_stranger(rule: &str) -> Option<Command> {
    let command = as_other("nobody", "nogroup");
    if command.is_none() {
        not_shown(&format!("{rule} (needs a second user)"));
    }
    command
}

/// Tells `tests/run` what could not be shown here, so that it does not look shown.
pub(crate) fn not_shown(what: &str) {
    let Some(path) = env::var_os("DJLINT_NOT_SHOWN") else {
        panic!("cannot be shown here: {what}");
    };
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .expect("a list to add to");
    writeln!(file, "{what}").expect("a list to add to");
}

/// A port of the loopback interface that nobody uses.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a port").port()
}

/// Whether the machine has IPv6, at least with itself.
pub(crate) fn has_ipv6() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| TcpListener::bind("[::1]:0").is_ok())
}

/// Where stages stand. Not in the home directory, which other users cannot enter, nor,
/// where that can be avoided, in /tmp, which djlint has something to say about; and the
/// path is short, because that of a socket has 107 bytes at most.
pub(crate) fn ground() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if me().root {
        PathBuf::from("/run")
    } else if memory.is_dir() {
        memory.to_owned()
    } else {
        env::temp_dir()
    }
}

/// How many stages stand at a time.
const PLACES: usize = 2;

static TAKEN: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

/// One of the places for a stage.
pub(crate) struct Place(());

/// Waits for a place.
pub(crate) fn place() -> Place {
    let mut taken = TAKEN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    while *taken >= PLACES {
        taken = FREED
            .wait(taken)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
    }
    *taken += 1;
    Place(())
}

impl Drop for Place {
    fn drop(&mut self) {
        *TAKEN
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) -= 1;
        FREED.notify_one();
    }
}
