//! Whether nginx opens the directory that collectstatic fills.

use std::path::{Path, PathBuf};

use super::statics::PROBE;
use super::{Deployment, Project, Purpose};
use crate::launch::Place;
use crate::source::Span;
use crate::workspace::Workspace;

/// A directory that nginx opens for STATIC_URL, and the one that collectstatic fills.
pub struct StaticMismatch {
    /// Where nginx looks.
    pub opened: PathBuf,
    /// Where the files are.
    pub collected: PathBuf,
    /// What is looked for.
    pub probe: &'static str,
    /// The `root` or `alias` that says where.
    pub directive: Span,
    /// STATIC_ROOT's value.
    pub setting: Option<Span>,
    /// The directive to write, without its semicolon.
    pub instead: String,
}

impl Deployment {
    /// The servers that look elsewhere. Only where both directories are known and on one machine,
    /// or in one volume; where nothing that is here copies or links between them; and where the files
    /// are not in the directory that nginx opens after all.
    pub fn static_mismatches(
        &self,
        workspace: &Workspace,
        project: &Project,
        url: &str,
    ) -> Vec<StaticMismatch> {
        let topology = workspace.topology();
        let root = project.settings.static_root();
        let collected = root
            .get()
            .and_then(|root| project.on_the_host(root.as_ref()?));
        let (Purpose::Production, Some(collected)) = (self.purpose, collected) else {
            return Vec::new();
        };
        let Some(filled) = topology.place(project.machine, &collected) else {
            return Vec::new();
        };
        let setting = project.settings.get("STATIC_ROOT").assignment();
        let mut found = Vec::new();
        for (front, location, file) in self.opened(project, url) {
            let Ok(Some(directive)) = front.nginx.document_root(location) else {
                continue;
            };
            let Some(opened) = file.to_str().and_then(|file| file.strip_suffix(PROBE)) else {
                continue;
            };
            let opened = PathBuf::from(opened.trim_end_matches('/'));
            let Some(asked) = topology.place(front.machine, &opened) else {
                continue;
            };
            let is_mentioned = workspace.launch_mentions(&opened);
            if are_apart(&asked, &filled) && !is_mentioned && !is_here(workspace, &asked) {
                // nginx puts the path in the place of the location's name: both end with a slash, or none does.
                let is_open = location
                    .matcher()
                    .is_some_and(|matcher| !matcher.pattern.ends_with(b"/"));
                let end = if is_open { "" } else { "/" };
                let alias = format!("{}{end}", collected.display());
                let (word, path) = match directive.is("alias") {
                    true => ("alias", alias),
                    false => match root_for(&collected, url) {
                        Some(path) => ("root", path),
                        None => ("alias", alias),
                    },
                };
                found.push(StaticMismatch {
                    opened,
                    collected: collected.clone(),
                    probe: PROBE,
                    directive: directive.header_span(),
                    setting: setting.map(|setting| setting.value),
                    instead: format!("{word} {path}"),
                });
            }
        }
        found.dedup_by(|one, other| one.directive == other.directive);
        found
    }
}

/// The `root` under which `url` opens a directory, if there is one.
fn root_for(directory: &Path, url: &str) -> Option<String> {
    let below = url.trim_matches('/');
    let text = directory.to_str()?;
    let root = text.strip_suffix(below)?.strip_suffix('/')?;
    (!root.is_empty()).then(|| root.to_owned())
}

/// Whether two places are known to be two: on one machine, in one volume, in this tree.
fn are_apart(one: &Place, other: &Place) -> bool {
    match (one, other) {
        (Place::Own(one_machine, one), Place::Own(other_machine, other)) => {
            one_machine == other_machine && one != other
        }
        (Place::Volume(one_volume, one), Place::Volume(other_volume, other)) => {
            one_volume == other_volume && one != other
        }
        (Place::Tree(one), Place::Tree(other)) => one != other,
        _ => false,
    }
}

/// Whether what is looked for lies in the tree, at the place that nginx opens: collected files are
/// sometimes kept with the code, and directories are linked.
fn is_here(workspace: &Workspace, place: &Place) -> bool {
    match place {
        Place::Tree(path) => {
            let tree = workspace.files().tree();
            tree.stat(&path.join(PROBE)).is_ok()
                || tree.resolve(path).is_ok_and(|real| real != *path)
        }
        Place::Own(..) | Place::Volume(..) => false,
    }
}
