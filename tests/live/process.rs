//! Programs that are started, waited for, and surely ended.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to start, to end, or to do what is waited for, on a
/// machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// The variable that marks every process of a stage.
const MARK: &str = "DJLINT_STAGE";

/// What a program did that ran to its end.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
}

/// Starts a program that writes to a file; `mark` is the directory of its stage.
pub(crate) fn spawn(command: &mut Command, mark: &Path, output: &Path) -> Child {
    // Files and no pipes: a daemon that keeps a pipe open would never let go of us.
    let output = File::create(output).expect("a log");
    command
        .stdin(Stdio::null())
        .stdout(output.try_clone().expect("a log"))
        .stderr(output)
        // All of it can be ended: by its group, and by the mark where it left the group.
        .process_group(0)
        .env(MARK, mark)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command, mark: &Path, output: &Path) -> Ran {
    let mut child = spawn(command, mark, output);
    let written = || texts(&[output.to_owned()]);
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("its state") {
            return Ran {
                status,
                output: written(),
            };
        }
        if start.elapsed() > PATIENCE {
            end(&mut child);
            panic!("{command:?} does not end: {}", written());
        }
        thread::sleep(PAUSE);
    }
}

/// Asks again and again, for as long as a program may take.
pub(crate) fn poll(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(PAUSE);
    }
}

/// The processes of a stage. nginx writes its title over the mark, but stays in its group.
pub(crate) fn marked(mark: &Path) -> Vec<u32> {
    let mark = format!("{MARK}={}", mark.display());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("the processes").flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        if environment
            .split(|&byte| byte == 0)
            .any(|variable| variable == mark.as_bytes())
        {
            found.push(pid);
        }
    }
    found
}

/// Sends a signal to a process, or to a group where the number is negative.
pub(crate) fn signal(name: &str, pid: i64) {
    // The shell's own: not every machine has procps.
    let _ = Command::new("sh")
        .arg("-c")
        .arg(format!("kill -s {name} -- {pid} 2>/dev/null"))
        .status();
}

/// Whether a process handles all these signals by itself (a mask, one bit a signal).
pub(crate) fn handles(pid: u32, signals: u64) -> bool {
    fs::read_to_string(format!("/proc/{pid}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|line| u64::from_str_radix(line.strip_prefix("SigCgt:")?.trim(), 16).ok())
        .is_some_and(|handled| handled & signals == signals)
}

/// Ends a program and the others of its group.
pub(crate) fn end(child: &mut Child) {
    signal("KILL", -i64::from(child.id()));
    let _ = child.wait();
}

/// What stands in these files, where they are.
pub(crate) fn texts(paths: &[PathBuf]) -> String {
    paths
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}
