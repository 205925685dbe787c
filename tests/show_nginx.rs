//! `djlint show nginx`: what holds in each block, and for one URL.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;

use common::{djlint, json, text};

const NGINX: &str = "user www-data;
events { }
http {
    client_max_body_size 5m;
    add_header X-Frame-Options DENY;
    server {
        listen 80;
        server_name shop.example;
        root /srv/shop;
        location / {
            include params/uwsgi;
            uwsgi_param HTTP_X_API_KEY 'sesame-open-42';
            uwsgi_pass unix:/run/shop.sock;
            client_max_body_size 20m;
        }
        location /static/ {
            add_header Cache-Control public;
            if ($arg_v) {
                expires 1y;
            }
        }
    }
}
";

const PARAMS: &str = "uwsgi_param QUERY_STRING $query_string;\nuwsgi_param HTTP_HOST $host;\n";

fn site(nginx: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("params")).unwrap();
    std::fs::write(root.path().join("nginx.conf"), nginx).unwrap();
    std::fs::write(root.path().join("params/uwsgi"), PARAMS).unwrap();
    root
}

fn shown(root: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = djlint(
        root,
        &[&["show", "nginx", "--output-format", "json"], arguments].concat(),
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    json(&output)
}

/// Each setting as `name value`, with the line and the block that hands it down.
fn settings(block: &serde_json::Value) -> Vec<String> {
    let settings = block["settings"].as_array().unwrap().iter();
    settings
        .map(|one| {
            let from = one["from"].as_str();
            let from = from.map_or(String::new(), |from| format!(" from {from}"));
            format!(
                "{} {} @{}{from}",
                one["name"].as_str().unwrap(),
                one["value"].as_str().unwrap(),
                one["line"]
            )
        })
        .collect()
}

#[test]
fn every_block_is_shown_with_what_it_says() {
    let root = site(NGINX);
    let output = djlint(root.path(), &["show", "nginx"]);
    assert_eq!(
        text(&output.stdout),
        "nginx.conf
  user www-data  nginx.conf:1
  events  nginx.conf:2
  http  nginx.conf:3
    client_max_body_size 5m  nginx.conf:4
    add_header X-Frame-Options DENY  nginx.conf:5
    server shop.example  nginx.conf:6
      listen 80  nginx.conf:7
      server_name shop.example  nginx.conf:8
      root /srv/shop  nginx.conf:9
      location /  nginx.conf:10
        uwsgi_param QUERY_STRING $query_string  params/uwsgi:1
        uwsgi_param HTTP_HOST $host  params/uwsgi:2
        uwsgi_param HTTP_X_API_KEY '**************'  nginx.conf:12
        uwsgi_pass unix:/run/shop.sock  nginx.conf:13
        client_max_body_size 20m  nginx.conf:14
      location /static/  nginx.conf:16
        add_header Cache-Control public  nginx.conf:17
        if ($arg_v)  nginx.conf:18
          expires 1y  nginx.conf:19
"
    );
}

#[test]
fn with_verbose_what_a_block_inherits_is_shown_too() {
    let root = site(NGINX);
    let all = shown(root.path(), &["-v"]);
    let server = &all["configurations"][0]["blocks"][1]["blocks"][0];
    assert_eq!(server["block"], "server shop.example");
    let condition = &server["blocks"][1]["blocks"][0];
    // The header of http is lost in /static/, and so in its `if`.
    assert_eq!(
        settings(condition),
        [
            "expires 1y @19",
            "add_header Cache-Control public @17 from location /static/",
            "root /srv/shop @9 from server shop.example",
            "client_max_body_size 5m @4 from http",
        ]
    );
}

#[test]
fn for_a_url_it_shows_what_holds_and_what_is_handed_on() {
    let root = site(NGINX);
    let arguments = ["--at", "http://shop.example/a?b=1", "--header", "X-A: c"];
    let at = shown(root.path(), &arguments);
    let way = &at["ways"][0];
    assert_eq!(way["location"]["line"], 10);
    let held = settings(way);
    assert!(held.contains(&"client_max_body_size 20m @14".to_owned()));
    assert!(held.contains(&"listen 80 @7 from server shop.example".to_owned()));
    assert!(held.contains(&"add_header X-Frame-Options DENY @5 from http".to_owned()));
    let passed = &way["passed"];
    assert_eq!(passed["by"], "uwsgi_pass");
    assert_eq!(passed["to"], "unix:/run/shop.sock");
    let told = passed["told"].as_array().unwrap().iter();
    let told: Vec<String> = told
        .map(|one| {
            format!(
                "{}={} {} {}",
                one["name"], one["value"], one["path"], one["line"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "\"QUERY_STRING\"=\"b=1\" \"params/uwsgi\" 1",
            "\"HTTP_HOST\"=\"shop.example\" \"params/uwsgi\" 2",
            "\"HTTP_X_API_KEY\"=\"********\" \"nginx.conf\" 12",
            "\"HTTP_X_A\"=\"c\" null null",
        ]
    );
    let output = djlint(root.path(), &[&["show", "nginx"], &arguments[..]].concat());
    let said = text(&output.stdout);
    assert!(
        said.starts_with("GET http://shop.example/a?b=1\n  server  nginx.conf:6\n"),
        "{said}"
    );
    assert!(
        said.contains("  what uwsgi_pass tells unix:/run/shop.sock  nginx.conf:13\n"),
        "{said}"
    );
    assert!(!said.contains("sesame"), "{said}");
}

#[test]
fn what_depends_on_what_is_not_known_is_shown_both_ways() {
    let nginx = "events { }\nhttp { server { listen 80; server_name a.example; root /srv/www;\n    location / { try_files $uri @app; }\n    location @app { uwsgi_pass unix:/run/app.sock; } } }\n";
    let root = site(nginx);
    let at = shown(root.path(), &["--at", "http://a.example/x"]);
    let ways = at["ways"].as_array().unwrap();
    assert_eq!(ways.len(), 2);
    assert_eq!(ways[0]["assumed"][0]["what"], "/srv/www/x is there");
    assert!(ways[0]["passed"].is_null());
    assert_eq!(ways[1]["passed"]["by"], "uwsgi_pass");
}

#[test]
fn what_cannot_be_shown_is_said() {
    let root = tempfile::tempdir().unwrap();
    let nothing = "error: no nginx configuration was found; --nginx names one\n";
    for arguments in [&["show", "nginx"][..], &["show", "nginx", "--at", "/"]] {
        let output = djlint(root.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(text(&output.stderr), nothing);
    }
    let output = djlint(root.path(), &["show", "nginx", "--at", "shop"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: `shop` is neither a URL nor a path\n"
    );
    let output = djlint(root.path(), &["show", "nginx", "--header", "A: b"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--at"), "{output:?}");
}

/// Blocks within blocks without end are shown as far as anybody nests them.
#[test]
fn hostile_nesting_ends() {
    let root = site(&"location / {".repeat(50_000));
    let output = djlint(root.path(), &["show", "nginx", "-v"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("nested too deeply"));
}
