//! What the host sets its kernel to, as systemd-sysctl reads it (sysctl.d(5)).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::source::Span;

/// The directories, the one that counts most first: a file there hides those of the same name.
const DIRECTORIES: [&str; 4] = [
    "/etc/sysctl.d",
    "/run/sysctl.d",
    "/usr/local/lib/sysctl.d",
    "/usr/lib/sysctl.d",
];
/// Debian links it as `99-sysctl.conf`.
const MAIN: &str = "/etc/sysctl.conf";
/// A host has no more of these files.
const MAX_FILES: usize = 256;

/// The number that the files of the host give to a parameter, and the place that does.
pub fn value(files: &Files, parameter: &str) -> Option<(i64, Span)> {
    let mut named: BTreeMap<String, PathBuf> = BTreeMap::new();
    for directory in DIRECTORIES {
        let Some(local) = files.paths().local(Path::new(directory)) else {
            continue;
        };
        for name in files.tree().list(&local).unwrap_or_default() {
            let path = local.join(&name);
            let name = name.to_string_lossy().into_owned();
            if name.ends_with(".conf") && named.len() < MAX_FILES {
                named.entry(name).or_insert(path);
            }
        }
    }
    if let Some(main) = files.paths().local(Path::new(MAIN)) {
        named.entry("99-sysctl.conf".to_owned()).or_insert(main);
    }
    // The file that comes last in the order of the names wins.
    named.values().rev().find_map(|path| {
        let source = files.open(path).ok()?;
        let lines = (1..=source.line_count()).rev();
        lines
            .filter_map(|line| {
                let range = source.line_range(line);
                let text = std::str::from_utf8(source.bytes().get(range.clone())?).ok()?;
                let number = assigned(text, parameter)?;
                let end = range.start + text.trim_end().len();
                Some((number, source.span(range.start..end)))
            })
            .next()
    })
}

/// The number of `net.core.somaxconn = 1024`; a name may have slashes for dots, and a `-` before
/// it says that a failure does not matter.
fn assigned(line: &str, parameter: &str) -> Option<i64> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim().trim_start_matches('-').trim_start();
    (name.replace('/', ".") == parameter)
        .then(|| value.trim().parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Completeness, PathMap};
    use crate::tree::Memory;

    #[test]
    fn the_last_file_by_its_name_wins() {
        let mut paths = PathMap::new();
        paths.add("/", "/copy", Completeness::Host);
        let tree = Memory::new()
            .file(
                "/copy/etc/sysctl.d/60-net.conf",
                "# net.core.somaxconn = 1\nnet.core.somaxconn = 512\n-net/core/somaxconn=1024\n",
                0o644,
            )
            .file(
                "/copy/usr/lib/sysctl.d/60-net.conf",
                "net.core.somaxconn = 7\n",
                0o644,
            )
            .file(
                "/copy/usr/lib/sysctl.d/10-first.conf",
                "net.core.somaxconn = 8\nkernel.x = 5\n",
                0o644,
            )
            .file("/copy/etc/sysctl.conf", "kernel.x = 6\n", 0o644);
        let files = Files::new(tree, paths);
        let number = |name: &str| value(&files, name).map(|(number, _)| number);
        assert_eq!(number("net.core.somaxconn"), Some(1024));
        assert_eq!(number("kernel.x"), Some(6));
        assert_eq!(number("kernel.y"), None);
    }

    #[test]
    fn without_a_host_nothing_is_known() {
        let files = Files::new(Memory::new(), PathMap::new());
        assert_eq!(value(&files, "net.core.somaxconn"), None);
    }
}
