use crate::nginx::{Search, fixture};

/// The file that nginx opens, or why that is not known.
fn file(server: &str, uri: &str) -> String {
    let configuration = fixture::debian(&format!("server {{ {server} }}"));
    let server = configuration.servers().next().unwrap();
    let at = match configuration.search(server, uri.as_bytes()) {
        Search::Location(node) => node,
        _ => server,
    };
    match configuration.file_for(at, uri.as_bytes()).get() {
        Some(path) => path.display().to_string(),
        None => "unknown".to_owned(),
    }
}

#[test]
fn root_keeps_the_uri_and_alias_replaces_the_location() {
    for (server, uri, expected) in [
        (
            "location /static/ { alias /srv/static/; }",
            "/static/a.css",
            "/srv/static/a.css",
        ),
        (
            "location /static/ { alias /srv/static; }",
            "/static/a.css",
            "/srv/statica.css",
        ),
        (
            "location /static/ { root /srv/static; }",
            "/static/a.css",
            "/srv/static/static/a.css",
        ),
        (
            "location /static { alias /srv/static/; }",
            "/static../a",
            "/srv/static/../a",
        ),
        (
            "location /static { alias /srv/static; }",
            "/static-old/a",
            "/srv/static-old/a",
        ),
        ("location ~ ^/u/ { alias /srv/u/; }", "/u/a.txt", "/srv/u/"),
        (
            "location = /favicon.ico { alias /srv/f.ico; }",
            "/favicon.ico",
            "/srv/f.ico",
        ),
        ("root /srv/; location / { }", "/a", "/srv/a"),
        ("root /srv//; location / { }", "/a", "/srv//a"),
        ("root \"/srv/a b\"; location / { }", "/c", "/srv/a b/c"),
        // Inherited with the length of the outer location's name.
        (
            "location /s/ { alias /srv/; location /s/img/ { } }",
            "/s/img/a.png",
            "/srv/img/a.png",
        ),
        ("root html;", "/a", "/usr/share/nginx/html/a"),
        (
            "set $dir /srv/app; location / { root $dir/public; }",
            "/a",
            "/srv/app/public/a",
        ),
    ] {
        assert_eq!(file(server, uri), expected, "{uri} in {server}");
    }
}

#[test]
fn what_only_a_request_tells_is_unknown() {
    for server in [
        "location / { root /srv/$host; }",
        "location ~ ^/u/(.*)$ { alias /srv/u/$1; }",
        "set $dir /a; if ($host) { set $dir /b; } root $dir;",
        "set $dir /a; set $dir /b; root $dir;",
        "set $dir $dir; root $dir;",
        "include snippets/mine.conf; location / { include uwsgi_params; }",
        "location / { root {{ root }}; }",
        "",
    ] {
        assert_eq!(file(server, "/u/a"), "unknown", "{server}");
    }
}
