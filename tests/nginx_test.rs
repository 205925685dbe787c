//! `djlint nginx-test`: nginx's own form and exit codes, without nginx.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::path::Path;

use common::djlint;

const SOUND: &str = "events {}\nhttp {\n    include conf.d/*.conf;\n}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    root
}

/// What it says, and its exit code.
fn asked(directory: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = djlint(directory, &[&["nginx-test"], arguments].concat());
    assert!(output.stdout.is_empty(), "nginx writes to standard error");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (said, output.status.code())
}

#[test]
fn a_sound_configuration_is_accepted_as_nginx_accepts_it() {
    let root = project(&[
        ("nginx/nginx.conf", SOUND),
        ("nginx/conf.d/site.conf", "server { listen 80; }\n"),
    ]);
    let expected = "nginx: the configuration file nginx/nginx.conf syntax is ok\n\
                    nginx: configuration file nginx/nginx.conf test is successful\n";
    for arguments in [&["-c", "nginx/nginx.conf"][..], &[], &["-p", "nginx"]] {
        let (said, code) = asked(root.path(), arguments);
        assert_eq!((&*said, code), (expected, Some(0)), "{arguments:?}");
    }
    let (said, code) = asked(root.path(), &["-p", "nginx", "-c", "nginx.conf"]);
    assert_eq!((&*said, code), (expected, Some(0)));
}

#[test]
fn a_refused_one_is_told_with_nginx_s_line_of_the_included_file() {
    let root = project(&[
        ("nginx.conf", SOUND),
        (
            "conf.d/site.conf",
            "server {\n    listen 80;\n    alias /srv;\n}\n",
        ),
    ]);
    let expected = "nginx: [emerg] \"alias\" directive is not allowed here in conf.d/site.conf:3\n\
                    nginx: configuration file nginx.conf test failed\n";
    let (said, code) = asked(root.path(), &["-c", "nginx.conf"]);
    assert_eq!((&*said, code), (expected, Some(1)));
}

#[test]
fn what_is_not_known_is_neither_accepted_nor_refused() {
    let root = project(&[(
        "nginx.conf",
        "events {}\nhttp {\n    include /srv/elsewhere/site.conf;\n}\n",
    )]);
    let (said, code) = asked(root.path(), &["-c", "nginx.conf"]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with("djlint: not decided: "), "{said}");
    assert!(said.contains("in nginx.conf:3"), "{said}");
}

#[test]
fn what_only_the_machine_decides_is_taken_for_granted_aloud() {
    let root = project(&[(
        "nginx.conf",
        "events {}\nhttp {\n    server {\n        location / { proxy_pass http://web:8000; }\n    }\n}\n",
    )]);
    let (said, code) = asked(root.path(), &["-c", "nginx.conf"]);
    assert_eq!(code, Some(0), "{said}");
    let first = said.lines().next().unwrap();
    assert_eq!(
        first,
        "djlint: taken for granted: web can be resolved in nginx.conf:4"
    );
}

#[test]
fn on_a_host_a_missing_include_is_refused() {
    let root = project(&[(
        "etc/nginx/nginx.conf",
        "events {}\nhttp {\n    include sites/shop.conf;\n}\n",
    )]);
    let (said, code) = asked(root.path(), &["-c", "etc/nginx/nginx.conf", "--root", "."]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.starts_with("nginx: [emerg] open() \"/etc/nginx/sites/shop.conf\" failed (2: No such file or directory) in etc/nginx/nginx.conf:3\n"),
        "{said}"
    );
}

#[test]
fn without_a_main_file_nothing_is_tested() {
    let root = project(&[("site.conf", "server { listen 80; }\n")]);
    let (said, code) = asked(root.path(), &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.starts_with("error: "), "{said}");
    // One that is named and is not there is nginx's own matter.
    let (said, code) = asked(root.path(), &["-c", "nginx.conf"]);
    let expected = "nginx: [emerg] open() \"nginx.conf\" failed (2: No such file or directory)\n\
                    nginx: configuration file nginx.conf test failed\n";
    assert_eq!((&*said, code), (expected, Some(1)));
    // djlint reads no directory: what nginx says of one is not to be had.
    let (said, code) = asked(root.path(), &["-c", "."]);
    assert_eq!(code, Some(2), "{said}");
    // A file that is named is the main file, whatever it holds.
    let (said, code) = asked(root.path(), &["-c", "site.conf"]);
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with(
            "nginx: [emerg] \"server\" directive is not allowed here in site.conf:1\n"
        )
    );
}

#[test]
fn no_escape_of_the_input_gets_to_the_terminal() {
    let root = project(&[("nginx.conf", "events {}\nhttp { \u{1b}[31mx on; }\n")]);
    let (said, code) = asked(root.path(), &["-c", "nginx.conf"]);
    assert_eq!(code, Some(1));
    assert!(!said.contains('\u{1b}'), "{said:?}");
}
