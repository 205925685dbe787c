//! The values that Django itself gives to settings, release by release, as
//! `django/conf/global_settings.py` of each has them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::object::{Item, Mapping, Object, Sequence};
use super::version::{Releases, Series};
use crate::source::{Origin, Span};
use crate::table::{Row, Table};
use crate::value::Value;

/// A name, then in turn a release and the value since then as JSON, where `{"$tuple": […]}` is a
/// tuple; nothing stands for a release that has no such setting. The oldest that was read is 1.5:
/// 1.4 counts as its like.
static DEFAULTS: Table = Table::new(include_str!("defaults.tsv"));

/// The release with which the table begins.
const OLDEST: &str = "1.4";

/// What Django has for a setting that the project leaves alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Default {
    /// The same in each release that it may be and that has the setting.
    Is(&'static str),
    /// Another value since that release.
    ChangedIn(&'static str),
    /// No release that it may be has such a setting.
    NoSuch,
}

/// What the releases that a project may run with have.
pub(super) fn of(name: &str, releases: &Releases) -> Default {
    let Some(row) = DEFAULTS.get(name.as_bytes()) else {
        return Default::NoSuch;
    };
    // Most have had the same value ever since, and rules ask for them all the time.
    if row.column(1) == OLDEST && row.column(3).is_empty() {
        return Default::Is(row.column(2));
    }
    let changes: Vec<_> = changes(row).collect();
    let mut found: Option<&str> = None;
    for series in releases.possible() {
        let at = changes
            .iter()
            .rev()
            .find(|change| change.in_force <= series);
        let Some(change) = at.filter(|change| !change.value.is_empty()) else {
            continue;
        };
        match found {
            Some(value) if value != change.value => return Default::ChangedIn(change.since),
            _ => found = Some(change.value),
        }
    }
    found.map_or(Default::NoSuch, Default::Is)
}

/// The value in the newest release that has the setting.
pub(super) fn last(name: &str) -> Option<&'static str> {
    let row = DEFAULTS.get(name.as_bytes())?;
    let values = changes(row).map(|change| change.value);
    values.filter(|value| !value.is_empty()).last()
}

/// Every setting that has a value in some release, sorted.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    DEFAULTS.iter().map(Row::key)
}

/// The value as an object of Python's; the place stands for what nothing in the project sets.
pub(super) fn object(value: &str, place: Span) -> Option<Object> {
    Some(match value {
        "null" => Object::None,
        "false" => Object::Bool(false),
        "true" => Object::Bool(true),
        "[]" => Object::List(Arc::new(Sequence::new(0, Vec::new(), None))),
        _ => built(serde_json::from_str(value).ok()?, place)?,
    })
}

struct Change {
    in_force: Series,
    since: &'static str,
    value: &'static str,
}

fn changes(row: Row) -> impl Iterator<Item = Change> {
    let pairs = (1..).step_by(2);
    let pairs = pairs.map(move |at| (row.column(at), row.column(at + 1)));
    let pairs = pairs.take_while(|(since, _)| !since.is_empty());
    pairs.filter_map(|(since, value)| {
        let (major, minor) = since.split_once('.')?;
        Some(Change {
            in_force: (major.parse().ok()?, minor.parse().ok()?),
            since,
            value,
        })
    })
}

fn built(json: Json, place: Span) -> Option<Object> {
    let items = |items: Vec<Json>| {
        let items = items.into_iter().map(|json| item(json, place));
        let items: Option<Vec<Item>> = items.collect();
        Some(Arc::new(Sequence::new(0, items?, None)))
    };
    Some(match json {
        Json::Null => Object::None,
        Json::Bool(value) => Object::Bool(value),
        Json::Number(number) => Object::Int(number.as_i64()?),
        Json::String(text) => Object::str(text),
        Json::Array(all) => Object::List(items(all)?),
        Json::Object(mut map) => match map.remove("$tuple") {
            Some(Json::Array(all)) => Object::Tuple(items(all)?),
            Some(_) => return None,
            None => {
                let entries = map.into_iter();
                let entries =
                    entries.map(|(key, json)| Some((Object::str(key), item(json, place)?)));
                let entries: Option<Vec<_>> = entries.collect();
                Object::Dict(Arc::new(Mapping::new(0, entries?, None)))
            }
        },
    })
}

fn item(json: Json, place: Span) -> Option<Item> {
    Some(Item {
        value: Value::known(built(json, place)?, Origin::Default("Django")),
        environment: None,
        span: place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::host::PathMap;
    use crate::tree::Memory;
    use std::path::PathBuf;

    fn releases(requirement: &str) -> Releases {
        let tree = Memory::new().file("p/requirements.txt", requirement, 0o644);
        let files = Files::new(tree, PathMap::new());
        Releases::asked_for(&files, &[PathBuf::from("/p")])
    }

    /// As global_settings.py of these releases has it.
    #[test]
    fn the_value_is_that_of_the_release() {
        let zone = |requirement: &str| of("USE_TZ", &releases(requirement));
        assert_eq!(zone("Django==4.2.1"), Default::Is("false"));
        assert_eq!(zone("Django==5.2"), Default::Is("true"));
        assert_eq!(zone("Django>=4.2,<5.1"), Default::ChangedIn("5.0"));
        assert_eq!(zone(""), Default::ChangedIn("5.0"));
        assert_eq!(of("DEBUG", &releases("")), Default::Is("false"));
        let storage = |requirement: &str| of("STATICFILES_STORAGE", &releases(requirement));
        let local = "\"django.contrib.staticfiles.storage.StaticFilesStorage\"";
        assert_eq!(storage("Django==5.0"), Default::Is(local));
        assert_eq!(storage("Django>=5.0"), Default::Is(local));
        assert_eq!(storage("Django==5.1"), Default::NoSuch);
        assert_eq!(last("STATICFILES_STORAGE"), Some(local));
        assert_eq!(of("CELERY_BROKER", &releases("")), Default::NoSuch);
    }

    #[test]
    fn every_value_can_be_built() {
        let files = Files::new(Memory::new(), PathMap::new());
        let source = files.intern(PathBuf::from("/x"), Vec::new());
        for name in names() {
            let row = DEFAULTS.get(name.as_bytes()).unwrap();
            for change in changes(row).filter(|change| !change.value.is_empty()) {
                let built = object(change.value, source.span(0..0));
                assert!(built.is_some(), "{name} {}", change.since);
            }
        }
        assert_eq!(last("TEMPLATES"), Some("[]"));
        assert!(names().is_sorted());
    }
}
