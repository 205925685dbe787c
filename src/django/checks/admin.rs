//! django/contrib/admin/checks.py `check_dependencies`, django/contrib/sites/checks.py and
//! django/contrib/auth/checks.py `check_middleware`.

use super::super::object::{Item, Mapping, Object};
use super::super::settings::item_in;
use super::{EVER, Fired, texts};

const ENGINE: &str = "django.template.backends.django.DjangoTemplates";

/// ModelBackend, and what is a kind of it.
const MODEL_BACKENDS: [&str; 4] = [
    "django.contrib.auth.backends.ModelBackend",
    "django.contrib.auth.backends.AllowAllUsersModelBackend",
    "django.contrib.auth.backends.AllowAllUsersRemoteUserBackend",
    "django.contrib.auth.backends.RemoteUserBackend",
];

pub(super) fn run(fired: &mut Fired) {
    let settings = fired.settings;
    if settings.is_installed("django.contrib.admin").is_yes() {
        applications(fired);
        templates(fired);
        middleware(fired);
    }
    if settings.is_installed("django.contrib.sites").is_yes() && fired.within((3, 2)..EVER) {
        let id = settings.get("SITE_ID");
        let is_fine =
            |object: &Object| matches!(object, Object::None | Object::Int(_) | Object::Bool(_));
        let fires = !id.assignments.is_empty() && id.value.is(is_fine).is_no();
        fired.of("sites.E101", "SITE_ID", fires);
    }
    let is_login_required = settings
        .misplaced_middleware()
        .into_iter()
        .find(|misplaced| {
            misplaced.middleware == "django.contrib.auth.middleware.LoginRequiredMiddleware"
        });
    if let Some(misplaced) = is_login_required
        && fired.within((5, 1)..EVER)
    {
        fired.add("auth.E013", "MIDDLEWARE", Some(misplaced.span));
    }
}

fn applications(fired: &mut Fired) {
    let settings = fired.settings;
    let installed = settings.get("INSTALLED_APPS");
    // A configuration of the project's own may be that of any application.
    let is_whole = installed.value.is(|object| {
        texts(object).is_some_and(|entries| {
            !entries.iter().any(|entry| {
                let last = entry.rsplit('.').next().unwrap_or(entry);
                last.starts_with(char::is_uppercase) && !entry.starts_with("django.contrib.")
            })
        })
    });
    for (application, id) in [
        ("django.contrib.contenttypes", "admin.E401"),
        ("django.contrib.auth", "admin.E405"),
        ("django.contrib.messages", "admin.E406"),
    ] {
        let is_missing = settings.is_installed(application).is_no() && is_whole.is_yes();
        let is_missing = is_missing && (id == "admin.E401" || !is_older(fired));
        if is_missing {
            fired.lacking(id, "INSTALLED_APPS", application);
        }
    }
}

fn templates(fired: &mut Fired) {
    let settings = fired.settings;
    let templates = settings.get("TEMPLATES");
    let is_unset = templates.assignments.is_empty();
    let Some(engines) = templates.value.get().and_then(Object::as_list) else {
        return;
    };
    let backend = |engine: &Item| {
        let backend = item_in(engine.get()?, "BACKEND")?;
        backend.as_str().map(str::to_owned)
    };
    let backends: Option<Vec<String>> = engines.items.iter().map(backend).collect();
    let (Some(backends), None) = (backends, &engines.incomplete) else {
        return;
    };
    let is_own = |backend: &String| !backend.starts_with("django.");
    let Some(at) = backends.iter().position(|backend| backend == ENGINE) else {
        // One of the project's own may be a kind of it.
        if !backends.iter().any(is_own) && (!is_unset || settings.hidden().is_none()) {
            fired.lacking("admin.E403", "TEMPLATES", "TEMPLATES");
        }
        return;
    };
    if backends[..at].iter().any(is_own) {
        return;
    }
    let Some(engine) = engines.items[at].get().and_then(Object::as_dict) else {
        return;
    };
    let Some(processors) = processors(engine) else {
        return;
    };
    let lacks = |processor: &str| !processors.iter().any(|own| own == processor);
    let asks_model_backend = settings
        .get("AUTHENTICATION_BACKENDS")
        .assignments
        .is_empty()
        && settings.hidden().is_none()
        || settings
            .any_entry("AUTHENTICATION_BACKENDS", |entry| {
                MODEL_BACKENDS.contains(&entry)
            })
            .is_yes();
    let place = engine
        .get("OPTIONS")
        .and_then(|options| item_in(options.get()?, "context_processors"))
        .map_or(engines.items[at].span, |item| item.span);
    for (id, processor, is_asked) in [
        (
            "admin.E402",
            "django.contrib.auth.context_processors.auth",
            asks_model_backend,
        ),
        (
            "admin.E404",
            "django.contrib.messages.context_processors.messages",
            true,
        ),
        (
            "admin.W411",
            "django.template.context_processors.request",
            fired.within((3, 1)..EVER),
        ),
    ] {
        if is_asked && lacks(processor) {
            fired.add(id, processor, Some(place));
        }
    }
}

/// The context processors of an engine; nothing where not all are known.
fn processors(engine: &Mapping) -> Option<Vec<String>> {
    if engine.incomplete.is_some() {
        return None;
    }
    let Some(options) = engine.get("OPTIONS") else {
        return Some(Vec::new());
    };
    let options = options.get()?.as_dict()?;
    match options.get("context_processors") {
        Some(list) => {
            texts(list.get()?).map(|texts| texts.into_iter().map(str::to_owned).collect())
        }
        None => options.incomplete.is_none().then(Vec::new),
    }
}

fn middleware(fired: &mut Fired) {
    let settings = fired.settings;
    let list = settings.get("MIDDLEWARE");
    if fired.reads_old_middleware() || is_older(fired) {
        return;
    }
    if list.assignments.is_empty() && settings.hidden().is_some() {
        return;
    }
    let Some(entries) = list.value.get().and_then(texts) else {
        return;
    };
    for (class, id) in [
        (
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "admin.E408",
        ),
        (
            "django.contrib.messages.middleware.MessageMiddleware",
            "admin.E409",
        ),
        (
            "django.contrib.sessions.middleware.SessionMiddleware",
            "admin.E410",
        ),
    ] {
        // One of another package may be a kind of it.
        let may_be = |entry: &&str| **entry == *class || !entry.starts_with("django.");
        if !entries.iter().any(may_be) {
            fired.lacking(id, "MIDDLEWARE", class);
        }
    }
}

/// Whether it is known to be a Django that does not look yet: before 2.2.
fn is_older(fired: &Fired) -> bool {
    fired.settings.releases().is_since((2, 2)).is_no()
}
