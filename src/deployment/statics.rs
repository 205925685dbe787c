//! Who answers a request for a static file: nginx's own search decides.

use std::path::PathBuf;

use super::front::{End, Front};
use super::{Deployment, Project};
use crate::django::{StaticUrl, usage};
use crate::files::Files;
use crate::nginx::{Configuration, Handler, Node, Search};

/// A file that every admin asks for; any name below STATIC_URL would do.
pub(super) const PROBE: &str = "admin/css/base.css";

/// Who answers a request for a static file at one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answerer<'a> {
    /// nginx opens a file.
    Files,
    /// nginx passes it on to the application, by this directive of this location.
    Application {
        /// `uwsgi_pass` or `proxy_pass`.
        pass: Node<'a>,
        /// The location that wins; nothing where the server itself passes on.
        location: Option<Node<'a>>,
    },
    /// Somebody else, or nobody knows.
    Other,
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
            && !self.serves_files_itself()
            && !matches!(
                usage::urls_serve_static(files, &project.directory),
                Some(usage::ServedByUrls::Always(_))
            );
        by_nginx.then_some(url)
    }

    /// Whether uWSGI may hand out files before the application is asked.
    pub fn serves_files_itself(&self) -> bool {
        let mut instances = self.instances.iter();
        instances.any(|instance| !instance.serves_files().is_no())
    }

    /// For each server, who answers a request for a file below `static_url`.
    pub fn answerers<'a>(&'a self, static_url: &str) -> Vec<(Node<'a>, Answerer<'a>)> {
        let uri = format!("{static_url}{PROBE}");
        self.sites
            .iter()
            .flat_map(|site| site.servers().map(move |server| (site, server)))
            .map(|(site, server)| (server, self.answerer(site, server, uri.as_bytes())))
            .collect()
    }

    /// Whether nginx opens files for `static_url` at any server.
    pub fn serves_static_files(&self, static_url: &str) -> bool {
        let uri = format!("{static_url}{PROBE}");
        self.sites.iter().any(|site| {
            site.servers()
                .any(|server| self.answerer(site, server, uri.as_bytes()) == Answerer::Files)
        })
    }

    /// The directory in which nginx looks for the files below `static_url`, where it is one and known.
    pub fn static_directory(&self, static_url: &str) -> Option<PathBuf> {
        let uri = format!("{static_url}{PROBE}");
        let mut directories: Vec<PathBuf> = Vec::new();
        for site in &self.sites {
            for server in site.servers() {
                if self.answerer(site, server, uri.as_bytes()) != Answerer::Files {
                    continue;
                }
                let Search::Location(location) = site.search(server, uri.as_bytes()) else {
                    return None;
                };
                let file = site.file_for(location, uri.as_bytes());
                let file = file.get()?.to_str()?;
                directories.push(PathBuf::from(file.strip_suffix(PROBE)?));
            }
        }
        directories.dedup();
        match directories.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// Who answers a request at one server.
    pub(super) fn answers_with<'a>(
        &self,
        site: &'a Configuration,
        server: Node<'a>,
        uri: &[u8],
    ) -> Answerer<'a> {
        self.answerer(site, server, uri)
    }

    fn answerer<'a>(&self, site: &'a Configuration, server: Node<'a>, uri: &[u8]) -> Answerer<'a> {
        let (search, handler) = site.handler(server, uri);
        let location = match search {
            Search::Location(location) => Some(location),
            Search::Server | Search::Redirect(_) | Search::Unknown(_) => None,
        };
        match handler {
            Handler::Uwsgi(pass) | Handler::Proxy(pass) if self.is_application(site, pass) => {
                Answerer::Application { pass, location }
            }
            // Without a root of its own, a location opens files of nobody's making.
            Handler::Files
                if location.is_some_and(|location| {
                    matches!(site.document_root(location), Ok(Some(_)))
                }) =>
            {
                Answerer::Files
            }
            _ => Answerer::Other,
        }
    }

    /// What passes a visitor's request on to the application at a server: for its first page, else
    /// for what one of its own locations is for.
    pub fn pass_to_application<'a>(&self, front: &'a Front, server: Node<'a>) -> Option<Node<'a>> {
        let site = &*front.nginx;
        let prefixes = server
            .children_named("location")
            .filter(|location| {
                !location
                    .arguments()
                    .any(|word| word.text().contains("health"))
            })
            .filter_map(|location| match location.matcher() {
                Some(matcher) if matcher.modifier.is_prefix() => {
                    Some(matcher.text().into_owned().into_bytes())
                }
                _ => None,
            });
        std::iter::once(b"/".to_vec())
            .chain(prefixes)
            .find_map(|uri| match self.answerer(site, server, &uri) {
                Answerer::Application { pass, .. } => Some(pass),
                _ => None,
            })
    }

    /// Whether a pass ends at this deployment's application: at an instance's socket, or,
    /// where no instance is here to compare with, wherever the only pass of the site leads.
    fn is_application(&self, site: &Configuration, pass: Node<'_>) -> bool {
        let Some(pass) = site.pass(pass) else {
            return false;
        };
        let arrives = self.links.iter().any(|(front, link)| {
            std::ptr::eq(&*self.fronts[*front].nginx, site)
                && link.pass == pass.node.id()
                && matches!(link.end, End::Listener(..))
        });
        arrives || (self.backends.len() <= 1 && has_one_target(site))
    }
}

/// Whether everything that the site passes on goes to one place.
fn has_one_target(site: &Configuration) -> bool {
    let mut targets = site.passes().map(|pass| (pass.protocol, pass.address));
    targets
        .next()
        .is_some_and(|first| targets.all(|other| other == first))
}
