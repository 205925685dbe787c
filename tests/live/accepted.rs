//! What the real programs took before it was fixed, they take afterwards.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{copy, fixtures};
use crate::machine;

/// Puts files of nginx's package beside a main file.
pub(crate) fn bring_packaged(directory: &Path) {
    for name in ["uwsgi_params", "proxy_params", "mime.types"] {
        let packaged = Path::new("/etc/nginx").join(name);
        fs::copy(packaged, directory.join(name)).expect("a file of the package");
    }
}

/// Whether nginx takes a main file, whose relative paths are below `prefix`.
pub(crate) fn nginx_takes(prefix: &Path, main: &Path) -> bool {
    let mut nginx = Command::new(machine::program("nginx"));
    nginx.args(["-t", "-e", "stderr", "-p"]).arg(prefix);
    succeeds(nginx.arg("-c").arg(main))
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts")
        .success()
}

/// Whether its program takes a file; nothing where it is none of ours.
fn is_taken(file: &Path) -> Option<bool> {
    let text = fs::read_to_string(file).ok()?;
    let ending = file.extension().and_then(|ending| ending.to_str());
    let path = file.to_str().expect("a UTF-8 path");
    match ending {
        Some("py") => {
            let code = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
            let mut python = Command::new(machine::stack_program("python"));
            Some(succeeds(python.args(["-c", code, path])))
        }
        Some("ini") => {
            let mut uwsgi = Command::new(machine::stack_program("uwsgi"));
            Some(succeeds(uwsgi.args(["--show-config", "--ini", path])))
        }
        _ if text.contains("server {") || text.contains("events {") => {
            let place = tempfile::tempdir().expect("a directory");
            bring_packaged(place.path());
            let main = place.path().join("nginx.conf");
            let whole = match text.contains("events {") {
                true => text,
                false => format!("events {{}}\nhttp {{ include {path}; }}\n"),
            };
            fs::write(&main, whole).expect("a file");
            Some(nginx_takes(place.path(), &main))
        }
        _ => None,
    }
}

#[test]
fn what_was_taken_before_is_taken_when_it_is_fixed() {
    let (mut changed, mut taken) = (0, 0);
    for fixture in fixtures() {
        let place = tempfile::tempdir().expect("a directory");
        let (before, after) = (place.path().join("before"), place.path().join("after"));
        copy(&fixture, &before);
        copy(&fixture, &after);
        let fixed = Command::new(env!("CARGO_BIN_EXE_djlint"))
            .args(["check", "--isolated", "--fix-only", "--unsafe-fixes"])
            .args(["--min-severity", "advice"])
            .current_dir(&after)
            .stdin(Stdio::null())
            .output()
            .expect("djlint starts");
        let said = String::from_utf8_lossy(&fixed.stderr);
        assert_eq!(
            fixed.status.code(),
            Some(0),
            "{}: {said}",
            fixture.display()
        );
        for entry in walkdir::WalkDir::new(&before) {
            let entry = entry.expect("the copy can be read");
            let name = entry.path().strip_prefix(&before).expect("below it");
            let file = after.join(name);
            if !entry.file_type().is_file()
                || fs::read(entry.path()).expect("a file") == fs::read(&file).expect("a file")
            {
                continue;
            }
            changed += 1;
            if is_taken(entry.path()) == Some(true) {
                taken += 1;
                let place = fixture.join(name);
                assert_eq!(is_taken(&file), Some(true), "{}: {said}", place.display());
            }
        }
    }
    assert!(
        changed >= 10 && taken >= 8,
        "{changed} changed, {taken} taken"
    );
}
