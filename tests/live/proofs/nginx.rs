//! nginx alone is at fault.

use crate::deployment::Deployment;
use crate::http::get;
use crate::proof::Sign::{Body, NginxAccepts, NginxRefuses, Shown, Status};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SITE: &str = "etc/nginx/sites-enabled/shop";
const CSS: &str = "/static/admin/css/base.css";

proofs! {
    a_missing_brace => Proof {
        rule: "nginx/syntax",
        broken: Deployment::guide("missing-brace"),
        symptom: vec![NginxRefuses("unexpected end of file, expecting \"}\"")],
        sound: Deployment::guide("missing-brace").append("etc/nginx/sites-enabled/default", "}\n"),
        health: vec![NginxAccepts],
    },
    a_missing_semicolon => Proof {
        rule: "nginx/syntax",
        broken: Deployment::plain().edit(SITE, "shop.sock;", "shop.sock"),
        symptom: vec![NginxRefuses("invalid number of arguments in \"uwsgi_pass\" directive")],
        sound: Deployment::plain(),
        health: vec![NginxAccepts],
    },
    no_uwsgi_params => Proof {
        rule: "nginx/uwsgi-params-missing",
        broken: Deployment::plain().edit(SITE, "\t\tinclude uwsgi_params;\n", ""),
        symptom: vec![Shown(every_request_fails_for_want_of_a_method)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    parameters_replaced_in_the_location => Proof {
        rule: "nginx/uwsgi-params-missing",
        broken: Deployment::plain()
            .edit(SITE, "\t\tinclude uwsgi_params;\n", "\t\tuwsgi_param HTTP_X_REAL_IP $remote_addr;\n")
            .edit(SITE, "\tlocation / {", "\tinclude uwsgi_params;\n\n\tlocation / {"),
        symptom: vec![Shown(every_request_fails_for_want_of_a_method)],
        sound: Deployment::plain()
            .edit(SITE, "\t\tinclude uwsgi_params;\n", "")
            .edit(SITE, "\tlocation / {", "\tinclude uwsgi_params;\n\n\tlocation / {"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    an_alias_without_its_slash => Proof {
        rule: "nginx/alias-slash-mismatch",
        broken: Deployment::plain().collected().edit(SITE, "www/shop/static/;", "www/shop/static;"),
        symptom: vec![Status(get("/admin/login/"), 200), Status(get(CSS), 404)],
        sound: Deployment::plain().collected(),
        health: vec![Status(get(CSS), 200)],
    },
    an_alias_that_lets_people_out => Proof {
        rule: "nginx/alias-traversal",
        broken: with_a_secret().edit(SITE, "location /static/ {", "location /static {"),
        symptom: vec![Status(get(CSS), 200), Body(get("/static../secret.txt"), "for nobody")],
        sound: with_a_secret(),
        health: vec![Status(get(CSS), 200), Status(get("/static../secret.txt"), 404)],
    },
}

/// A file beside the static ones.
fn with_a_secret() -> Deployment {
    Deployment::plain()
        .collected()
        .write("var/www/shop/secret.txt", "for nobody\n")
}

fn every_request_fails_for_want_of_a_method(stage: &mut Stage) {
    let answer = stage.serve().ask(get("/admin/login/")).expect("an answer");
    assert!(matches!(answer.status, 500 | 502), "{answer:#?}");
    stage.wait_for("the log names it", |stage| {
        stage.uwsgi_log().contains("KeyError: 'REQUEST_METHOD'")
    });
}
