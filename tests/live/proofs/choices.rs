//! What nginx leaves to variables and conditions.

use crate::deployment::Deployment;
use crate::http::{self, get};
use crate::proof::Sign::{NginxAccepts, NginxLog, Shown, Status};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SITE: &str = "etc/nginx/sites-enabled/shop";
const PAGE: &str = "/admin/login/";

proofs! {
    a_condition_beside_try_files => Proof {
        rule: "nginx/if-is-unsafe",
        broken: tried("if ($http_x_probe) {\n\t\t\tadd_header X-Probed yes;\n\t\t}"),
        symptom: vec![
            NginxAccepts,
            Status(get(PAGE), 200),
            Status(get(PAGE).header("X-Probe: 1"), 404),
        ],
        sound: tried("add_header X-Probed $http_x_probe;"),
        health: vec![Status(get(PAGE), 200), Status(get(PAGE).header("X-Probe: 1"), 200)],
    },
    a_name_that_nobody_looks_up => Proof {
        rule: "nginx/resolver-not-set",
        broken: by_variable("localhost:8000"),
        symptom: vec![
            NginxAccepts,
            Status(get(PAGE), 502),
            NginxLog("no resolver defined to resolve localhost"),
        ],
        sound: by_variable("127.0.0.1:8000"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_host_that_clients_choose => Proof {
        rule: "nginx/ssrf",
        broken: fetching("$arg_to", ""),
        symptom: vec![Shown(what_is_inside_is_shown)],
        sound: fetching("$backend", "map $arg_to $backend {\n\tdefault 127.0.0.1:1;\n}\n"),
        health: vec![Shown(what_is_inside_is_not_shown)],
    },
}

/// What is no file goes to Django, with lines of its own in between.
fn tried(lines: &str) -> Deployment {
    Deployment::plain().edit(
        SITE,
        "location / {",
        &format!("root /var/www/shop;\n\n\tlocation / {{\n\t\ttry_files $uri @django;\n\t\t{lines}\n\t}}\n\n\tlocation @django {{"),
    )
}

/// The address of uWSGI in a variable.
fn by_variable(address: &str) -> Deployment {
    Deployment::plain()
        .edit(
            SITE,
            "uwsgi_pass unix:/run/shop/shop.sock;",
            &format!("set $app {address};\n\t\tuwsgi_pass $app;"),
        )
        .edit(
            "srv/shop/uwsgi.ini",
            "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true\n",
            "socket = 127.0.0.1:8000\n",
        )
}

/// A location that fetches things, and something on this machine that is for nobody else.
fn fetching(host: &str, map: &str) -> Deployment {
    Deployment::plain()
        .edit(
            SITE,
            "location / {",
            &format!("location /fetch {{\n\t\tproxy_pass http://{host};\n\t}}\n\n\tlocation / {{"),
        )
        .append(
            SITE,
            &format!(
                "{map}server {{\n\tlisten 127.0.0.1:8081;\n\treturn 200 \"for nobody\";\n}}\n"
            ),
        )
}

fn fetched(stage: &mut Stage) -> String {
    let stage = stage.serve_nginx();
    let (inside, port) = (stage.port(8081), stage.port(80));
    let path: &'static str = Box::leak(format!("/fetch?to=127.0.0.1:{inside}").into_boxed_str());
    let answer = http::plain(port, "shop.example", get(path));
    answer.expect("an answer").body
}

fn what_is_inside_is_shown(stage: &mut Stage) {
    assert_eq!(fetched(stage), "for nobody");
}

fn what_is_inside_is_not_shown(stage: &mut Stage) {
    assert!(!fetched(stage).contains("for nobody"));
}
