//! Bad input gets an answer that names the file, and what lies beside it is still checked.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::{djlint, text};

/// A site that is wrong in a way that is always found: proof that the run went on.
const BROKEN_SITE: &str =
    "server {\n    listen 80;\n    location /static { alias /srv/static/; }\n}\n";

/// Runs a check over a directory that holds the bad input and, beside it, a site that is wrong.
#[track_caller]
fn assert_survives(prepare: impl FnOnce(&Path), names: &str) -> String {
    let root = tempfile::tempdir().unwrap();
    prepare(root.path());
    fs::create_dir_all(root.path().join("zz")).unwrap();
    fs::write(root.path().join("zz/nginx.conf"), BROKEN_SITE).unwrap();
    let output = djlint(root.path(), &["check", "--output-format", "concise"]);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(1 | 2)),
        "{:?}: {said}",
        output.status
    );
    assert!(
        said.contains("zz/nginx.conf:3:"),
        "the site beside it was not checked: {said}"
    );
    assert!(said.contains(names), "{names} is not named: {said}");
    said
}

#[test]
fn a_binary_file() {
    assert_survives(
        |root| fs::write(root.join("uwsgi.ini"), [0, 159, 146, 150, 0]).unwrap(),
        "uwsgi.ini",
    );
}

#[test]
fn a_hundred_megabytes() {
    assert_survives(
        |root| {
            let mut text = b"server {\n".to_vec();
            text.resize(100_000_000, b' ');
            fs::write(root.join("nginx.conf"), text).unwrap();
        },
        "nginx.conf",
    );
}

#[test]
fn a_directory_called_nginx_conf() {
    assert_survives(
        |root| fs::create_dir(root.join("nginx.conf")).unwrap(),
        "nginx.conf",
    );
}

#[test]
fn a_fifo() {
    assert_survives(
        |root| {
            let made = Command::new("mkfifo")
                .arg(root.join("uwsgi.ini"))
                .status()
                .unwrap();
            assert!(made.success());
        },
        "uwsgi.ini",
    );
}

#[test]
fn a_dangling_symlink_and_a_loop() {
    assert_survives(
        |root| {
            std::os::unix::fs::symlink("nowhere", root.join("nginx.conf")).unwrap();
            std::os::unix::fs::symlink("uwsgi.ini", root.join("uwsgi.ini")).unwrap();
        },
        "nginx.conf",
    );
}

#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("nginx.conf");
    fs::write(&path, BROKEN_SITE).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        // root reads everything; the error has no other way to happen here.
        return;
    }
    assert_survives(
        |root| {
            fs::write(root.join("nginx.conf"), BROKEN_SITE).unwrap();
            fs::set_permissions(root.join("nginx.conf"), fs::Permissions::from_mode(0o000))
                .unwrap();
        },
        "nginx.conf: warning[djlint/unreadable-file]",
    );
}

#[test]
fn a_path_that_is_not_utf8() {
    assert_survives(
        |root| {
            let name = OsStr::from_bytes(b"site\xFF.conf");
            fs::write(root.join(name), BROKEN_SITE).unwrap();
        },
        "site\u{FFFD}.conf:3:",
    );
}

#[test]
fn a_name_with_terminal_escapes() {
    let said = assert_survives(
        |root| fs::write(root.join("\x1b[31mred\n.conf"), BROKEN_SITE).unwrap(),
        "red",
    );
    assert!(!said.contains('\x1b'), "{said:?}");
}

#[test]
fn terminal_escapes_in_a_file() {
    let said = assert_survives(
        |root| {
            let text = "server {\n  location /\x1b]0;title\x07\x1b[2J\u{202E}x { alias /srv/\u{9b}31m/; }\n}\n";
            fs::write(root.join("nginx.conf"), text).unwrap();
        },
        "nginx.conf:2:",
    );
    for character in ['\x1b', '\x07', '\u{202E}', '\u{9b}'] {
        assert!(!said.contains(character), "{said:?}");
    }
}

#[test]
fn deep_braces() {
    for text in [
        "{".repeat(100_000),
        "a {".repeat(100_000),
        "location / {".repeat(100_000),
        "}".repeat(100_000),
    ] {
        assert_survives(
            |root| fs::write(root.join("nginx.conf"), format!("server {{\n{text}")).unwrap(),
            "nginx.conf:",
        );
    }
}

fn project(root: &Path, settings: &str) {
    fs::create_dir_all(root.join("shop")).unwrap();
    fs::write(
        root.join("shop/wsgi.py"),
        "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n",
    )
    .unwrap();
    fs::write(
        root.join("shop/settings.py"),
        format!("DEBUG = True\n{settings}"),
    )
    .unwrap();
    fs::write(
        root.join("uwsgi.ini"),
        "[uwsgi]\nmodule = shop.wsgi\nsocket = /run/x.sock\nmaster = 1\n",
    )
    .unwrap();
}

/// Were each location compared with each other, it would take minutes.
#[test]
fn thousands_of_locations() {
    let root = tempfile::tempdir().unwrap();
    let mut site = "server {\n    listen 80;\n".to_owned();
    for number in 0..20_000 {
        site.push_str(&format!(
            "    location /{number} {{ alias /srv/{number}/; }}\n"
        ));
    }
    site.push_str("    location / { include uwsgi_params; uwsgi_pass web:8000; }\n}\n");
    fs::write(root.path().join("nginx.conf"), site).unwrap();
    project(root.path(), "ALLOWED_HOSTS = ['a.example']\n");
    let start = Instant::now();
    let output = djlint(root.path(), &["check", "--output-format", "concise"]);
    let elapsed = start.elapsed();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(elapsed < Duration::from_secs(60), "{elapsed:?}");
}

/// What is nested or chained beyond reason is not evaluated; the program says so and lives.
#[test]
fn deep_python() {
    for settings in [
        format!("X = {}", "[".repeat(100_000)),
        format!("X = {}{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("X = {}1", "1+".repeat(100_000)),
        format!("X = {}1", "not ".repeat(50_000)),
        format!("X = {}1", "-".repeat(200_000)),
        format!("X = a{}", ".b".repeat(100_000)),
        format!("X = a{}", "()".repeat(100_000)),
        format!("X = {}1", "1 if a else ".repeat(20_000)),
        format!("X = {}1", "lambda: ".repeat(20_000)),
        format!("X = {}1", "a == ".repeat(50_000)),
        format!(
            "if a:\n    X = 1\n{}",
            "elif b:\n    X = 2\n".repeat(20_000)
        ),
        (0..2_000)
            .map(|depth| format!("{}if a:\n", " ".repeat(depth)))
            .collect(),
        "X = f\"{f'{f\"{1}\"}'}\"\n".repeat(10_000),
    ] {
        assert_survives(|root| project(root, &settings), "");
    }
}

#[test]
fn strings_that_grow_without_end() {
    for settings in [
        "X = 'a' * 10**10\nDEBUG = True\n",
        "X = [0] * 10**10\n",
        &format!("X = 'a'\n{}", "X = X + X\n".repeat(200)),
        &format!("X = ['a']\n{}", "X += X\n".repeat(200)),
        "from .settings import *\n",
        &"ALLOWED_HOSTS = ['a']\n".repeat(20_000),
    ] {
        assert_survives(|root| project(root, settings), "");
    }
}

#[test]
fn inis_that_include_themselves() {
    for ini in [
        "[uwsgi]\nini = uwsgi.ini\n".to_owned(),
        "[uwsgi]\ninclude = uwsgi.ini\nsocket = /run/a.sock\n".to_owned(),
        "[uwsgi]\na = x%(a)%(a)\nsocket = %(a)\n".to_owned(),
        format!("[uwsgi]\nsocket = {}\n", "%(a)".repeat(100_000)),
        "[uwsgi]\nfor = 1 2 3\nfor = 1 2 3\nsocket = %(_)\nendfor =\n".to_owned(),
        format!("[uwsgi]\n{}\n", "x".repeat(10_000_000)),
    ] {
        assert_survives(|root| fs::write(root.join("uwsgi.ini"), &ini).unwrap(), "");
    }
}

/// What a few lines can make much of is bounded, in time and in what is kept.
#[test]
fn inis_that_grow() {
    let words = |count: usize| "w ".repeat(count);
    let many = |line: &str| format!("{line}\n").repeat(2_000);
    for ini in [
        format!(
            "[uwsgi]\nfor = {}\n{}endfor =\n",
            words(1_000),
            "socket = %(_)\n"
        ),
        format!(
            "[uwsgi]\nfor-times = 2147483647\n{}",
            many("set = %(_)=%(_)")
        ),
        format!(
            "[uwsgi]\nfor = {}\nsocket = {}\n",
            "w".repeat(10_000),
            "%(_)".repeat(10_000)
        ),
        format!("[uwsgi]\nfor = {}\nini = :uwsgi\n", words(1_000)),
        "[uwsgi]\ndeclare-option = a=a=$1$1;a=$1$1\na = xx\n".to_owned(),
        format!(
            "[uwsgi]\ndeclare-option = a={}\n{}",
            "set=b=$1;".repeat(2_000),
            many("a = 1")
        ),
        format!(
            "[uwsgi]\ndeclare-option = a=set=b={}\na = {}\n",
            "$1".repeat(50_000),
            "x".repeat(50_000)
        ),
        format!(
            "[uwsgi]\na = {}\nb = %(a)%(a)\nc = %(b)%(b)\n{}",
            "x".repeat(100_000),
            many("d = %(c)%(c)")
        ),
        format!("[uwsgi]\n{}", many("ini = :uwsgi")),
        format!("[uwsgi]\na = {}\n", "%(a b + c * ".repeat(20_000)),
        format!("[uwsgi]\nsocket = {}\n", "@(uwsgi.ini)".repeat(20_000)),
        format!(
            "[uwsgi]\n{}",
            "if-env = A\nsocket = a\nendif =\n".repeat(500)
        ),
        format!("[uwsgi]\n{}", "socket = /run/\0\u{fffd}%\n".repeat(20_000)),
    ] {
        let start = Instant::now();
        assert_survives(|root| fs::write(root.join("uwsgi.ini"), &ini).unwrap(), "");
        let elapsed = start.elapsed();
        let begins: String = ini.chars().take(80).collect();
        assert!(elapsed < Duration::from_secs(60), "{elapsed:?}: {begins}");
    }
}

#[test]
fn uwsgi_in_other_forms() {
    let laughs = "<!DOCTYPE uwsgi [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<uwsgi><socket>&b;</socket></uwsgi>";
    for (name, text) in [
        ("uwsgi.xml", format!("<uwsgi>{}", "<a>".repeat(500_000))),
        ("uwsgi.xml", laughs.to_owned()),
        (
            "uwsgi.xml",
            format!("<uwsgi>{}</uwsgi>", "<socket>:1</socket>".repeat(1_000)),
        ),
        (
            "uwsgi.xml",
            "<uwsgi>\0<socket>a</socket>\u{1b}[2J".to_owned(),
        ),
        (
            "uwsgi.yaml",
            format!("uwsgi:\n{}", "  socket: :1\n".repeat(50_000)),
        ),
        (
            "uwsgi.yaml",
            format!("uwsgi:\n  a: {}\n", "[".repeat(500_000)),
        ),
        ("uwsgi.yaml", "uwsgi:\n  a: &a [*a]\n  b: *a\n".to_owned()),
    ] {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(name), text).unwrap();
        let output = djlint(root.path(), &["check", "--uwsgi", name]);
        let said = common::text(&output.stdout) + &common::text(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0..=2)),
            "{:?}: {said}",
            output.status
        );
        assert!(!said.contains('\x1b'), "{said:?}");
    }
}

#[test]
fn an_include_bomb() {
    assert_survives(
        |root| {
            let directory = root.join("etc/nginx");
            fs::create_dir_all(directory.join("conf.d")).unwrap();
            fs::write(
                directory.join("nginx.conf"),
                "events {}\nhttp { include conf.d/*; }\n",
            )
            .unwrap();
            for index in 0..20 {
                fs::write(
                    directory.join(format!("conf.d/{index}")),
                    "include conf.d/*;\n",
                )
                .unwrap();
            }
        },
        "",
    );
}

#[test]
fn what_starts_things_may_be_hostile_too() {
    let bomb = {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..40 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        text + "services:\n  web:\n    image: x\n    command: *a39\n"
    };
    let cycle = "a: &a [*a]\nservices:\n  web: &w\n    image: x\n    <<: *w\n    extends: web\n";
    let dockerfile =
        "FROM python:3\n".to_owned() + &"RUN a && b \\\n  && c\nENV A=$A$A\n".repeat(50_000);
    let said = assert_survives(
        |root| {
            fs::write(root.join("docker-compose.yml"), &bomb).unwrap();
            fs::write(root.join("compose.yml"), cycle).unwrap();
            fs::create_dir(root.join("large")).unwrap();
            let large = "services:\n".to_owned() + &"  web:\n    image: x\n".repeat(2_500_000);
            fs::write(root.join("large/docker-compose.yml"), large).unwrap();
            fs::write(root.join("Dockerfile"), dockerfile).unwrap();
            fs::write(
                root.join("x.service"),
                b"[Service]\nUser=\xe9\nExecStart=/bin/\xff \xe9\n",
            )
            .unwrap();
            fs::write(root.join("start.sh"), "$(".repeat(100_000)).unwrap();
            fs::write(root.join("Makefile"), "a:\n\t$(X) $(\n".repeat(10_000)).unwrap();
            fs::write(root.join("supervisor.conf"), "[program:x]\ncommand=\"").unwrap();
        },
        "large/docker-compose.yml",
    );
    assert!(said.contains("files over 1024 KB are not read"), "{said}");
}

#[test]
fn nothing_to_check_is_no_success() {
    let root = tempfile::tempdir().unwrap();
    let output = djlint(root.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("nothing to check"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_named_input_that_is_not_there_is_exit_code_2_and_the_rest_is_checked() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("nginx.conf"), BROKEN_SITE).unwrap();
    let output = djlint(
        root.path(),
        &[
            "check",
            "--output-format",
            "concise",
            "nginx.conf",
            "nowhere.conf",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nowhere.conf"));
    assert!(text(&output.stdout).contains("nginx.conf:3:"));
}

#[test]
fn a_closed_pipe_is_success() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("nginx.conf"), BROKEN_SITE.repeat(2_000)).unwrap();
    let script = format!(
        "{} check --exit-zero | head -c 10; test ${{PIPESTATUS[0]}} -eq 0",
        env!("CARGO_BIN_EXE_djlint")
    );
    let output: Output = Command::new("bash")
        .current_dir(root.path())
        .args(["-c", &script])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}
