//! `djlint trace`: the way of one request, told and asserted.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;
use std::process::Output;

use common::{djlint, json, text};

const NGINX: &str = "server {
    listen 443 ssl;
    server_name shop.example;
    location /static/ {
        alias /srv/shop/static/;
    }
    location ~ \\.php$ {
        return 410;
    }
    location / {
        include uwsgi_params;
        uwsgi_pass unix:/run/shop.sock;
    }
}
server {
    listen 80;
    server_name shop.example;
    return 301 https://$host$request_uri;
}
";

const UWSGI: &str = "[uwsgi]\nchdir = /srv/shop\nmodule = shop.wsgi\nsocket = /run/shop.sock\n";

fn shop(settings: &str, more: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let wsgi = "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n";
    let settings = format!(
        "INSTALLED_APPS = ['django.contrib.staticfiles']\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware', 'django.middleware.common.CommonMiddleware']\nSTATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/shop/static'\n{settings}"
    );
    let files = [
        ("deploy/nginx.conf", NGINX),
        ("deploy/uwsgi.ini", UWSGI),
        ("manage.py", ""),
        ("shop/__init__.py", ""),
        ("shop/wsgi.py", wsgi),
        ("shop/settings.py", &settings),
    ];
    for (name, content) in files.iter().chain(more) {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    root
}

fn trace(root: &Path, arguments: &[&str]) -> Output {
    djlint(root, &[&["trace"], arguments].concat())
}

fn traced(root: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = trace(root, &[arguments, &["--output-format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    json(&output)
}

const SETTINGS: &str = "ALLOWED_HOSTS = ['shop.example']\nSECURE_SSL_REDIRECT = True\n";

#[test]
fn a_request_is_followed_to_django() {
    let root = shop(SETTINGS, &[]);
    let told = traced(root.path(), &["https://shop.example/cart/?a=1"]);
    let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "application",
            "django",
            "handler",
            "location",
            "outcome",
            "request",
            "server",
            "steps",
        ]
    );
    assert_eq!(told["server"]["line"], 1);
    assert_eq!(told["location"]["path"], "deploy/nginx.conf");
    assert_eq!(told["location"]["pattern"], "/");
    assert_eq!(told["handler"]["kind"], "uwsgi");
    assert_eq!(told["handler"]["target"], "unix:/run/shop.sock");
    assert_eq!(told["application"]["program"], "uWSGI");
    assert_eq!(told["application"]["application"], "shop.wsgi");
    assert_eq!(told["django"]["settings"], "shop/settings.py");
    assert_eq!(told["django"]["host_allowed"], true);
    assert_eq!(told["django"]["scheme"], "https");
    assert_eq!(told["django"]["ssl_redirect"], false);
    assert_eq!(told["outcome"]["status"], serde_json::Value::Null);
}

#[test]
fn what_ends_at_nginx_is_told_with_its_kind() {
    let root = shop(SETTINGS, &[]);
    let file = traced(root.path(), &["https://shop.example/static/a.css"]);
    assert_eq!(file["handler"]["kind"], "file");
    assert_eq!(file["handler"]["path"], "/srv/shop/static/a.css");
    assert_eq!(file["outcome"]["status"], serde_json::Value::Null);
    let redirect = traced(root.path(), &["http://shop.example/x?y"]);
    assert_eq!(redirect["handler"]["kind"], "redirect");
    assert_eq!(redirect["handler"]["target"], "https://shop.example/x?y");
    assert_eq!(redirect["outcome"]["status"], 301);
    let gone = traced(root.path(), &["https://shop.example/x.php"]);
    assert_eq!(gone["handler"]["kind"], "return");
    assert_eq!(gone["outcome"]["status"], 410);
    assert_eq!(gone["location"]["modifier"], "~");
}

#[test]
fn a_path_alone_is_asked_of_the_site_that_django_answers() {
    let root = shop(SETTINGS, &[]);
    let told = traced(root.path(), &["/"]);
    assert_eq!(told["request"]["scheme"], "https");
    assert_eq!(told["request"]["host"], "shop.example");
    assert_eq!(told["handler"]["kind"], "uwsgi");
}

#[test]
fn what_django_refuses_and_redirects_is_told() {
    let root = shop("ALLOWED_HOSTS = ['other.example']\n", &[]);
    let refused = traced(root.path(), &["https://shop.example/"]);
    assert_eq!(refused["django"]["host_allowed"], false);
    assert_eq!(refused["outcome"]["status"], 400);

    let behind = "ALLOWED_HOSTS = ['*']\nSECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n";
    let root = shop(behind, &[]);
    let arguments = [
        "https://shop.example/",
        "--header",
        "X-Forwarded-Proto: http",
    ];
    let redirected = traced(root.path(), &arguments);
    assert_eq!(redirected["django"]["scheme"], "http");
    assert_eq!(redirected["outcome"]["status"], 301);
}

#[test]
fn what_is_not_known_is_told_with_its_alternatives() {
    let more = "server {\n    listen 80;\n    server_name pages.example;\n    root /srv/pages;\n    location / {\n        try_files $uri @app;\n    }\n    location @app {\n        return 404;\n    }\n}\n";
    let root = shop(SETTINGS, &[("deploy/pages.conf", more)]);
    let told = traced(root.path(), &["http://pages.example/x"]);
    assert_eq!(told["handler"]["kind"], "unknown");
    let alternatives = told["alternatives"].as_array().unwrap();
    assert_eq!(alternatives.len(), 2);
    assert_eq!(alternatives[0]["handler"]["path"], "/srv/pages/x");
    assert_eq!(alternatives[0]["assumed"][0]["holds"], true);
    assert_eq!(alternatives[1]["outcome"]["status"], 404);
}

#[test]
fn an_expectation_makes_it_an_assertion() {
    let root = shop(SETTINGS, &[]);
    let code = |url: &str, expected: &str| {
        let output = trace(root.path(), &[url, "--expect", expected]);
        output.status.code()
    };
    let url = "https://shop.example";
    assert_eq!(code(&format!("{url}/"), "django"), Some(0));
    assert_eq!(code(&format!("{url}/static/a.css"), "django"), Some(1));
    assert_eq!(
        code(
            &format!("{url}/static/a.css"),
            "file:/srv/shop/static/a.css"
        ),
        Some(0)
    );
    assert_eq!(code(&format!("{url}/x.php"), "410"), Some(0));
    assert_eq!(code(&format!("{url}/x.php"), "200"), Some(1));
    // A view decides: nobody knows.
    assert_eq!(code(&format!("{url}/"), "200"), Some(2));
    assert_eq!(code(&format!("{url}/"), "fine"), Some(2));
    assert_eq!(code("ftp://shop.example/", "200"), Some(2));
}

#[test]
fn the_losers_are_told_on_demand_and_secrets_never() {
    let root = shop(SETTINGS, &[]);
    let plain = trace(root.path(), &["https://shop.example/static/a.css"]);
    assert!(!text(&plain.stdout).contains("does not match"));
    let arguments = [
        "https://shop.example/static/a.css",
        "-v",
        "--header",
        "Authorization: Basic c2VjcmV0",
    ];
    let told = text(&trace(root.path(), &arguments).stdout);
    assert!(told.contains("not ~ \\.php$: it does not match"), "{told}");
    assert!(told.contains("not /: /static/ is longer"), "{told}");
    assert!(told.contains("does not listen on port 443"), "{told}");
    let json = trace(
        root.path(),
        &[&arguments[..], &["--output-format", "json"]].concat(),
    );
    assert!(!text(&json.stdout).contains("c2VjcmV0"));
}

#[test]
fn what_the_configuration_expects_is_checked() {
    let routes = "[[routes]]
url = \"http://shop.example/\"
expect = \"301\"

[[routes]]
url = \"https://shop.example/static/a.css\"
headers = [\"Authorization: Bearer hunter22\"]
expect = \"django\"

[[routes]]
url = \"https://shop.example/cart/\"
expect = \"200\"
";
    let root = shop(SETTINGS, &[("djlint-check.toml", routes)]);
    let check = |arguments: &[&str]| {
        let select = ["check", "--select", "stack/unexpected-answer"];
        djlint(root.path(), &[&select, arguments].concat())
    };
    let output = check(&["--output-format", "concise"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(
        text(&output.stdout),
        "djlint-check.toml:8:10: error[stack/unexpected-answer] https://shop.example/static/a.css \
         is the file /srv/shop/static/a.css, and django is expected\n"
    );
    let said = text(&check(&["-v"]).stdout);
    assert!(
        said.contains("djlint-check.toml:11:7: route https://shop.example/cart/"),
        "{said}"
    );
    assert!(!said.contains("hunter22"), "{said}");
    // The file may lie outside of what is looked through.
    let elsewhere = tempfile::tempdir().unwrap();
    let config = elsewhere.path().join("djlint-check.toml");
    std::fs::rename(root.path().join("djlint-check.toml"), &config).unwrap();
    let output = check(&[
        "--output-format",
        "concise",
        "--config",
        config.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        text(&output.stdout).contains("djlint-check.toml:8:10: error"),
        "{output:?}"
    );
}
