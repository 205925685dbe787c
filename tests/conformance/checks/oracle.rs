//! Django's check functions, called for many settings in one process.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Reads settings modules between lines of `###`, and prints a line of ids for each, or `!` where a check raises.
const SCRIPT: &str = r####"
import sys, warnings
warnings.simplefilter("ignore")
import django
from django.conf import settings, global_settings
settings.configure(INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites"], SECRET_KEY="x" * 60)
django.setup()
from django.test.utils import override_settings
from django.core.checks.security import base, csrf, sessions
from django.core.checks import caches, templates, translation, urls
from django.contrib.admin.checks import check_dependencies
from django.contrib.staticfiles import checks as static
from django.contrib.sites import checks as sites
from django.contrib.auth import checks as auth
from django.contrib.staticfiles import finders
from django.utils.translation import trans_real
import django.contrib.staticfiles.finders
try:
    from django.core.checks.compatibility import django_4_0
except ImportError:
    django_4_0 = None

def functions():
    for module in (base, csrf, sessions):
        for name in dir(module):
            if name.startswith("check_") and name != "check_csrf_failure_view":
                yield None, getattr(module, name)
    for name in dir(caches):
        if name.startswith("check_"):
            yield None, getattr(caches, name)
    for name in dir(translation):
        if name.startswith("check_"):
            yield None, getattr(translation, name)
    yield None, urls.check_url_settings
    yield None, templates.check_templates if hasattr(templates, "check_templates") else templates.check_setting_app_dirs_loaders
    if hasattr(templates, "check_string_if_invalid_is_string"):
        yield None, templates.check_string_if_invalid_is_string
    if django_4_0:
        yield None, django_4_0.check_csrf_trusted_origins
    yield "django.contrib.admin", check_dependencies
    yield "django.contrib.staticfiles", static.check_finders
    if hasattr(static, "check_storages"):
        yield "django.contrib.staticfiles", static.check_storages
    yield "django.contrib.sites", sites.check_site_id
    if hasattr(auth, "check_middleware"):
        yield None, auth.check_middleware

FUNCTIONS = list(functions())
from django.apps import apps
apps.is_installed = lambda name: name in settings.INSTALLED_APPS
NOT_OURS = {"staticfiles.W004", "templates.E003", "templates.W003", "security.E101", "security.E102", "files.E001"}
print(django.get_version())
for block in sys.stdin.read().split("### \n")[1:]:
    names = {}
    exec(compile(block, "settings", "exec"), names)
    given = {name: value for name, value in names.items() if name.isupper()}
    given.setdefault("INSTALLED_APPS", [])
    ids = set()
    try:
        has_key = "SECRET_KEY" in given
        given.setdefault("SECRET_KEY", "")
        # The applications stay loaded; which of them are installed is for the settings to say.
        installed = given.pop("INSTALLED_APPS")
        with override_settings(**given):
            settings._wrapped.INSTALLED_APPS = installed
            for module in (trans_real, finders):
                for function in vars(module).values():
                    if callable(function) and hasattr(function, "cache_clear"):
                        function.cache_clear()
            for application, function in FUNCTIONS:
                if application and not apps.is_installed(application):
                    continue
                for found in function(app_configs=None):
                    if not found.is_silenced():
                        ids.add(found.id)
    except Exception as error:
        print("!", type(error).__name__, str(error)[:60].replace("\n", " "))
        continue
    print(" ".join(sorted(ids - NOT_OURS)))
"####;

/// The version of Django, and the ids for each settings module; nothing where Django raises.
pub(crate) fn ask(made: &[String]) -> (String, Vec<Option<BTreeSet<String>>>) {
    let python = std::env::var_os("DJLINT_DJANGO")
        .map_or_else(|| PathBuf::from("target/stack/bin/python"), PathBuf::from);
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("tests/run installs Django");
    let mut input = child.stdin.take().expect("a pipe");
    let text: String = made
        .iter()
        .map(|settings| format!("### \n{settings}"))
        .collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer").expect("all is read");
    assert!(output.status.success(), "the script failed");
    let output = String::from_utf8(output.stdout).expect("a text");
    let mut lines = output.lines();
    let version = lines.next().expect("a version").to_owned();
    let answers: Vec<_> = lines
        .map(|line| {
            let is_answer = !line.starts_with('!');
            is_answer.then(|| line.split_whitespace().map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(answers.len(), made.len(), "an answer for each");
    (version, answers)
}
