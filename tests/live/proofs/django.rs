//! Django's settings alone are at fault.

use crate::deployment::Deployment;
use crate::http::get;
use crate::proof::Sign::{Body, ManageFails, ManageWorks, Shown, Status, UwsgiLog};
use crate::proof::{Proof, proofs};

const SETTINGS: &str = "srv/shop/shop/settings.py";
const HOSTS: &str = "ALLOWED_HOSTS = [\"shop.example\"]";
const ROOT: &str = "STATIC_ROOT = \"/var/www/shop/static/\"";

fn with_hosts(line: &str) -> Deployment {
    Deployment::plain().edit(SETTINGS, HOSTS, line)
}

/// An entry of ALLOWED_HOSTS that nothing matches, whatever it was meant to match.
fn unmatchable(entry: &str) -> Proof {
    Proof {
        rule: "django/allowed-hosts-unmatchable",
        broken: with_hosts(&format!("ALLOWED_HOSTS = [\"{entry}\"]")),
        symptom: vec![
            Status(get("/admin/login/"), 400),
            Status(get("/admin/login/").host("www.shop.example"), 400),
            UwsgiLog("Invalid HTTP_HOST header: 'shop.example'"),
        ],
        sound: with_hosts("ALLOWED_HOSTS = [\".shop.example\"]"),
        health: vec![
            Status(get("/admin/login/"), 200),
            Status(get("/admin/login/").host("www.shop.example"), 200),
        ],
    }
}

proofs! {
    no_allowed_hosts => Proof {
        rule: "django/allowed-hosts-empty",
        broken: with_hosts("ALLOWED_HOSTS = []"),
        symptom: vec![
            Status(get("/admin/login/"), 400),
            Status(get("/admin/login/").host("localhost"), 400),
            UwsgiLog("You may need to add 'shop.example' to ALLOWED_HOSTS"),
        ],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_misspelt_setting => Proof {
        rule: "django/misspelt-setting",
        broken: with_hosts("ALLOWED_HOST = [\"shop.example\"]"),
        symptom: vec![Status(get("/admin/login/"), 400)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    any_host_is_let_in => Proof {
        rule: "django/allowed-hosts-wildcard",
        broken: with_hosts("ALLOWED_HOSTS = [\"*\"]"),
        symptom: vec![Status(get("/admin/login/").host("somebody-else.example"), 200)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/").host("somebody-else.example"), 400)],
    },
    an_entry_with_a_scheme => unmatchable("http://shop.example"),
    an_entry_with_a_port => unmatchable("shop.example:80"),
    an_entry_with_a_star => unmatchable("*.shop.example"),
    an_entry_with_a_slash => unmatchable("shop.example/"),
    an_entry_with_a_blank => unmatchable(" shop.example"),
    an_entry_of_nothing => unmatchable(""),
    two_names_in_one_entry => unmatchable("shop.example, www.shop.example"),
    debug_left_on => Proof {
        rule: "django/debug-enabled",
        broken: Deployment::plain().edit(SETTINGS, "DEBUG = False", "DEBUG = True"),
        symptom: vec![
            Status(get("/no-such-page/"), 404),
            Body(get("/no-such-page/"), "DEBUG = True"),
            Body(get("/no-such-page/"), "shop.urls"),
        ],
        sound: Deployment::plain(),
        health: vec![Shown(|stage| {
            let answer = stage.serve().ask(get("/no-such-page/")).expect("an answer");
            assert!(answer.status == 404 && !answer.body.contains("shop.urls"), "{answer:#?}");
        })],
    },
    an_error_shows_the_settings => Proof {
        rule: "django/debug-enabled",
        broken: with_an_error().edit(SETTINGS, "DEBUG = False", "DEBUG = True"),
        symptom: vec![Status(get("/error/"), 500), Body(get("/error/"), "db.internal.example")],
        sound: with_an_error(),
        health: vec![Shown(|stage| {
            let answer = stage.serve().ask(get("/error/")).expect("an answer");
            assert!(answer.status == 500 && !answer.body.contains("db.internal.example"), "{answer:#?}");
        })],
    },
    no_place_for_static_files => Proof {
        rule: "django/static-root-missing",
        broken: Deployment::plain().edit(SETTINGS, ROOT, ""),
        symptom: vec![ManageFails(&["collectstatic", "--noinput"], "without having set the STATIC_ROOT setting")],
        sound: Deployment::plain(),
        health: vec![ManageWorks(&["collectstatic", "--noinput"])],
    },
}

/// A view that raises, and a setting that no visitor should read.
fn with_an_error() -> Deployment {
    Deployment::plain()
        .edit(
            "srv/shop/shop/urls.py",
            "]\n",
            "    path(\"error/\", lambda request: 1 / 0),\n]\n",
        )
        .append(SETTINGS, "\nWAREHOUSE_HOST = \"db.internal.example\"\n")
}
