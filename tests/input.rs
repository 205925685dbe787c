//! What is read from elsewhere than a file of the deployment: standard input, and what programs print.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::fs;
use std::path::Path;

use common::{djlint, djlint_reading, json, text};

const SOUND: &str = "server {\n    listen 80;\n    location /static/ { alias /srv/static/; }\n}\n";
const BROKEN: &str = "server {\n    listen 80;\n    location /static { alias /srv/static/; }\n}\n";

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

/// Exit code, `path:line:column rule` of each finding, and standard error.
fn check(root: &Path, arguments: &[&str], input: &str) -> (Option<i32>, Vec<String>, String) {
    let arguments = [&["check", "--output-format", "json"], arguments].concat();
    let output = djlint_reading(root, &arguments, input.as_bytes());
    let found = match output.stdout.is_empty() {
        true => Vec::new(),
        false => json(&output)["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                format!(
                    "{}:{}:{} {}",
                    finding["path"].as_str().unwrap(),
                    finding["start"]["line"],
                    finding["start"]["column"],
                    finding["rule"].as_str().unwrap()
                )
            })
            .collect(),
    };
    (output.status.code(), found, text(&output.stderr))
}

#[test]
fn a_file_on_standard_input_is_judged_in_its_place() {
    let root = project(&[
        ("deploy/nginx.conf", SOUND),
        ("deploy/other.conf", BROKEN),
        ("deploy/snippets/x", "nonsense"),
    ]);
    let here = |input: &str| {
        check(
            root.path(),
            &["-", "--stdin-filename", "deploy/nginx.conf"],
            input,
        )
    };
    let broken = vec!["deploy/nginx.conf:3:14 nginx/alias-traversal".to_owned()];
    assert_eq!(here(BROKEN), (Some(1), broken.clone(), String::new()));
    // What is wrong with other files is not asked for.
    assert_eq!(here(SOUND), (Some(0), vec![], String::new()));
    // A file that is not on disk yet, and one from elsewhere.
    let new = check(
        root.path(),
        &["-", "--stdin-filename", "deploy/new.conf"],
        BROKEN,
    );
    assert_eq!(new.1, ["deploy/new.conf:3:14 nginx/alias-traversal"]);
    let below = root.path().join("deploy/snippets");
    let outside = check(&below, &["-", "--stdin-filename", "../nginx.conf"], BROKEN);
    assert_eq!(outside.1.len(), 1, "{outside:?}");
    // With other paths, what they hold is told too.
    let all = check(
        root.path(),
        &["-", ".", "--stdin-filename", "deploy/nginx.conf"],
        BROKEN,
    );
    assert_eq!(all.1.len(), 2);
}

#[test]
fn what_stands_around_a_file_on_standard_input_counts() {
    let ini = "[uwsgi]\nmaster = true\nvacuum = true\nuid = shop\ngid = shop\nsocket = /run/shop/back.sock\n\
               chmod-socket = 660\nmodule = shop.wsgi\n";
    let site = "server {\n    listen 80;\n    server_name shop.example;\n    location / {\n        \
                include uwsgi_params;\n        uwsgi_pass unix:/run/shop/back.sock;\n    }\n}\n";
    let root = project(&[("deploy/shop.conf", site), ("deploy/uwsgi.ini", ini)]);
    let shop = |site: &str| {
        check(
            root.path(),
            &["-", "--stdin-filename", "deploy/shop.conf"],
            site,
        )
    };
    assert_eq!(shop(site), (Some(0), vec![], String::new()));
    let (code, found, _) = shop(&site.replace("back.sock", "front.sock"));
    assert_eq!(code, Some(1));
    assert_eq!(found, ["deploy/shop.conf:6:20 stack/socket-mismatch"]);
    // Seen from the other side, the fault is in a file that has to do with it.
    let moved = ini.replace("back.sock", "other.sock");
    let (_, found, _) = check(
        root.path(),
        &["-", "--stdin-filename", "deploy/uwsgi.ini"],
        &moved,
    );
    assert_eq!(found, ["deploy/shop.conf:6:20 stack/socket-mismatch"]);
}

#[test]
fn standard_input_without_a_name_is_judged_by_itself() {
    let root = project(&[("nginx.conf", BROKEN)]);
    let (code, found, _) = check(root.path(), &["-"], BROKEN);
    assert_eq!(code, Some(1));
    assert_eq!(found, ["<standard input>:3:14 nginx/alias-traversal"]);
    let (code, _, said) = check(root.path(), &["-"], "hello\n");
    assert_eq!(code, Some(2));
    assert!(said.contains("nothing to check"), "{said}");
}

#[test]
fn what_cannot_be_done_with_standard_input_is_said() {
    let root = project(&[("nginx.conf", SOUND), ("notes.txt", "x")]);
    let refused = |arguments: &[&str], input: &str, expected: &str| {
        let (code, found, said) = check(root.path(), arguments, input);
        assert_eq!((code, found), (Some(2), vec![]), "{said}");
        assert!(said.contains(expected), "{said}");
    };
    refused(&["--stdin-filename", "nginx.conf"], "", "no path is `-`");
    refused(&["-", "--stdin-filename", "."], "", "is a directory");
    refused(
        &["-", "--stdin-filename", "notes.txt"],
        "x",
        "notes.txt: cannot be checked",
    );
}

const NGINX_DUMP: &str = "\
nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
nginx: configuration file /etc/nginx/nginx.conf test is successful
# configuration file /etc/nginx/nginx.conf:
user www-data;
events { }
http {
    include mime.types;
    include conf.d/*.conf;
}

# configuration file /etc/nginx/mime.types:
types { text/css css; }

# configuration file /etc/nginx/conf.d/shop.conf:
server {
    listen 80;
    location /static { alias /srv/static/; }
    location / { include uwsgi_params; uwsgi_pass unix:/run/shop.sock; }
}
# configuration file /etc/nginx/uwsgi_params:
uwsgi_param REQUEST_METHOD $request_method;
";

#[test]
fn what_nginx_prints_is_a_configuration_and_places_point_into_it() {
    let root = project(&[("dump.txt", NGINX_DUMP)]);
    let expected = |name: &str| vec![format!("{name}:17:14 nginx/alias-traversal")];
    assert_eq!(
        check(root.path(), &["dump.txt"], "").1,
        expected("dump.txt")
    );
    assert_eq!(
        check(root.path(), &["--nginx", "dump.txt"], "").1,
        expected("dump.txt")
    );
    assert_eq!(
        check(root.path(), &["-"], NGINX_DUMP).1,
        expected("<standard input>")
    );
    // It is whole: nothing of it stays undecided, and the file says itself that it is main.
    let output = djlint(
        root.path(),
        &["check", "--output-format", "json", "dump.txt"],
    );
    let undecided = json(&output)["undecided"].clone();
    let about_includes = undecided
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["what"].as_str().unwrap().contains("include"))
        .count();
    assert_eq!(about_includes, 0, "{undecided}");
    let files = djlint(root.path(), &["check", "--show-files", "dump.txt"]);
    assert_eq!(text(&files.stdout), "dump.txt  nginx main file\n");
}

#[test]
fn a_dump_that_was_cut_says_what_it_lacks() {
    let at = NGINX_DUMP
        .find("# configuration file /etc/nginx/uwsgi_params")
        .unwrap();
    let root = project(&[("dump.txt", &NGINX_DUMP[..at])]);
    let output = djlint(root.path(), &["check", "-v", "dump.txt"]);
    let shown = text(&output.stdout);
    assert!(
        shown.contains("/etc/nginx/uwsgi_params is not in the dump"),
        "{shown}"
    );
    assert!(!shown.contains("uwsgi-params-missing"), "{shown}");
}

const UWSGI_DUMP: &str = "\
[uWSGI] getting INI configuration from app.ini
[uWSGI] getting INI configuration from base.ini

;uWSGI instance configuration
[uwsgi]
ini = app.ini
if-env = HOME
env = HOME_WAS=$(HOME)
endif = 
log-format = %(addr) - %(user) % x
socket = /run/shop/%n.sock
env = SECRET_KEY=hunter22
chmod-socket = 666
vacuum = 
uid = shop
gid = shop
show-config = true
;end of configuration

*** Starting uWSGI 2.0.31 (64bit) on [Thu Nov 26 03:26:56 2026] ***
";

#[test]
fn what_uwsgi_prints_is_an_instance_with_nothing_left_to_expand() {
    let root = project(&[("shown.ini", UWSGI_DUMP)]);
    let expected = |name: &str| {
        vec![
            format!("{name}:5:1 uwsgi/no-master"),
            format!("{name}:13:16 uwsgi/socket-world-writable"),
        ]
    };
    assert_eq!(check(root.path(), &[], "").1, expected("shown.ini"));
    assert_eq!(
        check(root.path(), &["-"], UWSGI_DUMP).1,
        expected("<standard input>")
    );
    let output = djlint(root.path(), &["check", "-v"]);
    let shown = text(&output.stdout);
    assert!(
        !shown.contains("app.ini") && !shown.contains("hunter22"),
        "{shown}"
    );
    // `%n` was filled in, or is no `%n`: what is printed is what is in force.
    let stack = djlint(root.path(), &["show", "stack"]);
    assert!(
        text(&stack.stdout).contains("/run/shop/%n.sock"),
        "{}",
        text(&stack.stdout)
    );
}
