//! What starts, builds and reaches a deployment, as far as a plain line of text tells.

mod answers;
pub mod compose;
pub mod env_file;
pub mod image;
pub mod machine;
pub mod packages;
pub mod process;
mod release;
pub mod script;
pub mod server;
pub mod shell;
mod started;
pub mod supervisor;
pub mod unit;
pub mod watch;
pub mod word;

pub use answers::Launch;
pub use machine::{HOST, Machine, MachineId, MachineKind, Place, VolumeName};
pub use process::{Process, Starter};

use std::path::Path;
use std::sync::{Arc, LazyLock};

use regex::bytes::Regex;

use crate::discover::Kind;
use crate::django;
use crate::source::{SourceFile, Span};
use crate::workspace::Workspace;

#[expect(
    clippy::unwrap_used,
    reason = "a pattern of ours, compiled by the first test"
)]
static IDENTITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m-u)^[^#\n]*?\b(?:ssh|scp|sftp|rsync)\b[^\n|;&]*?\s-i\s*["']?([^\s"';|&)]+)"#)
        .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "a pattern of ours, compiled by the first test"
)]
static COLLECTSTATIC: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m-u)^[^#\n]*?\bmanage\.py\s+(collectstatic)\b").unwrap());

/// Where a script names the key file as ssh's identity (`ssh -i deploy.pem`).
pub fn ssh_identity(workspace: &Workspace, key: &Path) -> Option<Span> {
    let name = key.file_name()?;
    find(
        workspace,
        "-i",
        &IDENTITY,
        |_| true,
        |argument| {
            let argument = String::from_utf8_lossy(argument);
            Path::new(argument.as_ref()).file_name() == Some(name)
        },
    )
}

/// Where a script or an image runs `manage.py collectstatic` for the project in `directory`:
/// one that lies there and in no other project, or any where there is only one project to run it for.
pub fn collectstatic(workspace: &Workspace, directory: &Path) -> Option<Span> {
    let projects = || {
        workspace
            .inventory()
            .of(Kind::Manage)
            .filter_map(Path::parent)
    };
    let is_only_project = projects().count() <= 1;
    let is_its_own = |source: &SourceFile| {
        let is_here = |project: &Path| source.path().starts_with(project);
        let is_inside = |project: &Path| project != directory && project.starts_with(directory);
        is_only_project
            || is_here(directory) && !projects().any(|other| is_inside(other) && is_here(other))
    };
    find(
        workspace,
        "collectstatic",
        &COLLECTSTATIC,
        is_its_own,
        |_| true,
    )
}

#[expect(
    clippy::unwrap_used,
    reason = "a pattern of ours, compiled by the first test"
)]
static SETTINGS_MODULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m-u)^[^#\n]*?\bDJANGO_SETTINGS_MODULE["']?\s*[=:\s]\s*["']?([A-Za-z_][\w.]*)"#)
        .unwrap()
});

/// The settings modules that units, images, compose files and scripts name, each with the first place that does.
pub fn settings_modules(workspace: &Workspace) -> Vec<(String, Span)> {
    let mut found: Vec<(String, Span)> = Vec::new();
    for source in sources_with(workspace, django::SETTINGS_MODULE) {
        for captures in SETTINGS_MODULE.captures_iter(source.bytes()) {
            let Some(module) = captures.get(1) else {
                continue;
            };
            let name = String::from_utf8_lossy(module.as_bytes()).into_owned();
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, source.span(module.range())));
            }
        }
    }
    found
}

#[expect(
    clippy::unwrap_used,
    reason = "a pattern of ours, compiled by the first test"
)]
static COPIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m-u)^[^#\n]*?\b(?:cp|mv|ln|install)\s+(?:-\S+\s+)*["']?([^\s"';|&]+)["']?\s+["']?([^\s"';|&]+)"#)
        .unwrap()
});

/// Where something that starts or builds things puts another file in the place of a module.
pub fn replaces(workspace: &Workspace, module: &Path) -> Option<Span> {
    let (name, directory) = (module.file_name()?, module.parent()?.file_name()?);
    let place = Path::new(directory).join(name);
    let name = name.to_str()?;
    sources_with(workspace, name).find_map(|source| {
        let mut all = COPIED.captures_iter(source.bytes());
        all.find_map(|captures| {
            let path = |group: usize| {
                let found = captures.get(group)?;
                Some((std::str::from_utf8(found.as_bytes()).ok()?, found.range()))
            };
            let ((from, _), (to, range)) = (path(1)?, path(2)?);
            let is_itself = Path::new(from).ends_with(&place);
            (Path::new(to).ends_with(&place) && !is_itself).then(|| source.span(range))
        })
    })
}

impl Workspace {
    /// Whether anything that starts or builds things mentions a path: it may copy there, or link.
    pub fn launch_mentions(&self, path: &Path) -> bool {
        let needle = path.as_os_str().as_encoded_bytes();
        let is_there =
            |source: Arc<SourceFile>| memchr::memmem::find(source.bytes(), needle).is_some();
        sources(self).any(is_there)
    }
}

/// Whether a file is made for a container: an image or a compose file names it, or its directory is called so.
pub fn runs_in_container(workspace: &Workspace, file: &Path) -> bool {
    let within = workspace.within_project(file).to_ascii_lowercase();
    if within
        .split('/')
        .any(|directory| directory.contains("docker"))
    {
        return true;
    }
    let Some(name) = file.file_name() else {
        return false;
    };
    sources(workspace)
        .filter(|source| is_for_containers(source))
        .any(|source| memchr::memmem::find(source.bytes(), name.as_encoded_bytes()).is_some())
}

fn is_for_containers(source: &SourceFile) -> bool {
    let name = source.name().to_ascii_lowercase();
    name.contains("dockerfile") || name.contains("compose")
}

/// The first group's place in the first file and line that match.
///
/// A file without the word is not looked through: compiling a pattern costs more than a small check.
fn find(
    workspace: &Workspace,
    word: &str,
    pattern: &LazyLock<Regex>,
    of_interest: impl Fn(&SourceFile) -> bool,
    accept: impl Fn(&[u8]) -> bool,
) -> Option<Span> {
    let mut sources = sources_with(workspace, word).filter(|source| of_interest(source));
    sources.find_map(|source| {
        pattern
            .captures_iter(source.bytes())
            .filter_map(|captures| captures.get(1))
            .find(|found| accept(found.as_bytes()))
            .map(|found| source.span(found.range()))
    })
}

fn sources_with(workspace: &Workspace, word: &str) -> impl Iterator<Item = Arc<SourceFile>> {
    sources(workspace)
        .filter(move |source| memchr::memmem::find(source.bytes(), word.as_bytes()).is_some())
}

fn sources(workspace: &Workspace) -> impl Iterator<Item = Arc<SourceFile>> {
    workspace
        .inventory()
        .launch()
        .filter_map(|path| workspace.files().open(path).ok())
}
