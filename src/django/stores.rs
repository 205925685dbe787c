//! Where the project keeps its data: DATABASES and CACHES.

use super::object::{Item, Mapping};
use super::settings::Settings;
use crate::source::Span;

/// A database or a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// `DATABASES` or `CACHES`.
    pub setting: &'static str,
    /// Its alias: `default`.
    pub alias: String,
    /// What it is; nothing where that is not known.
    pub kind: Option<&'static str>,
    /// The host that it is asked at; nothing for a file, this machine, and where it is not known.
    pub host: Option<String>,
    /// The port, where one is written.
    pub port: Option<String>,
    /// Where it is said.
    pub span: Span,
}

/// The ends of the engines' and backends' names.
const KINDS: [(&str, &str); 13] = [
    ("postgresql", "PostgreSQL"),
    ("postgresql_psycopg2", "PostgreSQL"),
    ("postgis", "PostGIS"),
    ("mysql", "MySQL"),
    ("oracle", "Oracle"),
    ("sqlite3", "SQLite"),
    ("spatialite", "SpatiaLite"),
    ("RedisCache", "Redis"),
    ("PyMemcacheCache", "memcached"),
    ("PyLibMCCache", "memcached"),
    ("LocMemCache", "this process's memory"),
    ("FileBasedCache", "files"),
    ("DatabaseCache", "the database"),
];

impl Settings {
    /// The databases and caches that are set, as far as they are known.
    pub fn stores(&self) -> Vec<Store> {
        ["DATABASES", "CACHES"]
            .into_iter()
            .flat_map(|name| self.stores_of(name))
            .collect()
    }

    fn stores_of(&self, name: &'static str) -> Vec<Store> {
        let setting = self.get(name);
        let Some(assignment) = setting.assignment() else {
            return Vec::new();
        };
        let unknown = |alias: String| Store {
            setting: name,
            alias,
            kind: None,
            host: None,
            port: None,
            span: assignment.value,
        };
        let Some(aliases) = setting.value.get().and_then(|value| value.as_dict()) else {
            return vec![unknown("default".to_owned())];
        };
        aliases
            .entries
            .iter()
            .filter_map(|(alias, item)| Some((alias.as_str()?.to_owned(), item)))
            .map(
                |(alias, item)| match item.get().and_then(|it| it.as_dict()) {
                    Some(options) => store(unknown(alias), options),
                    None => unknown(alias),
                },
            )
            .collect()
    }
}

fn store(unknown: Store, options: &Mapping) -> Store {
    let text = |key: &str| options.get(key).and_then(Item::as_str);
    let class = text("ENGINE").or_else(|| text("BACKEND"));
    let end = class.and_then(|class| class.rsplit('.').next());
    let kind = KINDS.iter().find(|(name, _)| end == Some(name));
    let (host, port) = match text("LOCATION") {
        Some(location) => match address(location) {
            Some((host, port)) => (Some(host), port),
            None => (None, None),
        },
        None => (
            text("HOST").map(str::to_owned),
            text("PORT").map(str::to_owned),
        ),
    };
    let is_written = |text: &String| !text.is_empty();
    Store {
        kind: kind.map(|(_, kind)| *kind),
        host: host.filter(is_written),
        port: port.filter(is_written),
        ..unknown
    }
}

/// Host and port of `redis://user:password@cache:6379/1` or `cache:11211`, without its credentials.
fn address(location: &str) -> Option<(String, Option<String>)> {
    let rest = location
        .split_once("://")
        .map_or(location, |(_, rest)| rest);
    // A password may hold a slash, too.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.split('/').next()?;
    match rest.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => {
            Some((host.to_owned(), Some(port.to_owned())))
        }
        Some(_) => None,
        None => Some((rest.to_owned(), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_shown_without_its_credentials() {
        let of = |text: &str| address(text);
        let known =
            |host: &str, port: Option<&str>| Some((host.to_owned(), port.map(str::to_owned)));
        assert_eq!(of("redis://cache:6379/1"), known("cache", Some("6379")));
        assert_eq!(
            of("redis://me:secret@cache:6379/1"),
            known("cache", Some("6379"))
        );
        assert_eq!(of("redis://me:1/2@cret@cache/1"), known("cache", None));
        assert_eq!(of("cache:11211"), known("cache", Some("11211")));
        assert_eq!(of("unix:/run/memcached.sock"), None);
        assert_eq!(of("/var/tmp/django_cache"), known("", None));
    }
}
