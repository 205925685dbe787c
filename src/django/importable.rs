//! Whether Python finds what a dotted path names.

use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::source::Span;
use crate::table::{Row, Table};
use crate::tree::git::Tracking;

use super::dotted::{DottedPath, Names};
use super::entry::find_module;
use super::version::{Releases, Series};

/// Every module, class and function of Django's that a setting may name, of all versions since 1.6:
/// its path, and the series that had it first and that had it no more. `postgresql_psycopg2` is
/// no module any more, and still taken for `postgresql` (`django.db.utils.load_backend`).
static IMPORTABLE: Table = Table::new(include_str!("importable.tsv"));

const SINCE: usize = 1;
const REMOVED_IN: usize = 2;

/// The series that the table knows.
const KNOWN: std::ops::RangeInclusive<Series> = (1, 6)..=(6, 1);

/// A module of the project's own is not looked through for a name if it is larger.
const MAX_MODULE: usize = 1 << 20;

/// Why nothing can be imported by a dotted path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotThere {
    /// No version of Django has it.
    InDjango {
        /// The nearest that there is.
        nearest: Option<&'static str>,
    },
    /// The version of Django that the project asks for does not have it.
    InThisDjango {
        /// The series that has it no more.
        removed_in: Option<&'static str>,
        /// The series that had it first.
        since: Option<&'static str>,
    },
    /// The project's package is here, and the module is not in it.
    InProject {
        /// The module, as a path from the directory on the module path.
        module: PathBuf,
    },
    /// The module is here, and nothing in it has the name.
    InModule {
        /// The name.
        name: String,
        /// The first word of the module.
        module: Span,
    },
}

impl DottedPath {
    /// Why Python finds nothing by it; nothing where it does, and where that is not known.
    /// `project` is the directory on the module path.
    pub fn not_there(
        &self,
        files: &Files,
        project: &Path,
        releases: &Releases,
    ) -> Option<NotThere> {
        if !is_dotted(&self.path) {
            return None;
        }
        if self.path.starts_with("django.") {
            return self.not_in_django(releases);
        }
        self.not_in_project(files, project)
    }

    fn not_in_django(&self, releases: &Releases) -> Option<NotThere> {
        if let Some(row) = IMPORTABLE.get(self.path.as_bytes()) {
            return not_in_releases(row, releases);
        }
        // `django.contrib.admin` beside its configuration, and modules that no table can list.
        if !is_listed(&self.path, self.names) {
            return None;
        }
        let near = IMPORTABLE
            .iter()
            .filter(|row| row.column(REMOVED_IN).is_empty())
            .map(|row| (strsim::osa_distance(row.key(), &self.path), row.key()))
            .filter(|(distance, _)| *distance <= 3)
            .min();
        Some(NotThere::InDjango {
            nearest: near.map(|(_, path)| path),
        })
    }

    fn not_in_project(&self, files: &Files, project: &Path) -> Option<NotThere> {
        let top = self.path.split('.').next()?;
        // A package of the project's own: with an `__init__.py` that is here. What lies in a
        // directory without one may be spread over several.
        let roots = [project.to_owned()];
        let package = files.open(&project.join(top).join("__init__.py")).ok()?;
        if memchr::memmem::find(package.bytes(), b"__path__").is_some() {
            return None;
        }
        let is_here = |dotted: &str| find_module(files, &roots, dotted).is_some();
        let (module, attribute) = match self.names {
            Names::Attribute => {
                let (module, attribute) = self.path.rsplit_once('.')?;
                (module.to_owned(), Some(attribute))
            }
            Names::Module | Names::Application => (self.path.clone(), None),
            Names::Engine => (format!("{}.base", self.path), None),
        };
        if is_here(&module) {
            return not_in_module(files, &find_module(files, &roots, &module)?, attribute?);
        }
        if self.is_in_a_module(&is_here, &module) {
            return None;
        }
        // Packages without an `__init__.py` are packages all the same.
        let path: PathBuf = module.split('.').collect();
        let is_generated = |path: &Path| files.tree().tracking(path) == Tracking::Ignored;
        let file = path.with_extension("py");
        if files.tree().stat(&project.join(&path)).is_ok()
            || is_compiled(files, &project.join(&path))
            || is_generated(&project.join(&file))
        {
            return None;
        }
        Some(NotThere::InProject { module: file })
    }

    /// `shop.apps.ShopConfig` is a class in a module, and what an `__init__.py` binds may look like one.
    fn is_in_a_module(&self, is_here: &dyn Fn(&str) -> bool, module: &str) -> bool {
        self.names == Names::Application
            && module.rsplit_once('.').is_some_and(|(parent, name)| {
                name.starts_with(char::is_uppercase) && is_here(parent)
            })
    }
}

/// Whether none of the releases that it may be has what the row names.
fn not_in_releases(row: Row, releases: &Releases) -> Option<NotThere> {
    let series = |column: usize| {
        let (major, minor) = row.column(column).split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    let (since, removed_in): (Option<Series>, Option<Series>) = (series(SINCE), series(REMOVED_IN));
    let lacks = |possible: Series| {
        KNOWN.contains(&possible)
            && (since.is_some_and(|since| possible < since)
                || removed_in.is_some_and(|removed_in| possible >= removed_in))
    };
    let written = |column: usize| Some(row.column(column)).filter(|text| !text.is_empty());
    let is_removed = releases.all(|possible| removed_in.is_some_and(|series| possible >= series));
    releases
        .all(lacks)
        .is_yes()
        .then(|| NotThere::InThisDjango {
            removed_in: written(REMOVED_IN).filter(|_| is_removed.is_yes()),
            since: written(SINCE).filter(|_| !is_removed.is_yes()),
        })
}

/// A module that never says the name does not have it, unless it takes names from elsewhere.
fn not_in_module(files: &Files, path: &Path, name: &str) -> Option<NotThere> {
    const FROM_ELSEWHERE: [&[u8]; 7] = [
        b"import *",
        b"__getattr__",
        b"globals",
        b"setattr",
        b"exec",
        b"vars(",
        b"modules",
    ];
    let source = files.open(path).ok()?;
    let text = source.bytes();
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    if text.len() > MAX_MODULE || has(name.as_bytes()) || FROM_ELSEWHERE.into_iter().any(has) {
        return None;
    }
    // A module of the package is an attribute of it, too.
    let directory = path.parent().filter(|_| path.ends_with("__init__.py"));
    if directory.is_some_and(|directory| {
        files.tree().stat(&directory.join(name)).is_ok()
            || is_compiled(files, &directory.join(name))
    }) {
        return None;
    }
    Some(NotThere::InModule {
        name: name.to_owned(),
        module: source.span(
            0..text
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(text.len()),
        ),
    })
}

/// Whether a module is there in another form than source: `name.cpython-311-x86_64-linux-gnu.so`, `name.pyc`.
fn is_compiled(files: &Files, path: &Path) -> bool {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return false;
    };
    let name = name.to_string_lossy();
    let beside = files.tree().list(directory).unwrap_or_default();
    beside.iter().any(|other| {
        let other = other.file_name().unwrap_or_default().to_string_lossy();
        other
            .strip_prefix(name.as_ref())
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// Whether Django would take the text for a dotted path at all, and nothing in it is still to be filled in.
fn is_dotted(path: &str) -> bool {
    path.contains('.')
        && path.split('.').all(|part| {
            part.starts_with(|first: char| first.is_alphabetic() || first == '_')
                && part
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '_')
        })
}

/// Whether the table lists everything that lies where the path points to.
fn is_listed(path: &str, names: Names) -> bool {
    const AREAS: [&str; 10] = [
        "django.middleware.",
        "django.contrib.",
        "django.template.context_processors.",
        "django.template.backends.",
        "django.template.loaders.",
        "django.core.context_processors.",
        "django.core.files.storage.",
        "django.core.cache.backends.",
        "django.db.backends.",
        "django.core.mail.backends.",
    ];
    const LISTED: [&str; 7] = [
        "middleware",
        "context_processors",
        "backends",
        "apps",
        "storage",
        "hashers",
        "finders",
    ];
    AREAS.iter().any(|area| path.starts_with(area)) && {
        // Models, views and forms of contributed applications are not listed.
        let parts = path.split('.').count();
        !path.starts_with("django.contrib.")
            || names == Names::Application
            || parts <= 3
            || path.split('.').nth(3).is_some_and(|part| {
                // One slip away counts: `django.contrib.auth.backend` is nothing else.
                LISTED
                    .iter()
                    .any(|listed| strsim::osa_distance(listed, part) <= 1)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::dotted::ImportedAt;
    use super::*;
    use crate::source::FileId;

    fn asked(path: &str, names: Names) -> Option<Option<&'static str>> {
        let path = DottedPath {
            setting: "MIDDLEWARE".to_owned(),
            path: path.to_owned(),
            span: Span::new(FileId(0), 0..0),
            imported_at: ImportedAt::Start,
            names,
        };
        match path.not_in_django(&Releases::any())? {
            NotThere::InDjango { nearest } => Some(nearest),
            _ => None,
        }
    }

    /// The answers are those of `import_string` and `import_module` on Django 5.2.
    #[test]
    fn slips_in_django_s_own_paths_are_seen() {
        for (path, names, nearest) in [
            (
                "django.middleware.security.SecurityMiddlewar",
                Names::Attribute,
                Some("django.middleware.security.SecurityMiddleware"),
            ),
            (
                "django.contrib.humanise",
                Names::Application,
                Some("django.contrib.humanize"),
            ),
            (
                "django.contrib.auth.backend.ModelBackend",
                Names::Application,
                Some("django.contrib.auth.backends.ModelBackend"),
            ),
            (
                "django.db.backends.postgres",
                Names::Module,
                Some("django.db.backends.postgresql"),
            ),
            (
                "django.contrib.sitesdjango.contrib.flatpages",
                Names::Application,
                None,
            ),
        ] {
            assert_eq!(asked(path, names), Some(nearest), "{path}");
        }
    }

    #[test]
    fn what_some_version_has_is_left_alone() {
        for (path, names) in [
            (
                "django.middleware.security.SecurityMiddleware",
                Names::Attribute,
            ),
            (
                "django.middleware.transaction.TransactionMiddleware",
                Names::Attribute,
            ),
            ("django.core.context_processors.request", Names::Attribute),
            ("django.contrib.postgres", Names::Application),
            (
                "django.contrib.admin.apps.SimpleAdminConfig",
                Names::Application,
            ),
            ("django.contrib.gis.db.backends.postgis", Names::Module),
            ("django.db.backends.postgresql_psycopg2", Names::Module),
            ("django.contrib.sessions.backends.cached_db", Names::Module),
            ("django.contrib.auth.views.redirect", Names::Attribute),
            ("django.views.x", Names::Module),
        ] {
            assert_eq!(asked(path, names), None, "{path}");
        }
    }
}
