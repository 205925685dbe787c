//! What is kept in the memory of one process, and asked for in another.

use crate::source::Span;
use crate::value::Answer;

use super::object::{Item, Object};
use super::settings::{Settings, item_in};

const MEMORY: &str = "django.core.cache.backends.locmem.LocMemCache";
const NOTHING: &str = "django.core.cache.backends.dummy.DummyCache";

/// A cache that other processes do not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnCache {
    /// Where its class is written; nothing for Django's own.
    pub place: Option<Span>,
    /// Whether it keeps nothing at all.
    pub is_dummy: bool,
}

/// Something that counts on one cache for all processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedUse {
    /// What it is, to be read before "counts in".
    pub what: &'static str,
    /// Where it is switched on.
    pub place: Span,
}

/// A cache that is named and that CACHES does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingCache {
    /// The setting that names it.
    pub setting: &'static str,
    /// The alias.
    pub alias: String,
    /// Where it is named.
    pub span: Span,
    /// Where CACHES is set, if it is.
    pub caches: Option<Span>,
}

impl Settings {
    /// The caches of sessions and of the middleware for caching that CACHES does not have.
    pub fn missing_caches(&self) -> Vec<MissingCache> {
        const CACHED: [&str; 2] = [
            "django.contrib.sessions.backends.cache",
            "django.contrib.sessions.backends.cached_db",
        ];
        let caches = self.get("CACHES");
        let has = |alias: &str| match caches.assignments.is_empty() {
            true => self.hidden().is_some() || alias == "default",
            false => caches
                .value
                .get()
                .and_then(Object::as_dict)
                .is_none_or(|dict| dict.incomplete.is_some() || dict.get(alias).is_some()),
        };
        let keeps_sessions = || {
            let engine = self.get("SESSION_ENGINE").value;
            let is_cached =
                |object: &Object| object.as_str().is_some_and(|own| CACHED.contains(&own));
            let sessions = "django.contrib.sessions.middleware.SessionMiddleware";
            engine.is(is_cached).is_yes() && self.middleware_contains(sessions).is_yes()
        };
        let caches_pages = || {
            [
                "UpdateCacheMiddleware",
                "FetchFromCacheMiddleware",
                "CacheMiddleware",
            ]
            .iter()
            .any(|class| {
                let class = format!("django.middleware.cache.{class}");
                self.middleware_contains(&class).is_yes()
            })
        };
        let named = |setting: &'static str| {
            let value = self.get(setting);
            let alias = value.value.get()?.as_str()?.to_owned();
            let span = value.place()?;
            (!has(&alias)).then(|| MissingCache {
                setting,
                alias,
                span,
                caches: caches.assignment().map(|it| it.name),
            })
        };
        let sessions = named("SESSION_CACHE_ALIAS").filter(|_| keeps_sessions());
        let pages = named("CACHE_MIDDLEWARE_ALIAS").filter(|_| caches_pages());
        sessions.into_iter().chain(pages).collect()
    }

    /// The cache of an alias, where each process has its own, or none.
    fn own_cache(&self, alias: &str) -> Option<OwnCache> {
        let caches = self.get("CACHES");
        if caches.assignments.is_empty() {
            let is_djangos = self.hidden().is_none() && alias == "default";
            return is_djangos.then_some(OwnCache {
                place: None,
                is_dummy: false,
            });
        }
        let cache = caches.value.get()?.as_dict()?.get(alias)?;
        let backend = item_in(cache.get()?, "BACKEND")?;
        let class = backend.as_str()?;
        matches!(class, MEMORY | NOTHING).then(|| OwnCache {
            place: Some(backend.span),
            is_dummy: class == NOTHING,
        })
    }

    /// Where sessions are kept in a cache of one process: SESSION_ENGINE, and the cache.
    pub fn sessions_in_memory(&self) -> Option<(Span, OwnCache)> {
        const ENGINE: &str = "django.contrib.sessions.backends.cache";
        let engine = self.get("SESSION_ENGINE");
        let is_cache = engine
            .value
            .is(|object| object.as_str() == Some(ENGINE))
            .is_yes();
        let is_used = self
            .middleware_contains("django.contrib.sessions.middleware.SessionMiddleware")
            .is_yes();
        let alias = self.get("SESSION_CACHE_ALIAS");
        let alias = match alias.assignments.is_empty() {
            true => "default".to_owned(),
            false => alias.value.get()?.as_str()?.to_owned(),
        };
        let cache = self.own_cache(&alias)?;
        (is_cache && is_used).then_some((engine.place()?, cache))
    }

    /// What counts in the default cache, where CACHES says that each process has its own.
    pub fn counts_in_memory(&self) -> Option<(SharedUse, OwnCache)> {
        let cache = self.own_cache("default")?;
        cache.place?;
        let limits = [
            ("django_ratelimit", "the rate limits of django-ratelimit"),
            ("ratelimit", "the rate limits of django-ratelimit"),
            ("defender", "the lock-outs of django-defender"),
        ];
        let applications = self.get("INSTALLED_APPS");
        let installed = applications.value.get().and_then(Object::as_list);
        for item in installed.iter().flat_map(|list| &list.items) {
            let limit = limits.iter().find(|(name, _)| item.as_str() == Some(name));
            if let Some((_, what)) = limit {
                let place = item.span;
                return Some((SharedUse { what, place }, cache));
            }
        }
        let framework = self.get("REST_FRAMEWORK");
        let throttles = item_in(framework.value.get()?, "DEFAULT_THROTTLE_CLASSES")?;
        let has_any = |object: &Object| {
            object
                .as_sequence()
                .is_some_and(|list| !list.items.is_empty())
        };
        let is_installed = self.is_installed("rest_framework") == Answer::Yes;
        (is_installed && throttles.value.is(has_any).is_yes()).then_some((
            SharedUse {
                what: "the throttles of Django REST framework",
                place: throttles.span,
            },
            cache,
        ))
    }

    /// Where every origin may ask with a visitor's cookies (django-cors-headers): the two settings.
    pub fn any_origin_with_credentials(&self) -> Option<(Span, Span)> {
        let is_used = [
            "corsheaders.middleware.CorsMiddleware",
            "corsheaders.middleware.CorsPostCsrfMiddleware",
        ]
        .iter()
        .any(|class| self.middleware_contains(class).is_yes());
        let is_on = |name: &str| {
            let setting = self.get(name);
            let is_on = setting
                .value
                .is(|object| object.truth() == Some(true))
                .is_yes();
            setting
                .assignment()
                .filter(|_| is_on && !setting.optional)
                .map(|it| it.name)
        };
        let all = is_on("CORS_ALLOW_ALL_ORIGINS").or_else(|| is_on("CORS_ORIGIN_ALLOW_ALL"))?;
        let credentials = is_on("CORS_ALLOW_CREDENTIALS")?;
        is_used.then_some((all, credentials))
    }

    /// Applications and middleware that serve developers alone, where they are known to be there.
    pub fn developers_tools(&self) -> Vec<(String, Span)> {
        const TOOLS: [&str; 6] = [
            "debug_toolbar",
            "django_browser_reload",
            "django_pdb",
            "django_watchman",
            "nplusone",
            "silk",
        ];
        let mut found: Vec<(String, Span)> = Vec::new();
        for name in ["INSTALLED_APPS", "MIDDLEWARE"] {
            let setting = self.get(name);
            let list = setting.value.get().and_then(Object::as_list);
            for item in list.iter().flat_map(|list| &list.items) {
                let top = item.as_str().and_then(|text| text.split('.').next());
                let Some(tool) = TOOLS.iter().find(|tool| top == Some(tool)) else {
                    continue;
                };
                if !found.iter().any(|(own, _)| own == tool) {
                    found.push(((*tool).to_owned(), place(item)));
                }
            }
        }
        found
    }
}

fn place(item: &Item) -> Span {
    let single = item.value.single();
    single
        .and_then(|single| single.origin.span())
        .unwrap_or(item.span)
}
