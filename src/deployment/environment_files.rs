//! Files of environment variables that go out with the code.

use std::path::{Path, PathBuf};

use crate::launch::env_file;
use crate::secrets::is_secret_name;
use crate::source::Span;
use crate::tree::FileKind;
use crate::tree::git::Tracking;
use crate::workspace::Workspace;

/// More files than this are not read.
const MAX_FILES: usize = 64;

/// A file of environment variables that git tracks and that holds a secret.
pub struct TrackedEnvFile {
    /// The first variable that holds one.
    pub variable: String,
    /// Its name's place.
    pub place: Span,
}

impl Workspace {
    /// The `.env` files that git tracks, that are no example, and that hold a secret.
    pub fn tracked_env_files(&self) -> Vec<TrackedEnvFile> {
        let files = self.files();
        let is_directory = |path: &&PathBuf| {
            let stat = files.tree().stat(path);
            stat.is_ok_and(|stat| stat.kind == FileKind::Directory)
        };
        let mut candidates: Vec<PathBuf> = Vec::new();
        for start in self.starts().iter().filter(is_directory) {
            let below = files.below(start);
            let named = below.iter().filter(|path| is_deployed_env(path));
            candidates.extend(named.take(MAX_FILES).cloned());
        }
        candidates.sort();
        candidates.dedup();
        candidates.retain(|path| files.tree().tracking(path) == Tracking::Tracked);
        candidates
            .iter()
            .filter_map(|path| {
                let source = files.open(path).ok()?;
                let parsed = env_file::parse(source.bytes());
                let secret = parsed.assignments.into_iter().find(|assignment| {
                    let value = assignment.value.as_deref().unwrap_or_default();
                    is_secret_name(&assignment.name) && is_a_secret(value)
                })?;
                Some(TrackedEnvFile {
                    place: source.span(secret.name_range.clone()),
                    variable: secret.name,
                })
            })
            .collect()
    }
}

/// `.env`, `.env.prod`, `prod.env`: not what its name says is an example, or for developers and tests.
fn is_deployed_env(path: &Path) -> bool {
    const OTHERS: [&str; 17] = [
        "example",
        "sample",
        "template",
        "dist",
        "default",
        "dev",
        "development",
        "local",
        "test",
        "tests",
        "testing",
        "ci",
        "docs",
        "demo",
        "debug",
        "tpl",
        "examples",
    ];
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let is_env = name == ".env" || name.starts_with(".env.") || name.ends_with(".env");
    is_env
        && !path.components().any(|part| {
            let part = part.as_os_str().to_string_lossy().to_ascii_lowercase();
            part.split(|character: char| !character.is_ascii_alphanumeric())
                .any(|word| OTHERS.contains(&word))
        })
}

/// Whether a value keeps anything safe: it is long enough, and does not say that it is to be replaced.
fn is_a_secret(value: &str) -> bool {
    const STAND_INS: [&str; 15] = [
        "change",
        "example",
        "your",
        "xxx",
        "todo",
        "replace",
        "placeholder",
        "secret",
        "password",
        "postgres",
        "dummy",
        "insert",
        "fixme",
        "none",
        "test",
    ];
    let lower = value.to_ascii_lowercase();
    let is_open = value.contains(['<', '{', '*']) || value.contains("...");
    value.len() >= 8 && !is_open && !STAND_INS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_and_developers_files_are_left_alone() {
        for (path, is_deployed) in [
            ("/srv/shop/.env", true),
            ("/srv/shop/.env.prod", true),
            ("/srv/shop/deploy/production.env", true),
            ("/srv/shop/.env.example", false),
            ("/srv/shop/.env-sample", false),
            ("/srv/shop/local.env", false),
            ("/srv/shop/examples/.env", false),
            ("/srv/shop/env.py", false),
        ] {
            assert_eq!(is_deployed_env(Path::new(path)), is_deployed, "{path}");
        }
    }

    #[test]
    fn stand_ins_are_no_secrets() {
        for value in [
            "",
            "changeme123",
            "<the key>",
            "${KEY}",
            "your-key-here",
            "short",
            "postgres123",
        ] {
            assert!(!is_a_secret(value), "{value}");
        }
        assert!(is_a_secret("m3Qk0pXz81"));
    }
}
