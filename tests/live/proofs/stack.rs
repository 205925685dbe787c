//! What no program has wrong by itself.

use crate::deployment::Deployment;
use crate::http::{Request, get};
use crate::machine;
use crate::proof::Sign::{Body, NginxLog, Shown, Status, UwsgiLog};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SETTINGS: &str = "srv/shop/shop/settings.py";
const CSS: &str = "/static/admin/css/base.css";

proofs! {
    a_root_that_adds_the_location => Proof {
        rule: "stack/static-path-mismatch",
        broken: Deployment::plain().collected().edit(
            "etc/nginx/sites-enabled/shop",
            "alias /var/www/shop/static/;",
            "root /var/www/shop/static;",
        ),
        symptom: vec![
            Status(get("/admin/login/"), 200),
            Status(get(CSS), 404),
            NginxLog("static/static/admin/css/base.css\" failed (2: No such file or directory)"),
        ],
        sound: Deployment::plain().collected().edit(
            "etc/nginx/sites-enabled/shop",
            "alias /var/www/shop/static/;",
            "root /var/www/shop;",
        ),
        health: vec![Status(get("/admin/login/"), 200), Status(get(CSS), 200)],
    },
    the_settings_for_everybody => Proof {
        rule: "stack/root-exposes-project",
        broken: rooted("/srv/shop"),
        symptom: vec![Status(get("/admin/login/"), 200), Body(get("/shop/settings.py"), "SECRET_KEY")],
        sound: rooted("/var/www/shop"),
        health: vec![Status(get("/admin/login/"), 200), Status(get("/shop/settings.py"), 404)],
    },
    a_header_written_over => Proof {
        rule: "stack/redirect-loop",
        broken: behind_a_balancer("$scheme"),
        symptom: vec![Status(get("/admin/login/"), 301), Status(by_https(), 301)],
        sound: behind_a_balancer("$http_x_forwarded_proto"),
        health: vec![Status(get("/admin/login/"), 301), Status(by_https(), 200)],
    },
    a_form_over_tls => Proof {
        rule: "stack/scheme-not-forwarded",
        broken: with_tls("http"),
        symptom: vec![Shown(a_form_is_refused), UwsgiLog("Origin checking failed - https://shop.example does not match")],
        sound: with_tls("$scheme"),
        health: vec![Shown(a_form_is_taken)],
    },
    a_header_as_it_travels => Proof {
        rule: "django/proxy-ssl-header-unusable",
        broken: with_a_header_of_its_own("X-Scheme"),
        symptom: vec![Status(by_https(), 301)],
        sound: with_a_header_of_its_own("HTTP_X_SCHEME"),
        health: vec![Status(by_https(), 200)],
    },
    a_header_that_uwsgi_reads_itself => Proof {
        rule: "stack/redirect-loop",
        broken: behind_a_balancer("$scheme"),
        symptom: vec![Status(by_https(), 301)],
        sound: behind_a_balancer("$http_x_forwarded_proto").edit(
            SETTINGS,
            "SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\n",
            "",
        ),
        health: vec![Status(by_https(), 200)],
    },
    an_origin_with_a_slash => with_origin("https://shop.example/"),
    an_origin_with_a_dot => with_origin("https://.shop.example"),
    a_limit_that_is_a_text => Proof {
        rule: "django/wrong-type",
        broken: with_tls("$scheme").append(SETTINGS, "DATA_UPLOAD_MAX_MEMORY_SIZE = \"10M\"\n"),
        symptom: vec![Shown(a_form_fails), UwsgiLog("not supported between instances of")],
        sound: with_tls("$scheme"),
        health: vec![Shown(a_form_is_taken)],
    },
    pages_without_css => Proof {
        rule: "stack/missing-static-location",
        broken: Deployment::plain().collected().edit(
            "etc/nginx/sites-enabled/shop",
            "\tlocation /static/ {\n\t\talias /var/www/shop/static/;\n\t}\n",
            "",
        ),
        symptom: vec![Status(get("/admin/login/"), 200), Status(get(CSS), 404)],
        sound: Deployment::plain().collected(),
        health: vec![Status(get("/admin/login/"), 200), Status(get(CSS), 200)],
    },
}

/// TLS ends in front of nginx, and Django believes what it is told of it.
fn behind_a_balancer(value: &str) -> Deployment {
    Deployment::plain()
        .edit(
            "etc/nginx/sites-enabled/shop",
            "include uwsgi_params;",
            &format!("include uwsgi_params;\n\t\tuwsgi_param HTTP_X_FORWARDED_PROTO {value};"),
        )
        .append(
            "srv/shop/shop/settings.py",
            "SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\n",
        )
}

/// The balancer's word under another name, which uWSGI does not know and Django is told of.
fn with_a_header_of_its_own(name: &str) -> Deployment {
    Deployment::plain()
        .edit(
            "etc/nginx/sites-enabled/shop",
            "include uwsgi_params;",
            "include uwsgi_params;\n\t\tuwsgi_param HTTP_X_FORWARDED_PROTO \"\";\n\t\tuwsgi_param HTTP_X_SCHEME $http_x_forwarded_proto;",
        )
        .append(
            SETTINGS,
            &format!("SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = (\"{name}\", \"https\")\n"),
        )
}

/// nginx ends TLS, and hands requests on by HTTP.
fn with_tls(scheme: &str) -> Deployment {
    let (key, certificate) = machine::certificate("shop.example");
    Deployment::plain()
        .write("srv/shop/requirements.txt", "Django==5.2\n")
        .write("etc/ssl/shop.key", key)
        .mode("etc/ssl/shop.key", 0o600)
        .write("etc/ssl/shop.crt", certificate)
        .edit(
            "etc/nginx/sites-enabled/shop",
            "listen 80;",
            "listen 443 ssl;\n\tssl_certificate /etc/ssl/shop.crt;\n\tssl_certificate_key /etc/ssl/shop.key;",
        )
        .edit(
            "etc/nginx/sites-enabled/shop",
            "uwsgi_pass unix:/run/shop/shop.sock;\n\t\tinclude uwsgi_params;",
            &format!("proxy_pass http://127.0.0.1:8000;\n\t\tproxy_set_header Host $host;\n\t\tproxy_set_header X-Forwarded-Proto {scheme};"),
        )
        .append(
            "etc/nginx/sites-enabled/shop",
            "server {\n\tlisten 80;\n\tserver_name shop.example;\n\treturn 301 https://$host$request_uri;\n}\n",
        )
        .edit(
            "srv/shop/uwsgi.ini",
            "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660",
            "http-socket = 127.0.0.1:8000",
        )
        .append(
            "srv/shop/shop/settings.py",
            "SESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\n",
        )
}

/// An origin that is meant to make up for a scheme that is not forwarded, and does not.
fn with_origin(origin: &str) -> Proof {
    let trusting = |origin: &str| {
        let line = format!("CSRF_TRUSTED_ORIGINS = [\"{origin}\"]\n");
        with_tls("http").append(SETTINGS, &line)
    };
    Proof {
        rule: "django/csrf-origin-unmatchable",
        broken: trusting(origin),
        symptom: vec![Shown(a_form_is_refused)],
        sound: trusting("https://shop.example"),
        health: vec![Shown(a_form_is_taken)],
    }
}

/// The status of a form that a browser sends from a page of the site.
fn form(stage: &mut Stage) -> u16 {
    let secret = "a".repeat(32);
    let answer = stage.serve().curl(
        "shop.example",
        "/admin/jsi18n/",
        &[
            "--header",
            "Origin: https://shop.example",
            "--header",
            "Referer: https://shop.example/admin/",
            "--cookie",
            &format!("csrftoken={secret}"),
            "--data",
            &format!("csrfmiddlewaretoken={secret}"),
        ],
    );
    answer.expect("an answer").status
}

fn a_form_is_refused(stage: &mut Stage) {
    assert_eq!(form(stage), 403);
}

/// Django answers with 500, and nginx with 502 where it was still sending.
fn a_form_fails(stage: &mut Stage) {
    let status = form(stage);
    assert!(matches!(status, 500 | 502), "{status}");
}

/// It is taken, and sent on to the login.
fn a_form_is_taken(stage: &mut Stage) {
    assert_eq!(form(stage), 302);
}

/// As a balancer passes on what came to it by HTTPS.
fn by_https() -> Request {
    get("/admin/login/").header("X-Forwarded-Proto: https")
}

/// What is a file below a directory is handed out, and the rest goes to Django.
fn rooted(directory: &str) -> Deployment {
    Deployment::plain().edit(
        "etc/nginx/sites-enabled/shop",
        "location / {",
        &format!("root {directory};\n\n\tlocation / {{\n\t\ttry_files $uri @django;\n\t}}\n\n\tlocation @django {{"),
    )
}
