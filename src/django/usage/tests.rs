use std::collections::BTreeMap;

use super::*;
use crate::host::PathMap;
use crate::tree::Memory;

fn project(files: &[(&str, &str)]) -> (Files, Settings) {
    let tree = files.iter().fold(Memory::new(), |tree, (path, text)| {
        tree.file(Path::new("p").join(path), *text, 0o644)
    });
    let files = Files::new(tree, PathMap::new());
    let source = files.open(Path::new("/p/settings.py")).unwrap();
    let roots = [PathBuf::from("/p")];
    let settings = Settings::load(&files, &source, &roots, &BTreeMap::new());
    (files, settings)
}

#[test]
fn a_name_is_read_wherever_its_word_stands() {
    let settings = "STATICFILES_DIR = 1\n";
    for (path, text, expected) in [
        ("app/views.py", "x = settings.STATICFILES_DIR\n", true),
        (
            "app/views.py",
            "getattr(settings, 'STATICFILES_DIR')\n",
            true,
        ),
        ("app/views.py", "# STATICFILES_DIR\n", true),
        (
            "app/views.py",
            "x = settings.STATICFILES_DIRS + MY_STATICFILES_DIR\n",
            false,
        ),
        ("app/notes.txt", "STATICFILES_DIR", false),
        ("venv/lib/x.py", "STATICFILES_DIR", false),
        ("own-env/pyvenv.cfg", "", false),
    ] {
        let (files, loaded) = project(&[("settings.py", settings), (path, text)]);
        let place = loaded.get("STATICFILES_DIR").assignment().unwrap().name;
        let read = reads_name(&files, Path::new("/p"), "STATICFILES_DIR", &[place]);
        assert_eq!(read, expected, "{path}: {text}");
        assert_eq!(
            misspelt(&files, &loaded, Path::new("/p")).is_empty(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_slip_counts_only_where_the_setting_has_no_value_of_its_own() {
    for (settings, expected) in [
        ("ALLOWED_HOST = ['a']\n", 1),
        ("ALLOWED_HOSTS = []\nALLOWED_HOST = ['a']\n", 1),
        ("ALLOWED_HOSTS = ['a']\nALLOWED_HOST = ['a']\n", 0),
        ("ALLOWED_HOST = ['a']\nALLOWED_HOSTS = ALLOWED_HOST\n", 0),
        ("ALLOWED_HOST = ['a']\nfrom .local_settings import *\n", 0),
        (
            "import os\nALLOWED_HOST = ['a']\nALLOWED_HOSTS = os.environ['H'].split()\n",
            0,
        ),
    ] {
        let (files, loaded) = project(&[("settings.py", settings)]);
        let found = misspelt(&files, &loaded, Path::new("/p"));
        assert_eq!(found.len(), expected, "{settings}");
    }
}

#[test]
fn static_files_are_used_by_the_admin_directories_and_templates() {
    let admin = "INSTALLED_APPS = ['django.contrib.admin']\n";
    let urls = "urlpatterns = [path('admin/', admin.site.urls)]\n";
    for (settings, path, text, expected) in [
        (admin, "shop/urls.py", urls, Some("the admin")),
        (admin, "shop/urls.py", "# admin.site.urls\n", None),
        ("", "shop/urls.py", urls, None),
        (
            "STATICFILES_DIRS = ['a']\n",
            "x.py",
            "",
            Some("STATICFILES_DIRS"),
        ),
        (
            "",
            "shop/templates/a.html",
            "{% load static %}",
            Some("a template"),
        ),
        (
            "",
            "shop/templates/a.html",
            "<img src='{% static 'a.png' %}'>",
            Some("a template"),
        ),
        (
            "",
            "shop/templates/a.html",
            "{% load i18n %}{{ static }}",
            None,
        ),
        ("", "node_modules/a.html", "{% static 'a' %}", None),
    ] {
        let (files, settings) = project(&[("settings.py", settings), (path, text)]);
        let used = static_files_used(&files, &settings, Path::new("/p"));
        assert_eq!(
            used.map(|used| used.what).as_deref(),
            expected,
            "{path}: {text}"
        );
    }
    let (files, settings) = project(&[
        ("settings.py", ""),
        ("shop/__init__.py", ""),
        ("shop/static/shop/a.css", ""),
    ]);
    assert!(static_files_used(&files, &settings, Path::new("/p")).is_some());
}

#[test]
fn urls_that_serve_static_files_are_told_apart() {
    let serves = |text: &str| {
        let (files, _) = project(&[("settings.py", ""), ("shop/urls.py", text)]);
        urls_serve_static(&files, Path::new("/p"))
    };
    let always = serves("from django.views.static import serve\n");
    assert!(matches!(always, Some(ServedByUrls::Always(_))));
    let debug = serves("urlpatterns += static(settings.STATIC_URL, document_root=x)\n");
    assert!(matches!(debug, Some(ServedByUrls::WithDebug(_))));
    assert_eq!(serves("urlpatterns = []\n# django.views.static\n"), None);
}
