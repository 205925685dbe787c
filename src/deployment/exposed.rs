//! Files of a project that anyone can download, because nginx opens the directory that they lie in.

use std::path::{Path, PathBuf};

use super::front::Front;
use super::{Deployment, Project, Purpose};
use crate::host::Existence;
use crate::nginx::{Answer, Node, Request};
use crate::workspace::Workspace;

/// A file that nobody is to see, and how it is had.
pub struct Exposed<'a> {
    /// The `root` or `alias`.
    pub directive: Node<'a>,
    /// The location or server that opens it.
    pub block: Node<'a>,
    /// The path to ask for.
    pub url: String,
    /// The file, by the name that it has in the project.
    pub name: String,
}

/// What lies beside manage.py and is nobody's to see, when it is there.
const BESIDE: &[&str] = &[".env", "db.sqlite3", ".git/config"];

impl Deployment {
    /// The directories of which nginx hands out the settings, or what lies beside them; each once, with the
    /// worst file.
    pub fn exposed_files<'a>(
        &'a self,
        workspace: &Workspace,
        project: &Project,
    ) -> Vec<Exposed<'a>> {
        let mut found: Vec<Exposed<'a>> = Vec::new();
        if self.purpose != Purpose::Production {
            return found;
        }
        let settings = project.settings.source().path().to_owned();
        let beside = BESIDE.iter().map(|name| project.directory.join(name));
        let files: Vec<PathBuf> = std::iter::once(settings).chain(beside).collect();
        for front in &self.fronts {
            let nginx = &front.nginx;
            let directives = nginx.named_any(&["root", "alias"]);
            for directive in directives {
                let exposed = files.iter().find_map(|file| {
                    exposed(workspace, front, directive, file, &project.directory)
                });
                found.extend(exposed);
            }
        }
        found
    }
}

fn exposed<'a>(
    workspace: &Workspace,
    front: &'a Front,
    directive: Node<'a>,
    file: &Path,
    project: &Path,
) -> Option<Exposed<'a>> {
    let server = directive.server()?;
    let from = front.nginx.root_file().path();
    let locate = |path: &Path| {
        workspace
            .topology()
            .locate(workspace.files(), front.machine, path, from)
    };
    let word = directive.argument(0)?;
    let directory = word.literal().get().cloned()?;
    let directory = PathBuf::from(String::from_utf8(directory).ok()?);
    let Existence::Here(local, _) = locate(&directory) else {
        return None;
    };
    let below = file.strip_prefix(&local).ok()?.to_str()?;
    workspace.files().tree().stat(file).ok()?;
    let start = match directive.is("alias") {
        true => {
            let matcher = directive.parent()?.matcher()?;
            let is_open = matcher.has_hole() || !matcher.modifier.is_prefix();
            (!is_open).then(|| matcher.text().into_owned())?
        }
        false => "/".to_owned(),
    };
    let in_location = directive.parent().and_then(Node::matcher);
    let url = format!("{}/{below}", start.trim_end_matches('/'));
    if in_location
        .is_some_and(|matcher| matcher.modifier.is_prefix() && !url.starts_with(&*matcher.text()))
    {
        return None;
    }
    let traces = front
        .nginx
        .trace_at(server, &Request::get_path(url.as_bytes()), &locate);
    let opens = |path: &Path| matches!(locate(path), Existence::Here(found, _) if found == file);
    let is_served = traces.iter().all(|trace| {
        matches!(&trace.answer, Answer::File(path) if opens(path))
            && trace.status.is_none_or(|status| status == 200)
    });
    let block = traces
        .first()
        .and_then(|trace| trace.location)
        .unwrap_or(server);
    let by_this = front.nginx.document_root(block).ok().flatten() == Some(directive);
    (is_served && by_this && !traces.is_empty()).then(|| Exposed {
        directive,
        block,
        url,
        name: file
            .strip_prefix(project)
            .unwrap_or(file)
            .display()
            .to_string(),
    })
}
