//! Who answers a request for a static file: nginx's own search decides.

use std::path::{Path, PathBuf};

use super::front::{End, Front};
use super::reach::Answerer;
use super::{Deployment, Project, Purpose};
use crate::django::{StaticUrl, usage};
use crate::files::Files;
use crate::nginx::Node;
use crate::source::Span;
use crate::value::only;
use crate::workspace::Workspace;

/// A file that every admin asks for; any name below STATIC_URL would do.
pub(super) const PROBE: &str = "admin/css/base.css";

/// Static files that nginx does not find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// All of them.
    Everything,
    /// The admin's, which this place uses.
    Admins(Span),
}

impl Deployment {
    /// The path below which the site's own host is asked for static files, where it is known that
    /// the application does not hand them out itself and that they lie on its disk.
    pub fn static_url_for_nginx(&self, files: &Files, project: &Project) -> Option<String> {
        let settings = &project.settings;
        let url = match settings.static_url().get()? {
            StaticUrl::Local(url) => url.clone(),
            StaticUrl::Remote | StaticUrl::Unset => return None,
        };
        let by_nginx = settings.collects_static_files().is_yes()
            && settings.uses_whitenoise().is_no()
            && !self.serves_files_itself(project)
            && !matches!(
                usage::urls_serve_static(files, &project.directory),
                Some(usage::ServedByUrls::Always(_))
            );
        by_nginx.then_some(url)
    }

    /// Whether uWSGI may hand out files of the project before the application is asked.
    pub fn serves_files_itself(&self, project: &Project) -> bool {
        let mut instances = self
            .backends
            .iter()
            .enumerate()
            .filter(|(index, _)| self.runs(*index, project))
            .filter_map(|(_, backend)| backend.instance());
        instances.any(|instance| !instance.serves_files().is_no())
    }

    /// The servers that pass what is below `url` on to the project, for want of a location that opens
    /// files, and the directive that does. None where another nginx may stand in front and open
    /// them; and a server for other names than the one that opens them may not be asked for any.
    pub fn unserved<'a>(
        &'a self,
        workspace: &Workspace,
        project: &'a Project,
        url: &str,
    ) -> Vec<(Node<'a>, Node<'a>)> {
        if self.purpose != Purpose::Production || self.may_be_behind_another(workspace) {
            return Vec::new();
        }
        let uri = format!("{url}{PROBE}").into_bytes();
        let mut served: Vec<String> = Vec::new();
        let mut opens = false;
        let mut passed = Vec::new();
        for (front, server) in self.servers_of(project) {
            match self.answerer(front, server, &uri, project) {
                Answerer::Project(pass) => passed.push((server, pass)),
                Answerer::Files(..) => {
                    opens = true;
                    served.extend(names_of(server));
                }
                Answerer::Other => {}
            }
        }
        passed.retain(|(server, _)| !opens || names_of(*server).any(|name| served.contains(&name)));
        passed
    }

    /// Whether another nginx passes on to where no server is known: that may be this one.
    fn may_be_behind_another(&self, workspace: &Workspace) -> bool {
        let others = workspace.deployments().iter().flat_map(|deployment| {
            deployment
                .links
                .iter()
                .map(|(front, link)| (&deployment.fronts[*front], link))
        });
        others
            .filter(|(_, link)| !matches!(link.end, End::Listener(..)))
            .any(|(front, _)| {
                !self
                    .sites
                    .iter()
                    .all(|site| std::ptr::eq(&**site, &*front.nginx))
            })
    }

    /// The servers of a project at which nginx opens files for what is below `url`: with the
    /// front, the location that wins, and the file that is looked for.
    pub(super) fn opened<'a>(
        &'a self,
        project: &'a Project,
        url: &str,
    ) -> impl Iterator<Item = (&'a Front, Node<'a>, PathBuf)> {
        let uri = format!("{url}{PROBE}").into_bytes();
        self.servers_of(project).filter_map(move |(front, server)| {
            match self.answerer(front, server, &uri, project) {
                Answerer::Files(location, file) => Some((front, location, file)),
                Answerer::Project(_) | Answerer::Other => None,
            }
        })
    }

    /// Whether nginx opens files for `static_url` at any server of the project.
    pub fn serves_static_files(&self, project: &Project, static_url: &str) -> bool {
        self.opened(project, static_url).next().is_some()
    }

    /// The directory in which nginx looks for the files below `static_url`, where it is one and known.
    pub fn static_directory(&self, project: &Project, static_url: &str) -> Option<PathBuf> {
        let mut directories = self
            .opened(project, static_url)
            .map(|(_, _, file)| directory(&file))
            .collect::<Option<Vec<PathBuf>>>()?;
        directories.dedup();
        only(directories)
    }

    /// What nginx does not find below `static_url` as long as nothing is collected; nothing where the
    /// files lie in the source at the place that it opens: the project's own, or collected ones that
    /// are kept with the code.
    pub fn lacking_static_files(
        &self,
        workspace: &Workspace,
        project: &Project,
        static_url: &str,
    ) -> Option<Lacking> {
        let files = workspace.files();
        let kept = |local: &Path| !files.below(local).is_empty();
        let source = self
            .opened(project, static_url)
            .find_map(|(front, _, file)| {
                let directory = directory(&file)?;
                let from = front.nginx.root_file().path();
                let found = workspace
                    .topology()
                    .locate(files, front.machine, &directory, from);
                found.path().filter(|local| kept(local)).map(Path::to_owned)
            });
        let Some(source) = source else {
            return Some(Lacking::Everything);
        };
        if files.tree().stat(&source.join(PROBE)).is_ok() {
            return None;
        }
        usage::admin_in_urls(files, &project.settings, &project.directory).map(Lacking::Admins)
    }
}

/// The directory in which nginx looks for static files, by the file that it opens for the probe.
fn directory(file: &Path) -> Option<PathBuf> {
    Some(PathBuf::from(file.to_str()?.strip_suffix(PROBE)?))
}

/// The names of a server, as they are written.
fn names_of(server: Node<'_>) -> impl Iterator<Item = String> {
    server
        .names()
        .into_iter()
        .map(|(word, _)| word.text().into_owned())
}
