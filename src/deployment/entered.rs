//! Directories on the way to static files that nginx's workers may not enter.

use std::path::{Path, PathBuf};

use super::{Deployment, Project, Purpose};
use crate::host::Existence;
use crate::launch::HOST;
use crate::nginx::Node;
use crate::tree::FileKind;
use crate::workspace::Workspace;

/// Somebody's home that is closed to nginx.
pub struct Closed<'a> {
    /// The home.
    pub directory: PathBuf,
    /// Its permission bits.
    pub mode: u32,
    /// Whose home it is.
    pub owner: String,
    /// The user that nginx's workers run as.
    pub user: String,
    /// The `root` or `alias`.
    pub directive: Node<'a>,
}

impl Deployment {
    /// The homes that nginx has to enter for what is below `url`, and may not: it is neither their owner nor,
    /// where that would do, in the owner's group. Only on the host itself or a copy of it.
    pub fn closed_homes<'a>(
        &'a self,
        workspace: &Workspace,
        project: &'a Project,
        url: &str,
    ) -> Vec<Closed<'a>> {
        let mut found: Vec<Closed<'a>> = Vec::new();
        if self.purpose != Purpose::Production {
            return found;
        }
        for (front, location, file) in self.opened(project, url) {
            let Ok(Some(directive)) = front.nginx.document_root(location) else {
                continue;
            };
            let user = front.nginx.user();
            let (Some(user), HOST) = (user.get().filter(|user| *user != "root"), front.machine)
            else {
                continue;
            };
            let homes = file.ancestors().skip(1).filter_map(|directory| {
                let is_here = workspace.disk_of(front, directory);
                closed_to(workspace, directory, &is_here, user)
            });
            for (directory, mode, owner) in homes {
                if !found.iter().any(|own| own.directive == directive) {
                    found.push(Closed {
                        directory,
                        mode,
                        owner,
                        user: user.clone(),
                        directive,
                    });
                }
            }
        }
        found
    }
}

/// A directory that a user may not enter, with its mode and its owner, where all of that is known.
fn closed_to(
    workspace: &Workspace,
    directory: &Path,
    is_here: &Existence,
    user: &str,
) -> Option<(PathBuf, u32, String)> {
    let Existence::Here(_, stat) = is_here else {
        return None;
    };
    let mode = stat.mode.filter(|_| stat.kind == FileKind::Directory)?;
    if mode & 0o001 != 0 {
        return None;
    }
    let owner = workspace.at_home_in(directory)?;
    let is_out = owner.name != user
        && (mode & 0o010 == 0 || workspace.is_in_group(user, &owner.group) == Some(false));
    is_out.then(|| (directory.to_owned(), mode & 0o7777, owner.name))
}
