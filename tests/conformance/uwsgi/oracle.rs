//! uWSGI itself.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{Answer, Build, Case, bytes};

/// A start that has said nothing by then hangs.
const PATIENCE: Duration = Duration::from_secs(5);
/// What Debian's package uwsgi-core installs, and the release whose answers are written down.
const DEBIANS: &str = "/usr/bin/uwsgi";
const DEBIANS_VERSION: &[u8] = b"2.0.21-debian";
/// Bytes that a value which grows without end may take.
const MEMORY: &str = "--as=1000000000";

/// What uWSGI makes of a case, in a directory of its own.
pub(super) fn ask(case: &Case) -> Answer {
    let directory = tempfile::Builder::new()
        .prefix("djlint")
        .tempdir_in("/tmp")
        .unwrap();
    let name = directory.path().file_name().unwrap().to_str().unwrap();
    let there = |text: &str| text.replace("HERE", name);
    for (path, text) in &case.files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes(&there(text))).unwrap();
    }
    let environment = case.environment.iter();
    // No shell: it would put the variables into an order of its own.
    let child = Command::new("/usr/bin/prlimit")
        .arg(MEMORY)
        .arg(program(case.build))
        .arg("--show-config")
        .args(case.arguments.iter().map(|argument| there(argument)))
        .current_dir(directory.path())
        .env_clear()
        .envs(environment.map(|(name, value)| (name, there(value))))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    answer(child, &|text| text.replace(name, "HERE"))
}

fn program(build: Build) -> PathBuf {
    match build {
        Build::Pip => {
            let ours = Path::new("target/stack/bin/uwsgi");
            std::fs::canonicalize(ours).expect("tests/run installs uWSGI in target/stack")
        }
        Build::Debian => PathBuf::from(DEBIANS),
    }
}

/// Whether the build that gave an answer is here, to be asked again.
pub(super) fn is_here(build: Build) -> bool {
    let version = || Command::new(DEBIANS).arg("--version").output().ok();
    match build {
        Build::Pip => true,
        Build::Debian => version().is_some_and(|said| said.stdout.trim_ascii() == DEBIANS_VERSION),
    }
}

/// Reads what it says until it has shown its configuration or has ended, and ends it.
fn answer(mut child: Child, here: &dyn Fn(&str) -> String) -> Answer {
    let mut output = child.stderr.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(length) = output.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() || length == 0 {
                break;
            }
        }
    });
    let mut said = Vec::new();
    let mut is_hanging = false;
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(part) if part.is_empty() => break,
            Ok(part) => said.extend(part),
            Err(_) => {
                is_hanging = true;
                break;
            }
        }
        if let Some(options) = options(&latin(&said)) {
            end(&mut child);
            let here = |text: &String| here(text);
            let options = options.iter().map(|(key, value)| (here(key), here(value)));
            return Answer::Options(options.collect());
        }
    }
    end(&mut child);
    let said = latin(&said);
    // What never ends takes all the time, all the memory or all the stack, whichever is used up first.
    let is_endless = is_hanging
        || ["Cannot allocate memory", "end of backtrace"]
            .iter()
            .any(|words| said.contains(words));
    let last = said.lines().rfind(|line| !line.is_empty());
    Answer::Refused(match last {
        Some(last) if !is_endless => here(last),
        _ => "it hangs or crashes".to_owned(),
    })
}

/// Ends the process and what it has started.
fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("/bin/kill")
        .args(["-KILL", "--", &group])
        .status();
    child.wait().unwrap();
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The options between the two lines that `--show-config` prints around them.
fn options(said: &str) -> Option<Vec<(String, String)>> {
    let (_, shown) = said.split_once("\n;uWSGI instance configuration\n[uwsgi]\n")?;
    let (shown, _) = shown.split_once(";end of configuration\n")?;
    let mut options: Vec<(String, String)> = Vec::new();
    for line in shown.split('\n').take(shown.matches('\n').count()) {
        match (line.split_once(" = "), options.last_mut()) {
            (Some((key, value)), _) => options.push((key.to_owned(), value.to_owned())),
            // A value of more than one line.
            (None, Some((_, value))) => *value += &format!("\n{line}"),
            (None, None) => return None,
        }
    }
    Some(options)
}
