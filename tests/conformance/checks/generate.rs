//! Settings that nobody wrote.

use crate::random::Random;

/// Settings that hold one value of several.
const VALUES: [(&str, &[&str]); 37] = [
    ("DEBUG", &["True", "False", "'False'", "0", "''"]),
    (
        "ALLOWED_HOSTS",
        &["[]", "['*']", "['shop.example']", "['']", "()"],
    ),
    (
        "SECRET_KEY",
        &[
            "''",
            "'short'",
            "'a' * 60",
            "'abcde' * 12",
            "'django-insecure-' + 'abcdefgh' * 8",
            "'abcdefghij' * 5",
            "'abcdefghij' * 5 + 'k'",
            "'abcdefghij' * 4 + 'klmnopqrs'",
        ],
    ),
    (
        "SECRET_KEY_FALLBACKS",
        &[
            "[]",
            "['short']",
            "['abcdefghij' * 6, 'old']",
            "('abcdefghij' * 6,)",
        ],
    ),
    ("SECURE_HSTS_SECONDS", &["0", "3600", "'0'", "None"]),
    (
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        &["True", "False", "1", "'True'"],
    ),
    ("SECURE_HSTS_PRELOAD", &["True", "False", "1"]),
    (
        "SECURE_CONTENT_TYPE_NOSNIFF",
        &["True", "False", "1", "None"],
    ),
    ("SECURE_SSL_REDIRECT", &["True", "False", "1", "'False'"]),
    (
        "SECURE_REFERRER_POLICY",
        &[
            "None",
            "'same-origin'",
            "'no-referrer, origin'",
            "['same-origin']",
            "('bogus',)",
            "'bogus'",
            "''",
            "[]",
            "'origin,'",
        ],
    ),
    (
        "SECURE_CROSS_ORIGIN_OPENER_POLICY",
        &[
            "None",
            "'same-origin'",
            "'unsafe-none'",
            "'bogus'",
            "''",
            "False",
        ],
    ),
    (
        "SESSION_COOKIE_SECURE",
        &["True", "False", "1", "'True'", "None"],
    ),
    ("SESSION_COOKIE_HTTPONLY", &["True", "False", "1", "''"]),
    ("CSRF_COOKIE_SECURE", &["True", "False", "1", "'x'"]),
    ("CSRF_USE_SESSIONS", &["True", "False", "1", "''"]),
    (
        "CSRF_TRUSTED_ORIGINS",
        &[
            "[]",
            "['https://shop.example']",
            "['shop.example']",
            "('https://a', '.b')",
            "['']",
        ],
    ),
    (
        "X_FRAME_OPTIONS",
        &["'DENY'", "'SAMEORIGIN'", "'deny'", "None"],
    ),
    (
        "CACHES",
        &[
            "{'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}",
            "{'other': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}",
            "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': 'cache'}}",
            "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '/srv/shop/media/cache'}}",
            "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '/srv/shop'}}",
            "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '/srv/shop/static'}}",
            "{'default': {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', 'LOCATION': '/var/cache/shop'}}",
        ],
    ),
    (
        "MEDIA_ROOT",
        &["''", "'/srv/shop/media'", "'/srv/shop/media/'"],
    ),
    (
        "STATIC_ROOT",
        &["None", "'/srv/shop/static'", "'/srv/shop/assets'"],
    ),
    (
        "MEDIA_URL",
        &[
            "''",
            "'/media/'",
            "'/media'",
            "'media'",
            "'https://files.example'",
        ],
    ),
    (
        "STATIC_URL",
        &[
            "'/static/'",
            "'static/'",
            "'/static'",
            "'https://static.example/s'",
        ],
    ),
    (
        "STATICFILES_DIRS",
        &[
            "[]",
            "['/srv/shop/assets']",
            "('/srv/shop/assets',)",
            "['/srv/shop/assets/', ('docs', '/srv/shop/docs')]",
            "[('docs/', '/srv/shop/docs')]",
            "{'/srv/shop/assets'}",
        ],
    ),
    (
        "STATICFILES_FINDERS",
        &[
            "['django.contrib.staticfiles.finders.AppDirectoriesFinder']",
            "['django.contrib.staticfiles.finders.FileSystemFinder']",
        ],
    ),
    ("SITE_ID", &["1", "'1'", "None", "True", "1.5"]),
    (
        "LANGUAGE_CODE",
        &[
            "'en-us'",
            "'de'",
            "'de-at'",
            "'pt-BR'",
            "'en_US'",
            "'tlh'",
            "'fr-fr'",
            "''",
            "'ca@valencia'",
        ],
    ),
    (
        "LANGUAGES",
        &[
            "[('en', 'English')]",
            "[('de', 'German'), ('en', 'English')]",
            "[('pt_BR', 'Portuguese')]",
            "(('fr-ca', 'French'), ('en-us', 'English'))",
        ],
    ),
    ("LANGUAGES_BIDI", &["['he', 'ar']", "['he_IL']"]),
    (
        "AUTHENTICATION_BACKENDS",
        &[
            "['django.contrib.auth.backends.ModelBackend']",
            "['django.contrib.auth.backends.RemoteUserBackend']",
        ],
    ),
    (
        "SILENCED_SYSTEM_CHECKS",
        &[
            "['security.W004', 'security.W012']",
            "['admin.E403', 'security.W008']",
            "[]",
        ],
    ),
    (
        "TEMPLATES",
        &[
            "[]",
            "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}]",
            "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True, 'OPTIONS': {'context_processors': ['django.template.context_processors.request', 'django.contrib.auth.context_processors.auth', 'django.contrib.messages.context_processors.messages']}}]",
            "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'OPTIONS': {'context_processors': ['django.contrib.auth.context_processors.auth']}}]",
            "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'OPTIONS': {'string_if_invalid': 'x'}}]",
            "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'OPTIONS': {'string_if_invalid': None}}]",
            "[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'OPTIONS': {'string_if_invalid': 1}}]",
        ],
    ),
    (
        "STORAGES",
        &[
            "{'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}}",
            "{'default': {'BACKEND': 'django.core.files.storage.FileSystemStorage'}, 'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}",
            "{'staticfiles': {'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}}",
        ],
    ),
    (
        "SECURE_PROXY_SSL_HEADER",
        &["None", "('HTTP_X_FORWARDED_PROTO', 'https')"],
    ),
    ("USE_TZ", &["True", "False"]),
    (
        "DEFAULT_HASHING_ALGORITHM",
        &["'sha1'", "'sha256'", "'md5'"],
    ),
    ("APPEND_SLASH", &["True"]),
    (
        "SESSION_ENGINE",
        &["'django.contrib.sessions.backends.signed_cookies'"],
    ),
];

/// Lists, of which each entry is there or not.
const LISTS: [(&str, &[&str]); 2] = [
    (
        "INSTALLED_APPS",
        &[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "django.contrib.sites",
        ],
    ),
    (
        "MIDDLEWARE",
        &[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
    ),
];

pub(crate) fn settings(random: &mut Random) -> String {
    let mut text = String::new();
    for (name, entries) in LISTS {
        if random.chance(12) {
            continue;
        }
        // Some lists lack much, most lack little.
        let rate = [2, 6, 20][random.below(3)];
        let mut entries: Vec<&str> = entries
            .iter()
            .copied()
            .filter(|_| !random.chance(rate))
            .collect();
        if random.chance(6) && entries.len() > 1 {
            let (one, other) = (random.below(entries.len()), random.below(entries.len()));
            entries.swap(one, other);
        }
        text += &format!("{name} = {entries:?}\n");
    }
    for (name, values) in VALUES {
        if random.chance(3) {
            text += &format!("{name} = {}\n", random.of(values));
        }
    }
    text
}
