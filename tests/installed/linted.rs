//! What runs elsewhere is at least read by the linters of its kind.

use std::process::Command;

use crate::tools::{root, run, tool};

/// Every script of the project.
const SCRIPTS: &[&str] = &["tests/run", ".ci/run"];

#[test]
fn shellcheck_has_nothing_to_say() {
    run(Command::new(tool("shellcheck"))
        .current_dir(root())
        .args(["--severity=style", "--enable=avoid-nullary-conditions"])
        .args(SCRIPTS))
    .done();
}
