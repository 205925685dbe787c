use super::*;
use crate::django::{FilePath, HostFault};
use crate::host::PathMap;
use crate::tree::Memory;
use crate::value::Answer;

struct Loaded {
    files: Files,
    settings: Settings,
}

fn load(files: &[(&str, &str)]) -> Loaded {
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.file(path, *text, 0o644)
    });
    let opened = Files::new(tree, PathMap::new());
    let source = opened.open(&PathBuf::from("/").join(files[0].0)).unwrap();
    let roots = [PathBuf::from("/project")];
    let settings = Settings::load(&opened, &source, &roots, &BTreeMap::new());
    Loaded {
        files: opened,
        settings,
    }
}

fn settings(text: &str) -> Settings {
    load(&[("project/shop/settings.py", text)]).settings
}

#[test]
fn a_setting_that_is_not_assigned_has_djangos_value() {
    let settings = settings("A = 1\n");
    assert_eq!(
        settings.get("DEBUG").value.get(),
        Some(&Object::Bool(false))
    );
    assert!(settings.allows_no_host().is_yes());
    assert!(settings.debug().is_no());
    assert_eq!(settings.static_root().get(), Some(&None));
    assert_eq!(settings.static_url().get(), Some(&StaticUrl::Unset));
    let origin = &settings.get("DEBUG").value.single().unwrap().origin.clone();
    assert_eq!(*origin, Origin::Default("Django"));
    assert!(settings.get("DEBUG").assignment().is_none());
    // Its default is another in other versions of Django.
    assert!(settings.get("USE_TZ").value.why_unknown().is_some());
    assert!(settings.get("ROOT_URLCONF").value.why_unknown().is_some());
}

#[test]
fn a_setting_of_one_branch_keeps_the_default_beside_it() {
    let settings = settings("import os\nif os.environ.get('X'):\n    DEBUG = True\n");
    let debug = settings.get("DEBUG");
    assert_eq!(debug.value.alternatives().len(), 2);
    assert!(debug.optional && !debug.is_assigned());
    assert_eq!(settings.debug(), Answer::Unknown);
}

#[test]
fn a_module_that_is_not_here_leaves_everything_undecided() {
    let settings = settings("DEBUG = True\nfrom .local_settings import *\nALLOWED_HOSTS = []\n");
    assert_eq!(settings.debug(), Answer::Unknown);
    assert!(settings.allows_no_host().is_yes());
    let undecided = settings.undecided();
    assert!(undecided.iter().any(|undecided| undecided.what == "DEBUG"));
    assert!(
        !undecided
            .iter()
            .any(|undecided| undecided.what == "ALLOWED_HOSTS")
    );
    assert!(
        undecided
            .iter()
            .all(|undecided| undecided.why == "shop/local_settings.py is not here")
    );
    assert!(!settings.has_default("SECRET_KEY"));
}

#[test]
fn what_nothing_sets_is_not_undecided() {
    assert!(settings("A = 1\n").undecided().is_empty());
    let undecided = settings("import os\nDEBUG = os.environ['D'] == '1'\n").undecided();
    assert_eq!(undecided.len(), 1);
    assert_eq!(undecided[0].why, "the environment variable D decides it");
}

#[test]
fn the_places_of_an_assignment_are_those_of_the_text() {
    let text = "DEBUG = False\nALLOWED_HOSTS = ['a']\nALLOWED_HOSTS += ['b']\n";
    let loaded = load(&[("project/s.py", text)]);
    let slice = |span: Span| loaded.files.get(span.file).text(span).into_owned();
    let debug = loaded.settings.get("DEBUG").assignment().unwrap();
    assert_eq!(
        (slice(debug.name), slice(debug.value)),
        ("DEBUG".into(), "False".into())
    );
    let hosts = loaded.settings.get("ALLOWED_HOSTS").assignments;
    let values: Vec<String> = hosts.iter().map(|place| slice(place.value)).collect();
    assert_eq!(values, ["['a']", "['b']"]);
    let names: Vec<&str> = loaded.settings.assigned().map(|(name, _)| name).collect();
    assert_eq!(names, ["ALLOWED_HOSTS", "DEBUG"]);
    assert_eq!(slice(loaded.settings.opening()), "DEBUG");
}

#[test]
fn installed_applications_are_known_by_both_their_names() {
    for (apps, expected) in [
        ("['django.contrib.staticfiles']", Answer::Yes),
        (
            "('django.contrib.staticfiles.apps.StaticFilesConfig',)",
            Answer::Yes,
        ),
        ("['django.contrib.staticfiles_not']", Answer::No),
        ("[]", Answer::No),
        ("[] + more", Answer::Unknown),
        ("['django.contrib.staticfiles'] + more", Answer::Yes),
        ("[*more, 'a']", Answer::Unknown),
        ("more", Answer::Unknown),
        ("['a', more]", Answer::Unknown),
    ] {
        let settings = settings(&format!("from x import more\nINSTALLED_APPS = {apps}\n"));
        assert_eq!(
            settings.is_installed("django.contrib.staticfiles"),
            expected,
            "{apps}"
        );
    }
}

#[test]
fn whitenoise_is_found_under_both_settings() {
    let middleware = "['whitenoise.middleware.WhiteNoiseMiddleware']";
    assert!(
        settings(&format!("MIDDLEWARE = {middleware}"))
            .uses_whitenoise()
            .is_yes()
    );
    let old = format!("MIDDLEWARE_CLASSES = {middleware}");
    assert!(settings(&old).uses_whitenoise().is_yes());
    assert!(settings("MIDDLEWARE = []").uses_whitenoise().is_no());
    assert_eq!(
        settings("from x import *").uses_whitenoise(),
        Answer::Unknown
    );
}

#[test]
fn static_urls_get_djangos_slashes() {
    let local = |path: &str| Some(StaticUrl::Local(path.to_owned()));
    for (assigned, expected) in [
        ("STATIC_URL = 'static/'", local("/static/")),
        ("STATIC_URL = '/static/'", local("/static/")),
        ("STATIC_URL = '/static'", local("/static/")),
        ("STATIC_URL = ''", local("/")),
        ("STATIC_URL = '/'", local("/")),
        (
            "STATIC_URL = 'https://cdn.example/'",
            Some(StaticUrl::Remote),
        ),
        ("STATIC_URL = '//cdn.example/'", Some(StaticUrl::Remote)),
        ("STATIC_URL = None", Some(StaticUrl::Unset)),
        ("", Some(StaticUrl::Unset)),
        ("STATIC_URL = x()", None),
        ("STATIC_URL = 5", None),
        ("STATIC_URL = 'static/'\nFORCE_SCRIPT_NAME = '/app'", None),
        (
            "STATIC_URL = '/static/'\nFORCE_SCRIPT_NAME = '/app'",
            local("/static/"),
        ),
    ] {
        assert_eq!(
            settings(assigned).static_url().get().cloned(),
            expected,
            "{assigned}"
        );
    }
}

#[test]
fn static_root_is_a_path_of_one_of_three_kinds() {
    let here =
        "import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\n";
    for (value, expected) in [
        (
            "BASE_DIR / 'static'",
            Some(FilePath::Local("/project/static".into())),
        ),
        (
            "os.path.join(BASE_DIR, '..', 'static/')",
            Some(FilePath::Local("/static".into())),
        ),
        (
            "'/srv/static/'",
            Some(FilePath::Deployed("/srv/static".into())),
        ),
        ("'static'", Some(FilePath::Relative("static".into()))),
        ("''", None),
        ("None", None),
    ] {
        let settings = settings(&format!("{here}STATIC_ROOT = {value}\n"));
        assert_eq!(settings.static_root().get(), Some(&expected), "{value}");
    }
    assert!(
        settings("STATIC_ROOT = 5")
            .static_root()
            .why_unknown()
            .is_some()
    );
}

#[test]
fn only_storages_that_are_known_to_be_local_are() {
    let storages =
        |backend: &str| format!("STORAGES = {{'staticfiles': {{'BACKEND': '{backend}'}}}}");
    for (text, expected) in [
        (String::new(), Answer::Yes),
        (
            storages("django.contrib.staticfiles.storage.ManifestStaticFilesStorage"),
            Answer::Yes,
        ),
        (
            storages("whitenoise.storage.CompressedStaticFilesStorage"),
            Answer::Yes,
        ),
        (storages("storages.backends.s3.S3Storage"), Answer::No),
        (storages("shop.storage.Static"), Answer::Unknown),
        ("STORAGES = {'default': {}}".to_owned(), Answer::Unknown),
        ("STORAGES = x()".to_owned(), Answer::Unknown),
        (
            "STATICFILES_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage'".to_owned(),
            Answer::Unknown,
        ),
        (
            "STATICFILES_STORAGE = 'django.contrib.staticfiles.storage.StaticFilesStorage'"
                .to_owned(),
            Answer::Yes,
        ),
        ("from .local import *".to_owned(), Answer::Unknown),
    ] {
        assert_eq!(
            settings(&text).staticfiles_storage_is_local(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn entries_of_allowed_hosts_are_judged_one_by_one() {
    let settings = settings(
        "from x import more\nALLOWED_HOSTS = ['http://a.example', '*.b.example', 'b.example', more]\n",
    );
    let entries = settings.host_entries();
    let faults: Vec<_> = entries.iter().map(|entry| entry.fault).collect();
    assert_eq!(
        faults,
        [Some(HostFault::Scheme), Some(HostFault::Star), None]
    );
    assert!(!settings.knows_all_hosts());
    assert!(entries[0].is_literal && !entries[0].is_covered);
    assert_eq!(settings.allows_no_host(), Answer::No);
}

#[test]
fn secrets_are_found_and_never_shown() {
    let text = "import os\n\
        SECRET_KEY = 'planted-1'\n\
        AWS_SECRET_ACCESS_KEY = os.environ.get('K', 'planted-2')\n\
        EMAIL_HOST_PASSWORD = os.environ.get('P') or 'planted-3'\n\
        AWS_ACCESS_KEY_ID = 'no key at all'\n\
        DATABASES = {\n\
        'default': {'HOST': 'localhost', 'PASSWORD': 'planted-4'},\n\
        'other': {'HOST': os.environ['H'], 'PASSWORD': os.environ.get('Q', 'planted-5')},\n\
        'file': {'ENGINE': 'django.db.backends.sqlite3', 'PASSWORD': 'unused'},\n\
        'env': {'PASSWORD': os.environ['Q']},\n\
        }\n";
    let loaded = load(&[("project/s.py", text)]);
    let found = loaded.settings.written_secrets();
    let described: Vec<(&str, Option<&str>, bool)> = found
        .iter()
        .map(|secret| {
            (
                secret.setting.as_str(),
                secret.default_of.as_deref(),
                secret.is_local,
            )
        })
        .collect();
    assert_eq!(
        described,
        [
            ("SECRET_KEY", None, false),
            ("AWS_SECRET_ACCESS_KEY", Some("K"), false),
            ("EMAIL_HOST_PASSWORD", Some("P"), false),
            ("DATABASES[\"default\"][\"PASSWORD\"]", None, true),
            ("DATABASES[\"other\"][\"PASSWORD\"]", Some("Q"), false),
        ]
    );
    let source = loaded.files.get(found[0].span.file);
    assert!(!source.masked(0..text.len()).contains("planted"));
}

#[test]
fn a_file_that_python_cannot_read_is_judged_as_far_as_it_goes() {
    let settings = settings("DEBUG = True\nprint 'x'\nALLOWED_HOSTS = ['a']\nX = [\n");
    assert!(!settings.faults().is_empty());
    assert!(settings.debug().is_yes());
    assert_eq!(settings.host_entries().len(), 1);
}

#[test]
fn every_file_that_was_read_is_named() {
    let loaded = load(&[
        (
            "project/shop/production.py",
            "from .base import *\nfrom shop import extra\n",
        ),
        ("project/shop/base.py", "DEBUG = False\n"),
        ("project/shop/__init__.py", ""),
        ("project/shop/extra.py", ""),
    ]);
    let read: Vec<String> = loaded
        .settings
        .files()
        .iter()
        .map(|id| loaded.files.get(*id).name().into_owned())
        .collect();
    assert_eq!(read, ["production.py", "base.py", "__init__.py"]);
    assert!(loaded.settings.debug().is_no());
    assert!(loaded.settings.hidden().is_none());
}

/// What `globals()` is changed by is not followed: any name may have any value then.
#[test]
fn names_that_are_bound_by_way_of_globals_are_not_known() {
    for change in [
        "globals().update(json.load(f))",
        "locals().update(json.load(f))",
        "vars().update(x)",
        "globals().setdefault('DEBUG', False)",
        "globals()[x] = False",
        "with open('x') as f:\n    locals().update(json.load(f))",
        "for k, v in x.items():\n    globals()[k] = v",
        "names = globals()\nnames['DEBUG'] = False",
        "names = vars()\nnames.update(x)",
        "sys.modules[__name__].DEBUG = False",
        "setattr(sys.modules[__name__], x, False)",
        "exec(open('x').read())",
    ] {
        let settings = settings(&format!("import json, sys\nDEBUG = True\n{change}\n"));
        assert!(
            settings.get("DEBUG").value.why_unknown().is_some(),
            "{change}"
        );
    }
    let settings =
        settings("DEBUG = True\nif 'DEBUG' in globals().keys():\n    X = globals().get('DEBUG')\n");
    assert_eq!(settings.debug(), crate::value::Answer::Yes);
    for change in [
        "globals()['DEBUG'] = False",
        "globals().update({'DEBUG': False})",
        "for k in ['DEBUG']:\n    globals()[k] = False",
        "setattr(sys.modules[__name__], 'DEBUG', False)",
    ] {
        let settings = self::settings(&format!("import sys\nDEBUG = True\n{change}\n"));
        assert_eq!(settings.debug(), crate::value::Answer::No, "{change}");
    }
}

#[test]
fn a_pinned_django_decides_whether_hosts_are_compared_in_debug() {
    let text = "DEBUG = True\nALLOWED_HOSTS = ['shop.example']\n";
    let with = |requirements| {
        load(&[
            ("project/shop/settings.py", text),
            ("project/requirements/base.txt", requirements),
        ])
        .settings
    };
    assert_eq!(
        with("Django==1.9.8\n").accepts_host("other.example"),
        Answer::Yes
    );
    assert_eq!(
        with("Django==1.11\n").accepts_host("other.example"),
        Answer::No
    );
}

/// What CPython 3.11 says of each.
#[test]
fn large_integers_generators_and_guards_of_items_are_not_misread() {
    let value = |text: &str| settings(text).get("X").value;
    let equal = value("X = 9007199254740993 == 9007199254740993\n");
    assert_eq!(equal.get(), Some(&super::Object::Bool(true)));
    assert!(value("X = (i for i in [1])\n").why_unknown().is_some());
    assert!(value("X = list(i for i in [1])\n").get().is_some());
}
