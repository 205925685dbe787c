//! The names of Django's settings, and of those that well-known packages read.

use strsim::osa_distance;

use super::version::Series;
use crate::table::{Row, Table};
use crate::value::only;

static NAMES: Table = Table::new(include_str!("names.tsv"));
static PACKAGES: &str = include_str!("packages.tsv");

/// A shorter name is near to too many others.
const SHORTEST_NAME: usize = 6;

/// A shorter setting has too many names near to it.
const SHORTEST_SETTING: usize = 8;

const REMOVED_IN: usize = 3;
const KIND: usize = 4;

/// Whether Django, in any version, has a setting of that name.
pub(crate) fn is_known(name: &str) -> bool {
    row(name).is_some()
}

/// The setting that no release since one of Django's reads: its name, and that series.
pub(crate) fn removed(name: &str) -> Option<(&'static str, &'static str, Series)> {
    let row = row(name)?;
    let since = row.column(REMOVED_IN);
    let (major, minor) = since.split_once('.')?;
    Some((row.key(), since, (major.parse().ok()?, minor.parse().ok()?)))
}

/// The setting that a name is one slip away from, where it is none itself and no package reads it.
pub(crate) fn misspelt(name: &str) -> Option<&'static str> {
    let is_short = name.len() < SHORTEST_NAME;
    if is_short || name.starts_with('_') || is_known(name) {
        return None;
    }
    let near = NAMES
        .iter()
        .filter(|row| {
            row.key().len().abs_diff(name.len()) <= 1 && row.key().len() >= SHORTEST_SETTING
        })
        .filter(|row| {
            may_be_near(row.key(), name) && osa_distance(row.key(), name) == 1 && is_current(*row)
        })
        .map(Row::key);
    only(near).filter(|_| !is_of_a_package(name))
}

/// Whether two names are alike but for two letters side by side: what one slip leaves, and quick to see.
fn may_be_near(one: &str, other: &str) -> bool {
    let before = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let behind = one
        .bytes()
        .rev()
        .zip(other.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    before + behind + 2 >= one.len().max(other.len())
}

fn row(name: &str) -> Option<Row> {
    NAMES
        .get(name.as_bytes())
        .filter(|row| row.column(KIND) != "database")
}

fn is_current(row: Row) -> bool {
    row.column(REMOVED_IN).is_empty() && matches!(row.column(KIND), "core" | "contrib")
}

/// Whether the name is, or begins like, one that a package reads: `CELERY_…`, `WAGTAIL…`.
fn is_of_a_package(name: &str) -> bool {
    PACKAGES
        .lines()
        .skip(1)
        .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_the_wild_are_seen() {
        for (written, meant) in [
            ("ALLOWED_HOST", "ALLOWED_HOSTS"),
            ("STATICFILES_DIR", "STATICFILES_DIRS"),
            ("STATIC_FILES_STORAGE", "STATICFILES_STORAGE"),
            ("AUTHENTICATION_BACKEND", "AUTHENTICATION_BACKENDS"),
            ("DATE_TIME_FORMAT", "DATETIME_FORMAT"),
            ("ALOWED_HOSTS", "ALLOWED_HOSTS"),
            ("ALLOWED_HSOTS", "ALLOWED_HOSTS"),
            ("MIDLEWARE", "MIDDLEWARE"),
            ("INSTALED_APPS", "INSTALLED_APPS"),
        ] {
            let found = misspelt(written);
            if meant == "STATICFILES_STORAGE" {
                // Removed in 5.1: the right spelling does nothing there either.
                assert_eq!(found, None);
            } else {
                assert_eq!(found, Some(meant), "{written}");
            }
        }
    }

    #[test]
    fn names_of_their_own_are_left_alone() {
        for name in [
            "ALLOWED_HOSTS",
            "ASGI_APPLICATION",
            "_ALLOWED_HOST",
            "MEDIA_PATH",
            "STATIC_DIR",
            "BASE_DIR",
            "CELERY_TIMEZONE",
            "SITE_IDS",
            "DEBUG_",
            "REDIS_URL",
            "SECRET_KEYS_FALLBACKS_X",
        ] {
            assert_eq!(misspelt(name), None, "{name}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        let names: Vec<&str> = NAMES.iter().map(Row::key).collect();
        assert!(names.is_sorted());
        assert!(
            names
                .iter()
                .all(|name| NAMES.get(name.as_bytes()).is_some())
        );
    }
}
