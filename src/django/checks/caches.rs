//! django/core/checks/caches.py and mail.py.

use std::path::Path;

use super::super::object::{FilePath, Item, Object};
use super::super::settings::item_in;
use super::{EVER, Fired};

const FILES: &str = "django.core.cache.backends.filebased.FileBasedCache";

pub(super) fn run(fired: &mut Fired) {
    let settings = fired.settings;
    let caches = settings.get("CACHES");
    let Some(dict) = caches.value.get().and_then(Object::as_dict) else {
        return;
    };
    let has_default = dict.get("default").is_some() || dict.incomplete.is_some();
    if !has_default {
        fired.lacking("caches.E001", "CACHES", "default");
    }
    for (alias, cache) in &dict.entries {
        let (Some(alias), Some(cache)) = (alias.as_str(), cache.get()) else {
            continue;
        };
        let backend = item_in(cache, "BACKEND").and_then(Item::as_str);
        let Some(location) = item_in(cache, "LOCATION").filter(|_| backend == Some(FILES)) else {
            continue;
        };
        let Some(path) = location.get().and_then(Object::as_path) else {
            continue;
        };
        if !fired.within((3, 2)..EVER) {
            continue;
        }
        if matches!(path, FilePath::Relative(_)) {
            fired.add("caches.W003", alias, Some(location.span));
            continue;
        }
        for name in ["MEDIA_ROOT", "STATIC_ROOT"] {
            let root = settings.path(name);
            let Some(Some(root)) = root.get() else {
                continue;
            };
            if meets(&path, root) {
                fired.add(
                    "caches.W002",
                    format!("{alias} {name}"),
                    Some(location.span),
                );
            }
        }
        let directories = settings.get("STATICFILES_DIRS");
        let directories = directories.value.get().and_then(Object::as_sequence);
        let met = directories.iter().flat_map(|list| &list.items).any(|item| {
            super::files::directory(item).is_some_and(|(_, directory)| meets(&path, &directory))
        });
        if met {
            fired.add(
                "caches.W002",
                format!("{alias} STATICFILES_DIRS"),
                Some(location.span),
            );
        }
    }
}

/// Whether one of two paths of the same kind is the other, or lies in it.
fn meets(one: &FilePath, other: &FilePath) -> bool {
    let lie_together = |one: &Path, other: &Path| one.starts_with(other) || other.starts_with(one);
    match (one, other) {
        (FilePath::Local(one), FilePath::Local(other))
        | (FilePath::Deployed(one), FilePath::Deployed(other)) => lie_together(one, other),
        _ => false,
    }
}
