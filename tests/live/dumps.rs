//! What nginx and uWSGI print of their configuration is read as the files that it was made of.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::machine;

fn write(root: &Path, files: &[(&str, String)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Each finding's rule with the text of the line that it stands in.
fn findings(root: &Path, arguments: &[&str], input: &[u8]) -> BTreeSet<(String, String)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_djlint"))
        .args([
            "check",
            "--isolated",
            "--output-format",
            "json",
            "--min-severity",
            "advice",
        ])
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).expect("djlint writes JSON");
    let line = |finding: &Value| {
        let path = root.join(finding["path"].as_str().unwrap());
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(_) => input.to_owned(),
        };
        let number = finding["start"]["line"].as_u64().unwrap() as usize;
        let text = String::from_utf8(text).unwrap();
        text.lines().nth(number - 1).unwrap().trim().to_owned()
    };
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (finding["rule"].as_str().unwrap().to_owned(), line(finding)))
        .collect()
}

fn ran(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn the_dump_of_nginx_is_judged_as_its_files_are() {
    let root = tempfile::tempdir().unwrap();
    let top = root.path().display().to_string();
    let port = machine::free_port();
    write(
        root.path(),
        &[
            (
                "nginx/nginx.conf",
                format!(
                    "pid {top}/pid;\nerror_log stderr;\nevents {{ }}\nhttp {{\n    access_log off;\n    \
                     include sites/*;\n    include {top}/nginx/more/../last.conf;\n}}\n"
                ),
            ),
            (
                "nginx/sites/a",
                format!(
                    "server {{\n    listen 127.0.0.1:{port};\n    server_name a;\n    \
                     location /static {{ alias /srv/static/; }}\n    include snippet.conf;\n}}"
                ),
            ),
            (
                "nginx/sites/b",
                format!(
                    "server {{\n    listen 127.0.0.1:{port};\n    server_name b;\n    \
                     location /media/ {{ alias /srv/media; }}\n}}\n"
                ),
            ),
            ("nginx/sites/empty", String::new()),
            (
                "nginx/snippet.conf",
                "location /app { uwsgi_pass unix:/run/shop.sock; }\n".to_owned(),
            ),
            ("nginx/more/x", String::new()),
            ("nginx/last.conf", "# the last\n".to_owned()),
        ],
    );
    let main = root.path().join("nginx/nginx.conf");
    let dump = ran(Command::new(machine::program("nginx"))
        .arg("-T")
        .arg("-c")
        .arg(&main));
    assert!(
        dump.status.success(),
        "{}",
        String::from_utf8_lossy(&dump.stderr)
    );
    let expected = findings(root.path(), &["nginx"], b"");
    let rules: BTreeSet<&str> = expected.iter().map(|(rule, _)| rule.as_str()).collect();
    for rule in [
        "nginx/alias-traversal",
        "nginx/alias-slash-mismatch",
        "nginx/uwsgi-params-missing",
    ] {
        assert!(rules.contains(rule), "{rule} in {expected:?}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(findings(elsewhere.path(), &["-"], &dump.stdout), expected);
    // With what nginx says on its standard error, as `nginx -T > dump 2>&1` leaves it.
    let both = [dump.stderr, dump.stdout].concat();
    write(
        elsewhere.path(),
        &[("dump", String::from_utf8(both).unwrap())],
    );
    assert_eq!(findings(elsewhere.path(), &["dump"], b""), expected);
}

#[test]
fn the_configuration_that_uwsgi_shows_is_judged_as_its_file_is() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            (
                "app.ini",
                "[uwsgi]\nini = %dbase.ini\nvacuum = true\nchmod-socket = 666\n\
                 socket = /nowhere/%(name).sock\nif-exists = /\nenv = HERE=1\nendif =\n\
                 if-not-exists = /\nenv = THERE=1\nendif =\n"
                    .to_owned(),
            ),
            (
                "base.ini",
                "[uwsgi]\nname = %n\nuid = nobody\nfor = a b\nenv = X_%(_)=1\nendfor =\n"
                    .to_owned(),
            ),
        ],
    );
    // It shows what it was told, and ends: the directory of its socket is not there.
    let ini = root.path().join("app.ini");
    let uwsgi = machine::stack_program("uwsgi");
    let shown = ran(Command::new(uwsgi)
        .arg("--ini")
        .arg(&ini)
        .arg("--show-config"));
    let shown = [shown.stdout, shown.stderr].concat();
    let text = String::from_utf8_lossy(&shown).into_owned();
    assert!(text.contains("socket = /nowhere/base.sock"), "{text}");
    assert!(
        text.contains("HERE=1") && !text.contains("THERE=1"),
        "{text}"
    );
    let elsewhere = tempfile::tempdir().unwrap();
    let rules = |found: BTreeSet<(String, String)>| -> BTreeSet<String> {
        found.into_iter().map(|(rule, _)| rule).collect()
    };
    let expected = rules(findings(root.path(), &["--uwsgi", "app.ini"], b""));
    assert!(expected.contains("uwsgi/no-master"), "{expected:?}");
    assert!(
        expected.contains("uwsgi/socket-world-writable"),
        "{expected:?}"
    );
    let found = findings(elsewhere.path(), &["-"], &shown);
    for (rule, line) in &found {
        assert!(
            text.lines().any(|shown| shown.trim() == line),
            "{rule}: {line}"
        );
    }
    assert_eq!(rules(found), expected);
}
