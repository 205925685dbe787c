//! What people see leads to the rule: "502", a line out of a log, all that a page says of itself.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod common;

use std::path::{Path, PathBuf};

use djlint::rules::{RULES, symptom};
use djlint::tree::Memory;
use djlint::workspace::{Input, Workspace};

use common::{djlint, djlint_reading, text};

fn ids(asked: &str) -> Vec<&'static str> {
    let found = symptom::search(asked);
    found.into_iter().map(|told| told.rule.id).collect()
}

#[test]
fn each_page_is_found_by_what_it_says_is_seen() {
    let mut missed = Vec::new();
    for rule in RULES {
        let front = rule.page().unwrap().front;
        let parts = front
            .symptom
            .split(';')
            .filter(|_| !front.symptom.starts_with("none"));
        let whole = std::iter::once(front.symptom.as_str());
        for asked in parts
            .chain(whole)
            .chain(front.seen.iter().map(String::as_str))
        {
            let found = ids(asked);
            // Of what uWSGI does at its end, many tell.
            let says_little = asked.contains("ends with exit code") && !asked.contains(';');
            if !found.contains(&rule.id) && !says_little {
                missed.push(format!("{}: {asked:?} finds {found:?}", rule.id));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// As they stand in logs, on a terminal or in a browser: the first rule, and others that tell of it too.
const LINES: &[(&str, &[&str])] = &[
    (
        "connect() to unix:/run/x.sock failed (13: Permission denied)",
        &["stack/socket-permissions"],
    ),
    (
        "connect() to unix:/run/ls-django/app.sock failed (2: No such file or directory) while connecting to upstream",
        &["stack/socket-mismatch"],
    ),
    (
        "2026/11/30 10:11:12 [crit] 443#443: *1 connect() to unix:///tmp/app.sock failed (2: No such file or directory) while connecting to upstream, client: 127.0.0.1, server: _, request: \"GET / HTTP/1.1\", upstream: \"uwsgi://unix:///tmp/app.sock:\", host: \"localhost\"",
        &[
            "stack/socket-mismatch",
            "stack/socket-hidden",
            "uwsgi/socket-in-tmp",
        ],
    ),
    (
        "2026/11/30 10:11:12 [error] 443#443: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: _, request: \"GET / HTTP/1.1\", upstream: \"uwsgi://127.0.0.1:3031\", host: \"localhost\"",
        &["stack/upstream-port-mismatch", "stack/unreachable-upstream"],
    ),
    (
        "DisallowedHost",
        &[
            "stack/host-not-allowed",
            "django/allowed-hosts-empty",
            "django/allowed-hosts-unmatchable",
        ],
    ),
    (
        "Invalid HTTP_HOST header: '10.0.0.1'. You may need to add '10.0.0.1' to ALLOWED_HOSTS.",
        &[
            "stack/host-not-allowed",
            "django/allowed-hosts-empty",
            "django/misspelt-setting",
        ],
    ),
    (
        "invalid request block size: 21573",
        &["stack/protocol-mismatch"],
    ),
    // POST instead of GET.
    (
        "invalid request block size: 21327 (max 4096)...skip",
        &["stack/protocol-mismatch"],
    ),
    (
        "invalid request block size: 516 (max 32)...skip",
        &["uwsgi/size-suffix"],
    ),
    (
        "--- no python application found, check your startup logs for errors ---",
        &["uwsgi/module-not-found", "uwsgi/wsgi-file-not-found"],
    ),
    ("no python application found", &["uwsgi/module-not-found"]),
    (
        "ModuleNotFoundError: No module named 'shop.wsgi'",
        &["uwsgi/module-not-found"],
    ),
    (
        "ModuleNotFoundError: No module named 'django'",
        &["uwsgi/python-version-mismatch"],
    ),
    (
        "KeyError: 'REQUEST_METHOD'",
        &["nginx/uwsgi-params-missing"],
    ),
    (
        "nginx: [emerg] unexpected end of file, expecting \"}\" in /etc/nginx/sites-enabled/default:12",
        &["nginx/syntax"],
    ),
    (
        "nginx: [emerg] \"server\" directive is not allowed here in /etc/nginx/nginx.conf:3",
        &["nginx/misplaced-directive"],
    ),
    (
        "nginx: [emerg] host not found in upstream \"web\" in /etc/nginx/conf.d/default.conf:2",
        &["stack/unreachable-upstream"],
    ),
    (
        "bind(): Address already in use [core/socket.c line 769]",
        &["uwsgi/duplicate-socket", "uwsgi/socket-in-tmp"],
    ),
    (
        "*** Operational MODE: no-workers ***",
        &["uwsgi/value-becomes-zero"],
    ),
    (
        "open(\"home/ubuntu/www/uwsgi.log\"): No such file or directory [core/logging.c line 288]",
        &["uwsgi/relative-log-path", "uwsgi/log-directory-missing"],
    ),
    (
        "realpath() of uwsgi.ini failed: No such file or directory [core/utils.c line 3662]",
        &["launch/ini-path-not-found"],
    ),
    ("uwsgi: command not found", &["launch/uwsgi-not-installed"]),
    (
        "ubuntu@203.0.113.7: Permission denied (publickey).",
        &["key/pem-mode"],
    ),
    ("ERR_TOO_MANY_REDIRECTS", &["stack/redirect-loop"]),
    ("too many redirects", &["stack/redirect-loop"]),
    (
        "CSRF verification failed. Request aborted.",
        &["stack/scheme-not-forwarded"],
    ),
    (
        "static files not loading",
        &[
            "stack/missing-static-location",
            "launch/static-never-collected",
        ],
    ),
    (
        "admin has no CSS",
        &[
            "stack/missing-static-location",
            "django/static-root-missing",
        ],
    ),
    (
        "203.0.113.7 - - [30/Nov/2026:10:00:00 +0000] \"GET /static/admin/css/base.css HTTP/1.1\" 404 153 \"-\" \"Mozilla/5.0 (X11; Linux)\"",
        &[
            "stack/missing-static-location",
            "stack/static-path-mismatch",
        ],
    ),
    (
        "502",
        &[
            "stack/protocol-mismatch",
            "stack/socket-mismatch",
            "stack/socket-permissions",
        ],
    ),
    (
        "502 Bad Gateway",
        &["stack/socket-permissions", "uwsgi/chdir-not-found"],
    ),
    ("504 Gateway Time-out", &["stack/timeout-order"]),
    (
        "Bad Request (400)",
        &["stack/host-not-allowed", "django/allowed-hosts-empty"],
    ),
];

#[test]
fn what_is_pasted_finds_the_rules_that_tell_of_it() {
    let mut wrong = Vec::new();
    for (line, wanted) in LINES {
        let found = ids(line);
        let first = found.first() == wanted.first() || wanted.len() > 1;
        if !first || !wanted.iter().all(|id| found.contains(id)) {
            wrong.push(format!("{line:?}: {found:?} instead of {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Another errno, another function that failed, or another status is another fault.
#[test]
fn what_only_looks_alike_is_not_found() {
    for (line, other) in [
        (
            "connect() to unix:/run/x.sock failed (13: Permission denied)",
            "stack/socket-mismatch",
        ),
        (
            "connect() to unix:/run/x.sock failed (2: No such file or directory)",
            "stack/socket-permissions",
        ),
        (
            "connect() to unix:/run/x.sock failed (13: Permission denied)",
            "uwsgi/uid-before-bind",
        ),
        ("504 Gateway Time-out", "stack/socket-mismatch"),
        (
            "bind(): Permission denied [core/socket.c line 230]",
            "stack/socket-permissions",
        ),
    ] {
        let found = ids(line);
        assert!(
            !found.is_empty() && !found.contains(&other),
            "{line}: {found:?}"
        );
    }
    for line in [
        "",
        "hello",
        "how to bake bread",
        "django.db.utils.OperationalError: no such table: auth_user",
        "DAMN ! worker 1 (pid: 12) died :( trying respawn ...",
        "Error: That port is already in use.",
        "password authentication failed for user \"shop\"",
        "  File \"/srv/shop/shop/wsgi.py\", line 5, in <module>",
        "203.0.113.7 - - [30/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 153 \"-\" \"curl/8\"",
    ] {
        assert_eq!(ids(line), Vec::<&str>::new(), "{line}");
    }
}

/// What nginx says of the examples of a page leads back to the page.
#[test]
fn what_nginx_says_of_an_example_finds_its_page() {
    let mut missed = Vec::new();
    let mut asked = 0;
    for rule in RULES.iter().filter(|rule| rule.family() == "nginx") {
        for broken in rule.page.split("\n## Broken").skip(1) {
            for line in said_by_nginx(broken.split("\n## ").next().unwrap()) {
                asked += 1;
                let line = format!("nginx: [emerg] {line}");
                let found = ids(&line);
                if !found.iter().take(6).any(|id| *id == rule.id) {
                    missed.push(format!("{}: {line:?} finds {found:?}", rule.id));
                }
            }
        }
    }
    assert!(asked > 30, "{asked}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What nginx would log of the files of an example.
fn said_by_nginx(example: &str) -> Vec<String> {
    let mut tree = Memory::new();
    for block in example.split("\n```").skip(1).step_by(2) {
        let (info, body) = block.split_once('\n').unwrap();
        let mut words = info.split_whitespace();
        if let Some(file) = words.find_map(|word| word.strip_prefix("file=")) {
            tree = tree.file(file, format!("{body}\n"), 0o644);
        }
    }
    let input = Input {
        base: PathBuf::from("/"),
        ..Input::default()
    };
    let workspace = Workspace::over(tree, input);
    let mut said = Vec::new();
    for configuration in workspace.configurations() {
        let faults = configuration.faults();
        said.extend(faults.filter_map(|(source, fault)| fault.log_line(source)));
        said.extend(
            configuration
                .refusals()
                .iter()
                .map(|refusal| refusal.says.clone()),
        );
    }
    said
}

#[test]
fn one_page_is_shown_and_several_are_listed() {
    let here = Path::new(".");
    let one = djlint(
        here,
        &[
            "explain",
            "connect() to unix:/run/x.sock failed (13: Permission denied)",
        ],
    );
    assert_eq!(one.status.code(), Some(0));
    assert!(
        text(&one.stdout).starts_with("stack/socket-permissions: "),
        "{}",
        text(&one.stdout)
    );
    // Without quotes, and with dashes in front, as uWSGI logs it.
    let several = djlint(
        here,
        &["explain", "---", "no", "python", "application", "found"],
    );
    assert_eq!(several.status.code(), Some(0), "{}", text(&several.stderr));
    let listed = text(&several.stdout);
    assert!(
        listed.starts_with("error uwsgi/module-not-found\n"),
        "{listed}"
    );
    assert!(listed.contains("rules tell of that") && listed.contains("djlint explain ID"));
    let short = djlint(
        here,
        &["explain", "socket-permissions", "--color", "always"],
    );
    assert!(
        text(&short.stdout).contains("\u{1b}[1mstack/socket-permissions"),
        "{}",
        text(&short.stdout)
    );

    let log = "2026/11/30 10:11:12 [crit] 4#4: *1 connect() to unix:/run/x.sock failed (13: Permission denied) while connecting to upstream\n\
        203.0.113.7 - - [30/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 502 153 \"-\" \"curl/8\"\n";
    let read = djlint_reading(here, &["explain", "-"], log.as_bytes());
    assert!(
        text(&read.stdout).starts_with("stack/socket-permissions: "),
        "{}",
        text(&read.stdout)
    );
}

#[test]
fn what_nobody_knows_is_said_and_is_no_success() {
    let here = Path::new(".");
    let nothing = djlint(here, &["explain", "how to bake bread"]);
    assert_eq!(
        (nothing.status.code(), text(&nothing.stdout)),
        (Some(1), String::new())
    );
    assert!(text(&nothing.stderr).contains("no rule tells of that"));
    for misspelt in ["nginx/syntaks", "ngnix"] {
        let output = djlint(here, &["explain", misspelt]);
        assert_eq!(output.status.code(), Some(2), "{misspelt}");
        assert!(
            text(&output.stderr).contains("did you mean `nginx"),
            "{}",
            text(&output.stderr)
        );
    }
    // What is pasted may be anything.
    let hostile = "\u{1b}]0;x\u{7}; y".repeat(50_000);
    let output = djlint_reading(here, &["explain", "-"], hostile.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stderr).contains('\u{1b}'));
}
