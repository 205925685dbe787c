//! What no program has wrong by itself.

use crate::deployment::Deployment;
use crate::http::get;
use crate::proof::Sign::Status;
use crate::proof::{Proof, proofs};

const CSS: &str = "/static/admin/css/base.css";

proofs! {
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
