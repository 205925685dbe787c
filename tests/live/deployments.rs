//! Small deployments of `fixtures/`, where one machine can play them: what is called
//! sound there serves, and what is called broken does not.

use crate::deployment::Deployment;
use crate::http::get;
use crate::stage::Stage;

const LOGIN: &str = "/admin/login/";
const CSS: &str = "/static/admin/css/base.css";

fn status(stage: &mut Stage, path: &'static str) -> u16 {
    stage.serve().ask(get(path)).expect("an answer").status
}

fn mysite(kind: &str) -> Deployment {
    Deployment::checkout(&format!("mysite/{kind}"), "srv/mysite", "mysite_nginx.conf")
        .host("mysite.example")
        .project("srv/mysite", "srv/mysite/mysite_uwsgi.ini")
        .environment("SECRET_KEY", "a stand-in")
}

#[test]
fn the_tutorials_files() {
    let mut stage = Stage::set(&mysite("sound").collected());
    assert_eq!(status(&mut stage, LOGIN), 200);
    assert_eq!(status(&mut stage, CSS), 200);
    assert_eq!(status(&mut stage, "/static../manage.py"), 404);
}

#[test]
fn the_tutorials_files_broken() {
    let mut stage = Stage::set(&mysite("broken").directory("srv/mysite/static"));
    let ran = stage.manage(&["collectstatic", "--noinput"]);
    assert!(ran.output.contains("STATIC_ROOT"), "{ran:#?}");
    let code = stage
        .serve()
        .ask(get("/static../mysite/settings.py"))
        .expect("an answer");
    assert!(code.body.contains("SECRET_KEY"), "{code:#?}");
}

fn settings_package(kind: &str) -> Deployment {
    Deployment::checkout(
        &format!("settings-package/{kind}"),
        "srv/shop",
        "deploy/nginx.conf",
    )
    .host("shop.example")
    .project("srv/shop", "srv/shop/deploy/uwsgi.ini")
    .environment("SECRET_KEY", "a stand-in")
    .environment("DB_HOST", "db.shop.example")
    .environment("DB_NAME", "shop")
    .environment("DB_USER", "shop")
    .environment("DB_PASSWORD", "a stand-in")
    .overlay(
        r#"
from config.settings.production import *

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "{data}/db.sqlite3"}}
"#,
    )
    .collected()
}

#[test]
fn a_settings_package() {
    let mut stage = Stage::set(&settings_package("sound"));
    assert_eq!(status(&mut stage, LOGIN), 200);
    assert_eq!(status(&mut stage, CSS), 200);
}

#[test]
fn a_settings_package_broken() {
    let mut stage = Stage::set(&settings_package("broken"));
    assert_eq!(status(&mut stage, LOGIN), 400);
}

fn regex_location(kind: &str) -> Deployment {
    Deployment::checkout(
        &format!("regex-location/{kind}"),
        "srv/shop",
        "config/nginx/shop.conf",
    )
    .host("shop.example")
    .project("srv/shop/backend", "srv/shop/config/uwsgi/shop.ini")
    .virtualenv("srv/shop/venv")
    .directory("run/shop")
    .environment("SECRET_KEY", "a stand-in")
    .environment("DB_HOST", "db.shop.example")
    .environment("DB_NAME", "shop")
    .environment("DB_USER", "shop")
    .environment("DB_PASSWORD", "a stand-in")
    .overlay(
        r#"
from shop.settings import *

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "{data}/db.sqlite3"}}
"#,
    )
    .collected()
}

#[test]
fn a_regex_location() {
    let mut stage = Stage::set(&regex_location("sound"));
    assert_eq!(status(&mut stage, LOGIN), 200);
    assert_eq!(status(&mut stage, CSS), 200);
    assert_eq!(status(&mut stage, "/no-such-page/"), 404);
}

#[test]
fn a_regex_location_broken() {
    let mut stage = Stage::set(&regex_location("broken"));
    let answer = stage.serve().ask(get("/no-such-page/")).expect("an answer");
    assert!(answer.body.contains("DEBUG = True"), "{answer:#?}");
}

/// What is broken and can be fixed serves, or no longer shows what it should not.
#[test]
fn what_is_fixed_serves() {
    let mut stage = Stage::set(&mysite("broken").fixed().directory("srv/mysite/static"));
    let code = stage
        .serve()
        .ask(get("/static../mysite/settings.py"))
        .expect("an answer");
    assert_eq!(code.status, 404, "{code:#?}");
}
