//! What each fixture is there for: a whole small deployment, and what is found in it, no more and no less.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{djlint, fixtures, json, open_keys, text};

/// Every rule at warning or above that a fixture gives, with its severity. A fixture that is not named gives none.
const EXPECTED: &[(&str, &[&str])] = &[
    (
        "fixtures/guide/as-written",
        &[
            "error django/debug-enabled",
            "error django/misspelt-setting",
            "error key/pem-mode",
            "error stack/missing-static-location",
            "warning django/hardcoded-secret",
            "warning uwsgi/socket-world-writable",
        ],
    ),
    ("fixtures/guide/missing-brace", &["error nginx/syntax"]),
    (
        "fixtures/guide/relative-log",
        &["error uwsgi/relative-log-path"],
    ),
    (
        "fixtures/deployments/compose/broken",
        &[
            "error nginx/uwsgi-params-missing",
            "warning django/hardcoded-secret",
        ],
    ),
    (
        "fixtures/deployments/debian-package/broken",
        &[
            "error django/allowed-hosts-empty",
            "warning django/static-root-missing",
        ],
    ),
    (
        "fixtures/deployments/jinja/broken",
        &["error django/misspelt-setting"],
    ),
    (
        "fixtures/deployments/mysite/broken",
        &[
            "error nginx/alias-traversal",
            "warning django/static-root-missing",
        ],
    ),
    (
        "fixtures/deployments/regex-location/broken",
        &["error django/debug-enabled", "warning uwsgi/no-master"],
    ),
    (
        "fixtures/deployments/settings-package/broken",
        &[
            "error django/allowed-hosts-unmatchable",
            "error stack/host-not-allowed",
            "warning django/hardcoded-secret",
        ],
    ),
    (
        "fixtures/deployments/template/broken",
        &["error nginx/alias-slash-mismatch"],
    ),
    (
        "fixtures/deployments/whitenoise/broken",
        &["error stack/missing-static-location"],
    ),
];

#[test]
fn each_fixture_gives_what_it_is_there_for() {
    let mut expected: BTreeMap<&str, &[&str]> = EXPECTED.iter().copied().collect();
    for fixture in fixtures() {
        let name = fixture.to_str().unwrap();
        open_keys(&fixture);
        let output = djlint(
            Path::new("."),
            &["check", "--isolated", "--output-format", "json", name],
        );
        let mut found: Vec<String> = json(&output)["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                format!(
                    "{} {}",
                    finding["severity"].as_str().unwrap(),
                    finding["rule"].as_str().unwrap()
                )
            })
            .collect();
        found.sort();
        let wanted = expected.remove(name).unwrap_or_default();
        assert_eq!(found, wanted, "{name}");
        let code = if wanted.is_empty() { 0 } else { 1 };
        assert_eq!(
            output.status.code(),
            Some(code),
            "{name}: {}",
            text(&output.stderr)
        );
    }
    assert!(expected.is_empty(), "no such fixtures: {expected:?}");
}

/// A host, or a copy of one, says more than a checkout: what is not in it is not there.
#[test]
fn the_guides_deployment_is_the_same_seen_as_a_host() {
    let rules = |arguments: &[&str]| -> Vec<String> {
        let output = djlint(Path::new("."), arguments);
        let findings = json(&output)["findings"].clone();
        let mut rules: Vec<String> = findings
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect();
        rules.sort();
        rules
    };
    let as_host = rules(&[
        "check",
        "--output-format",
        "json",
        "--root",
        "fixtures/guide/as-written",
    ]);
    let as_tree = rules(&[
        "check",
        "--output-format",
        "json",
        "fixtures/guide/as-written",
    ]);
    assert_eq!(as_host, as_tree);
    assert_eq!(
        rules(&[
            "check",
            "--output-format",
            "json",
            "--root",
            "fixtures/guide/mended"
        ]),
        Vec::<String>::new()
    );
}
