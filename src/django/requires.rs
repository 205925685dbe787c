//! What the settings need to be installed, and whether the project asks for it.
//!
//! Only a list that pip or a locking tool wrote tells what is not installed: it names what Django itself
//! needs, too. And only where nothing else in the tree says the package's name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::source::Span;

use super::object::{Item, Object};
use super::settings::{Settings, item_in};

/// More files than this are not looked through.
const MAX_FILES: usize = 2_000;

/// A larger file is none that people write.
const MAX_SIZE: usize = 4 << 20;

/// Applications and middleware by their top-level package, and what brings it, all in the form of PEP 503.
const BROUGHT_BY: [(&str, &str); 40] = [
    ("allauth", "django-allauth"),
    ("anymail", "django-anymail"),
    ("axes", "django-axes"),
    ("channels", "channels"),
    ("ckeditor", "django-ckeditor"),
    ("compressor", "django-compressor"),
    ("constance", "django-constance"),
    ("corsheaders", "django-cors-headers"),
    ("crispy_bootstrap4", "crispy-bootstrap4"),
    ("crispy_bootstrap5", "crispy-bootstrap5"),
    ("crispy_forms", "django-crispy-forms"),
    ("csp", "django-csp"),
    ("debug_toolbar", "django-debug-toolbar"),
    ("django_celery_beat", "django-celery-beat"),
    ("django_celery_results", "django-celery-results"),
    ("django_countries", "django-countries"),
    ("django_extensions", "django-extensions"),
    ("django_filters", "django-filter"),
    ("django_prometheus", "django-prometheus"),
    ("django_tables2", "django-tables2"),
    ("drf_spectacular", "drf-spectacular"),
    ("drf_yasg", "drf-yasg"),
    ("easy_thumbnails", "easy-thumbnails"),
    ("guardian", "django-guardian"),
    ("import_export", "django-import-export"),
    ("jazzmin", "django-jazzmin"),
    ("knox", "django-rest-knox"),
    ("modeltranslation", "django-modeltranslation"),
    ("mptt", "django-mptt"),
    ("oauth2_provider", "django-oauth-toolkit"),
    ("polymorphic", "django-polymorphic"),
    ("rest_framework", "djangorestframework"),
    ("reversion", "django-reversion"),
    ("rosetta", "django-rosetta"),
    ("silk", "django-silk"),
    ("simple_history", "django-simple-history"),
    ("storages", "django-storages"),
    ("taggit", "django-taggit"),
    ("widget_tweaks", "django-widget-tweaks"),
    ("whitenoise", "whitenoise"),
];

/// What an engine imports, and the packages of which any will do.
const DRIVERS: [(&str, &[&str]); 4] = [
    (
        "postgresql",
        &[
            "psycopg",
            "psycopg2",
            "psycopg2-binary",
            "psycopg-binary",
            "psycopg2cffi",
        ],
    ),
    (
        "postgresql_psycopg2",
        &[
            "psycopg",
            "psycopg2",
            "psycopg2-binary",
            "psycopg-binary",
            "psycopg2cffi",
        ],
    ),
    (
        "mysql",
        &["mysqlclient", "pymysql", "mysql-connector-python"],
    ),
    ("oracle", &["oracledb", "cx-oracle"]),
];

/// A package that the settings name and the project does not ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingPackage {
    /// The setting.
    pub setting: String,
    /// What it names.
    pub path: String,
    /// The package that brings it.
    pub package: &'static str,
    /// Where it is named.
    pub span: Span,
}

impl Settings {
    /// Applications and middleware whose package is in no list of requirements, though the list is whole.
    pub fn missing_packages(&self, files: &Files, project: &Path) -> Vec<MissingPackage> {
        let mut named: Vec<MissingPackage> = Vec::new();
        for setting in ["INSTALLED_APPS", "MIDDLEWARE"] {
            let value = self.get(setting).value;
            let list = value.get().and_then(Object::as_list);
            for item in list.iter().flat_map(|list| &list.items) {
                let Some(path) = item.as_str() else {
                    continue;
                };
                let top = path.split('.').next().unwrap_or(path);
                let brought = BROUGHT_BY.iter().find(|(name, _)| *name == top);
                let Some((_, package)) = brought else {
                    continue;
                };
                if !named.iter().any(|other| other.package == *package) {
                    named.push(MissingPackage {
                        setting: setting.to_owned(),
                        path: path.to_owned(),
                        package,
                        span: item.span,
                    });
                }
            }
        }
        if named.is_empty() {
            return named;
        }
        let Some(locked) = Locked::read(files, project) else {
            return Vec::new();
        };
        named.retain(|named| {
            let top = named.path.split('.').next().unwrap_or_default();
            locked.lacks(&[named.package]) && !locked.has_directory(top)
        });
        named
    }

    /// Engines of databases whose driver is in no list of requirements, though the list is whole.
    pub fn missing_drivers(&self, files: &Files, project: &Path) -> Vec<MissingPackage> {
        let databases = self.get("DATABASES");
        let Some(databases) = databases.value.get().and_then(Object::as_dict) else {
            return Vec::new();
        };
        let engine = |(alias, database): &(Object, Item)| {
            let engine = item_in(database.get()?, "ENGINE")?;
            let path = engine.as_str()?;
            let name = path.strip_prefix("django.db.backends.")?;
            let (_, drivers) = DRIVERS.iter().find(|(own, _)| *own == name)?;
            let named = MissingPackage {
                setting: format!("DATABASES[\"{}\"][\"ENGINE\"]", alias.as_str()?),
                path: path.to_owned(),
                package: drivers[0],
                span: engine.span,
            };
            Some((named, *drivers))
        };
        let named: Vec<(MissingPackage, &[&str])> =
            databases.entries.iter().filter_map(engine).collect();
        let locked = match named.is_empty() {
            true => None,
            false => Locked::read(files, project),
        };
        let Some(locked) = locked else {
            return Vec::new();
        };
        let missing = named
            .into_iter()
            .filter(|(_, drivers)| locked.lacks(drivers));
        missing.map(|(named, _)| named).collect()
    }
}

/// What the project's lists ask for, where one of them names all that is installed.
struct Locked<'f> {
    files: &'f Files,
    /// The directory at the top of the tree.
    top: PathBuf,
    packages: BTreeSet<String>,
}

impl<'f> Locked<'f> {
    fn read(files: &'f Files, project: &Path) -> Option<Self> {
        let tree = files.tree();
        let mut packages = BTreeSet::new();
        let mut is_whole = false;
        let mut top = project.to_owned();
        let inside = project
            .ancestors()
            .take_while(|ancestor| tree.is_inside(ancestor));
        for directory in inside {
            top = directory.to_owned();
            let listed = files.requirements(directory);
            let locks = ["poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock"];
            let locks = locks.iter().map(|name| directory.join(name));
            for path in listed.iter().cloned().chain(locks) {
                let Ok(source) = files.open(&path) else {
                    continue;
                };
                let named = names(&String::from_utf8_lossy(source.bytes()));
                // What Django needs itself stands in what a tool wrote, and in no list that people write.
                is_whole |= ["django", "asgiref", "sqlparse"]
                    .iter()
                    .all(|name| named.contains(*name));
                packages.extend(named);
            }
        }
        is_whole.then_some(Self {
            files,
            top,
            packages,
        })
    }

    /// Whether none of the packages is asked for, and nothing that could install one says its name.
    fn lacks(&self, packages: &[&str]) -> bool {
        let is_asked_for = packages.iter().any(|name| self.packages.contains(*name));
        !is_asked_for && !packages.iter().any(|name| self.is_mentioned(name))
    }

    /// Whether a file that is no code of the project's says the name in any spelling.
    fn is_mentioned(&self, package: &str) -> bool {
        let below = self.files.below(&self.top);
        let installs = |path: &&PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            let is_code = ["py", "html", "js", "css", "po", "json", "svg", "map"]
                .iter()
                .any(|code| ending == *code);
            let is_setup = matches!(
                &*name,
                "setup.py" | "fabfile.py" | "noxfile.py" | "Pipfile.lock"
            );
            !is_code || is_setup
        };
        let candidates: Vec<&PathBuf> = below.iter().filter(installs).collect();
        if candidates.len() > MAX_FILES {
            return true;
        }
        let spellings = [package.to_owned(), package.replace('-', "_")];
        candidates.iter().any(|path| {
            let Ok(source) = self.files.open(path) else {
                return false;
            };
            let bytes = source.bytes();
            if bytes.len() > MAX_SIZE {
                return true;
            }
            let text = bytes.to_ascii_lowercase();
            spellings
                .iter()
                .any(|name| memchr::memmem::find(&text, name.as_bytes()).is_some())
        })
    }

    /// Whether a directory or a module of the tree has the name: the package itself, put there by hand.
    fn has_directory(&self, name: &str) -> bool {
        self.files.below(&self.top).iter().any(|path| {
            path.components().any(|part| {
                let part = part.as_os_str().to_string_lossy();
                part == name || part.strip_suffix(".py") == Some(name)
            })
        })
    }
}

/// The packages that a list names, in the form of PEP 503: requirements, or a lock file's `name = "…"` and `"…": {`.
fn names(text: &str) -> BTreeSet<String> {
    let normalized = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let line = line.trim();
        let line = match line.strip_prefix("name = \"") {
            Some(rest) => rest,
            None => line.trim_start_matches('"'),
        };
        let end = line
            .find(|character| !is_part(character))
            .unwrap_or(line.len());
        if end > 0 {
            found.insert(normalized(&line[..end]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_its_names() {
        for text in [
            "asgiref==3.8.1\nDjango==5.2.19 \\\n    --hash=sha256:00\nsqlparse==0.5.1\n",
            "[[package]]\nname = \"asgiref\"\n\n[[package]]\nname = \"Django\"\n\n[[package]]\nname = \"sqlparse\"\n",
            "{\n  \"default\": {\n    \"asgiref\": {\n    },\n    \"django\": {},\n    \"sqlparse\": {}\n",
        ] {
            let found = names(text);
            for name in ["asgiref", "django", "sqlparse"] {
                assert!(found.contains(name), "{name} in {text}");
            }
        }
    }
}
