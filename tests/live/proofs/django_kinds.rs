//! Settings that Django takes and cannot work with, or not beside each other.

use crate::deployment::Deployment;
use crate::http::get;
use crate::proof::Sign::{Body, ManageFails, ManageWorks, Status, UwsgiEnds, UwsgiLog};
use crate::proof::{Proof, proofs};

const SETTINGS: &str = "srv/shop/shop/settings.py";
const LOGIN: &str = "/admin/login/";

fn with(lines: &str) -> Deployment {
    Deployment::plain().append(SETTINGS, lines)
}

/// The project says which Django it runs with.
fn pinned(deployment: Deployment) -> Deployment {
    deployment.write("srv/shop/requirements.txt", "Django==5.2.19\n")
}

/// Lines at the end of the settings with which uWSGI ends at once, saying this.
fn does_not_load(rule: &'static str, lines: &str, log: &'static str) -> Proof {
    Proof {
        rule,
        broken: with(lines),
        symptom: vec![UwsgiEnds(22, log)],
        sound: Deployment::plain(),
        health: vec![Status(get(LOGIN), 200)],
    }
}

/// Lines at the end of the settings with which the login page of the admin fails, saying this.
fn fails(rule: &'static str, broken: Deployment, status: u16, log: &'static str) -> Proof {
    Proof {
        rule,
        broken,
        symptom: vec![Status(get(LOGIN), status), UwsgiLog(log)],
        sound: pinned(Deployment::plain()),
        health: vec![Status(get(LOGIN), 200)],
    }
}

/// Lines at the end of the settings with which manage.py refuses to run, saying this.
fn is_refused(rule: &'static str, lines: &str, id: &'static str) -> Proof {
    Proof {
        rule,
        broken: pinned(with(lines)),
        symptom: vec![ManageFails(&["migrate"], id)],
        sound: pinned(Deployment::plain()),
        health: vec![ManageWorks(&["migrate"])],
    }
}

proofs! {
    hosts_in_a_text => does_not_load(
        "django/allowed-hosts-not-a-list",
        "ALLOWED_HOSTS = \"shop.example\"\n",
        "The ALLOWED_HOSTS setting must be a list or a tuple.",
    ),
    a_comma_behind_the_language => does_not_load(
        "django/tuple-by-comma",
        "LANGUAGE_CODE = \"en\",\n",
        "'tuple' object has no attribute",
    ),
    a_comma_behind_the_frames => fails(
        "django/tuple-by-comma",
        with("X_FRAME_OPTIONS = \"DENY\",\n"),
        500,
        "'tuple' object has no attribute 'upper'",
    ),
    a_number_that_is_a_text => fails(
        "django/wrong-type",
        with("DATA_UPLOAD_MAX_NUMBER_FIELDS = \"1000\"\n"),
        500,
        "'<' not supported between instances of 'str' and 'int'",
    ),
    applications_in_a_text => does_not_load(
        "django/wrong-type",
        "INSTALLED_APPS = \"django.contrib.admin\"\n",
        "The INSTALLED_APPS setting must be a list or a tuple.",
    ),
    a_proxys_header_that_is_a_text => fails(
        "django/proxy-ssl-header-unusable",
        with("SECURE_PROXY_SSL_HEADER = \"HTTP_X_FORWARDED_PROTO\"\n"),
        500,
        "must be a tuple containing two values",
    ),
    an_origin_without_a_scheme => Proof {
        rule: "django/csrf-origin-unmatchable",
        broken: pinned(with("CSRF_TRUSTED_ORIGINS = [\"shop.example\"]\n")),
        symptom: vec![ManageFails(&["migrate"], "4_0.E001")],
        sound: pinned(with("CSRF_TRUSTED_ORIGINS = [\"https://shop.example\"]\n")),
        health: vec![ManageWorks(&["migrate"])],
    },
    one_url_for_all_files => fails(
        "django/static-media-clash",
        with("MEDIA_URL = \"/static/\"\n"),
        500,
        "The MEDIA_URL and STATIC_URL settings must have different values",
    ),
    one_directory_for_all_files => fails(
        "django/static-media-clash",
        with("MEDIA_ROOT = STATIC_ROOT\n"),
        500,
        "The MEDIA_ROOT and STATIC_ROOT settings must have different values",
    ),
    no_storage_for_static_files => fails(
        "django/storage-missing",
        pinned(with("STORAGES = {\"default\": {\"BACKEND\": \"django.core.files.storage.FileSystemStorage\"}}\n")),
        500,
        "Could not find config for 'staticfiles'",
    ),
    middleware_under_its_old_name => fails(
        "django/removed-setting",
        pinned(Deployment::plain().edit(SETTINGS, "MIDDLEWARE = [", "MIDDLEWARE_CLASSES = [")),
        500,
        "object has no attribute 'user'",
    ),
    loaders_beside_directories => fails(
        "django/conflicting-settings",
        with("TEMPLATES[0][\"OPTIONS\"][\"loaders\"] = [\"django.template.loaders.app_directories.Loader\"]\n"),
        502,
        "app_dirs must not be set when loaders is defined",
    ),
    mail_encrypted_twice => Proof {
        rule: "django/email-tls-and-ssl",
        broken: with("EMAIL_USE_TLS = True\nEMAIL_USE_SSL = True\n"),
        symptom: vec![ManageFails(
            &["sendtestemail", "a@shop.example"],
            "EMAIL_USE_TLS/EMAIL_USE_SSL are mutually exclusive",
        )],
        sound: Deployment::plain(),
        health: vec![ManageWorks(&["check"])],
    },
    no_key => fails(
        "django/secret-key-empty",
        with("SECRET_KEY = \"\"\n"),
        500,
        "The SECRET_KEY setting must not be empty",
    ),
    no_default_database => does_not_load(
        "django/database-incomplete",
        "DATABASES = {\"shop\": {\"ENGINE\": \"django.db.backends.sqlite3\", \"NAME\": \":memory:\"}}\n",
        "You must define a 'default' database",
    ),
    admin_without_messages => is_refused("django/admin-incomplete", "INSTALLED_APPS.remove(\"django.contrib.messages\")\n", "admin.E406"),
    no_default_cache => is_refused("django/cache-default-missing", "CACHES = {\"other\": {\"BACKEND\": \"django.core.cache.backends.locmem.LocMemCache\"}}\n", "caches.E001"),
    static_directories_in_a_text => is_refused("django/static-dirs-invalid", "STATICFILES_DIRS = \"/var/www/shop\"\n", "staticfiles.E001"),
    collecting_what_was_collected => is_refused("django/static-dirs-invalid", "STATICFILES_DIRS = [STATIC_ROOT]\n", "staticfiles.E002"),
    a_site_that_is_a_text => is_refused("django/site-id-invalid", "SITE_ID = \"1\"\nINSTALLED_APPS.append(\"django.contrib.sites\")\n", "sites.E101"),
    an_invalid_variable_that_is_none => is_refused("django/string-if-invalid-not-a-text", "TEMPLATES[0][\"OPTIONS\"][\"string_if_invalid\"] = None\n", "templates.E002"),
    a_locale_for_a_language => is_refused("django/invalid-language", "LANGUAGE_CODE = \"en_US\"\n", "translation.E001"),
    a_language_that_is_not_there => is_refused("django/invalid-language", "LANGUAGE_CODE = \"de\"\nLANGUAGES = [(\"en\", \"English\")]\n", "translation.E004"),
    media_without_a_slash => is_refused("django/url-without-slash", "MEDIA_URL = \"/media\"\n", "urls.E006"),
    an_admin_without_users => fails(
        "django/admin-incomplete",
        Deployment::plain().edit(
            SETTINGS,
            "    \"django.contrib.auth.middleware.AuthenticationMiddleware\",\n",
            "",
        ),
        500,
        "object has no attribute 'user'",
    ),
    no_urls_at_all => Proof {
        rule: "django/root-urlconf-missing",
        broken: Deployment::plain().edit(SETTINGS, "ROOT_URLCONF = \"shop.urls\"\n", ""),
        symptom: vec![Status(get("/"), 502), UwsgiLog("has no attribute 'ROOT_URLCONF'")],
        sound: Deployment::plain(),
        health: vec![Status(get(LOGIN), 200)],
    },
    a_samesite_that_is_none => fails(
        "django/samesite-invalid",
        with("CSRF_COOKIE_SAMESITE = \"off\"\n"),
        502,
        "samesite must be",
    ),
    sessions_in_a_cache_that_is_not_there => fails(
        "django/cache-not-found",
        with("SESSION_ENGINE = \"django.contrib.sessions.backends.cache\"\nSESSION_CACHE_ALIAS = \"sessions\"\n"),
        500,
        "The connection 'sessions' doesn't exist",
    ),
    a_zone_that_is_not_there => does_not_load(
        "django/invalid-time-zone",
        "TIME_ZONE = \"Asia/Beijing\"\n",
        "Incorrect timezone setting: Asia/Beijing",
    ),
    a_handler_that_is_not_there => does_not_load(
        "django/logging-invalid",
        "LOGGING[\"root\"][\"handlers\"] = [\"file\"]\n",
        "Unable to configure root logger",
    ),
    a_formatter_that_is_not_there => does_not_load(
        "django/logging-invalid",
        "LOGGING[\"handlers\"][\"console\"][\"formatter\"] = \"plain\"\n",
        "Unable to configure handler 'console'",
    ),
    logging_without_a_version => Proof {
        rule: "django/logging-invalid",
        broken: Deployment::plain().edit(SETTINGS, "    \"version\": 1,\n", ""),
        symptom: vec![UwsgiEnds(22, "dictionary doesn't specify a version")],
        sound: Deployment::plain(),
        health: vec![Status(get(LOGIN), 200)],
    },
    no_url_for_static_files => fails(
        "django/static-url-missing",
        Deployment::plain().edit(SETTINGS, "STATIC_URL = \"/static/\"\n", ""),
        500,
        "without having set the required STATIC_URL setting",
    ),
    sessions_that_nothing_keeps => Proof {
        rule: "django/sessions-in-local-memory",
        broken: asked_for_sessions().append(
            SETTINGS,
            "SESSION_ENGINE = \"django.contrib.sessions.backends.cache\"\n\
             CACHES = {\"default\": {\"BACKEND\": \"django.core.cache.backends.dummy.DummyCache\"}}\n",
        ),
        symptom: vec![Body(get("/kept/"), "lost")],
        sound: asked_for_sessions().append(
            SETTINGS,
            "SESSION_ENGINE = \"django.contrib.sessions.backends.file\"\n",
        ),
        health: vec![Body(get("/kept/"), "kept")],
    },
}

/// A view that makes a session, and says whether the next request would find it.
fn asked_for_sessions() -> Deployment {
    Deployment::plain().write(
        "srv/shop/shop/urls.py",
        r#"
from importlib import import_module

from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import path


def kept(request):
    store = import_module(settings.SESSION_ENGINE).SessionStore
    made = store()
    made["visits"] = 1
    made.create()
    return HttpResponse("kept" if store().exists(made.session_key) else "lost")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("kept/", kept),
]
"#,
    )
}
