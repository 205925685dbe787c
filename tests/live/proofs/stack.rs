//! What no program has wrong by itself.

use crate::deployment::Deployment;
use crate::http::{Request, get};
use crate::proof::Sign::{Body, NginxLog, Status};
use crate::proof::{Proof, proofs};

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
