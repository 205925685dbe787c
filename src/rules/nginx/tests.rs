use crate::finding::{Finding, Severity, Sink};
use crate::nginx::Configuration;
use crate::nginx::fixture::{debian, site};

use super::{alias_slash_mismatch, alias_traversal, syntax, uwsgi_params_missing};

type Judge = fn(&Configuration, &mut Sink);

fn judged(judge: Judge, configuration: &Configuration) -> Vec<Finding> {
    let mut sink = Sink::default();
    judge(configuration, &mut sink);
    sink.into_findings()
}

/// The text under the primary label of the only finding; applying its fix leaves none.
#[track_caller]
fn assert_found(judge: Judge, text: &str, primary: &str) {
    let findings = judged(judge, &site(text));
    assert_eq!(findings.len(), 1, "{text}");
    assert_eq!(&text[findings[0].primary.span.range()], primary, "{text}");
    assert_eq!(findings[0].severity, Severity::Error);
    let mut mended = text.to_owned();
    for edit in findings[0]
        .fix
        .iter()
        .flat_map(|fix| fix.edits.iter().rev())
    {
        mended.replace_range(edit.span.range(), &edit.text);
        assert!(judged(judge, &site(&mended)).is_empty(), "{mended}");
    }
}

#[track_caller]
fn assert_silent(judge: Judge, text: &str) {
    assert!(judged(judge, &site(text)).is_empty(), "{text}");
}

#[test]
fn an_alias_without_its_slash_is_found() {
    let judge: Judge = alias_slash_mismatch::judge;
    for (location, primary) in [
        ("location /static/ { alias /srv/static; }", "/srv/static"),
        (
            "location ^~ /static/ { alias \"/srv/static\"; }",
            "\"/srv/static\"",
        ),
        ("location / { alias /srv/app; }", "/srv/app"),
        ("location /static/ { alias $dir/static; }", "$dir/static"),
        (
            "location /s/ { if ($arg_a) { return 404; } alias /srv/s; }",
            "/srv/s",
        ),
    ] {
        assert_found(judge, &format!("server {{ {location} }}"), primary);
    }
    for location in [
        "location /static/ { alias /srv/static/; }",
        "location /static { alias /srv/static; }",
        "location = /static/ { alias /srv/static; }",
        "location ~ ^/static/ { alias /srv/static; }",
        "location /favicon.ico { alias /srv/favicon.ico; }",
        "location /favicon.ico/ { alias /srv/favicon.ico; }",
        "location /static/ { alias /srv/$dir; }",
        "location /static/ { alias {{ dir }}; }",
        "location {{ url }}/ { alias /srv; }",
        "location /static/ { alias /srv/static; uwsgi_pass unix:/s; }",
        "location /static/ { alias /srv/static; return 404; }",
        "location /static/ { root /srv/static; }",
    ] {
        assert_silent(judge, &format!("server {{ {location} }}"));
    }
}

#[test]
fn a_location_without_its_slash_is_found() {
    let judge: Judge = alias_traversal::judge;
    for (location, primary) in [
        ("location /static { alias /srv/static/; }", "/static"),
        ("location ^~ /s { alias /srv/s/; }", "/s"),
        ("location ^~/s { alias /srv/s/; }", "^~/s"),
        ("location \"/s\" { alias '/srv/s/'; }", "\"/s\""),
    ] {
        assert_found(judge, &format!("server {{ {location} }}"), primary);
    }
    for location in [
        "location /static/ { alias /srv/static/; }",
        "location /robots.txt { alias /srv/robots.txt; }",
        "location = /static { alias /srv/static/; }",
        "location ~ ^/static { alias /srv/static/; }",
        "location /static { alias /srv/static/; return 404; }",
        "location static { alias /srv/static/; }",
        // Another location answers what would lead out.
        r"location /static { alias /srv/static/; } location ~ \.\. { return 404; }",
        "location /static { alias /srv/static/; } location /static.. { return 404; }",
    ] {
        assert_silent(judge, &format!("server {{ {location} }}"));
    }
}

#[test]
fn missing_parameters_are_found() {
    let judge: Judge = uwsgi_params_missing::judge;
    let replaced = "server {\n    include uwsgi_params;\n    location / {\n        uwsgi_param A b;\n        uwsgi_pass unix:/s;\n    }\n}\n";
    assert_found(judge, replaced, "uwsgi_param");
    for sound in [
        "server { location / { include uwsgi_params; uwsgi_param A b; uwsgi_pass unix:/s; } }",
        "server { include uwsgi_params; location / { uwsgi_pass unix:/s; } }",
        "server { location / { include /srv/uwsgi_params; uwsgi_param A b; uwsgi_pass unix:/s; } }",
        "server { location / { uwsgi_param REQUEST_METHOD $request_method; uwsgi_pass unix:/s; } }",
        "server { location / { uwsgi_modifier1 9; uwsgi_param A b; uwsgi_pass unix:/s; } }",
        // nginx.conf may include them around this file.
        "server { location / { uwsgi_pass unix:/s; } }",
        "server { location / { uwsgi_param A b; proxy_pass http://a:1; } }",
    ] {
        assert_silent(judge, sound);
    }
    let none = debian("server { location / { uwsgi_pass unix:/s; } }");
    let findings = judged(judge, &none);
    assert_eq!(findings.len(), 1);
    let fix = findings[0].fix.as_ref().unwrap();
    assert_eq!(fix.edits[0].text, "include uwsgi_params; ");
}

#[test]
fn a_syntax_fault_that_nginx_takes_is_a_warning() {
    let refused = judged(
        syntax::judge,
        &site("server {\n    root /x\n    index a;\n}\n"),
    );
    assert_eq!(refused[0].severity, Severity::Error);
    assert!(refused[0].related[0].text.contains("site:3"));
    let taken = judged(
        syntax::judge,
        &site("server {\n    server_name a\n    root /x;\n}\n"),
    );
    assert_eq!(taken[0].severity, Severity::Warning);
}

#[test]
fn every_page_shows_what_its_rule_finds() {
    let judges: [(&str, Judge); 4] = [
        (
            include_str!("../../../rules/nginx/alias-slash-mismatch.md"),
            alias_slash_mismatch::judge,
        ),
        (
            include_str!("../../../rules/nginx/alias-traversal.md"),
            alias_traversal::judge,
        ),
        (
            include_str!("../../../rules/nginx/syntax.md"),
            syntax::judge,
        ),
        (
            include_str!("../../../rules/nginx/uwsgi-params-missing.md"),
            uwsgi_params_missing::judge,
        ),
    ];
    for (page, judge) in judges {
        for section in page.split("\n## ").skip(1) {
            let Some(code) = section.split("```").nth(1) else {
                continue;
            };
            let (info, text) = code.split_once('\n').unwrap();
            let configuration = if info.contains("nginx.conf") {
                crate::nginx::fixture::load(
                    crate::nginx::Role::Main,
                    crate::nginx::Surroundings::Unknown,
                    &[("/etc/nginx/nginx.conf", text)],
                )
            } else {
                site(text)
            };
            let is_broken = section.starts_with("Broken");
            let count = judged(judge, &configuration).len();
            assert_eq!(count > 0, is_broken, "{section}");
        }
    }
}
