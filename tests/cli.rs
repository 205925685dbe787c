//! The command line as a user meets it: configuration, selection, silence, exit codes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::path::Path;

use common::{djlint, json, text};

const SITE: &str = "server {\n    listen 80;\n    location /static { alias /srv/static/; }\n}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    root
}

/// Exit code and the ids that a run gives.
fn run(directory: &Path, arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let arguments: Vec<&str> = [&["check", "--output-format", "json"], arguments].concat();
    let output = djlint(directory, &arguments);
    let rules = json(&output)["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect();
    (output.status.code(), rules)
}

#[test]
fn a_finding_is_exit_code_1_unless_it_is_below_the_line() {
    let root = project(&[("nginx.conf", SITE)]);
    let traversal = vec!["nginx/alias-traversal".to_owned()];
    assert_eq!(run(root.path(), &[]), (Some(1), traversal.clone()));
    assert_eq!(
        run(root.path(), &["--exit-zero"]),
        (Some(0), traversal.clone())
    );
    assert_eq!(
        run(root.path(), &["--fail-on", "error"]),
        (Some(1), traversal)
    );
    assert_eq!(run(root.path(), &["--ignore", "nginx"]), (Some(0), vec![]));
    assert_eq!(run(root.path(), &["--select", "uwsgi"]), (Some(0), vec![]));

    let warning = project(&[(
        "uwsgi.ini",
        "[uwsgi]\nsocket = 127.0.0.1:9000\nmodule = a.wsgi\n",
    )]);
    let no_master = vec!["uwsgi/no-master".to_owned()];
    assert_eq!(run(warning.path(), &[]), (Some(1), no_master.clone()));
    assert_eq!(
        run(warning.path(), &["--fail-on", "error"]),
        (Some(0), no_master)
    );
    // What is hidden still counts.
    assert_eq!(
        run(warning.path(), &["--min-severity", "error"]),
        (Some(1), vec![])
    );
}

#[test]
fn a_comment_silences_a_finding_where_it_may_stand() {
    let silenced = SITE.replace(
        "alias",
        "# djlint: ignore[nginx/alias-traversal] private\n        alias",
    );
    let root = project(&[("nginx.conf", &silenced)]);
    assert_eq!(run(root.path(), &[]), (Some(0), vec![]));
    let other = SITE.replace(
        "alias",
        "# djlint: ignore[nginx/syntax] private\n        alias",
    );
    let root = project(&[("nginx.conf", &other)]);
    assert_eq!(run(root.path(), &[]).0, Some(1));

    let ini = "# djlint: ignore[uwsgi] a test\n[uwsgi]\nsocket = 127.0.0.1:9000\nmodule = a.wsgi\n";
    let root = project(&[("uwsgi.ini", ini)]);
    assert_eq!(run(root.path(), &[]), (Some(0), vec![]));
}

#[test]
fn a_comment_for_a_file_silences_all_of_it_and_every_comment_answers_for_itself() {
    let found = |comment: &str, arguments: &[&str]| {
        let root = project(&[("nginx.conf", &format!("{comment}\n\n{SITE}"))]);
        run(root.path(), arguments)
    };
    let one = |rule: &str| (Some(1), vec![rule.to_owned()]);
    assert_eq!(
        found("# djlint: file-ignore[nginx] a sample", &[]),
        (Some(0), vec![])
    );
    // It is silent, and asked for its reason.
    assert_eq!(
        found("# djlint: file-ignore[nginx/alias-traversal]", &[]),
        one("djlint/ignore-without-reason")
    );
    assert_eq!(
        found("# djlint: file-ignore[nginx, ngnix] a sample", &[]),
        one("djlint/unknown-ignore")
    );
    let unused = "# djlint: file-ignore[nginx, uwsgi/no-master] a sample";
    let advice = ["--min-severity", "advice"];
    assert_eq!(
        found(unused, &advice),
        (Some(0), vec!["djlint/unused-ignore".to_owned()])
    );
    // Of a rule that was not asked nothing is known.
    for left_out in ["uwsgi", "uwsgi/no-master", "djlint"] {
        let arguments = [&advice[..], &["--ignore", left_out]].concat();
        assert_eq!(found(unused, &arguments), (Some(0), vec![]), "{left_out}");
    }
}

#[test]
fn the_configuration_is_found_above_and_excludes_from_where_it_lies() {
    let root = project(&[
        ("djlint-check.toml", "exclude = [\"/deploy/old/\"]\n"),
        ("deploy/nginx.conf", SITE),
        ("deploy/old/nginx.conf", SITE),
        ("djlint.toml", "nonsense ["),
    ]);
    assert_eq!(run(root.path(), &[]).1.len(), 1);
    assert_eq!(run(&root.path().join("deploy"), &[]).1.len(), 1);
    assert_eq!(run(root.path(), &["--isolated"]).1.len(), 2);
}

#[test]
fn a_wrong_configuration_is_exit_code_2_with_its_place() {
    let root = project(&[
        ("djlint-check.toml", "ignore = []\nselct = []\n"),
        ("nginx.conf", SITE),
    ]);
    let output = djlint(root.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("djlint-check.toml:2:1") && said.contains("did you mean `select`"),
        "{said}"
    );
}

#[test]
fn an_unknown_rule_is_exit_code_2_and_the_near_one_is_named() {
    let root = project(&[("nginx.conf", SITE)]);
    let output = djlint(root.path(), &["check", "--select", "nginx/alias-travresal"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nginx/alias-traversal"));
    let output = djlint(root.path(), &["explain", "nginx/alias-travresal"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nginx/alias-traversal"));
}

/// What the process's environment decides can be told, and then it is judged.
#[test]
fn a_variable_that_is_told_is_judged() {
    let root = project(&[
        (
            "uwsgi.ini",
            "[uwsgi]\nsocket = 127.0.0.1:9000\nmodule = shop.wsgi\nmaster = true\n",
        ),
        (
            "shop/wsgi.py",
            "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n",
        ),
        (
            "shop/settings.py",
            "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nDEBUG = os.environ['DEBUG'] == '1'\nALLOWED_HOSTS = ['shop.example']\nROOT_URLCONF = 'shop.urls'\n",
        ),
        ("prod.env", "DEBUG=1\n"),
    ]);
    let debug = vec!["django/debug-enabled".to_owned()];
    assert_eq!(run(root.path(), &[]), (Some(0), vec![]));
    assert_eq!(
        run(root.path(), &["--env", "DEBUG=1"]),
        (Some(1), debug.clone())
    );
    assert_eq!(run(root.path(), &["--env", "DEBUG=0"]), (Some(0), vec![]));
    assert_eq!(
        run(root.path(), &["--env-file", "prod.env"]),
        (Some(1), debug)
    );
}

#[test]
fn named_inputs_beat_discovery() {
    let root = project(&[
        ("deploy/nginx.conf", SITE),
        (
            "other/site",
            "server { listen 80; location /a/ { alias /srv/a; } }",
        ),
    ]);
    assert_eq!(
        run(root.path(), &["--nginx", "other/site"]),
        (Some(1), vec!["nginx/alias-slash-mismatch".to_owned()])
    );
}

#[test]
fn show_files_lists_what_is_taken_and_why_the_rest_is_not() {
    let root = project(&[
        ("deploy/nginx.conf", SITE),
        ("deploy/uwsgi_params", "<!DOCTYPE html><html></html>"),
        (
            "deploy/uwsgi.conf",
            "start on runlevel [2345]\nexec uwsgi --ini x.ini\n",
        ),
    ]);
    let output = djlint(root.path(), &["check", "--show-files"]);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<String> = text(&output.stdout)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "deploy/nginx.conf nginx site",
            "deploy/uwsgi.conf left out: an Upstart job",
            "deploy/uwsgi_params left out: an HTML page",
        ]
    );
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in [
        &["chekc"][..],
        &["check", "--nope"],
        &["check", "--output-format", "xml"],
        &["explain"],
    ] {
        assert_eq!(
            djlint(Path::new("."), arguments).status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
}

/// Colour is for terminals, and for those who ask for it.
#[test]
fn colour_is_never_in_a_pipe_unless_it_is_asked_for() {
    let root = project(&[("nginx.conf", SITE)]);
    let plain = djlint(root.path(), &["check"]);
    assert!(!text(&plain.stdout).contains('\x1b'));
    let coloured = djlint(root.path(), &["check", "--color", "always"]);
    assert!(text(&coloured.stdout).contains('\x1b'));
}

/// Which settings are deployed is for what starts the process to say; wsgi.py only proposes.
#[test]
fn what_starts_the_process_names_the_settings() {
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')\napplication = get_wsgi_application()\n";
    let files = |start: &'static str| {
        vec![
            (
                "uwsgi.ini",
                "[uwsgi]\nsocket = 127.0.0.1:9000\nmodule = shop.wsgi\nmaster = true\n",
            ),
            ("shop/wsgi.py", wsgi),
            ("shop/settings/__init__.py", ""),
            (
                "shop/settings/dev.py",
                "DEBUG = True\nALLOWED_HOSTS = ['*']\nSECRET_KEY = open('x').read()\n",
            ),
            (
                "shop/settings/live.py",
                "DEBUG = False\nALLOWED_HOSTS = ['shop.example']\nSECRET_KEY = open('x').read()\nROOT_URLCONF = 'shop.urls'\n",
            ),
            ("Dockerfile", start),
        ]
    };
    let rules = |start: &'static str| run(project(&files(start)).path(), &[]).1;
    assert!(rules("FROM python\n").contains(&"django/debug-enabled".to_owned()));
    assert_eq!(
        rules("ENV DJANGO_SETTINGS_MODULE=shop.settings.live\n"),
        Vec::<String>::new()
    );
    assert_eq!(
        rules("ENV DJANGO_SETTINGS_MODULE shop.settings.live\n"),
        Vec::<String>::new()
    );
    // Two that may both be deployed: nobody knows.
    assert_eq!(
        rules(
            "ENV DJANGO_SETTINGS_MODULE=shop.settings.live\nRUN DJANGO_SETTINGS_MODULE=shop.settings.build x\n"
        ),
        Vec::<String>::new()
    );
    // What is for tests says nothing about the deployment.
    assert!(
        rules("RUN DJANGO_SETTINGS_MODULE=shop.settings.test pytest\n")
            .contains(&"django/debug-enabled".to_owned())
    );
}

/// A repository with two projects: what is run for one says nothing of the other.
#[test]
fn collectstatic_counts_for_the_project_that_it_is_run_for() {
    let settings = "import os\nSECRET_KEY = os.environ['K']\nDEBUG = False\nALLOWED_HOSTS = ['shop.example']\nROOT_URLCONF = 'site.urls'\nINSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = '/static/'\n";
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n";
    let wsgi = "from django.core.wsgi import get_wsgi_application\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\napplication = get_wsgi_application()\n";
    let ini =
        "[uwsgi]\nchdir = /srv/a\nmodule = site.wsgi\nsocket = 127.0.0.1:9000\nmaster = true\n";
    let with_root = format!("{settings}STATIC_ROOT = '/srv/b/static'\n");
    let mut files = vec![
        ("srv/a/manage.py", manage),
        ("srv/a/site/wsgi.py", wsgi),
        ("srv/a/site/settings.py", settings),
        ("srv/a/uwsgi.ini", ini),
        ("srv/b/manage.py", manage),
        ("srv/b/site/wsgi.py", wsgi),
        ("srv/b/site/settings.py", &with_root),
        (
            "srv/b/deploy.sh",
            "python manage.py collectstatic --noinput\n",
        ),
    ];
    assert_eq!(run(project(&files).path(), &[]).1, Vec::<String>::new());
    files.push((
        "srv/a/deploy.sh",
        "python manage.py collectstatic --noinput\n",
    ));
    assert_eq!(
        run(project(&files).path(), &[]).1,
        ["django/static-root-missing"]
    );
}

/// A project whose settings are partly for the environment and for a module that is not here to say.
fn with_settings(settings: &str) -> tempfile::TempDir {
    project(&[
        (
            "manage.py",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        ),
        ("shop/__init__.py", ""),
        (
            "shop/wsgi.py",
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        ),
        ("shop/settings.py", settings),
    ])
}

const SETTINGS: &str = "import os\nfrom pathlib import Path\n\
    BASE_DIR = Path(__file__).resolve().parent.parent\n\
    SECRET_KEY = 'correct-horse-battery-staple'\n\
    DEBUG = os.environ.get('DEBUG', '') == 'yes'\n\
    ALLOWED_HOSTS = [h for h in ('a.example', 'b.example') if h != 'b.example']\n\
    DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'PASSWORD': os.environ['DB_PASSWORD'],\n\
    \u{20}   'OPTIONS': {}}}\n\
    STATIC_ROOT = BASE_DIR / 'static'\n\
    CACHE_URL = f\"redis://:{os.environ.get('CACHE_PW')}@cache\"\n\
    for name in ['TIME_ZONE']:\n    globals()[name] = 'UTC'\n";

#[test]
fn settings_are_shown_as_far_as_they_are_known_and_without_secrets() {
    let project = with_settings(SETTINGS);
    let show = |arguments: &[&str]| {
        let all = [&["show", "django", "--output-format", "json"], arguments].concat();
        djlint(project.path(), &all)
    };
    let output = show(&[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let shown = json(&output);
    let module = &shown["modules"][0];
    assert_eq!(module["module"], "shop.settings");
    assert_eq!(module["path"], "shop/settings.py");
    assert_eq!(module["hidden"], serde_json::Value::Null);
    let settings = &module["settings"];
    let hosts = &settings["ALLOWED_HOSTS"];
    assert_eq!(
        (
            &hosts["value"],
            &hosts["path"],
            &hosts["line"],
            &hosts["origin"]
        ),
        (
            &serde_json::json!(["a.example"]),
            &"shop/settings.py".into(),
            &6.into(),
            &"computed".into()
        )
    );
    assert_eq!(settings["SECRET_KEY"]["value"], "*".repeat(28));
    assert_eq!(settings["SECRET_KEY"]["origin"], "literal");
    assert_eq!(settings["STATIC_ROOT"]["value"]["$here"], "static");
    assert_eq!(settings["TIME_ZONE"]["value"], "UTC");
    let debug = &settings["DEBUG"];
    assert_eq!(
        (&debug["origin"], &debug["variable"]),
        (&"environment".into(), &"DEBUG".into())
    );
    assert!(
        debug["unknown"]
            .as_str()
            .unwrap()
            .contains("variable DEBUG"),
        "{debug}"
    );

    let told = show(&[
        "--env",
        "DEBUG=yes",
        "--env",
        "DB_PASSWORD=swordfish",
        "--env",
        "CACHE_PW=x/y@z",
    ]);
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(
        !text.contains("swordfish") && !text.contains("x/y@z"),
        "{text}"
    );
    let settings = &json(&told)["modules"][0]["settings"];
    assert_eq!(settings["DEBUG"]["value"], true);
    let database = &settings["DATABASES"]["value"]["default"];
    assert_eq!(database["PASSWORD"], "*********");
    assert_eq!(settings["CACHE_URL"]["value"], "redis://:*****@cache");

    let text = djlint(project.path(), &["show", "django", "shop/settings.py"]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(
        text.contains("  TIME_ZONE = 'UTC'  shop/settings.py:12 (literal)\n"),
        "{text}"
    );
    assert!(!text.contains("correct-horse"), "{text}");
}

#[test]
fn what_is_left_to_django_is_shown_for_the_release_that_is_asked_for() {
    let project = with_settings("DEBUG = False\n");
    let shown = |arguments: &[&str]| {
        let output = djlint(project.path(), &[&["show", "django"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = shown(&[]);
    assert!(
        text.contains("  STATIC_ROOT = None  (Django's default)\n"),
        "{text}"
    );
    assert!(
        text.contains(" more have the defaults: -v lists them\n"),
        "{text}"
    );
    assert!(!text.contains("APPEND_SLASH"), "{text}");
    let all = shown(&["-v"]);
    assert!(
        all.contains("  APPEND_SLASH = True  (Django's default)\n"),
        "{all}"
    );
    assert!(!all.contains("-v lists"), "{all}");
    let unknown = "  USE_TZ = ?  (its default changed in Django 5.0, \
                   and which release is installed is not known)  (not assigned)\n";
    assert!(all.contains(unknown), "{all}");

    for (release, expected) in [("4.2.7", false), ("5.2.1", true)] {
        let requirement = format!("Django=={release}\n");
        std::fs::write(project.path().join("requirements.txt"), requirement).unwrap();
        let output = djlint(
            project.path(),
            &["show", "django", "--output-format", "json"],
        );
        let module = &json(&output)["modules"][0];
        assert_eq!(module["releases"], serde_json::json!([release[..3]]));
        let zone =
            serde_json::json!({"value": expected, "path": null, "line": null, "origin": "default"});
        assert_eq!(module["settings"]["USE_TZ"], zone);
        assert_eq!(module["settings"]["DEBUG"]["line"], 1);
    }
}

#[test]
fn nothing_to_show_is_said() {
    let project = project(&[("README", "")]);
    let output = djlint(project.path(), &["show", "django"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no settings module was found"));
}

#[test]
fn a_dump_of_the_settings_says_what_the_files_do_not() {
    let project = with_settings(
        "import os\nDEBUG = os.environ.get('DEBUG')\nALLOWED_HOSTS = ['old.example']\n\
         STATIC_URL = '/static/'\nfrom .local_settings import *\nUSE_TZ = True\nROOT_URLCONF = 'a'\n",
    );
    let dump = "ALLOWED_HOSTS = ['shop.example']\nDEBUG = False\n### LANGUAGES = [('en', 'English')]\n\
        ROOT_URLCONF = 'b'\nSECRET_KEY = 'correct-horse-battery'\nSETTINGS_MODULE = 'shop.settings'  ###\n\
        SOMETHING = <object object at 0x7f>  ###\nSTATIC_URL = '/static/'\nUSE_TZ = True\n";
    std::fs::write(project.path().join("dump.txt"), dump).unwrap();
    let shown = |arguments: &[&str]| {
        let all = [&["show", "django", "--output-format", "json"], arguments].concat();
        let output = djlint(project.path(), &all);
        assert!(!String::from_utf8_lossy(&output.stdout).contains("correct-horse"));
        json(&output)["modules"][0].clone()
    };
    let before = shown(&[]);
    assert_eq!(
        before["hidden"]["why"],
        "shop/local_settings.py is not here"
    );
    assert!(before["settings"]["DEBUG"]["unknown"].is_string());
    let after = shown(&["--settings-dump", "dump.txt"]);
    assert_eq!(after["hidden"], serde_json::Value::Null);
    let settings = &after["settings"];
    assert_eq!(settings["DEBUG"]["value"], false);
    assert_eq!(settings["ALLOWED_HOSTS"]["value"][0], "shop.example");
    assert_eq!(settings["ROOT_URLCONF"]["value"], "b");
    let language = serde_json::json!([{"$tuple": ["en", "English"]}]);
    assert_eq!(settings["LANGUAGES"]["value"], language);
    assert_eq!(settings["LANGUAGES"]["origin"], "default");
    assert_eq!(after["differing"], serde_json::json!(["ROOT_URLCONF"]));
    let output = djlint(
        project.path(),
        &["show", "django", "--settings-dump", "nowhere"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere: "));
}

#[test]
fn the_options_of_uwsgi_are_shown_in_its_order_and_without_secrets() {
    let ini = "[uwsgi]\nname = shop\nsocket = %d%(name).sock\nenv = DB=postgres://u:hunter22@db/x\nprocesses = $(N)\nnote = $(APP_PASSWORD)!\n";
    let project = project(&[
        ("app.ini", ini),
        ("bad.ini", "[uwsgi]\nchmod-socket = 0660\n"),
    ]);
    let show = |arguments: &[&str]| {
        let all = [&["show", "uwsgi", "--output-format", "json"], arguments].concat();
        djlint(project.path(), &all)
    };
    let output = show(&["app.ini", "--env", "APP_PASSWORD=swordfish"]);
    assert_eq!(output.status.code(), Some(0));
    let shown = json(&output);
    let instance = &shown["instances"][0];
    assert_eq!(
        (&instance["file"], &instance["refused"]),
        (&"app.ini".into(), &serde_json::Value::Null)
    );
    let option = |at: usize| &instance["options"][at];
    let socket = project.path().canonicalize().unwrap().join("shop.sock");
    assert_eq!(option(1)["value"], socket.to_str().unwrap());
    assert_eq!(option(2)["value"], format!("DB={}", "*".repeat(26)));
    assert_eq!(option(3)["value"], serde_json::Value::Null);
    assert!(
        option(3)["unknown"]
            .as_str()
            .unwrap()
            .contains("variable N")
    );
    assert_eq!(option(4)["value"], "*********!");
    assert_eq!(
        (&option(4)["path"], &option(4)["line"]),
        (&"app.ini".into(), &6.into())
    );
    let refused = &json(&show(&["bad.ini"]))["instances"][0]["refused"];
    assert_eq!(
        (&refused["path"], &refused["line"]),
        (&"bad.ini".into(), &2.into())
    );
    let text_output = djlint(project.path(), &["show", "uwsgi", "bad.ini"]);
    assert!(text(&text_output.stdout).contains("uWSGI does not start"));
    assert_eq!(show(&["no.ini"]).status.code(), Some(2));
}
