//! What djlint says of the very files that run.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::stage::Stage;

/// The rules that `djlint check` reports for the files that run and for the same files before
/// their paths were rewritten, each with its severity. Where a path's own name is the fault
/// (a socket in /tmp), only the latter show it.
fn findings(stage: &Stage) -> Vec<(String, String)> {
    // The files that run name paths of this machine's own root, which is not the tree.
    if stage.is_host() {
        return findings_below(&stage.as_deployed(), &["--root", "."]);
    }
    let mut found = findings_below(stage.tree(), &[]);
    found.extend(findings_below(&stage.as_deployed(), &[]));
    found
}

fn findings_below(tree: &Path, more: &[&str]) -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_djlint"))
        .args([
            "check",
            "--isolated",
            "--output-format",
            "json",
            "--min-severity",
            "advice",
        ])
        .args(more)
        .current_dir(tree)
        .stdin(Stdio::null())
        .output()
        .expect("djlint starts");
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "djlint could not do its job: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout).expect("djlint writes JSON");
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("a text").to_owned();
    report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| (text(finding, "rule"), text(finding, "severity")))
        .collect()
}

/// What `djlint trace` says of a request to the files that run: the port is theirs, the Host is sent as it is.
pub(crate) fn trace(stage: &mut Stage, path: &str, headers: &[String]) -> Value {
    let url = format!("http://{}:{}{path}", "shop.example", stage.port(80));
    let headers = headers.iter().flat_map(|line| ["--header", line]);
    let output = Command::new(env!("CARGO_BIN_EXE_djlint"))
        .args(["trace", "--isolated", "--output-format", "json", &url])
        // The files that run name paths of this machine: what is not there is missing.
        .args([".", "--root", "/"])
        .args(headers)
        .current_dir(stage.tree())
        .stdin(Stdio::null())
        .output()
        .expect("djlint starts");
    assert!(
        output.status.success(),
        "djlint could not do its job: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("djlint writes JSON")
}

/// djlint must report this rule.
pub(crate) fn must_find(stage: &Stage, rule: &str) {
    let found = findings(stage);
    assert!(
        found.iter().any(|(id, _)| id == rule),
        "djlint misses {rule}; it reports {found:?}"
    );
}

/// djlint must not report this rule, nor anything else at warning or above.
pub(crate) fn must_not_find(stage: &Stage, rule: &str) {
    let mut found = findings(stage);
    found.retain(|(id, severity)| id == rule || severity != "advice");
    assert!(found.is_empty(), "djlint reports what is sound: {found:?}");
}
