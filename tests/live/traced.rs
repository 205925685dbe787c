//! Deployments that nobody thought of, running: what `djlint trace` says of a request is what comes back.
//!
//! A run prints its seed; `DJLINT_SEED=… cargo test --features live --test live traced` runs the same again.

use std::fs;

use serde_json::Value;

use crate::deployment::Deployment;
use crate::djlint;
use crate::http::{Answer, get};
use crate::random::Random;
use crate::stage::Stage;

const DEPLOYMENTS: usize = 6;
const REQUESTS: usize = 16;

const SITE: &str = "etc/nginx/sites-enabled/shop";
const SETTINGS: &str = "srv/shop/shop/settings.py";

const STATIC: &[&str] = &[
    "location /static/ {\n\t\talias /var/www/shop/static/;\n\t}",
    "location /static/ {\n\t\talias /var/www/shop/static;\n\t}",
    "location /static/ {\n\t\troot /var/www/shop;\n\t}",
    "location /static/ {\n\t\troot /var/www/shop/static;\n\t}",
    "location ^~ /static {\n\t\troot /var/www/shop;\n\t}",
    "location ~ ^/static/(.*)$ {\n\t\talias /var/www/shop/static/$1;\n\t}",
    "location ~* \\.(css|js)$ {\n\t\troot /var/www/shop;\n\t}",
];

const MORE: &[&str] = &[
    "",
    "location = /ping {\n\t\treturn 204;\n\t}",
    "location /moved/ {\n\t\treturn 301 /admin/login/;\n\t}",
    "location /closed/ {\n\t\tdeny all;\n\t}",
    "location /moved/ {\n\t\trewrite ^/moved/(.*)$ /admin/$1 last;\n\t}",
    "error_page 404 = /admin/login/;",
    "location /closed/ {\n\t\tinternal;\n\t}",
    "if ($http_x_forwarded_proto = http) {\n\t\treturn 308 https://$host$request_uri;\n\t}",
    "if ($arg_q = \"\") {\n\t\tset $who nobody;\n\t}",
];

/// What Django is told beyond the packaged parameters, by `uwsgi_pass` and by `proxy_pass`.
const TOLD: &[(&str, &str)] = &[
    ("", "proxy_set_header Host $host;"),
    ("", ""),
    (
        "uwsgi_param HTTP_X_FORWARDED_PROTO $scheme;",
        "proxy_set_header Host $host;\n\t\tproxy_set_header X-Forwarded-Proto $scheme;",
    ),
    (
        "uwsgi_param HTTP_X_FORWARDED_PROTO https;",
        "proxy_set_header Host $http_host;\n\t\tproxy_set_header X-Forwarded-Proto https;",
    ),
    (
        "uwsgi_param HTTP_HOST www.shop.example;",
        "proxy_set_header Host www.shop.example;",
    ),
    (
        "uwsgi_param HTTPS on;",
        "proxy_set_header Host $host;\n\t\tproxy_set_header X-Forwarded-Ssl on;",
    ),
    (
        "uwsgi_param UWSGI_SCHEME https;",
        "proxy_set_header Host $host;\n\t\tproxy_set_header Connection '';",
    ),
];

const ALLOWED: &[&str] = &[
    "\"shop.example\"",
    "\".shop.example\"",
    "\"*\"",
    "\"www.shop.example\"",
];

const SECURITY: &[&str] = &[
    "",
    "SECURE_SSL_REDIRECT = True\n",
    "SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\n",
    "SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_SSL\", \"on\")\n",
    "USE_X_FORWARDED_HOST = True\n",
];

const PATHS: &[&str] = &[
    "/",
    "/admin/login/",
    "/admin/login/?q=1",
    "/admin/login",
    "/static/admin/css/base.css",
    "/static/admin/css/base.css",
    "/static/nothing.css",
    "/static/admin",
    "/static/",
    "/static",
    "/ping",
    "/moved/login/",
    "/closed/x",
];

const HOSTS: &[&str] = &[
    "shop.example",
    "shop.example",
    "www.shop.example",
    "evil.example",
    "SHOP.example:80",
];

const HEADERS: &[Option<&str>] = &[
    None,
    None,
    Some("X-Forwarded-Proto: https"),
    Some("X-Forwarded-Proto: http"),
    Some("X-Forwarded-Ssl: on"),
    Some("X-Forwarded-Host: evil.example"),
];

fn deployment(random: &mut Random) -> Deployment {
    let (by_uwsgi, by_proxy) = TOLD[random.below(TOLD.len())];
    let more = [random.of(MORE), random.of(STATIC)];
    let order = if random.chance(2) { [0, 1] } else { [1, 0] };
    let site = order.map(|index| more[index]).join("\n\n\t");
    let mut deployment = Deployment::plain()
        .collected()
        .edit(
            SITE,
            "location /static/ {\n\t\talias /var/www/shop/static/;\n\t}",
            &site,
        )
        .edit(SETTINGS, "\"shop.example\"", random.of(ALLOWED))
        .append(SETTINGS, random.of(SECURITY));
    if random.chance(3) {
        deployment = deployment
            .edit(
                SITE,
                "uwsgi_pass unix:/run/shop/shop.sock;",
                "proxy_pass http://127.0.0.1:8000;",
            )
            .edit(SITE, "include uwsgi_params;", by_proxy)
            .edit(
                "srv/shop/uwsgi.ini",
                "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660",
                "http-socket = 127.0.0.1:8000",
            );
    } else {
        deployment = deployment.edit(
            SITE,
            "include uwsgi_params;",
            &format!("include uwsgi_params;\n\t\t{by_uwsgi}"),
        );
    }
    if random.chance(3) {
        deployment = deployment
            .edit(SITE, "location / {", "location / {\n\t\troot /var/www/shop;\n\t\ttry_files $uri @django;\n\t}\n\n\tlocation @django {");
    }
    deployment
}

/// Whether what came back is what was said; nothing where nobody said what it would be.
fn agrees(said: &Value, answer: &Answer) -> Option<bool> {
    let handler = &said["handler"];
    let by_nginx = answer.body.contains("<center>nginx");
    let right_status = said["outcome"]["status"]
        .as_u64()
        .map(|status| status == u64::from(answer.status));
    let right_place = match handler["kind"].as_str()? {
        "unknown" => return None,
        "file" => {
            let path = handler["path"].as_str()?;
            let text = fs::read(path).ok();
            let is_it = text.is_some_and(|text| String::from_utf8_lossy(&text) == answer.body);
            is_it || answer.status != 200
        }
        "redirect" => {
            let target = handler["target"].as_str()?;
            let sent = answer
                .head
                .lines()
                .find_map(|line| line.strip_prefix("Location: "));
            sent.is_some_and(|sent| sent.ends_with(target))
        }
        // nginx puts a page of its own in place of no answer of theirs.
        "uwsgi" | "proxy" => !by_nginx,
        _ => answer.body.is_empty() || by_nginx,
    };
    Some(right_place && right_status.unwrap_or(true))
}

#[test]
fn what_is_traced_is_what_comes_back() {
    let mut random = Random::seeded();
    let (mut asked, mut undecided, mut without_status) = (0, 0, 0);
    let mut disagreements = Vec::new();
    for _ in 0..DEPLOYMENTS {
        let deployment = deployment(&mut random);
        let mut stage = Stage::set(&deployment);
        stage.serve();
        for _ in 0..REQUESTS {
            let (path, host) = (
                PATHS[random.below(PATHS.len())],
                HOSTS[random.below(HOSTS.len())],
            );
            let header = HEADERS[random.below(HEADERS.len())];
            let mut request = get(path).host(host);
            let mut sent = vec![format!("Host: {host}"), "Connection: close".to_owned()];
            if let Some(line) = header {
                request = request.header(line);
                sent.push(line.to_owned());
            }
            let answer = stage.ask(request).expect("an answer");
            let said = djlint::trace(&mut stage, path, &sent);
            asked += 1;
            without_status += usize::from(said["outcome"]["status"].is_null());
            match agrees(&said, &answer) {
                None => undecided += 1,
                Some(true) => {}
                Some(false) => {
                    let site = fs::read_to_string(stage.path("/etc/nginx/sites-enabled/shop"));
                    disagreements.push(format!(
                        "{path} {sent:?}\n{answer:#?}\n{said:#}\n{}",
                        site.unwrap_or_default()
                    ));
                }
            }
        }
    }
    println!("{asked} requests, {undecided} undecided, {without_status} left to a view");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n\n"));
    assert!(undecided * 20 <= asked, "{undecided} of {asked} undecided");
    assert!(
        without_status * 4 <= asked * 3,
        "{without_status} of {asked} without a status"
    );
}
