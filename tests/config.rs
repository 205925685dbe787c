//! Every key of the configuration acts: the same tree is judged otherwise with it than without.

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

/// `path: severity rule` of each finding, from most severe on.
fn found(root: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = [&["check", "--output-format", "json"], arguments].concat();
    let output = djlint(root, &arguments);
    assert_ne!(output.stdout, b"", "{}", text(&output.stderr));
    let text_of = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    json(&output)["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let [path, severity, rule] =
                ["path", "severity", "rule"].map(|key| text_of(&finding[key]));
            format!("{path}: {severity} {rule}")
        })
        .collect()
}

/// What is found without the configuration and with it.
#[track_caller]
fn assert_acts(files: &[(&str, &str)], config: &str, without: &[&str], with: &[&str]) {
    let root = project(files);
    assert_eq!(found(root.path(), &[]), without, "without");
    std::fs::write(root.path().join("djlint-check.toml"), config).unwrap();
    assert_eq!(found(root.path(), &[]), with, "with {config}");
    assert_eq!(found(root.path(), &["--isolated"]), without, "isolated");
}

#[test]
fn rules_are_silent_in_files_and_count_as_what_was_said() {
    let files = [("a/nginx.conf", SITE), ("b/nginx.conf", SITE)];
    let both = [
        "a/nginx.conf: error nginx/alias-traversal",
        "b/nginx.conf: error nginx/alias-traversal",
    ];
    assert_acts(
        &files,
        "per-file-ignores.\"/a/\" = [\"nginx\"]",
        &both,
        &both[1..],
    );
    assert_acts(
        &files,
        "severity = { \"nginx/alias-traversal\" = \"warning\", nginx = \"advice\" }",
        &both,
        &[
            "a/nginx.conf: warning nginx/alias-traversal",
            "b/nginx.conf: warning nginx/alias-traversal",
        ],
    );
    assert_acts(&files, "severity.nginx = \"advice\"", &both, &[]);
}

#[test]
fn a_severity_that_was_said_decides_what_fails() {
    let root = project(&[
        ("nginx.conf", SITE),
        (
            "djlint-check.toml",
            "severity.nginx = \"warning\"\nfail-on = \"error\"",
        ),
    ]);
    let code = |arguments: &[&str]| {
        let arguments = [&["check"], arguments].concat();
        djlint(root.path(), &arguments).status.code()
    };
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "warning"]), Some(1));
}

#[test]
fn what_is_included_is_judged_by_its_content() {
    assert_acts(
        &[
            ("uwsgi.ini", "[uwsgi]\nmaster = true\nvacuum = true\n"),
            ("site.txt", SITE),
        ],
        "include = [\"*.txt\"]",
        &[],
        &["site.txt: error nginx/alias-traversal"],
    );
}

#[test]
fn inputs_hold_where_the_command_line_names_none() {
    let config = "[inputs]\npaths = [\"a\"]\n";
    let root = project(&[
        ("a/nginx.conf", SITE),
        ("b/nginx.conf", SITE),
        ("djlint-check.toml", config),
    ]);
    let a = ["a/nginx.conf: error nginx/alias-traversal"];
    assert_eq!(found(root.path(), &[]), a);
    assert_eq!(
        found(root.path(), &["b"]),
        ["b/nginx.conf: error nginx/alias-traversal"]
    );
    // They are of the directory of the configuration, wherever the program runs.
    let output = djlint(
        &root.path().join("b"),
        &["check", "--output-format", "concise"],
    );
    let shown = text(&output.stdout);
    assert!(
        shown.contains("a/nginx.conf:3:") && shown.lines().count() == 1,
        "{shown}"
    );
    for kind in ["nginx", "uwsgi", "settings"] {
        let config = format!("[inputs]\n{kind} = [\"missing\"]\n");
        std::fs::write(root.path().join("djlint-check.toml"), config).unwrap();
        let output = djlint(root.path(), &["check"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains("missing"),
            "{}",
            text(&output.stderr)
        );
        assert_eq!(found(root.path(), &["--nginx", "a/nginx.conf"]), a);
    }
}

const DJANGO: [(&str, &str); 4] = [
    (
        "manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    ),
    (
        "shop/settings.py",
        "import os\nSECRET_KEY = os.environ['KEY']\nDEBUG = os.environ['DEBUG'] == '1'\n\
         ALLOWED_HOSTS = ['shop.example']\nROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = []\n",
    ),
    (
        "shop/wsgi.py",
        "import os\nfrom django.core.wsgi import get_wsgi_application\n\
         os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n\
         application = get_wsgi_application()\n",
    ),
    (
        "uwsgi.ini",
        "[uwsgi]\nmaster = true\nvacuum = true\nuid = shop\ngid = shop\nsocket = 127.0.0.1:9000\n\
         module = shop.wsgi\n",
    ),
];
const DEBUG: [&str; 1] = ["shop/settings.py: error django/debug-enabled"];

#[test]
fn variables_come_from_files_and_from_the_configuration_which_wins() {
    let with_file = |value: &str| {
        let mut files = DJANGO.to_vec();
        let line = format!(
            "KEY=a-stand-in-that-is-long-enough-for-every-check-of-django-itself\nDEBUG={value}\n"
        )
        .leak();
        files.push(("deploy/prod.env", line));
        files
    };
    assert_acts(
        &with_file("1"),
        "env-files = [\"deploy/prod.env\"]",
        &[],
        &DEBUG,
    );
    assert_acts(&DJANGO, "env.DEBUG = \"1\"", &[], &DEBUG);
    assert_acts(
        &with_file("1"),
        "env-files = [\"deploy/prod.env\"]\nenv.DEBUG = \"0\"",
        &[],
        &[],
    );
    let root = project(&DJANGO);
    std::fs::write(
        root.path().join("djlint-check.toml"),
        "env-files = [\"no.env\"]",
    )
    .unwrap();
    let output = djlint(root.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: no.env: no such file or directory\n"
    );
}

/// Two sites and two servers, of which no file says which belong together.
#[test]
fn what_was_declared_belongs_together_under_its_name() {
    let site = |name: &str| {
        format!(
            "server {{\n    listen 80;\n    server_name {name}.example;\n    location / {{\n        \
             include uwsgi_params;\n        uwsgi_pass unix:/run/{name}/front.sock;\n    }}\n}}\n"
        )
    };
    let ini = |name: &str| {
        format!(
            "[uwsgi]\nmaster = true\nvacuum = true\nuid = {name}\nsocket = /run/{name}/back.sock\n\
             chmod-socket = 660\nmodule = {name}.wsgi\n"
        )
    };
    let config = "[deployment.One]\npaths = [\"conf/one.conf\", \"ini/one.ini\"]\n\
                  [deployment.Two]\npaths = [\"conf/two.conf\", \"ini/two.ini\"]\n";
    let root = project(&[
        ("conf/one.conf", &site("one")),
        ("conf/two.conf", &site("two")),
        ("ini/one.ini", &ini("one")),
        ("ini/two.ini", &ini("two")),
        ("other.toml", config),
    ]);
    let stacks = |arguments: &[&str]| {
        let arguments = [&["show", "stack", "--output-format", "json"], arguments].concat();
        json(&djlint(root.path(), &arguments))
    };
    let names = |shown: &serde_json::Value| -> Vec<String> {
        let all = shown["deployments"].as_array().unwrap();
        all.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&stacks(&[])).len(), 4);
    assert_eq!(names(&stacks(&["--config", "other.toml"])), ["One", "Two"]);
    // Only now is it known that nobody listens where nginx asks.
    let rules = |arguments: &[&str]| {
        let mut rules = found(root.path(), arguments);
        rules.retain(|found| found.contains("stack/socket-mismatch"));
        rules.len()
    };
    assert_eq!(rules(&[]), 0);
    assert_eq!(rules(&["--config", "other.toml"]), 2);
    let development = config.replace("paths", "purpose = \"development\"\npaths");
    std::fs::write(root.path().join("other.toml"), development).unwrap();
    let shown = stacks(&["--config", "other.toml"]);
    assert_eq!(names(&shown), ["One", "Two"]);
    for deployment in shown["deployments"].as_array().unwrap() {
        assert_eq!(deployment["purpose"], "development");
    }
}

#[test]
fn what_is_in_force_is_shown_with_its_source_and_without_secrets() {
    let root = project(&[
        (
            "djlint-check.toml",
            "fail-on = \"error\"\nenv-files = [\".env\"]\n\n[env]\nDEBUG = \"0\"\nAPI_TOKEN = \"hunter22\"\n",
        ),
        (
            ".env",
            "DEBUG=1\nDATABASE_URL=postgres://u:hunter22@db/x\nSITE=shop\n",
        ),
    ]);
    let output = djlint(root.path(), &["config", "--env", "SITE=other"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "# djlint-check.toml\n\
         fail-on = \"error\"                                # djlint-check.toml:1\n\
         env.API_TOKEN = \"********\"                       # djlint-check.toml:6\n\
         env.DATABASE_URL = \"**************************\"  # .env\n\
         env.DEBUG = \"0\"                                  # djlint-check.toml:5\n\
         env.SITE = \"other\"                               # --env\n\
         env-files = [\".env\"]                             # djlint-check.toml:2\n\
         min-severity = \"warning\"                         # default\n\
         inputs.paths = [\".\"]                             # default\n\
         # not set: select, ignore, per-file-ignores, severity, baseline, include, exclude, paths, \
         nginx, uwsgi, django, python, deployment, routes\n"
    );
    let isolated = djlint(root.path(), &["config", "--isolated"]);
    let shown = text(&isolated.stdout);
    assert!(
        shown.starts_with("# no configuration file\nmin-severity"),
        "{shown}"
    );
    let schema = djlint(root.path(), &["config", "--schema"]);
    assert_eq!(json(&schema)["title"], "djlint-check.toml");
    std::fs::write(root.path().join("djlint-check.toml"), "fail-on = 1").unwrap();
    assert_eq!(djlint(root.path(), &["config"]).status.code(), Some(2));
}

#[test]
fn what_a_configuration_names_and_is_not_there_is_said_with_its_place() {
    let root = project(&[("nginx.conf", SITE)]);
    let refused = |config: &str, expected: &str| {
        std::fs::write(root.path().join("djlint-check.toml"), config).unwrap();
        let output = djlint(root.path(), &["check"]);
        assert_eq!(output.status.code(), Some(2), "{config}");
        assert!(output.stdout.is_empty());
        assert_eq!(text(&output.stderr), expected);
    };
    refused(
        "[paths]\n\"/srv/shop\" = \"bakend\"\n",
        "error: djlint-check.toml:2: `paths.\"/srv/shop\"`: bakend: no such file or directory\n",
    );
    refused(
        "[deployment.shop]\npaths = [\"nginx.conf\", \"../elsewhere\"]\n",
        "error: djlint-check.toml:2: `deployment.shop.paths`: ../elsewhere: no such file or \
         directory\n",
    );
    refused(
        "baseline = \"known.json\"",
        "error: known.json: no such file or directory\n",
    );
    std::fs::write(root.path().join("big.toml"), "#".repeat(1_000_001)).unwrap();
    let big = djlint(root.path(), &["check", "--config", "big.toml"]);
    assert_eq!(big.status.code(), Some(2));
    assert_eq!(
        text(&big.stderr),
        "error: big.toml: cannot be read: larger than the 1 MB that are read\n"
    );
}

#[test]
fn the_programs_that_were_told_are_known() {
    use djlint::workspace::{Input, Workspace};
    let programs = djlint::programs::Programs {
        django: Some("5.2".parse().unwrap()),
        ..djlint::programs::Programs::default()
    };
    let input = Input {
        programs: programs.clone(),
        ..Input::default()
    };
    let workspace = Workspace::over(djlint::tree::Memory::new(), input);
    assert_eq!(workspace.programs(), &programs);
}
