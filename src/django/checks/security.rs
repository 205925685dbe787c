//! django/core/checks/security/base.py and csrf.py, and compatibility/django_4_0.py.

use super::super::object::Object;
use super::{EVER, Fired, texts};
use crate::value::Answer;

const SECURITY: &str = "django.middleware.security.SecurityMiddleware";
const FRAMES: &str = "django.middleware.clickjacking.XFrameOptionsMiddleware";
const CSRF: &str = "django.middleware.csrf.CsrfViewMiddleware";
const SESSIONS: &str = "django.contrib.sessions.middleware.SessionMiddleware";

const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

const OPENER_POLICIES: [&str; 3] = ["same-origin", "same-origin-allow-popups", "unsafe-none"];

pub(super) fn run(fired: &mut Fired) {
    let settings = fired.settings;
    let missing = [
        ("security.W001", SECURITY),
        ("security.W002", FRAMES),
        ("security.W003", CSRF),
    ];
    for (id, middleware) in missing {
        if fired.has_middleware(middleware).is_no() {
            fired.lacking(id, "MIDDLEWARE", middleware);
        }
    }
    if fired.has_middleware(SECURITY).is_yes() {
        by_security_middleware(fired);
    }
    let key = settings.get("SECRET_KEY");
    let is_missing = key.assignments.is_empty() && settings.hidden().is_none();
    let is_weak = key
        .value
        .is(|key| is_weak(key, fired) == Some(true))
        .is_yes();
    fired.of("security.W009", "SECRET_KEY", is_missing || is_weak);
    if fired.within((4, 1)..EVER) {
        weak_fallbacks(fired);
    }
    cookies(fired);
    fired.of("security.W018", "DEBUG", fired.is_truthy("DEBUG"));
    let frames = settings.get("X_FRAME_OPTIONS").value;
    let is_denied = |object: &Object| object.as_str() == Some("DENY");
    let is_open = frames.is(is_denied).is_no()
        || settings.get("X_FRAME_OPTIONS").assignments.is_empty()
            && settings.hidden().is_none()
            && settings.releases().is_since((3, 0)).is_no();
    fired.of(
        "security.W019",
        "X_FRAME_OPTIONS",
        is_open && fired.has_middleware(FRAMES).is_yes(),
    );
    let hosts = settings.get("ALLOWED_HOSTS").value;
    let is_empty = hosts.is(|hosts| hosts.truth() == Some(false)).is_yes();
    fired.of("security.W020", "ALLOWED_HOSTS", is_empty);
    if fired.within((4, 0)..EVER) {
        origins(fired);
    }
    if fired.within((3, 1)..(4, 0)) {
        let value = settings.get("DEFAULT_HASHING_ALGORITHM").value;
        let is_known = |object: &Object| matches!(object.as_str(), Some("sha1" | "sha256"));
        let is_set = !settings
            .get("DEFAULT_HASHING_ALGORITHM")
            .assignments
            .is_empty();
        fired.of(
            "security.E100",
            "DEFAULT_HASHING_ALGORITHM",
            is_set && value.is(is_known).is_no(),
        );
    }
    if fired.within((6, 0)..EVER) {
        for name in ["SECURE_CSP", "SECURE_CSP_REPORT_ONLY"] {
            let setting = settings.get(name);
            let is_fine = |object: &Object| matches!(object, Object::None | Object::Dict(_));
            let fires = !setting.assignments.is_empty() && setting.value.is(is_fine).is_no();
            fired.of("security.E026", name, fires);
        }
    }
}

/// What SecurityMiddleware does.
fn by_security_middleware(fired: &mut Fired) {
    let settings = fired.settings;
    match settings.truth_of("SECURE_HSTS_SECONDS") {
        Answer::No => fired.of("security.W004", "SECURE_HSTS_SECONDS", true),
        Answer::Yes => {
            for (id, setting) in [
                ("security.W005", "SECURE_HSTS_INCLUDE_SUBDOMAINS"),
                ("security.W021", "SECURE_HSTS_PRELOAD"),
            ] {
                fired.of(id, setting, fired.is_not_true(setting));
            }
        }
        Answer::Unknown => {}
    }
    let nosniff = "SECURE_CONTENT_TYPE_NOSNIFF";
    let was_off = settings.get(nosniff).assignments.is_empty()
        && settings.hidden().is_none()
        && settings.releases().is_since((3, 0)).is_no();
    fired.of(
        "security.W006",
        nosniff,
        was_off || fired.is_not_true(nosniff),
    );
    let redirect = "SECURE_SSL_REDIRECT";
    fired.of("security.W008", redirect, fired.is_not_true(redirect));
    if fired.within((3, 0)..EVER) {
        let policy = settings.get("SECURE_REFERRER_POLICY");
        let was_none = policy.assignments.is_empty()
            && settings.hidden().is_none()
            && fired.within((3, 0)..(3, 1));
        let is_none = policy.value.is(|object| *object == Object::None).is_yes();
        let is_set = !policy.assignments.is_empty();
        let is_bad = |object: &Object| is_bad_referrer_policy(object) == Some(true);
        fired.of(
            "security.W022",
            "SECURE_REFERRER_POLICY",
            was_none || is_none,
        );
        fired.of(
            "security.E023",
            "SECURE_REFERRER_POLICY",
            is_set && policy.value.is(is_bad).is_yes(),
        );
    }
    if fired.within((4, 0)..EVER) {
        let policy = settings.get("SECURE_CROSS_ORIGIN_OPENER_POLICY");
        let is_bad = |object: &Object| match object {
            Object::None | Object::External(_) => false,
            Object::Str(text) => !OPENER_POLICIES.contains(&text.text.as_str()),
            // A list is in no set (TypeError), and fails otherwise.
            Object::Bool(_) | Object::Int(_) | Object::Float(_) | Object::Tuple(_) => true,
            _ => false,
        };
        let fires = !policy.assignments.is_empty() && policy.value.is(is_bad).is_yes();
        fired.of("security.E024", "SECURE_CROSS_ORIGIN_OPENER_POLICY", fires);
    }
}

fn is_bad_referrer_policy(object: &Object) -> Option<bool> {
    let is_known = |value: &str| REFERRER_POLICIES.contains(&value);
    match object {
        Object::Str(text) => Some(!text.text.split(',').all(|value| is_known(value.trim()))),
        Object::None => Some(false),
        other => Some(!texts(other)?.into_iter().all(is_known)),
    }
}

/// `_check_secret_key`; nothing where that is not known.
fn is_weak(key: &Object, fired: &Fired) -> Option<bool> {
    let text = match key {
        Object::Str(text) => text.as_plain()?,
        other => return (other.truth() == Some(false)).then_some(true),
    };
    let mut letters: Vec<char> = text.chars().collect();
    let length = letters.len();
    letters.sort_unstable();
    letters.dedup();
    let is_startprojects = text.starts_with("django-insecure-");
    if length < 50 || letters.len() < 5 {
        return Some(true);
    }
    match (is_startprojects, fired.within((3, 2)..EVER)) {
        (false, _) => Some(false),
        (true, true) => Some(true),
        (true, false) => None,
    }
}

fn weak_fallbacks(fired: &mut Fired) {
    let fallbacks = fired.settings.get("SECRET_KEY_FALLBACKS");
    let list = fallbacks.value.get().and_then(Object::as_list);
    for (at, item) in list.iter().flat_map(|list| &list.items).enumerate() {
        let is_weak = item.get().and_then(|key| is_weak(key, fired));
        if is_weak == Some(true) {
            fired.add(
                "security.W025",
                format!("SECRET_KEY_FALLBACKS[{at}]"),
                Some(item.span),
            );
        }
    }
}

fn cookies(fired: &mut Fired) {
    let settings = fired.settings;
    // Before 4.1 anything true will do.
    let is_off = |setting: &str| match settings.releases().is_since((4, 1)) {
        Answer::Yes => fired.is_not_true(setting),
        Answer::No => settings.truth_of(setting).is_no(),
        Answer::Unknown => settings.truth_of(setting).is_no(),
    };
    let by_application =
        settings.any_entry("INSTALLED_APPS", |entry| entry == "django.contrib.sessions");
    let by_middleware = fired.has_middleware(SESSIONS);
    let cookies = [
        (
            "SESSION_COOKIE_SECURE",
            ["security.W010", "security.W011", "security.W012"],
        ),
        (
            "SESSION_COOKIE_HTTPONLY",
            ["security.W013", "security.W014", "security.W015"],
        ),
    ];
    let mut found = Vec::new();
    for (setting, [application, middleware, both]) in cookies {
        let id = match (&by_application, &by_middleware) {
            (Answer::Yes, Answer::Yes) => both,
            (Answer::Yes, Answer::No) => application,
            (Answer::No, Answer::Yes) => middleware,
            _ => continue,
        };
        found.push((id, setting, is_off(setting)));
    }
    let has_cookie =
        settings.truth_of("CSRF_USE_SESSIONS").is_no() && fired.has_middleware(CSRF).is_yes();
    found.push((
        "security.W016",
        "CSRF_COOKIE_SECURE",
        has_cookie && is_off("CSRF_COOKIE_SECURE"),
    ));
    for (id, setting, fires) in found {
        fired.of(id, setting, fires);
    }
}

fn origins(fired: &mut Fired) {
    let setting = fired.settings.get("CSRF_TRUSTED_ORIGINS");
    match setting.value.get() {
        Some(Object::Str(text)) if !text.text.is_empty() => {
            fired.of("4_0.E001", "CSRF_TRUSTED_ORIGINS", true);
        }
        Some(object) => {
            for item in object.as_sequence().iter().flat_map(|list| &list.items) {
                if let Some(text) = item.as_str().filter(|text| !text.contains("://")) {
                    fired.add("4_0.E001", text, Some(item.span));
                }
            }
        }
        None => {}
    }
}
