//! Which files are there, of what kind, and what is left out and why.

mod classify;
mod patterns;
mod shape;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::parallel;
use crate::tree::{ReadError, Tree, Walked, is_skipped};

pub use patterns::Patterns;
use shape::Shape;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// nginx's main file: `events` and `http`.
    NginxMain,
    /// nginx's `server` blocks, to be included by a main file.
    NginxSite,
    /// nginx directives for some other place.
    NginxSnippet,
    /// A uWSGI ini.
    Uwsgi,
    /// A Django settings module.
    Settings,
    /// A Django project's manage.py.
    Manage,
    /// The module that a WSGI server loads.
    Wsgi,
    /// A private key.
    Key,
    /// A compose file.
    Compose,
    /// A Dockerfile.
    Dockerfile,
    /// A systemd service or socket.
    Unit,
    /// supervisord's programs.
    Supervisor,
    /// A shell script.
    Script,
    /// A Makefile.
    Makefile,
    /// A Procfile.
    Procfile,
    /// Something else that starts or builds things: a justfile, a fabfile.
    Recipe,
}

impl Kind {
    /// Whether files of this kind start or build things.
    pub fn is_launch(self) -> bool {
        matches!(
            self,
            Self::Compose
                | Self::Dockerfile
                | Self::Unit
                | Self::Supervisor
                | Self::Script
                | Self::Makefile
                | Self::Procfile
                | Self::Recipe
        )
    }

    /// What the inventory calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NginxMain => "nginx main file",
            Self::NginxSite => "nginx site",
            Self::NginxSnippet => "nginx snippet",
            Self::Uwsgi => "uWSGI ini",
            Self::Settings => "Django settings",
            Self::Manage => "Django manage.py",
            Self::Wsgi => "WSGI module",
            Self::Key => "private key",
            Self::Compose => "compose file",
            Self::Dockerfile => "Dockerfile",
            Self::Unit => "systemd unit",
            Self::Supervisor => "supervisord programs",
            Self::Script => "shell script",
            Self::Makefile => "Makefile",
            Self::Procfile => "Procfile",
            Self::Recipe => "starts or builds",
        }
    }
}

/// What was made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is one of ours.
    Is(Kind),
    /// Its name made it a candidate, and it is not taken.
    LeftOut(String),
    /// Its name made it a candidate, and it cannot be read.
    Unreadable(ReadError),
}

/// A file that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies in the tree.
    pub path: PathBuf,
    /// What it is.
    pub what: What,
}

/// Every file that was looked at, sorted by path.
#[derive(Default)]
pub struct Inventory {
    entries: Vec<Entry>,
    /// The entries of each kind: an emperor has thousands of one, and each of them asks for others.
    by_kind: BTreeMap<Kind, Vec<usize>>,
    /// Those that start or build things, of whatever kind.
    launch: Vec<usize>,
}

impl Inventory {
    fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        entries.dedup_by(|one, other| one.path == other.path);
        let mut by_kind: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
        let mut launch = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if let What::Is(kind) = entry.what {
                by_kind.entry(kind).or_default().push(index);
                if kind.is_launch() {
                    launch.push(index);
                }
            }
        }
        Self {
            entries,
            by_kind,
            launch,
        }
    }

    /// All of it.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What kind of file lies at a path, where it is one of ours.
    pub fn kind_of(&self, path: &Path) -> Option<Kind> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.path.as_path().cmp(path));
        match self.entries[at.ok()?].what {
            What::Is(kind) => Some(kind),
            What::LeftOut(_) | What::Unreadable(_) => None,
        }
    }

    /// What starts or builds things, whatever its kind.
    pub fn launch(&self) -> impl Iterator<Item = &Path> {
        self.paths(&self.launch)
    }

    /// The files of one kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Path> {
        let found = self.by_kind.get(&kind);
        let found = found.map(Vec::as_slice).unwrap_or_default();
        self.paths(found)
    }

    fn paths<'a>(&'a self, found: &'a [usize]) -> impl Iterator<Item = &'a Path> {
        found
            .iter()
            .map(|index| self.entries[*index].path.as_path())
    }

    /// What cannot be read although its name says that it matters.
    pub fn unreadable(&self) -> impl Iterator<Item = (&Path, &ReadError)> {
        self.entries.iter().filter_map(|entry| match &entry.what {
            What::Unreadable(why) => Some((entry.path.as_path(), why)),
            What::Is(_) | What::LeftOut(_) => None,
        })
    }
}

/// What is looked into beyond what names tell, and what is not.
pub struct Scope {
    /// Files to look into whatever they are called.
    pub include: Patterns,
    /// Files and directories not to look into.
    pub exclude: Patterns,
}

/// Looks through files and directories. A file that was named or included is judged by its content alone.
pub fn discover(files: &Files, starts: &[PathBuf], scope: &Scope) -> Inventory {
    let Scope { include, exclude } = scope;
    let tree = files.tree();
    let mut entries = Vec::new();
    for start in starts {
        let named = tree
            .stat(start)
            .is_ok_and(|stat| stat.kind == crate::tree::FileKind::File);
        let mut directories = Vec::new();
        let walked = tree.walk(start, &mut |directory| {
            if is_skipped(tree, directory) || exclude.match_path(directory, true) {
                return false;
            }
            if classify::is_unmistakable(directory) {
                directories.push(directory.to_owned());
            }
            true
        });
        entries.extend(directories.into_iter().map(|path| Entry {
            path,
            what: What::Unreadable(ReadError::IsDirectory),
        }));
        let looked = parallel::map(&walked, |found| match found {
            Walked::File(path) if !named && exclude.match_path(path, false) => None,
            Walked::File(path) => classify::classify(files, path, named || include.cover(path)),
            Walked::Unreadable(path, why) => {
                let is_wanted = named || classify::is_candidate(path);
                is_wanted.then(|| What::Unreadable(why.clone()))
            }
        });
        let looked = walked.into_iter().zip(looked);
        entries.extend(looked.filter_map(|(found, what)| {
            let (Walked::File(path) | Walked::Unreadable(path, _)) = found;
            Some(Entry { path, what: what? })
        }));
    }
    Inventory::new(entries)
}

/// The kind of a file that is said to be nginx's.
pub(crate) fn kind_of_nginx(tree: &dyn Tree, path: &Path) -> Option<Kind> {
    let head = tree.head(path, shape::SNIFF).ok()?;
    match shape::nginx(&head) {
        Shape::NginxMain => Some(Kind::NginxMain),
        Shape::NginxSite => Some(Kind::NginxSite),
        Shape::NginxSnippet => Some(Kind::NginxSnippet),
        Shape::Other(_) | Shape::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::PathMap;
    use crate::tree::Memory;

    fn inventory(tree: Memory) -> Vec<String> {
        let files = Files::new(tree, PathMap::new());
        let scope = Scope {
            include: Patterns::none(),
            exclude: Patterns::none(),
        };
        discover(&files, &[PathBuf::from("/")], &scope)
            .entries()
            .iter()
            .map(|entry| {
                let what = match &entry.what {
                    What::Is(kind) => kind.as_str().to_owned(),
                    What::LeftOut(why) => format!("left out: {why}"),
                    What::Unreadable(why) => format!("unreadable: {why}"),
                };
                format!("{}: {what}", entry.path.display())
            })
            .collect()
    }

    #[test]
    fn kinds_follow_content_where_names_lie() {
        let tree = Memory::new()
            .file("app.conf", "[uwsgi]\nmodule = shop.wsgi\n", 0o644)
            .file("deploy/site", "server { listen 80; }", 0o644)
            .file("deploy/nginx/site", "server { listen 80; }", 0o644)
            .file("etc/nginx/nginx.conf", "events {}\nhttp {}\n", 0o644)
            .file("uwsgi_params", "<!DOCTYPE html>\n<html>", 0o644)
            .file("logstash.conf", "input {\n}\n", 0o644)
            .file("setup.ini", "[metadata]\nname = x\n", 0o644)
            .file("nginx.conf.bak", "events {}", 0o644);
        assert_eq!(
            inventory(tree),
            [
                "/app.conf: uWSGI ini",
                "/deploy/nginx/site: nginx site",
                "/etc/nginx/nginx.conf: nginx main file",
                "/nginx.conf.bak: left out: a backup",
                "/uwsgi_params: left out: an HTML page",
            ]
        );
    }

    #[test]
    fn a_django_project_is_known_by_its_three_files() {
        let tree = Memory::new()
            .file(
                "manage.py",
                "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
                0o755,
            )
            .file(
                "shop/settings.py",
                "DEBUG = True\nINSTALLED_APPS = []\n",
                0o644,
            )
            .file(
                "shop/settings/production.py",
                "from .base import *\nDEBUG = False\n",
                0o644,
            )
            .file(
                "shop/wsgi.py",
                "application = get_wsgi_application()",
                0o644,
            )
            .file("shop/models.py", "DEBUG = 1", 0o644);
        assert_eq!(
            inventory(tree),
            [
                "/manage.py: Django manage.py",
                "/shop/settings/production.py: Django settings",
                "/shop/settings.py: Django settings",
                "/shop/wsgi.py: WSGI module",
            ]
        );
    }

    #[test]
    fn what_nobody_deploys_from_is_not_looked_into() {
        let site = "server { listen 80; }";
        let tree = Memory::new()
            .file("node_modules/x/nginx.conf", site, 0o644)
            .file("env/pyvenv.cfg", "", 0o644)
            .file("env/nginx.conf", site, 0o644)
            .file("build/nginx.conf", site, 0o644)
            .file("setup.py", "", 0o644)
            .file("docker/build/nginx.conf", site, 0o644);
        assert_eq!(inventory(tree), ["/docker/build/nginx.conf: nginx site"]);
    }

    #[test]
    fn bad_input_is_named() {
        let tree = Memory::new()
            .file("a/nginx.conf/x.txt", "", 0o644)
            .file("b/uwsgi.ini", b"\0\0\0".to_vec(), 0o644)
            .link("c/nginx.conf", "nowhere")
            .link("d/uwsgi.ini", "uwsgi.ini");
        assert_eq!(
            inventory(tree),
            [
                "/a/nginx.conf: unreadable: is a directory",
                "/b/uwsgi.ini: unreadable: holds NUL bytes: it is no text",
                "/c/nginx.conf: unreadable: a symlink to /c/nowhere, which does not exist",
                "/d/uwsgi.ini: unreadable: too many levels of symbolic links",
            ]
        );
    }
}
