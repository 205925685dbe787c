//! What runs elsewhere is at least read by the linters of its kind.

use std::process::Command;

use crate::tools::{root, run, tool};

/// Every script of the project.
const SCRIPTS: &[&str] = &[
    "tests/run",
    ".ci/run",
    "action/program.sh",
    "action/check.sh",
    "action/fail.sh",
    ".github/archive.sh",
];
/// What GitHub runs.
const ACTIONS: &[&str] = &["action.yml"];

#[test]
fn shellcheck_has_nothing_to_say() {
    run(Command::new(tool("shellcheck"))
        .current_dir(root())
        .args(["--external-sources", "--severity=style"])
        .arg("--enable=avoid-nullary-conditions")
        .args(SCRIPTS))
    .done();
}

/// Offline: it has no token, and asks nobody.
#[test]
fn zizmor_has_nothing_to_say() {
    let said = run(Command::new(tool("zizmor"))
        .current_dir(root())
        .args(["--offline", "--no-progress", "--persona=auditor"])
        .args(ACTIONS))
    .done();
    assert!(said.contains("No findings to report"), "{said}");
}
