//! What holds for every fixture, whatever is found in it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::path::Path;

use common::{djlint, fixtures, json, text};

#[test]
fn two_runs_print_the_same_bytes() {
    for fixture in fixtures() {
        for format in common::FORMATS {
            let run = || {
                djlint(
                    Path::new("."),
                    &[
                        "check",
                        "-v",
                        "--min-severity",
                        "advice",
                        "--output-format",
                        format,
                        fixture.to_str().unwrap(),
                    ],
                )
            };
            let (one, other) = (run(), run());
            assert_eq!(
                text(&one.stdout),
                text(&other.stdout),
                "{}",
                fixture.display()
            );
            assert_eq!(one.status.code(), other.status.code());
        }
    }
}

/// Offsets are bytes, lines and columns are characters: cutting the file there gives one and the same text.
#[test]
fn places_are_where_they_are_said_to_be() {
    let mut seen = 0;
    for fixture in fixtures() {
        let output = djlint(
            Path::new("."),
            &[
                "check",
                "--min-severity",
                "advice",
                "--output-format",
                "json",
                fixture.to_str().unwrap(),
            ],
        );
        let report = json(&output);
        for finding in report["findings"].as_array().unwrap() {
            let related = finding["related"].as_array().unwrap();
            for label in std::iter::once(finding).chain(related) {
                let path = label["path"].as_str().unwrap();
                let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
                let start = offset(&label["start"]);
                let end = offset(&label["end"]);
                assert!(start <= end && end <= bytes.len(), "{path}: {label}");
                for position in [&label["start"], &label["end"]] {
                    let before = &bytes[..offset(position)];
                    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                    let line_start = before
                        .iter()
                        .rposition(|byte| *byte == b'\n')
                        .map_or(0, |at| at + 1);
                    let column = String::from_utf8_lossy(&before[line_start..])
                        .chars()
                        .count()
                        + 1;
                    assert_eq!(position["line"], line, "{path}: {label}");
                    assert_eq!(position["column"], column, "{path}: {label}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "the fixtures show {seen} labels");
}

fn offset(position: &serde_json::Value) -> usize {
    usize::try_from(position["offset"].as_u64().unwrap()).unwrap()
}

/// The same fault has the same name from another directory, and after lines have moved.
#[test]
fn fingerprints_stay() {
    let fixture = Path::new("fixtures/guide/as-written");
    let fingerprints = |directory: &Path, path: &str| -> Vec<String> {
        let output = djlint(
            directory,
            &[
                "check",
                "--min-severity",
                "advice",
                "--output-format",
                "json",
                path,
            ],
        );
        let mut found: Vec<String> = json(&output)["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| format!("{} {}", finding["rule"], finding["fingerprint"]))
            .collect();
        found.sort();
        found
    };
    let first = fingerprints(Path::new("."), fixture.to_str().unwrap());
    assert!(first.len() >= 4);
    let mut once = first.clone();
    once.dedup();
    assert_eq!(once, first, "no two findings share a fingerprint");

    let copy = tempfile::tempdir().unwrap();
    common::copy(fixture, copy.path());
    let settings = copy
        .path()
        .join("home/ubuntu/www/ls-django/config/settings.py");
    let text = std::fs::read_to_string(&settings).unwrap();
    // A repository around the copy gives its files the same names as in ours.
    std::fs::write(&settings, format!("# one more line\n\n{text}")).unwrap();
    let here = fingerprints(copy.path(), ".");
    let elsewhere = fingerprints(Path::new("/"), copy.path().to_str().unwrap());
    assert_eq!(here, elsewhere);
    std::fs::write(&settings, text).unwrap();
    assert_eq!(fingerprints(copy.path(), "."), here);
}

/// Secrets of every kind are planted into a deployment; none may come out, not even from a neighbour line.
#[test]
fn no_secret_leaves() {
    const SECRETS: [&str; 6] = [
        "pl4nted-secret-key",
        "pl4nted-db-password",
        "pl4nted-url-password",
        "pl4nted-env-value",
        "pl4nted-token",
        "AKIAPL4NTEDPL4NTED00",
    ];
    let copy = tempfile::tempdir().unwrap();
    common::copy(Path::new("fixtures/guide/as-written"), copy.path());
    let project = copy.path().join("home/ubuntu/www/ls-django");
    let append = |name: &str, text: &str| {
        let path = project.join(name);
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(path, format!("{before}{text}")).unwrap();
    };
    append(
        "config/settings.py",
        &format!(
            "\nSECRET_KEY = '{}'\nDATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x', 'PASSWORD': '{}', 'HOST': 'db'}}}}\n\
             BROKER_URL = 'amqp://user:{}@host/'\nALLOWED_HOSTS = ['http://x.example']\nAWS_ACCESS_KEY_ID = '{}'\n",
            SECRETS[0], SECRETS[1], SECRETS[2], SECRETS[5]
        ),
    );
    append(
        ".conf/uwsgi.ini",
        &format!(
            "env = SECRET_KEY={}\nset-placeholder = token={}\ndaemonize = home/ubuntu/x.log\n",
            SECRETS[3], SECRETS[4]
        ),
    );
    let mut findings = 0;
    for format in common::FORMATS {
        let output = djlint(
            copy.path(),
            &[
                "check",
                "-v",
                "--min-severity",
                "advice",
                "--output-format",
                format,
            ],
        );
        let said = text(&output.stdout) + &text(&output.stderr);
        findings += said.matches("hardcoded-secret").count();
        for secret in SECRETS {
            assert!(!said.contains(secret), "{format} shows {secret}:\n{said}");
        }
    }
    assert!(findings > 0, "the planted secrets are reported");
}
