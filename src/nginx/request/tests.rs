use std::path::Path;

use super::*;
use crate::host::Existence;
use crate::nginx::{Configuration, Role, Surroundings, fixture};
use crate::tree::{FileKind, Stat};

fn main_file(http: &str) -> Configuration {
    let text = format!("events {{}}\nhttp {{\nroot /srv/www;\n{http}\n}}\n");
    let files = [("/etc/nginx/nginx.conf", text.as_str())];
    fixture::load(Role::Main, Surroundings::Unknown, &files)
}

/// One word for what answers, with the status where it is known.
fn shown(trace: &Trace<'_>) -> String {
    let answer = match &trace.answer {
        Answer::File(path) => path.display().to_string(),
        Answer::Directory(path) => format!("list of {}", path.display()),
        Answer::Return { body, .. } => format!(
            "return {}",
            String::from_utf8_lossy(body.as_deref().unwrap_or_default())
        ),
        Answer::Redirect { to, .. } => format!(
            "to {}",
            String::from_utf8_lossy(to.as_deref().unwrap_or(b"?"))
        ),
        Answer::Pass { node, address, .. } => {
            format!("{} {}", node.name(), String::from_utf8_lossy(address))
        }
        Answer::Module(node) => node.name().into_owned(),
        Answer::Error => "error".to_owned(),
        Answer::Closed => "closed".to_owned(),
        Answer::Unknown(unknown) => format!("? {}", unknown.why),
    };
    match trace.status {
        Some(status) => format!("{status} {answer}"),
        None => answer,
    }
}

/// The ways of a GET at the only server.
fn ways(server: &str, target: &str) -> Vec<String> {
    let configuration = main_file(&format!("server {{ {server} }}"));
    let server = configuration.servers().next().unwrap();
    let traces = configuration.trace_at(server, &Request::get(target), &no_disk);
    traces.iter().map(shown).collect()
}

#[test]
fn what_is_not_known_of_files_is_taken_both_ways() {
    assert_eq!(
        ways(
            "location / { try_files $uri @app; } location @app { uwsgi_pass unix:/s; }",
            "/x"
        ),
        ["200 /srv/www/x", "uwsgi_pass unix:/s"]
    );
    // A path that ends in a slash is no file, whatever is on the disk.
    assert_eq!(
        ways(
            "location / { try_files $uri @app; } location @app { uwsgi_pass unix:/s; }",
            "/"
        ),
        ["uwsgi_pass unix:/s"]
    );
    assert_eq!(ways("location / { }", "/x.css"), ["/srv/www/x.css"]);
    assert_eq!(
        ways(
            "error_page 404 = @app; location @app { proxy_pass http://a:1; }",
            "/x.css"
        ),
        ["200 /srv/www/x.css", "proxy_pass http://a:1"]
    );
}

#[test]
fn a_condition_that_only_a_client_can_tell_is_taken_both_ways() {
    assert_eq!(
        ways(
            "if ($host = a) { return 404; } location / { return 200 x; }",
            "/"
        ),
        ["404 return ", "200 return x"]
    );
    assert_eq!(
        ways(
            "if ($http_x_real ~ (.)) { set $a $1; } location / { return 200 \"$a\"; }",
            "/"
        ),
        ["200 return ", "200 return "]
    );
    assert_eq!(
        ways(
            "if ($request_method = POST) { return 404; } location / { return 204; }",
            "/"
        ),
        ["204 return "]
    );
    // What was asked once is not asked again.
    assert_eq!(
        ways(
            "set $a \"\"; if ($http_x) { set $a 1; } if ($http_x) { set $a \"${a}2\"; } return 200 \"$a\";",
            "/"
        )
        .len(),
        2
    );
}

#[test]
fn too_many_ways_are_not_followed() {
    let many: String = (0..9)
        .map(|n| format!("if ($http_x{n}) {{ set $a{n} 1; }} "))
        .collect();
    let ways = ways(&format!("{many} return 200 x;"), "/");
    assert_eq!(ways.len(), 8);
    assert_eq!(ways[7], "? there are too many ways that it may take");
}

#[test]
fn access_rules_are_asked_before_content_and_after_return() {
    for (location, expected) in [
        ("deny all;", &["403 error"][..]),
        ("deny all; return 200 in;", &["200 return in"]),
        ("allow all; deny all; uwsgi_pass a;", &["uwsgi_pass a"]),
        (
            "allow 10.0.0.0/8; deny all; uwsgi_pass a;",
            &["uwsgi_pass a", "403 error"],
        ),
        (
            "auth_basic x; auth_basic_user_file f; uwsgi_pass a;",
            &["uwsgi_pass a", "401 error"],
        ),
        (
            "satisfy any; deny all; auth_basic x; auth_basic_user_file f; uwsgi_pass a;",
            &["uwsgi_pass a", "401 error"],
        ),
        (
            "limit_except POST { deny all; } uwsgi_pass a;",
            &["403 error"],
        ),
        (
            "limit_except GET { deny all; } uwsgi_pass a;",
            &["uwsgi_pass a"],
        ),
        ("internal; uwsgi_pass a;", &["404 error"]),
        (
            "location /x/ { internal; location /x/y { return 200; } }",
            &["404 error"],
        ),
    ] {
        let server = format!("location / {{ {location} }}");
        assert_eq!(ways(&server, "/x/y"), expected, "{location}");
    }
}

#[test]
fn cycles_end_after_ten_rounds() {
    assert_eq!(
        ways("location / { rewrite ^ /x last; }", "/"),
        ["500 error"]
    );
    assert_eq!(
        ways(
            "error_page 404 /e; recursive_error_pages on; location / { return 404; }",
            "/"
        ),
        ["500 error"]
    );
    assert_eq!(
        ways(
            "location / { try_files /none @a; } location @a { rewrite ^ / last; }",
            "/a/"
        )
        .last()
        .unwrap(),
        "500 error"
    );
}

#[test]
fn what_a_template_fills_in_ends_the_way() {
    let text = "events {}\nhttp { server { location /{{ x }} { return 200; } location /y { root {{ r }}; } } }\n";
    let files = [("/etc/nginx/nginx.conf.j2", text)];
    let configuration = fixture::load(Role::Main, Surroundings::Unknown, &files);
    let server = configuration.servers().next().unwrap();
    let traces = configuration.trace_at(server, &Request::get("/y"), &no_disk);
    assert_eq!(
        traces.iter().map(shown).collect::<Vec<_>>(),
        ["? the location is filled in when the template is rendered"]
    );
}

#[test]
fn what_surrounds_a_site_is_taken_for_not_set_and_said() {
    let configuration = fixture::site("server { root /srv; location / { } }");
    let server = configuration.servers().next().unwrap();
    let trace = &configuration.trace_at(server, &Request::get("/x"), &no_disk)[0];
    assert_eq!(shown(trace), "/srv/x");
    assert!(
        trace
            .unset
            .iter()
            .any(|unset| unset.why.starts_with("error_page"))
    );
}

fn at_host(http: &str, request: &Request) -> Vec<String> {
    let configuration = main_file(http);
    let disk = |path: &Path| match path.starts_with("/srv/www/there") {
        true => Existence::Here(
            path.to_owned(),
            Stat {
                kind: FileKind::File,
                size: 1,
                mode: None,
            },
        ),
        false => Existence::Absent,
    };
    configuration
        .trace(request, &disk)
        .iter()
        .map(shown)
        .collect()
}

fn named(host: &str) -> Request {
    Request {
        host: Host::Named(host.to_owned()),
        tls: Some(false),
        headers: Some(Vec::new()),
        ..Request::get("/there")
    }
}

#[test]
fn address_beats_name_and_name_beats_order() {
    let http = "server { listen 80; server_name a.test; return 200 one; }
        server { listen 10.0.0.1:80; server_name b.test; return 200 two; }
        server { listen 80 default_server; server_name *.test; return 200 three; }";
    assert_eq!(
        at_host(http, &named("a.test")),
        ["200 return one", "200 return two"]
    );
    let at = |host: &str, address: &str| {
        let request = Request {
            address: Some(address.to_owned()),
            ..named(host)
        };
        at_host(http, &request)
    };
    assert_eq!(at("a.test", "10.0.0.1"), ["200 return two"]);
    assert_eq!(at("a.test", "10.0.0.2"), ["200 return one"]);
    assert_eq!(at("x.test", "10.0.0.2"), ["200 return three"]);
    assert_eq!(at("other", "10.0.0.2"), ["200 return three"]);
    assert_eq!(at("a..test", "10.0.0.2"), ["400 error"]);
    let elsewhere = Request {
        port: Some(81),
        ..named("a.test")
    };
    assert_eq!(at_host(http, &elsewhere), ["closed"]);
}

#[test]
fn tls_is_spoken_where_a_listen_says_so() {
    let http = "server { listen 443 ssl; server_name a.test; error_page 497 https://$host$request_uri; return 200 in; }";
    let request = |tls| Request {
        tls: Some(tls),
        port: Some(443),
        ..named("a.test")
    };
    assert_eq!(at_host(http, &request(true)), ["200 return in"]);
    assert_eq!(
        at_host(http, &request(false)),
        ["302 to https://a.test/there"]
    );
    let plain = "server { listen 443; server_name a.test; }";
    assert_eq!(at_host(plain, &request(true)), ["closed"]);
    let rejected = "server { listen 443 ssl; server_name a.test; ssl_reject_handshake on; }";
    assert_eq!(at_host(rejected, &request(true)), ["closed"]);
}

#[test]
fn a_name_that_no_site_here_has_may_be_another_site_s() {
    let configuration = fixture::site("server { server_name a.test; return 200 a; }");
    let one = |host: &str| shown(&configuration.trace(&named(host), &no_disk)[0]);
    assert_eq!(one("a.test"), "200 return a");
    assert!(one("b.test").starts_with("? no server here has this name"));
}

#[test]
fn each_location_that_lost_has_its_reason() {
    let configuration = main_file(
        "server { location = /a { } location /a { location ~ \\.css$ { } location /a/b { } }
         location /a/ { } location ~ \\.js$ { } location ~ x { } location ^~ /a/bc { } }",
    );
    let server = configuration.servers().next().unwrap();
    let reasons = |uri: &str| -> Vec<String> {
        let trace = &configuration.trace_at(server, &Request::get(uri), &no_disk)[0];
        configuration
            .lost(server, uri.as_bytes(), trace.location)
            .iter()
            .map(|lost| {
                let matcher = lost.node.matcher().unwrap();
                format!("{}: {}", matcher.shown(), lost.why)
            })
            .collect()
    };
    assert_eq!(
        reasons("/a/bcx.js"),
        [
            "= /a: the path is another",
            "/a: ^~ /a/bc is longer",
            "/a/: ^~ /a/bc is longer",
            "~ \\.js$: ^~ /a/bc keeps regexes from being tried",
            "~ x: ^~ /a/bc keeps regexes from being tried",
        ]
    );
    assert_eq!(
        reasons("/ax.js"),
        [
            "= /a: the path is another",
            "/a: the regex ~ \\.js$ matches",
            "/a/: the path does not begin with it",
            "~ x: ~ \\.js$ stands before it",
            "^~ /a/bc: the path does not begin with it",
        ]
    );
}

#[test]
fn maps_are_looked_up_as_nginx_does() {
    for (entries, expected) in [
        ("default d; /There t;", "t"),
        ("default d; ~^/(.)h $1;", "t"),
        ("default $uri; x y;", "/there"),
        ("x y;", ""),
        ("default d; include more;", "?"),
    ] {
        let http = format!(
            "map $uri $m {{ {entries} }} server {{ server_name a.test; return 200 \"$m\"; }}"
        );
        let found = at_host(&http, &named("a.test"));
        let expected = match expected {
            // The text stays open, the status does not.
            "?" => "200 return ".to_owned(),
            text => format!("200 return {text}"),
        };
        assert_eq!(found, [expected], "{entries}");
    }
}
