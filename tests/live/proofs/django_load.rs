//! Settings with which Django does not load, or answers nobody.

use crate::deployment::Deployment;
use crate::http::get;
use crate::proof::Sign::{Status, UwsgiEnds, UwsgiLog};
use crate::proof::{Proof, proofs};

const SETTINGS: &str = "srv/shop/shop/settings.py";
const SESSIONS: &str = "    \"django.contrib.sessions.middleware.SessionMiddleware\",\n";
const AUTHENTICATION: &str = "    \"django.contrib.auth.middleware.AuthenticationMiddleware\",\n";

/// Lines at the end of the settings with which the process ends at once, saying this.
fn does_not_load(rule: &'static str, lines: &str, log: &'static str) -> Proof {
    Proof {
        rule,
        broken: Deployment::plain().append(SETTINGS, lines),
        symptom: vec![UwsgiEnds(22, log)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    }
}

/// Lines at the end of the settings with which this page fails, and this is said.
fn fails(rule: &'static str, lines: &str, page: &'static str, log: &'static str) -> Proof {
    Proof {
        rule,
        broken: Deployment::plain().append(SETTINGS, lines),
        symptom: vec![Status(get(page), 500), UwsgiLog(log)],
        sound: Deployment::plain(),
        health: vec![
            Status(get("/admin/login/"), 200),
            Status(get("/no-such-page/"), 404),
        ],
    }
}

proofs! {
    a_package_that_nobody_installs => Proof {
        rule: "django/package-missing",
        broken: Deployment::plain()
            .write("srv/shop/requirements.txt", "asgiref==3.9.1\nDjango==5.2.19\nsqlparse==0.5.3\n")
            .append(SETTINGS, "MIDDLEWARE.insert(1, \"whitenoise.middleware.WhiteNoiseMiddleware\")\n"),
        symptom: vec![UwsgiEnds(22, "No module named 'whitenoise'")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_bracket_that_is_not_closed => does_not_load(
        "django/syntax",
        "CACHES = {\n",
        "SyntaxError: '{' was never closed",
    ),
    a_class_that_django_does_not_have => does_not_load(
        "django/import-not-found",
        "MIDDLEWARE.append(\"django.middleware.security.SecurityMiddlewar\")\n",
        "does not define a \"SecurityMiddlewar\"",
    ),
    a_module_that_the_project_does_not_have => does_not_load(
        "django/import-not-found",
        "MIDDLEWARE.append(\"shop.middleware.Visits\")\n",
        "No module named 'shop.middleware'",
    ),
    an_application_that_django_does_not_have => does_not_load(
        "django/import-not-found",
        "INSTALLED_APPS.append(\"django.contrib.humanise\")\n",
        "No module named 'django.contrib.humanise'",
    ),
    an_engine_that_django_does_not_have => does_not_load(
        "django/import-not-found",
        "DATABASES[\"default\"][\"ENGINE\"] = \"django.db.backends.postgres\"\n",
        "isn't an available database backend",
    ),
    sessions_that_django_does_not_have => does_not_load(
        "django/import-not-found",
        "SESSION_ENGINE = \"django.contrib.sessions.backends.redis\"\n",
        "No module named 'django.contrib.sessions.backends.redis'",
    ),
    /// The page that would say so needs the URLs, too: nothing is answered at all.
    urls_that_are_not_there => Proof {
        rule: "django/import-not-found",
        broken: Deployment::plain().append(SETTINGS, "ROOT_URLCONF = \"shop.nourls\"\n"),
        symptom: vec![
            Status(get("/no-such-page/"), 502),
            UwsgiLog("No module named 'shop.nourls'"),
        ],
        sound: Deployment::plain(),
        health: vec![Status(get("/no-such-page/"), 404)],
    },
    a_login_that_django_does_not_have => fails(
        "django/import-not-found",
        "AUTHENTICATION_BACKENDS = [\"django.contrib.auth.backend.ModelBackend\"]\n",
        "/admin/login/",
        "No module named 'django.contrib.auth.backend'",
    ),
    the_user_before_the_session => Proof {
        rule: "django/middleware-order",
        broken: Deployment::plain()
            .edit(SETTINGS, AUTHENTICATION, "")
            .edit(SETTINGS, SESSIONS, &format!("{AUTHENTICATION}{SESSIONS}")),
        symptom: vec![
            Status(get("/no-such-page/"), 500),
            UwsgiLog("requires session middleware to be installed"),
        ],
        sound: Deployment::plain(),
        health: vec![Status(get("/no-such-page/"), 404)],
    },
    no_session_at_all => Proof {
        rule: "django/middleware-order",
        broken: Deployment::plain().edit(SETTINGS, SESSIONS, ""),
        symptom: vec![Status(get("/no-such-page/"), 500)],
        sound: Deployment::plain(),
        health: vec![Status(get("/no-such-page/"), 404)],
    },
}
