//! Where the project keeps its data: DATABASES and CACHES.

use super::object::{FilePath, Item, Mapping, Object};
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

/// A database of SQLite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteFile {
    /// Its alias.
    pub alias: String,
    /// Its file.
    pub path: FilePath,
    /// Where the file is named.
    pub span: Span,
}

/// How a connection to a database on another host is not kept from others' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unencrypted {
    /// The options switch TLS off.
    Disabled(Span),
    /// A database of Amazon's, which the options do not check: who answers in its place is believed.
    Unverified(Span),
}

impl Settings {
    /// The files of the SQLite databases.
    pub fn sqlite_files(&self) -> Vec<SqliteFile> {
        let databases = self.get("DATABASES");
        let databases = databases.value.get().and_then(|value| value.as_dict());
        let file = |(alias, item): &(Object, Item)| {
            let database = item.get()?.as_dict()?;
            let engine = database.get("ENGINE").and_then(Item::as_str)?;
            let name = database.get("NAME")?;
            let path = name.get()?.as_path()?;
            let is_memory = path.as_path().to_string_lossy().contains(":memory:");
            let is_file = !is_memory && !path.as_path().as_os_str().is_empty();
            (engine == "django.db.backends.sqlite3" && is_file).then_some(SqliteFile {
                alias: alias.as_str()?.to_owned(),
                path,
                span: name.span,
            })
        };
        databases
            .map(|databases| databases.entries.iter().filter_map(file).collect())
            .unwrap_or_default()
    }

    /// Databases on other hosts whose connection others may read.
    pub fn unencrypted_databases(&self) -> Vec<(String, Unencrypted)> {
        let databases = self.get("DATABASES");
        let databases = databases.value.get().and_then(|value| value.as_dict());
        let judged = |(alias, item): &(Object, Item)| {
            let database = item.get()?.as_dict()?;
            let engine = database.get("ENGINE").and_then(Item::as_str)?;
            let host = database.get("HOST")?;
            let name = host.as_str()?;
            let is_far = name.contains('.') && !name.starts_with('/') && !name.starts_with("127.");
            let options = match database.get("OPTIONS") {
                Some(options) => Some(options.get()?.as_dict()?),
                None => None,
            };
            let is_postgres = engine.ends_with("postgresql") || engine.ends_with("postgis");
            let mode = options.and_then(|options| options.get("sslmode"));
            let how = match (is_postgres, mode) {
                _ if !is_far => return None,
                (true, Some(mode)) if mode.as_str() == Some("disable") => {
                    Unencrypted::Disabled(mode.span)
                }
                (true, None) if is_amazons(name) && is_whole(database, options) => {
                    Unencrypted::Unverified(host.span)
                }
                (false, _) if engine.ends_with("mysql") && is_amazons(name) => {
                    let has_ssl = options.is_some_and(|options| {
                        options.get("ssl").is_some() || options.get("ssl_mode").is_some()
                    });
                    if has_ssl || !is_whole(database, options) {
                        return None;
                    }
                    Unencrypted::Unverified(host.span)
                }
                _ => return None,
            };
            Some((alias.as_str()?.to_owned(), how))
        };
        databases
            .map(|databases| databases.entries.iter().filter_map(judged).collect())
            .unwrap_or_default()
    }
}

fn is_amazons(host: &str) -> bool {
    host.to_ascii_lowercase().ends_with(".rds.amazonaws.com")
}

fn is_whole(database: &Mapping, options: Option<&Mapping>) -> bool {
    database.incomplete.is_none() && options.is_none_or(|options| options.incomplete.is_none())
}

/// What DATABASES lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingDatabase {
    /// There are databases, and none is `default`: Django does not start.
    Default,
    /// The database of this alias has settings and no ENGINE: the first query fails.
    Engine(String),
}

impl Settings {
    /// What DATABASES lacks, and where (django/db/utils.py `ConnectionHandler`).
    pub fn missing_databases(&self) -> Vec<(MissingDatabase, Span)> {
        let setting = self.get("DATABASES");
        let (Some(place), Some(databases)) = (
            setting.assignment().filter(|_| setting.is_assigned()),
            setting.value.get().and_then(|value| value.as_dict()),
        ) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if databases.incomplete.is_none()
            && !databases.entries.is_empty()
            && databases.get("default").is_none()
            && databases
                .entries
                .iter()
                .all(|(alias, _)| alias.as_str().is_some())
        {
            found.push((MissingDatabase::Default, place.name));
        }
        for (alias, item) in &databases.entries {
            let (Some(alias), Some(database)) =
                (alias.as_str(), item.get().and_then(|it| it.as_dict()))
            else {
                continue;
            };
            // An empty one is how to say that there is none.
            if database.incomplete.is_none()
                && database.get("ENGINE").is_none()
                && database.get("NAME").is_some()
            {
                found.push((MissingDatabase::Engine(alias.to_owned()), item.span));
            }
        }
        found
    }

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
