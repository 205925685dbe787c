use super::*;
use crate::nginx::fixture;

/// What answers: the words behind `location`, `server`, `redirect to …`, or `unknown`.
fn answers(locations: &str, uri: &str) -> String {
    let configuration = fixture::site(&format!("server {{ {locations} }}"));
    let server = configuration.servers().next().unwrap();
    let words = |node: Node<'_>| {
        let words: Vec<_> = node
            .arguments()
            .map(|word| word.text().into_owned())
            .collect();
        words.join(" ")
    };
    match configuration.search(server, uri.as_bytes()) {
        Search::Location(node) => words(node),
        Search::Server => "server".to_owned(),
        Search::Redirect(node) => format!("redirect to {}", words(node)),
        Search::Unknown(_) => "unknown".to_owned(),
    }
}

#[track_caller]
fn assert_answers(locations: &str, uris: &[(&str, &str)]) {
    for (uri, expected) in uris {
        assert_eq!(answers(locations, uri), *expected, "{uri} in {locations}");
    }
}

#[test]
fn the_longest_prefix_wins_unless_a_regex_matches() {
    assert_answers(
        r"location / { } location /static/ { } location ^~ /media/ { } location ~* \.(css|js)$ { } location = /a { }",
        &[
            ("/", "/"),
            ("/static/x.png", "/static/"),
            ("/static/x.CSS", r"~* \.(css|js)$"),
            ("/media/x.css", "^~ /media/"),
            ("/static", "/"),
            ("/a", "= /a"),
            ("/a/", "/"),
        ],
    );
    assert_answers("location /a { }", &[("/b", "server"), ("/ab", "/a")]);
    assert_answers(
        "location ~ ^/a { } location ~ ^/ab { }",
        &[("/abc", "~ ^/a")],
    );
}

#[test]
fn nested_locations_are_searched_as_nginx_does() {
    let nested = r"location /a/ { location /a/b/ { } location ^~ /a/c/ { } location ~ \.nested$ { } } location ~ x { }";
    assert_answers(
        nested,
        &[
            ("/a/b/1", "/a/b/"),
            ("/a/b/x", "~ x"),
            // A nested ^~ does not keep the outer regexes away.
            ("/a/c/x", "~ x"),
            ("/a/x.nested", r"~ \.nested$"),
            ("/a/1", "/a/"),
        ],
    );
    assert_answers(
        r"location ^~ /a/ { location ~ y { } } location ~ x { }",
        &[("/a/x", "^~ /a/"), ("/a/y", "~ y")],
    );
    assert_answers(
        "location ~ ^/a { location ~ b$ { } }",
        &[("/ab", "~ b$"), ("/ac", "~ ^/a")],
    );
}

#[test]
fn modifiers_may_be_glued_and_prefixes_hold_any_byte() {
    assert_answers(
        r"location =/a { } location ~*\.css$ { } location ^~/m { } location a { }",
        &[
            ("/a", "=/a"),
            ("/m/x.css", r"^~/m"),
            ("/x.CSS", r"~*\.css$"),
            ("/b", "server"),
        ],
    );
    assert_answers(r"location /sp\ ace/ { }", &[("/sp ace/x", "server")]);
    assert_answers("location \"/sp ace/\" { }", &[("/sp ace/x", "/sp ace/")]);
}

#[test]
fn a_location_that_passes_on_redirects_to_its_slash() {
    let passes = "location /app/ { uwsgi_pass unix:/s; } location ~ ^/app { }";
    assert_answers(
        passes,
        &[("/app", "redirect to /app/"), ("/app/", "~ ^/app")],
    );
    assert_answers(
        "location /app/ { uwsgi_pass unix:/s; } location = /app { }",
        &[("/app", "= /app")],
    );
    assert_answers("location /app/ { root /x; }", &[("/app", "server")]);
}

#[test]
fn what_is_not_here_or_not_rust_s_is_unknown() {
    let missing = "include snippets/mine.conf; location / { } location = /a { }";
    assert_answers(missing, &[("/x", "unknown"), ("/a", "= /a")]);
    assert_answers(
        "include /srv/app/uwsgi_params; location / { }",
        &[("/x", "/")],
    );
    assert_answers("location ~ [a[b] { } location / { }", &[("/x", "unknown")]);
    assert_answers("location ~ [a[b] { } location ^~ / { }", &[("/x", "^~ /")]);
    let holes = "location {{ url }} { } location = /a { } location /b{{ x }} { }";
    assert_answers(holes, &[("/x", "unknown"), ("/a", "= /a")]);
    assert_answers("location /b{{ x }} { } location / { }", &[("/x", "/")]);
}

#[test]
fn named_locations_are_found_by_name_only() {
    let configuration = fixture::site("server { location @app { } location / { } }");
    let server = configuration.servers().next().unwrap();
    assert!(configuration.named_location(server, b"@app").is_some());
    assert!(configuration.named_location(server, b"@apq").is_none());
    assert_answers("location @app { }", &[("@app", "server")]);
}

#[test]
fn nesting_without_end_is_unknown() {
    assert_eq!(answers(&"location / {".repeat(5_000), "/x"), "unknown");
}
