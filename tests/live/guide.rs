//! The guide's deployment, whole: as its reader has it, and mended.

use std::fs;

use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::stage::Stage;

const HOST: &str = "ls-django.example";
const CSS: &str = "/static/admin/css/base.css";

#[test]
fn as_written_the_pages_come_and_the_css_does_not() {
    let mut stage = Stage::set(&Deployment::guide("as-written"));
    let mut status = |request| stage.serve().ask(request).expect("an answer").status;
    assert_eq!(status(get("/admin/login/").host("localhost")), 200);
    assert_eq!(status(get("/admin/login/").host("203.0.113.7")), 400);
    assert_eq!(status(get(CSS).host("localhost")), 404);
}

/// What its reader is left with by `djlint check --fix --unsafe-fixes`, and by nothing else.
#[test]
fn as_written_and_fixed_the_css_comes() {
    let fixed = Deployment::guide("as-written").fixed().collected();
    let mut stage = Stage::set(&fixed);
    let page = stage
        .serve()
        .ask(get("/admin/login/").host("203.0.113.7"))
        .expect("an answer");
    assert_eq!(page.status, 200, "{page:#?}");
    let css = stage.ask(get(CSS).host("203.0.113.7")).expect("an answer");
    assert_eq!(css.status, 200, "{css:#?}");
    assert!(css.head.contains("Content-Type: text/css"), "{css:#?}");
    // DEBUG is off.
    let missing = stage.ask(get("/no-such-page/")).expect("an answer");
    assert!(!missing.body.contains("config.settings"), "{missing:#?}");
}

#[test]
fn as_written_an_address_is_refused_with_djangos_own_words() {
    let mut stage = Stage::set(&Deployment::guide("as-written"));
    let answer = stage
        .serve()
        .ask(get("/admin/login/").host("203.0.113.7"))
        .expect("an answer");
    assert!(
        answer
            .body
            .contains("You may need to add &#x27;203.0.113.7&#x27; to ALLOWED_HOSTS"),
        "{answer:#?}"
    );
    // DEBUG is on: the visitor is shown more than that.
    assert!(answer.body.contains("config.settings"), "{answer:#?}");
}

/// The database is RDS, which no test machine has.
const OVERLAY: &str = r#"
from config.settings import *

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "{data}/db.sqlite3"}}
"#;

fn mended() -> Deployment {
    Deployment::guide("mended")
        .host(HOST)
        .user("ubuntu", "www-data")
        .directory("run/ls-django")
        .directory("var/www/ls-django")
        .directory("etc/letsencrypt/live/ls-django.example")
        .environment(
            "SECRET_KEY",
            "a-stand-in-that-is-long-enough-for-every-check-of-django",
        )
        .environment("DATABASE_HOST", "db.ls-django.example")
        .environment("DATABASE_NAME", "shop")
        .environment("DATABASE_USER", "shop")
        .environment("DATABASE_PASSWORD", "a stand-in")
        .environment("DJANGO_SUPERUSER_PASSWORD", "correct horse")
        .overlay(OVERLAY)
        .collected()
}

/// What certbot leaves on the host.
fn certify(stage: &Stage) {
    let live = stage.path("etc/letsencrypt/live/ls-django.example");
    let (key, certificate) = machine::certificate("ls-django.example");
    fs::create_dir_all(&live).expect("a directory");
    fs::write(live.join("privkey.pem"), key).expect("a file");
    fs::write(live.join("fullchain.pem"), certificate).expect("a file");
}

#[test]
fn mended_serves_page_and_css() {
    let mut stage = Stage::set(&mended());
    certify(&stage);
    let page = stage
        .serve()
        .ask(get("/admin/login/").tls())
        .expect("an answer");
    assert_eq!(page.status, 200, "{page:#?}");
    assert!(
        page.head
            .contains("Strict-Transport-Security: max-age=31536000"),
        "{page:#?}"
    );
    assert!(page.head.contains("Secure"), "{page:#?}");
    let css = stage.ask(get(CSS).tls()).expect("an answer");
    assert_eq!(css.status, 200, "{css:#?}");
    assert!(css.head.contains("Content-Type: text/css"), "{css:#?}");

    let plain = stage
        .ask(get("/admin/login/?next=/admin/"))
        .expect("an answer");
    assert_eq!(plain.status, 301, "{plain:#?}");
    assert!(
        plain
            .head
            .contains("Location: https://ls-django.example/admin/login/?next=/admin/"),
        "{plain:#?}"
    );
    // A client's own header changes nothing.
    let forged = stage
        .ask(get("/admin/login/").tls().header("X-Forwarded-Proto: http"))
        .expect("an answer");
    assert_eq!(forged.status, 200, "{forged:#?}");
    // Names that are not ours.
    assert!(
        stage
            .ask(get("/admin/login/").host("203.0.113.7"))
            .is_none()
    );
    assert!(
        stage
            .ask(get("/admin/login/").host("somebody-else.example").tls())
            .is_none()
    );
}

#[test]
fn mended_lets_its_owner_in() {
    let mut stage = Stage::set(&mended());
    certify(&stage);
    for words in [
        &["migrate", "--verbosity", "0"][..],
        &[
            "createsuperuser",
            "--noinput",
            "--username",
            "owner",
            "--email",
            "owner@ls-django.example",
        ],
    ] {
        let ran = stage.manage(words);
        assert!(ran.status.success(), "{ran:#?}");
    }
    let jar = stage.aside("cookies");
    let jar = jar.to_str().expect("a UTF-8 path");
    let page = stage
        .serve()
        .curl(HOST, "/admin/login/", &["--cookie-jar", jar])
        .expect("an answer");
    let token = page
        .body
        .split_once("name=\"csrfmiddlewaretoken\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(token, _)| token.to_owned())
        .expect("a token");
    let form =
        format!("csrfmiddlewaretoken={token}&username=owner&password=correct+horse&next=/admin/");
    let answer = stage
        .curl(
            HOST,
            "/admin/login/",
            &[
                "--cookie",
                jar,
                "--data",
                &form,
                "--header",
                "Origin: https://ls-django.example",
                "--referer",
                "https://ls-django.example/admin/login/",
            ],
        )
        .expect("an answer");
    assert_eq!(answer.status, 302, "{answer:#?}");
    assert!(answer.head.contains("Location: /admin/"), "{answer:#?}");
}

#[test]
fn mended_satisfies_djangos_own_deploy_checks() {
    let stage = Stage::set(&mended());
    let ran = stage.manage(&["check", "--deploy", "--fail-level", "WARNING"]);
    assert!(ran.status.success(), "{ran:#?}");
}

#[test]
fn mended_takes_headers_as_large_as_nginx_does() {
    let mut stage = Stage::set(&mended());
    certify(&stage);
    let mut arguments = Vec::new();
    // nginx's large_client_header_buffers are four of 8 KiB, and one line fits in one.
    let headers: Vec<String> = (0..3)
        .map(|number| format!("X-Long-{number}: {}", "x".repeat(7900)))
        .collect();
    for header in &headers {
        arguments.extend(["--header", header]);
    }
    let answer = stage
        .serve()
        .curl(HOST, "/admin/login/", &arguments)
        .expect("an answer");
    assert_eq!(answer.status, 200, "{answer:#?}");
}

#[test]
fn mended_keeps_strangers_from_the_socket() {
    let mut stage = Stage::set(&mended());
    stage.serve_uwsgi();
    assert_ne!(
        stage.stranger_connects("run/ls-django/app.sock", "uwsgi/socket-world-writable"),
        Some(true)
    );
}
