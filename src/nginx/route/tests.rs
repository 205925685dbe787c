use super::*;
use crate::nginx::fixture;

fn handler(server: &str, uri: &str) -> String {
    let configuration = fixture::site(&format!("server {{ {server} }}"));
    let server = configuration.servers().next().unwrap();
    match configuration.handler(server, uri.as_bytes()).1 {
        Handler::Uwsgi(node)
        | Handler::Proxy(node)
        | Handler::FastCgi(node)
        | Handler::Scgi(node)
        | Handler::Grpc(node)
        | Handler::Return(node)
        | Handler::TryFiles(node)
        | Handler::Other(node) => node.name().into_owned(),
        Handler::Redirect(_) => "redirect".to_owned(),
        Handler::Files => "files".to_owned(),
        Handler::Unknown(_) => "unknown".to_owned(),
    }
}

#[test]
fn what_is_nearest_to_nginx_s_order_answers() {
    for (server, expected) in [
        ("location / { root /x; }", "files"),
        ("", "files"),
        ("location / { uwsgi_pass unix:/s; }", "uwsgi_pass"),
        // The last one wins.
        (
            "location / { uwsgi_pass unix:/s; proxy_pass http://a:1; }",
            "proxy_pass",
        ),
        (
            "location / { uwsgi_pass unix:/s; try_files $uri @a; }",
            "try_files",
        ),
        (
            "return 301 https://$host$request_uri; location / { root /x; }",
            "return",
        ),
        ("location / { return 404; uwsgi_pass unix:/s; }", "return"),
        ("location / { stub_status; }", "stub_status"),
        ("try_files $uri =404; location / { root /x; }", "files"),
        ("location /x/ { uwsgi_pass unix:/s; }", "redirect"),
    ] {
        assert_eq!(handler(server, "/x"), expected, "{server}");
    }
}

#[test]
fn what_rewrites_or_depends_on_a_request_is_unknown() {
    for (server, expected) in [
        ("rewrite ^/x$ /y; location / { }", "unknown"),
        ("rewrite ^/other$ /y; location / { }", "files"),
        ("break; rewrite ^/x$ /y; location / { }", "files"),
        ("if ($host = a) { return 404; } location / { }", "unknown"),
        (
            "if ($request_method = POST) { return 404; } location / { }",
            "files",
        ),
        (
            "if ($request_method !~ ^(GET|HEAD)$ ) { return 404; } location / { }",
            "files",
        ),
        (
            "if ($request_method = GET) { return 404; } location / { }",
            "unknown",
        ),
        ("if ($host) { set $a 1; } location / { }", "files"),
        (
            "location / { include mine.conf; uwsgi_pass unix:/s; }",
            "unknown",
        ),
    ] {
        assert_eq!(handler(server, "/x"), expected, "{server}");
    }
}
