//! django/contrib/staticfiles/checks.py and finders.py, django/core/checks/urls.py and templates.py.

use super::super::object::{FilePath, Item, Object};
use super::super::settings::item_in;
use super::{EVER, Fired};

const FINDER: &str = "django.contrib.staticfiles.finders.FileSystemFinder";

pub(super) fn run(fired: &mut Fired) {
    urls(fired);
    if fired
        .settings
        .is_installed("django.contrib.staticfiles")
        .is_yes()
    {
        static_files(fired);
    }
    templates(fired);
}

fn urls(fired: &mut Fired) {
    for name in ["STATIC_URL", "MEDIA_URL"] {
        let setting = fired.settings.get(name);
        let lacks_slash = |object: &Object| {
            object
                .as_str()
                .is_some_and(|url| !url.is_empty() && !url.ends_with('/'))
        };
        let fires = !setting.assignments.is_empty() && setting.value.is(lacks_slash).is_yes();
        fired.of("urls.E006", name, fires);
    }
}

fn static_files(fired: &mut Fired) {
    let settings = fired.settings;
    let finders = settings.get("STATICFILES_FINDERS");
    let looks = finders.assignments.is_empty() && settings.hidden().is_none()
        || settings
            .any_entry("STATICFILES_FINDERS", |entry| entry == FINDER)
            .is_yes();
    let directories = settings.get("STATICFILES_DIRS");
    if looks && !directories.assignments.is_empty() {
        let is_list = |object: &Object| matches!(object, Object::List(_) | Object::Tuple(_));
        let is_other = directories.value.is(is_list).is_no();
        fired.of("staticfiles.E001", "STATICFILES_DIRS", is_other);
        let root = settings.static_root();
        let root = root.get().and_then(Option::as_ref);
        // Before 4.0 what is no list is looked through all the same.
        let list = match fired.within((3, 0)..(4, 0)) {
            true => directories.value.get().and_then(Object::as_sequence),
            false => directories.value.get().and_then(Object::as_list),
        };
        for item in list.iter().flat_map(|list| &list.items) {
            let Some((prefix, path)) = directory(item) else {
                continue;
            };
            if prefix.is_some_and(|prefix| prefix.ends_with('/')) {
                fired.add("staticfiles.E003", "STATICFILES_DIRS", Some(item.span));
            }
            if root.is_some_and(|root| is_same(root, &path)) {
                fired.add("staticfiles.E002", "STATICFILES_DIRS", Some(item.span));
            }
        }
    }
    if fired.within((5, 0)..EVER) {
        let missing = settings.missing_storages();
        let missing = missing
            .iter()
            .find(|missing| missing.alias == "staticfiles");
        if let Some(missing) = missing {
            fired.add("staticfiles.E005", "STORAGES", Some(missing.place));
        }
    }
}

/// An entry of STATICFILES_DIRS: a path, or a prefix and a path.
pub(super) fn directory(item: &Item) -> Option<(Option<String>, FilePath)> {
    match item.get()? {
        Object::List(pair) | Object::Tuple(pair) => match &pair.items[..] {
            [prefix, path] if pair.incomplete.is_none() => {
                Some((Some(prefix.as_str()?.to_owned()), path.get()?.as_path()?))
            }
            _ => None,
        },
        other => Some((None, other.as_path()?)),
    }
}

fn is_same(one: &FilePath, other: &FilePath) -> bool {
    one == other && !matches!(one, FilePath::Relative(path) if path.as_os_str().is_empty())
}

fn templates(fired: &mut Fired) {
    let templates = fired.settings.get("TEMPLATES");
    let Some(engines) = templates.value.get().and_then(Object::as_list) else {
        return;
    };
    for engine in &engines.items {
        let invalid = engine.get().and_then(|engine| {
            let options = item_in(engine, "OPTIONS")?;
            item_in(options.get()?, "string_if_invalid")
        });
        let is_other = invalid
            .and_then(Item::get)
            .is_some_and(|object| !matches!(object, Object::Str(_) | Object::External(_)));
        if let (Some(invalid), true) = (invalid, is_other) {
            fired.add("templates.E002", "string_if_invalid", Some(invalid.span));
        }
    }
    if fired.within((1, 11)..(5, 1)) {
        let conflicts = fired.settings.conflicts();
        for conflict in conflicts
            .iter()
            .filter(|conflict| conflict.one.0 == "APP_DIRS")
        {
            fired.add("templates.E001", "TEMPLATES", Some(conflict.one.1));
        }
    }
}
