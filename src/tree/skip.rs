//! Directories that hold nothing anybody deploys from.

use std::path::Path;

use super::Tree;

const NAMES: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".tox",
    ".nox",
    ".eggs",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".terraform",
    "__pycache__",
    "bower_components",
    "node_modules",
    "site-packages",
    "dist-packages",
];

/// Why a directory is not looked into, where it is not.
pub(super) fn reason(tree: &dyn Tree, directory: &Path) -> Option<&'static str> {
    let name = directory.file_name()?.to_str().unwrap_or("");
    if NAMES.contains(&name) {
        return Some("never holds a configuration");
    }
    let has = |name: &str| tree.stat(&directory.join(name)).is_ok();
    // Old virtualenvs have no pyvenv.cfg.
    if has("pyvenv.cfg") || has("bin/activate_this.py") {
        return Some("a virtualenv");
    }
    if has("CACHEDIR.TAG") {
        return Some("a cache");
    }
    let beside = |name: &str| {
        directory
            .parent()
            .is_some_and(|parent| tree.stat(&parent.join(name)).is_ok())
    };
    let output = match name {
        "build" | "dist" => ["setup.py", "pyproject.toml", "package.json"]
            .iter()
            .any(|name| beside(name)),
        "target" => beside("Cargo.toml") || beside("pom.xml"),
        _ => false,
    };
    output.then_some("build output")
}
