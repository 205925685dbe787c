//! A project that has findings begins to be checked, and sees only what is new.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{djlint, json, text};

const TRAVERSAL: &str = "    location /static { alias /srv/static/; }\n";

/// A site with as many equal faults, and an ini with a warning and advice.
fn project(faults: usize) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    write_site(root.path(), "", faults);
    fs::write(
        root.path().join("uwsgi.ini"),
        "[uwsgi]\nsocket = /run/shop.sock\nchmod-socket = 660\nuid = shop\nmodule = shop.wsgi\n",
    )
    .unwrap();
    root
}

fn write_site(root: &Path, before: &str, faults: usize) {
    let server = format!("server {{\n    listen 80;\n{TRAVERSAL}}}\n");
    fs::write(
        root.join("nginx.conf"),
        before.to_owned() + &server.repeat(faults),
    )
    .unwrap();
}

/// Exit code, rules found, and what is said on standard error.
fn check(root: &Path, arguments: &[&str]) -> (Option<i32>, Vec<String>, String) {
    let arguments = [&["check", "--output-format", "json"], arguments].concat();
    let output = djlint(root, &arguments);
    let found = match output.stdout.is_empty() {
        true => Vec::new(),
        false => json(&output)["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect(),
    };
    (output.status.code(), found, text(&output.stderr))
}

fn write(root: &Path) -> String {
    let output = djlint(root, &["check", "--write-baseline", "known.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

const KNOWN: [&str; 2] = ["--baseline", "known.json"];

#[test]
fn what_is_known_is_not_told_again_whatever_its_severity_and_wherever_it_moves() {
    let root = project(1);
    assert_eq!(check(root.path(), &[]).0, Some(1));
    let said = write(root.path());
    assert!(
        said.starts_with("Wrote ") && said.ends_with(" findings to known.json.\n"),
        "{said}"
    );
    let nothing = (Some(0), Vec::new(), String::new());
    assert_eq!(check(root.path(), &KNOWN), nothing);
    let advice = [
        &KNOWN[..],
        &["--min-severity", "advice", "--fail-on", "advice"],
    ]
    .concat();
    assert_eq!(check(root.path(), &advice), nothing);
    write_site(root.path(), "# moved\n\n\n", 1);
    assert_eq!(check(root.path(), &KNOWN), nothing);
    // From another directory, and with its name in the configuration.
    fs::create_dir(root.path().join("sub")).unwrap();
    fs::write(
        root.path().join("djlint-check.toml"),
        "baseline = \"known.json\"\n",
    )
    .unwrap();
    assert_eq!(check(&root.path().join("sub"), &[".."]), nothing);
    assert_eq!(check(root.path(), &["--isolated"]).0, Some(1));
    let output = djlint(root.path(), &["check"]);
    assert!(
        text(&output.stdout).contains("known by the baseline"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn equal_findings_are_counted() {
    let root = project(2);
    write(root.path());
    assert_eq!(check(root.path(), &KNOWN).1.len(), 0);
    write_site(root.path(), "", 3);
    let (code, found, _) = check(root.path(), &KNOWN);
    assert_eq!(
        (code, found),
        (Some(1), vec!["nginx/alias-traversal".to_owned()])
    );
    write_site(root.path(), "", 1);
    let (code, found, said) = check(root.path(), &KNOWN);
    assert_eq!((code, found), (Some(0), vec![]));
    assert_eq!(
        said,
        "note: not found any more, and out of the baseline with --write-baseline known.json:\n  \
         nginx/alias-traversal in nginx.conf\n"
    );
    write(root.path());
    assert_eq!(check(root.path(), &KNOWN).2, "");
}

#[test]
fn what_was_not_looked_at_is_not_called_mended() {
    let root = project(1);
    write(root.path());
    write_site(root.path(), "", 0);
    fs::write(root.path().join("nginx.conf"), "server { listen 80; }\n").unwrap();
    let said = |arguments: &[&str]| check(root.path(), &[&KNOWN, arguments].concat()).2;
    assert!(said(&[]).contains("nginx/alias-traversal in nginx.conf"));
    assert_eq!(said(&["--ignore", "nginx"]), "");
    assert_eq!(said(&["--select", "uwsgi"]), "");
    assert_eq!(said(&["-q"]), "");
    let only_uwsgi = djlint(
        root.path(),
        &["check", "uwsgi.ini", "--baseline", "known.json"],
    );
    assert_eq!(text(&only_uwsgi.stderr), "");
    // A file that is not there any more has nothing wrong with it.
    fs::remove_file(root.path().join("nginx.conf")).unwrap();
    assert!(said(&[]).contains("nginx/alias-traversal in nginx.conf"));
}

#[test]
fn a_baseline_is_read_whole_and_written_whole_or_the_job_is_not_done() {
    let root = project(1);
    let refused = |arguments: &[&str], expected: &str| {
        let (code, found, said) = check(root.path(), arguments);
        assert_eq!((code, found), (Some(2), vec![]), "{said}");
        assert!(said.contains(expected), "{said}");
    };
    refused(&KNOWN, "known.json: no such file or directory");
    fs::write(root.path().join("known.json"), "{\"version\": 7}").unwrap();
    refused(&KNOWN, "known.json: is a baseline of version 7");
    fs::write(root.path().join("known.json"), "{\n").unwrap();
    refused(&KNOWN, "known.json:2:1: is no baseline");
    refused(&["--baseline", "."], "is a directory");
    refused(
        &["--write-baseline", "no/such.json"],
        "no/such.json: cannot be written",
    );
    refused(&["--write-baseline", "."], "cannot be written");
    refused(
        &["--write-baseline", "x", "--baseline", "y"],
        "cannot be used with",
    );
    refused(
        &["--write-baseline", "x", "--select", "nginx"],
        "cannot be used with",
    );
    // A run that could not look at all of it leaves what was written before.
    refused(&["--write-baseline", "known.json", "nowhere"], "nowhere");
    assert_eq!(
        fs::read_to_string(root.path().join("known.json")).unwrap(),
        "{\n"
    );
}

#[test]
fn programs_learn_what_is_known_what_is_gone_and_what_is_not_shown() {
    let root = project(2);
    let report = |arguments: &[&str]| {
        let output = djlint(
            root.path(),
            &[&["check", "--output-format", "json"], arguments].concat(),
        );
        json(&output)
    };
    let before = report(&[]);
    assert!(before["baseline"].is_null());
    assert!(before["summary"]["hidden"]["advice"].as_u64().unwrap() > 0);
    assert_eq!(before["summary"]["silenced"], 0);

    write(root.path());
    write_site(root.path(), "# djlint: file-ignore[nginx] an old site\n", 2);
    let silenced = report(&KNOWN);
    assert_eq!(silenced["summary"]["silenced"], 2);
    write_site(root.path(), "", 1);
    let after = report(&KNOWN);
    let gone = after["baseline"]["gone"].as_array().unwrap();
    assert_eq!(gone.len(), 1, "{after}");
    assert_eq!(gone[0]["rule"], "nginx/alias-traversal");
    assert_eq!(gone[0]["path"], "nginx.conf");
    assert!(!gone[0]["fingerprint"].as_str().unwrap().is_empty());
    let known = after["baseline"]["known"].as_u64().unwrap();
    let written = fs::read_to_string(root.path().join("known.json")).unwrap();
    assert_eq!(known + 1, written.matches("\"rule\"").count() as u64);
    assert_eq!(after["summary"]["hidden"], serde_json::json!({}));
}
