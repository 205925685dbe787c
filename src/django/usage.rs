//! How the project around the settings uses them: asked of its text, for a word that is
//! there in any form says that something may use it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::files::{Extensions, Files, Picked};
use crate::source::{SourceFile, Span};

use super::names;
use super::settings::Settings;

/// More files than this are not looked through.
const MAX_FILES: usize = 4_000;

/// Directories that hold nothing of the project's own making, beside those that no walk enters.
const SKIPPED: &[&str] = &["env", "migrations", "venv", "virtualenv"];

/// Whether the word `name` stands in any Python file below `project` elsewhere than in `except`:
/// as `settings.NAME`, in a `getattr`, in an import, in a comment. True too where the
/// project is too large to be looked through.
pub fn reads_name(files: &Files, project: &Path, name: &str, except: &[Span]) -> bool {
    let walk = walk(files, project, &["py"]);
    if !walk.complete {
        return true;
    }
    walk.files.iter().any(|path| {
        // A file that cannot be read may hold anything.
        files.open(path).map_or(true, |source| {
            words(&source, name).any(|span| !except.contains(&span))
        })
    })
}

/// Whether the word stands in any Python file of the project.
pub fn mentions(files: &Files, project: &Path, word: &str) -> bool {
    reads_name(files, project, word, &[])
}

/// A name that was meant to be a setting of Django's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelt {
    /// What is written.
    pub written: String,
    /// What was meant.
    pub meant: &'static str,
    /// Where it is assigned; never empty.
    pub places: Vec<Span>,
    /// The right name, where it is assigned too: to no more than Django's own default.
    pub beside: Option<Span>,
}

/// Names that the settings assign, that nothing reads, and that are one slip away from a
/// setting which has no value of its own.
pub fn misspelt(files: &Files, settings: &Settings, project: &Path) -> Vec<Misspelt> {
    let mut found = Vec::new();
    for (written, first) in settings.assigned() {
        let Some(meant) = names::misspelt(written) else {
            continue;
        };
        if !settings.has_default(meant) {
            continue;
        }
        let assignments = settings.get(written).assignments;
        let places: Vec<Span> = assignments
            .iter()
            .map(|assignment| assignment.name)
            .collect();
        if reads_name(files, project, written, &places) {
            continue;
        }
        found.push(Misspelt {
            written: written.to_owned(),
            meant,
            places: if places.is_empty() {
                vec![first.name]
            } else {
                places
            },
            beside: settings
                .get(meant)
                .assignment()
                .map(|assignment| assignment.name),
        });
    }
    found
}

/// Libraries that the settings start and that work in a thread of their own.
const THREADED: [(&str, &str); 4] = [
    ("sentry_sdk", "Sentry"),
    ("newrelic", "New Relic"),
    ("apscheduler", "APScheduler"),
    ("django_apscheduler", "APScheduler"),
];

/// A library that works in a thread of its own.
pub struct ThreadedLibrary {
    /// What people call it.
    pub name: &'static str,
    /// The line that imports it.
    pub place: Span,
    /// Whether the settings import it on every way through.
    pub is_certain: bool,
}

/// The first library that the settings import and that works in a thread of its own.
pub fn threaded_library(files: &Files, settings: &Settings) -> Option<ThreadedLibrary> {
    settings.files().iter().find_map(|file| {
        let source = files.get(*file);
        (1..=source.line_count()).find_map(|line| {
            let range = source.line_range(line);
            let text = std::str::from_utf8(source.bytes().get(range.clone())?).ok()?;
            let indent = text.len() - text.trim_start().len();
            let text = text.trim();
            let imported = text
                .strip_prefix("import ")
                .or_else(|| text.strip_prefix("from "))?
                .trim_start();
            let end = imported.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            let module = &imported[..end.unwrap_or(imported.len())];
            let (_, name) = THREADED.iter().find(|(known, _)| *known == module)?;
            let start = range.start + indent;
            Some(ThreadedLibrary {
                name,
                place: source.span(start..start + text.len()),
                is_certain: indent == 0,
            })
        })
    })
}

/// What makes static files be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticFilesUse {
    /// What it is, to be read after "static files are used: ".
    pub what: String,
    /// Where that shows, where it is a place in a file.
    pub place: Option<Span>,
}

/// The first thing that shows that the site has static files: the admin, STATICFILES_DIRS,
/// a `{% static %}` in a template, a `static` directory of an application.
pub fn static_files_used(
    files: &Files,
    settings: &Settings,
    project: &Path,
) -> Option<StaticFilesUse> {
    let used = |what: &str, place| {
        Some(StaticFilesUse {
            what: what.to_owned(),
            place,
        })
    };
    if let Some(place) = admin_in_urls(files, settings, project) {
        return used("the admin", Some(place));
    }
    let directories = settings.get("STATICFILES_DIRS");
    let has_entries = directories.value.is(|object| {
        object
            .as_sequence()
            .is_some_and(|list| !list.items.is_empty())
    });
    if has_entries.is_yes() {
        let place = directories.assignment().map(|assignment| assignment.name);
        return used("STATICFILES_DIRS", place);
    }
    let templates = walk(files, project, &["html", "htm"]);
    for path in &templates.files {
        let Ok(source) = files.open(path) else {
            continue;
        };
        if let Some(at) = static_tag(source.bytes()) {
            return used("a template", Some(source.span(at.0..at.1)));
        }
    }
    if static_directory(files, project).is_some() {
        return used("an application's static directory", None);
    }
    None
}

/// Where a urls.py has the admin, if it is installed.
pub fn admin_in_urls(files: &Files, settings: &Settings, project: &Path) -> Option<Span> {
    let is_installed = settings.is_installed("django.contrib.admin").is_yes();
    is_installed.then(|| find_in_urls(files, project, &[b"admin.site.urls"]))?
}

/// Where a urls.py has the admin at `admin/`, the first place that anybody looks.
pub fn admin_at_its_usual_url(files: &Files, settings: &Settings, project: &Path) -> Option<Span> {
    let place = admin_in_urls(files, settings, project)?;
    let source = files.get(place.file);
    let line = source.line_range(source.line_of(place.range().start));
    let text = source.bytes().get(line)?;
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    let usual: [&[u8]; 4] = [b"\"admin/\"", b"'admin/'", b"\"^admin/\"", b"'^admin/'"];
    usual.into_iter().any(has).then_some(place)
}

/// How the project's URLs serve static files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedByUrls {
    /// `django.views.static.serve`: also without DEBUG.
    Always(Span),
    /// `static()` or `staticfiles_urlpatterns()`: with DEBUG alone.
    WithDebug(Span),
}

/// Whether a urls.py of the project serves static files.
pub fn urls_serve_static(files: &Files, project: &Path) -> Option<ServedByUrls> {
    let always: &[&[u8]] = &[b"django.views.static", b"views.serve", b"static.serve"];
    if let Some(place) = find_in_urls(files, project, always) {
        return Some(ServedByUrls::Always(place));
    }
    let with_debug: &[&[u8]] = &[b"staticfiles_urlpatterns(", b"STATIC_URL"];
    find_in_urls(files, project, with_debug).map(ServedByUrls::WithDebug)
}

/// The first of `needles` outside of comments in a Python file of the project with this word in its
/// name, or in a directory of that name. Nothing where the project is too large to be looked through.
pub(super) fn first_in(
    files: &Files,
    project: &Path,
    word: &str,
    needles: &[&[u8]],
) -> Option<Span> {
    let walk = walk(files, project, &["py"]);
    let is_meant = |path: &&PathBuf| {
        path.file_stem()
            .is_some_and(|name| name.to_string_lossy().contains(word))
            || path.parent().is_some_and(|parent| parent.ends_with(word))
    };
    walk.files.iter().filter(is_meant).find_map(|path| {
        let source = files.open(path).ok()?;
        let bytes = source.bytes();
        needles.iter().find_map(|needle| {
            let at =
                memchr::memmem::find_iter(bytes, needle).find(|at| !is_in_comment(bytes, *at))?;
            Some(source.span(at..at + needle.len()))
        })
    })
}

/// The first of `needles` outside of comments in a file that is called urls.py or lies in urls/.
fn find_in_urls(files: &Files, project: &Path, needles: &[&[u8]]) -> Option<Span> {
    first_in(files, project, "urls", needles)
}

fn is_in_comment(bytes: &[u8], at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
    bytes[start..at].trim_ascii_start().starts_with(b"#")
}

/// `{% static …%}`, `{% load static %}` and the older `{% load staticfiles %}`.
fn static_tag(bytes: &[u8]) -> Option<(usize, usize)> {
    memchr::memmem::find_iter(bytes, b"{%").find_map(|at| {
        let end = at + memchr::memmem::find(&bytes[at..], b"%}")? + 2;
        let mut words = bytes[at + 2..end - 2]
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let is_static = match words.next()? {
            b"static" => true,
            b"load" => words.any(|word| word == b"static" || word == b"staticfiles"),
            _ => false,
        };
        is_static.then_some((at, end))
    })
}

/// Whether the directory that holds `static` is a Python package, where AppDirectoriesFinder looks.
fn is_application(files: &Files, directory: &Path) -> bool {
    directory.parent().is_some_and(|parent| {
        ["apps.py", "models.py", "views.py", "__init__.py"]
            .iter()
            .any(|name| files.tree().stat(&parent.join(name)).is_ok())
    })
}

/// Every place where `name` stands as a word of its own.
fn words<'s>(source: &'s SourceFile, name: &'s str) -> impl Iterator<Item = Span> + 's {
    let bytes = source.bytes();
    let in_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(bytes, name.as_bytes()).filter_map(move |at| {
        let end = at + name.len();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        (!in_word(before) && !in_word(bytes.get(end))).then(|| source.span(at..end))
    })
}

/// The files with one of these extensions below a directory, nearest first.
fn walk(files: &Files, project: &Path, extensions: Extensions) -> Arc<Picked> {
    files.picked_or(project, extensions, || {
        let below = files.below(project);
        let has_extension = |path: &&PathBuf| {
            let extension = path.extension();
            extension.is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
        };
        let mut found: Vec<PathBuf> = below
            .iter()
            .filter(has_extension)
            .filter(|path| is_own(project, path))
            .cloned()
            .collect();
        found.sort_by_cached_key(|path| path.components().count());
        let complete = found.len() <= MAX_FILES;
        found.truncate(MAX_FILES);
        Picked {
            files: found,
            complete,
        }
    })
}

/// Whether a file of the project is of its own making.
fn is_own(project: &Path, path: &Path) -> bool {
    let inside = path.strip_prefix(project).unwrap_or(path);
    !inside
        .components()
        .any(|name| SKIPPED.iter().any(|skipped| name.as_os_str() == *skipped))
}

/// The directory called `static` of an application that has files in it.
fn static_directory(files: &Files, project: &Path) -> Option<PathBuf> {
    let below = files.below(project);
    let within = |path: &Path| {
        path.ancestors()
            .skip(1)
            .take_while(|directory| directory.starts_with(project))
            .find(|directory| directory.file_name().is_some_and(|name| name == "static"))
            .map(Path::to_owned)
    };
    below
        .iter()
        .filter(|path| is_own(project, path))
        .filter_map(|path| within(path))
        .find(|directory| is_application(files, directory))
}

#[cfg(test)]
mod tests;
