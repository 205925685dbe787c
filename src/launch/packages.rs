//! What an image installs, where all of it is known.

use std::path::{Path, PathBuf};

use super::image::{Built, Ran};
use super::machine::Machine;
use super::word::Word;
use crate::files::Files;
use crate::source::{SourceFile, Span};
use crate::tree::normalize;

/// A requirements file may name others; more than this are none of anyone's.
const MAX_FILES: usize = 32;

/// What pip and the distribution's package manager are told to install.
#[derive(Clone, Debug, Default)]
pub struct Installed {
    /// Python packages by their normalized names, each with the place that names it.
    pub python: Vec<(String, Span)>,
    /// Packages of the distribution.
    pub system: Vec<String>,
    /// Whether anything else may be installed: another tool, a file that is not here, an unknown word.
    pub may_be_more: bool,
    /// Whether pip takes what it installs from somewhere that may have it built already.
    pub has_other_index: bool,
}

impl Installed {
    /// The place that names a Python package.
    pub fn python(&self, name: &str) -> Option<Span> {
        let mut all = self.python.iter();
        all.find(|(package, _)| package == name)
            .map(|(_, span)| *span)
    }
}

/// What an image installs.
pub fn installed(files: &Files, machine: &Machine, built: &Built) -> Installed {
    let mut found = Installed::default();
    for ran in &built.runs {
        look(files, machine, ran, &mut found);
    }
    found
}

fn look(files: &Files, machine: &Machine, ran: &Ran, found: &mut Installed) {
    let Some(program) = ran.command.program() else {
        found.may_be_more = true;
        return;
    };
    let words = &ran.command.words;
    let text = |at: usize| words.get(at).and_then(Word::text);
    match program {
        "apt-get" | "apt" | "aptitude" | "apk" | "yum" | "dnf" | "microdnf" => {
            for word in words.iter().skip(1) {
                match word.text() {
                    Some(word) => found.system.push(word.to_owned()),
                    None => found.may_be_more = true,
                }
            }
        }
        _ if is_pip(program) => pip(files, machine, ran, 1, found),
        _ if program.starts_with("python") && text(1) == Some("-m") && text(2) == Some("pip") => {
            pip(files, machine, ran, 3, found);
        }
        "cd" | "mkdir" | "chown" | "chmod" | "rm" | "echo" | "ln" | "cp" | "mv" | "useradd"
        | "adduser" | "groupadd" | "addgroup" | "set" | "true" | "test" | "[" | "touch" | "sed"
        | "find" | "cat" | "usermod" | "export" => {}
        _ if program.starts_with("python") && text(1) == Some("manage.py") => {}
        _ if program.starts_with("python") && text(1) == Some("-m") && text(2) == Some("venv") => {}
        _ => found.may_be_more = true,
    }
}

/// `pip`, `pip3`, `pip3.11`; pipenv and pipx are other tools.
fn is_pip(program: &str) -> bool {
    program.strip_prefix("pip").is_some_and(|version| {
        version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

fn pip(files: &Files, machine: &Machine, ran: &Ran, from: usize, found: &mut Installed) {
    let words = &ran.command.words;
    if words.get(from).and_then(Word::text) != Some("install") {
        return;
    }
    let mut at = from + 1;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some(text) = word.text() else {
            found.may_be_more = true;
            continue;
        };
        match text {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                let file = words.get(at).and_then(Word::text);
                at += 1;
                if matches!(text, "-r" | "--requirement") {
                    requirements(files, machine, ran, file, found);
                }
            }
            "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" | "--no-index" => {
                found.has_other_index = true;
                at += usize::from(text != "--no-index");
            }
            "-e" | "--editable" | "-t" | "--target" | "--prefix" => {
                found.may_be_more |= text.starts_with("-e") || text == "--editable";
                at += 1;
            }
            _ if text.starts_with("--requirement=") => {
                let file = text.split_once('=').map(|(_, file)| file);
                requirements(files, machine, ran, file, found);
            }
            _ if text.starts_with("-r") => {
                requirements(files, machine, ran, Some(&text[2..]), found);
            }
            _ if text.starts_with("--find-links=") || text.contains("index-url=") => {
                found.has_other_index = true;
            }
            _ if text.starts_with('-') => {}
            _ => match package(text) {
                Some(name) => found.python.push((name, word.span)),
                None => found.may_be_more = true,
            },
        }
    }
}

/// The packages of a requirements file, and of those that it names.
fn requirements(
    files: &Files,
    machine: &Machine,
    ran: &Ran,
    file: Option<&str>,
    found: &mut Installed,
) {
    let directory = ran
        .working_directory
        .as_ref()
        .and_then(Word::text)
        .map(PathBuf::from);
    let directory = match (&ran.command.directory, directory) {
        (Some(own), Some(base)) => own.text().map(|own| normalize(&base, Path::new(own))),
        (Some(own), None) => own.text().map(PathBuf::from),
        (None, base) => base,
    };
    let (Some(file), Some(directory)) = (file, directory) else {
        found.may_be_more = true;
        return;
    };
    let deployed = normalize(&directory, Path::new(file));
    let here = machine.paths.locate(files.tree(), &deployed);
    let Some(local) = here.path().map(Path::to_owned) else {
        found.may_be_more = true;
        return;
    };
    let mut waiting = vec![local];
    let mut read: Vec<PathBuf> = Vec::new();
    while let Some(path) = waiting.pop() {
        if read.len() >= MAX_FILES {
            found.may_be_more = true;
            return;
        }
        if read.contains(&path) {
            continue;
        }
        read.push(path.clone());
        let Ok(source) = files.open(&path) else {
            found.may_be_more = true;
            continue;
        };
        lines(&source, &mut waiting, found);
    }
}

fn lines(source: &SourceFile, waiting: &mut Vec<PathBuf>, found: &mut Installed) {
    for line in 1..=source.line_count() {
        let range = source.line_range(line);
        let start = range.start;
        let bytes = source.bytes().get(range).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end();
        let written = text.trim_start();
        let indent = text.len() - written.len();
        // ` #` begins a comment.
        let written = written.split(" #").next().unwrap_or(written).trim_end();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        if let Some(rest) = written
            .strip_prefix("--requirement")
            .or_else(|| written.strip_prefix("-r"))
        {
            let file = rest.trim_start_matches(['=', ' ', '\t']);
            let directory = source.path().parent().unwrap_or(Path::new("/"));
            waiting.push(normalize(directory, Path::new(file)));
        } else if written.starts_with("-i")
            || written.starts_with("--index-url")
            || written.starts_with("--extra-index-url")
            || written.starts_with("--find-links")
            || written.starts_with("-f")
        {
            found.has_other_index = true;
        } else if written.starts_with("-e") || written.contains("://") {
            found.may_be_more = true;
        } else if !written.starts_with('-') {
            match package(written) {
                Some(name) => {
                    let at = start + indent;
                    let end = at + written.len().min(name.len());
                    found.python.push((name, source.span(at..end)));
                }
                None => found.may_be_more = true,
            }
        }
    }
}

/// The normalized name of a requirement (PEP 503); nothing for a path, a URL or an archive.
fn package(requirement: &str) -> Option<String> {
    let end = requirement
        .find(|character: char| !(character.is_ascii_alphanumeric() || "._-".contains(character)))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    let rest = rest.trim_start();
    let is_requirement = rest.is_empty()
        || rest.starts_with(['=', '<', '>', '!', '~', '[', ';', '@', '(', '\\', '-']);
    let is_archive = [".whl", ".zip", ".gz"]
        .iter()
        .any(|end| name.ends_with(end));
    let is_name = name.starts_with(|character: char| character.is_ascii_alphanumeric());
    if !is_requirement || is_archive || !is_name {
        return None;
    }
    Some(name.to_ascii_lowercase().replace(['_', '.'], "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_is_told_from_tools_that_are_called_after_it() {
        for program in ["pip", "pip3", "pip2.7", "pip3.11"] {
            assert!(is_pip(program), "{program}");
        }
        for program in ["pipenv", "pipx", "pip-sync", "pip3-tools"] {
            assert!(!is_pip(program), "{program}");
        }
    }

    #[test]
    fn a_requirement_has_a_name() {
        for (requirement, name) in [
            ("uWSGI==2.0.31", Some("uwsgi")),
            ("uwsgi>=2,<3", Some("uwsgi")),
            ("Django [argon2] ~= 5.2", Some("django")),
            (
                "zope.interface; python_version < '3'",
                Some("zope-interface"),
            ),
            ("./local", None),
            (".", None),
            ("/wheels/x.whl", None),
            ("x-1.0.tar.gz", None),
            ("git+https://example.org/x", None),
        ] {
            assert_eq!(package(requirement).as_deref(), name, "{requirement}");
        }
    }
}
