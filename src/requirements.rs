//! The releases that a project's requirements files pin.

use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::source::Span;
use crate::tree::Tree;

/// `uwsgi==2.0.20`
pub(crate) struct Pin {
    /// The release, as it is written.
    pub(crate) version: String,
    /// The line.
    pub(crate) place: Span,
}

/// The pins of a package in the requirements files in a directory of the tree and above it.
pub(crate) fn pins(files: &Files, directory: &Path, package: &str) -> Vec<Pin> {
    let tree = files.tree();
    let mut found = Vec::new();
    let directories = directory
        .ancestors()
        .take_while(|ancestor| tree.is_inside(ancestor));
    for directory in directories {
        for path in files.requirements(directory).iter() {
            let Ok(source) = files.open(path) else {
                continue;
            };
            for line in 1..=source.line_count() {
                let range = source.line_range(line);
                let text = String::from_utf8_lossy(&source.bytes()[range.clone()]);
                if let Some(version) = pin(&text, package) {
                    found.push(Pin {
                        version: version.to_owned(),
                        place: source.span(range.start..range.start + text.trim_end().len()),
                    });
                }
            }
        }
    }
    found
}

/// `requirements.txt` and its like: in the directory itself, and in one that is called after them.
pub(crate) fn look(tree: &dyn Tree, directory: &Path) -> Vec<PathBuf> {
    let listed = |directory: &Path| -> Vec<PathBuf> {
        let names = tree.list(directory).unwrap_or_default();
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

/// The release in `Django==1.9.8`, if it is that package's.
fn pin<'a>(line: &'a str, package: &str) -> Option<&'a str> {
    let line = line.trim();
    let (name, rest) = line.split_once("==")?;
    let name = name.split('[').next().unwrap_or(name).trim();
    if !name.eq_ignore_ascii_case(package) {
        return None;
    }
    rest.trim_start_matches('=')
        .trim_start()
        .split(|character: char| !(character.is_ascii_digit() || character == '.'))
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_pip_reads_it() {
        for (line, version) in [
            ("uWSGI==2.0.20", Some("2.0.20")),
            ("uwsgi == 2.0 # the server", Some("2.0")),
            ("uwsgi[x]===2.0.21", Some("2.0.21")),
            ("uwsgi==2.0.22; python_version >= '3.6'", Some("2.0.22")),
            ("uwsgi==2.0.*", Some("2.0.")),
            ("uwsgi>=2.0", None),
            ("uwsgitop==0.11", None),
            ("# uwsgi==2.0.20", None),
        ] {
            assert_eq!(pin(line, "uwsgi"), version, "{line}");
        }
    }
}
