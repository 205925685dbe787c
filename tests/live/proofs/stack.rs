//! What no program has wrong by itself.

use crate::deployment::Deployment;
use crate::http::get;
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

/// What is a file below a directory is handed out, and the rest goes to Django.
fn rooted(directory: &str) -> Deployment {
    Deployment::plain().edit(
        "etc/nginx/sites-enabled/shop",
        "location / {",
        &format!("root {directory};\n\n\tlocation / {{\n\t\ttry_files $uri @django;\n\t}}\n\n\tlocation @django {{"),
    )
}
