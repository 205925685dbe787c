//! The version of Django that a project asks for.

use std::path::{Path, PathBuf};

use crate::files::Files;

/// Major, minor and patch.
pub(super) type Version = (u16, u16, u16);

/// Whether hosts are compared with ALLOWED_HOSTS while DEBUG is on. Before the mending of
/// CVE-2016-9014 `HttpRequest.get_host` took every host then.
pub(super) fn compares_hosts_in_debug(version: Version) -> bool {
    match (version.0, version.1) {
        (1, 8) => version.2 >= 16,
        (1, 9) => version.2 >= 11,
        (1, 10) => version.2 >= 3,
        (1, minor) => minor > 10,
        (major, _) => major > 1,
    }
}

/// The versions that requirements files in a directory of the tree and above it pin.
pub(super) fn pinned(files: &Files, directory: &Path) -> Vec<Version> {
    let tree = files.tree();
    let mut found = Vec::new();
    let directories = directory
        .ancestors()
        .take_while(|ancestor| tree.is_inside(ancestor));
    for directory in directories {
        for path in requirements(files, directory) {
            if let Ok(source) = files.open(&path) {
                let text = String::from_utf8_lossy(source.bytes());
                found.extend(text.lines().filter_map(pin));
            }
        }
    }
    found
}

/// `requirements.txt` and its like: in the directory itself, and in one that is called after them.
fn requirements(files: &Files, directory: &Path) -> Vec<PathBuf> {
    let listed = |directory: &Path| -> Vec<PathBuf> {
        let names = files.tree().list(directory).unwrap_or_default();
        names.iter().map(|name| directory.join(name)).collect()
    };
    let is_text = |path: &Path| path.extension().is_some_and(|ending| ending == "txt");
    let is_called_so = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("requirements")
    };
    let mut found = Vec::new();
    for path in listed(directory) {
        if !is_called_so(&path) {
            continue;
        }
        if is_text(&path) {
            found.push(path);
        } else {
            found.extend(listed(&path).into_iter().filter(|path| is_text(path)));
        }
    }
    found
}

/// `Django==1.9.8`
fn pin(line: &str) -> Option<Version> {
    let line = line.trim();
    let (name, rest) = line.split_once("==")?;
    let name = name.split('[').next().unwrap_or(name).trim();
    if !name.eq_ignore_ascii_case("django") {
        return None;
    }
    let version = rest
        .trim_start_matches('=')
        .trim_start()
        .split(|character: char| !(character.is_ascii_digit() || character == '.'))
        .next()?;
    let mut numbers = version.split('.').map(str::parse);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next()?.ok()?;
    // `1.9` is the release itself; `1.9.*` is any of them, and says nothing of the patch.
    let patch = match numbers.next() {
        Some(patch) => patch.ok()?,
        None => 0,
    };
    Some((major, minor, patch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_pip_reads_it() {
        for (line, version) in [
            ("Django==1.9.8", Some((1, 9, 8))),
            ("django == 5.2 # the framework", Some((5, 2, 0))),
            ("Django[argon2]===4.2.19", Some((4, 2, 19))),
            ("django==3.1.4; python_version >= '3.6'", Some((3, 1, 4))),
            ("django==1.9.*", None),
            ("django>=1.8", None),
            ("django-redis==4.10.0", None),
            ("# Django==1.9.8", None),
        ] {
            assert_eq!(pin(line), version, "{line}");
        }
    }

    /// As django/http/request.py of these releases has it.
    #[test]
    fn hosts_are_compared_since_the_mending_of_cve_2016_9014() {
        for version in [(1, 5, 1), (1, 8, 15), (1, 9, 8), (1, 10, 2)] {
            assert!(!compares_hosts_in_debug(version), "{version:?}");
        }
        for version in [(1, 8, 16), (1, 9, 11), (1, 10, 3), (1, 11, 0), (5, 2, 0)] {
            assert!(compares_hosts_in_debug(version), "{version:?}");
        }
    }
}
