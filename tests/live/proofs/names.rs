//! Django takes the site for another, or for one at another path.

use crate::deployment::Deployment;
use crate::http::{self, get};
use crate::machine;
use crate::proof::Sign::{Shown, Status, UwsgiLog};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SITE: &str = "etc/nginx/sites-enabled/shop";

proofs! {
    a_form_of_a_site_that_django_does_not_know => Proof {
        rule: "stack/host-header-missing",
        broken: with_tls(443, "", "[\"*\"]"),
        symptom: vec![Shown(a_form_is_refused), UwsgiLog("Origin checking failed - https://shop.example does not match")],
        sound: with_tls(443, "proxy_set_header Host $http_host;", "[\"shop.example\"]"),
        health: vec![Shown(a_form_is_taken)],
    },
    a_form_of_another_name => Proof {
        rule: "stack/csrf-origin-missing",
        broken: with_tls(443, "proxy_set_header Host app.internal;", "[\"app.internal\"]"),
        symptom: vec![Shown(a_form_is_refused), UwsgiLog("Origin checking failed - https://shop.example does not match")],
        sound: with_tls(443, "proxy_set_header Host app.internal;", "[\"app.internal\"]").append(
            "srv/shop/shop/settings.py",
            "CSRF_TRUSTED_ORIGINS = [\"https://shop.example\"]\n",
        ),
        health: vec![Shown(a_form_is_taken)],
    },
    a_form_from_a_port_that_is_left_out => Proof {
        rule: "stack/host-port-lost",
        broken: with_tls(8443, "proxy_set_header Host $host;", "[\"shop.example\"]"),
        symptom: vec![
            Shown(a_form_by_the_port_is_refused),
            UwsgiLog("Origin checking failed - https://shop.example:8443 does not match"),
        ],
        sound: with_tls(8443, "proxy_set_header Host $http_host;", "[\"shop.example\"]"),
        health: vec![Shown(a_form_by_the_port_is_taken)],
    },
    a_host_that_anybody_claims => Proof {
        rule: "stack/client-headers-trusted",
        broken: with_links(""),
        symptom: vec![Shown(links_lead_to_the_attacker)],
        sound: with_links("proxy_set_header X-Forwarded-Host $host;")
            .edit("srv/shop/shop/settings.py", "[\"*\"]", "[\"shop.example\"]"),
        health: vec![Shown(links_lead_home)],
    },
    a_path_told_twice => Proof {
        rule: "stack/script-name-mismatch",
        broken: below_a_path("uwsgi_param SCRIPT_NAME /app;"),
        symptom: vec![Status(get("/app/admin/login/"), 404)],
        sound: below_a_path("uwsgi_param SCRIPT_NAME /app;\n\t\trewrite ^/app(/.*)$ $1 break;"),
        health: vec![Status(get("/app/admin/login/"), 200)],
    },
    a_path_told_twice_by_the_settings => Proof {
        rule: "stack/script-name-mismatch",
        broken: below_a_path("").append("srv/shop/shop/settings.py", FORCED),
        symptom: vec![Status(get("/app/admin/login/"), 404)],
        sound: below_a_path("rewrite ^/app(/.*)$ $1 break;").append("srv/shop/shop/settings.py", FORCED),
        health: vec![Status(get("/app/admin/login/"), 200)],
    },
}

/// A site by HTTPS does not send its cookies by plain HTTP.
const SECURE: &str = "SESSION_COOKIE_SECURE = True\nCSRF_COOKIE_SECURE = True\n";

const FORCED: &str = "FORCE_SCRIPT_NAME = \"/app\"\n";

/// The site below a path.
fn below_a_path(lines: &str) -> Deployment {
    Deployment::plain().edit(
        SITE,
        "location / {",
        &format!("location /app/ {{\n\t\t{lines}"),
    )
}

/// nginx ends TLS at a port, sends there what comes without, and hands requests on by HTTP with the scheme.
fn with_tls(port: u16, host: &str, allowed: &str) -> Deployment {
    let (key, certificate) = machine::certificate("shop.example");
    let shown = match port {
        443 => "$host".to_owned(),
        // A name that the stage knows to have another port there.
        port => format!("localhost:{port}"),
    };
    Deployment::plain()
        .write("srv/shop/requirements.txt", "Django==5.2\n")
        .write("etc/ssl/shop.key", key)
        .mode("etc/ssl/shop.key", 0o600)
        .write("etc/ssl/shop.crt", certificate)
        .edit(
            SITE,
            "listen 80;",
            &format!("listen {port} ssl;\n\tssl_certificate /etc/ssl/shop.crt;\n\tssl_certificate_key /etc/ssl/shop.key;"),
        )
        .edit(
            SITE,
            "uwsgi_pass unix:/run/shop/shop.sock;\n\t\tinclude uwsgi_params;",
            &format!("proxy_pass http://127.0.0.1:8000;\n\t\tproxy_set_header X-Forwarded-Proto $scheme;\n\t\t{host}"),
        )
        .append(
            SITE,
            &format!("server {{\n\tlisten 80;\n\tserver_name shop.example;\n\treturn 301 https://{shown}$request_uri;\n}}\n"),
        )
        .edit(
            "srv/shop/uwsgi.ini",
            "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660",
            "http-socket = 127.0.0.1:8000",
        )
        .edit("srv/shop/shop/settings.py", "[\"shop.example\"]", allowed)
        .append("srv/shop/shop/settings.py", SECURE)
}

/// A page that says which site it is on, as mails do.
fn with_links(line: &str) -> Deployment {
    with_tls(443, &format!("proxy_set_header Host $http_host;\n\t\t{line}"), "[\"*\"]")
        .append("srv/shop/shop/settings.py", "USE_X_FORWARDED_HOST = True\n")
        .write(
            "srv/shop/shop/urls.py",
            "from django.http import HttpResponse\nfrom django.urls import path\n\n\ndef where(request):\n    \
             return HttpResponse(request.build_absolute_uri(\"/new-password/\"))\n\n\nurlpatterns = [path(\"where/\", where)]\n",
        )
}

/// Where a link leads that Django makes for somebody who claims another host.
fn link(stage: &mut Stage) -> String {
    let claim = ["--header", "X-Forwarded-Host: attacker.test"];
    let answer = stage.serve().curl("shop.example", "/where/", &claim);
    answer.expect("an answer").body
}

fn links_lead_to_the_attacker(stage: &mut Stage) {
    assert_eq!(link(stage), "https://attacker.test/new-password/");
}

fn links_lead_home(stage: &mut Stage) {
    assert_eq!(link(stage), "https://shop.example/new-password/");
}

/// The status of a form that a browser sends from a page of the site.
fn form(stage: &mut Stage, port: u16, site: &str) -> u16 {
    let secret = "a".repeat(32);
    let port = stage.serve().port(port);
    let answer = http::tls(
        port,
        "shop.example",
        "/admin/jsi18n/",
        &[
            "--header",
            &format!("Host: {site}"),
            "--header",
            &format!("Origin: https://{site}"),
            "--header",
            &format!("Referer: https://{site}/admin/"),
            "--cookie",
            &format!("csrftoken={secret}"),
            "--data",
            &format!("csrfmiddlewaretoken={secret}"),
        ],
    );
    answer.expect("an answer").status
}

fn a_form_is_refused(stage: &mut Stage) {
    assert_eq!(form(stage, 443, "shop.example"), 403);
}

/// It is taken, and sent on to the login.
fn a_form_is_taken(stage: &mut Stage) {
    assert_eq!(form(stage, 443, "shop.example"), 302);
}

fn a_form_by_the_port_is_refused(stage: &mut Stage) {
    assert_eq!(form(stage, 8443, "shop.example:8443"), 403);
}

fn a_form_by_the_port_is_taken(stage: &mut Stage) {
    assert_eq!(form(stage, 8443, "shop.example:8443"), 302);
}
