//! The nginx that is installed, and what it says of a configuration.

use std::path::PathBuf;
use std::process::Command;

use crate::asked::{Answer, BESIDE, DIRECTORY};

/// A directory with one nginx.conf, and the files that it may include.
pub(crate) struct Oracle {
    directory: tempfile::TempDir,
    program: PathBuf,
    /// Its version.
    pub(crate) version: String,
}

/// What depends on the machine and not on the configuration.
const OF_THE_MACHINE: &[&str] = &[
    "host not found",
    "could not be resolved",
    "cannot load certificate",
    "open() \"",
    "mkdir() \"",
    "bind() ",
    "getpwnam(",
    "getgrnam(",
    "dlopen() ",
    "could not build ",
    "BIO_new_file(",
];

impl Oracle {
    /// The nginx that `DJLINT_NGINX` names, or that is installed; nothing where none is.
    pub(crate) fn find() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let named = std::env::var_os("DJLINT_NGINX").map(PathBuf::from);
        let program = std::env::split_paths(&path)
            .chain(["/usr/sbin".into(), "/usr/bin".into()])
            .map(|directory| directory.join("nginx"));
        let program = named
            .into_iter()
            .chain(program)
            .find(|path| path.is_file())?;
        let output = Command::new(&program).arg("-v").output().ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let version = text.trim().rsplit_once('/')?.1.to_owned();
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in BESIDE {
            std::fs::write(directory.path().join(name), text).unwrap();
        }
        Some(Self {
            directory,
            program,
            version,
        })
    }

    /// What nginx says.
    pub(crate) fn ask(&self, text: impl AsRef<[u8]>) -> Answer {
        let path = self.directory.path().join("nginx.conf");
        std::fs::write(&path, text.as_ref()).unwrap();
        let output = Command::new(&self.program)
            .args(["-t", "-e", "stderr", "-c"])
            .arg(&path)
            .arg("-p")
            .arg(self.directory.path())
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        // It is called otherwise every time.
        let own = self.directory.path().display().to_string();
        answer(&log.replace(&own, DIRECTORY))
    }
}

fn answer(log: &str) -> Answer {
    let is_sound = log.contains("syntax is ok");
    // Of some it says that they are ignored.
    let mut emergencies = log
        .split("\nnginx: ")
        .filter_map(|line| line.split_once("[emerg] "))
        .filter(|(_, message)| !message.contains(", ignored"));
    let Some((_, message)) = emergencies.next() else {
        return if is_sound {
            Answer::Accepted
        } else {
            Answer::Open(log.to_owned())
        };
    };
    // nginx puts its process before a message that comes after the start.
    let message = message
        .split_once(": ")
        .filter(|(id, _)| id.contains('#'))
        .map_or(message, |(_, rest)| rest);
    let is_of_configuration = [
        "shared memory zone",
        "no \"events\" section",
        "worker_connections are not enough",
    ]
    .iter()
    .any(|text| message.contains(text));
    if is_sound && !is_of_configuration {
        // It is read to its end, and the machine lacks an address or a directory.
        return Answer::Accepted;
    }
    // Of a file that it includes, nginx names the line too.
    let place = format!(" in {DIRECTORY}/");
    let found = message.rsplit_once(&place).and_then(|(says, place)| {
        let (_, line) = place.rsplit_once(':')?;
        Some((says, line.trim().parse().ok()?))
    });
    let is_of_machine = OF_THE_MACHINE.iter().any(|text| message.contains(text));
    let is_missing_include = found.is_some() && message.contains("(2: No such file");
    if is_of_machine && !is_missing_include {
        return Answer::Open(message.to_owned());
    }
    match found {
        Some((says, line)) => Answer::Refused(Some(line), says.to_owned()),
        None => Answer::Refused(None, message.to_owned()),
    }
}
