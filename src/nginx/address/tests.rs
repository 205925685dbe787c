use super::*;
use crate::nginx::fixture;

fn shown(address: &Address) -> String {
    match address {
        Address::UnixSocket(path) => format!("unix {}", path.display()),
        Address::Tcp { host, port } => format!("tcp {host} {port}"),
        Address::Upstream(name) => format!("upstream {name}"),
        Address::Unknown(_) => "unknown".to_owned(),
    }
}

/// What a directive in `location /` passes to, and the addresses behind it.
fn passed(before: &str, directive: &str) -> (String, Vec<String>) {
    let text = format!("{before} server {{ location / {{ {directive}; }} }}");
    let configuration = fixture::debian(&text);
    let pass = configuration.passes().last().unwrap();
    let endpoints = configuration.endpoints(&pass);
    let endpoints = endpoints.iter().map(|end| shown(&end.address)).collect();
    (shown(&pass.address), endpoints)
}

#[test]
fn uwsgi_addresses_are_nginx_s() {
    for (value, expected) in [
        ("unix:/run/a.sock", "unix /run/a.sock"),
        ("unix:///run/a.sock", "unix /run/a.sock"),
        ("UNIX:/run//a.sock", "unix /run/a.sock"),
        ("uwsgi://unix:/run/a.sock", "unix /run/a.sock"),
        // Only proxy_pass knows a URI behind a socket.
        ("unix:/run/a.sock:/x", "unix /run/a.sock:/x"),
        ("unix:a.sock", "unix a.sock"),
        ("127.0.0.1:8001", "tcp 127.0.0.1 8001"),
        ("[::1]:8001", "tcp ::1 8001"),
        ("suwsgi://app:8001", "tcp app 8001"),
        ("django", "upstream django"),
        ("8000", "upstream 8000"),
        ("/run/a.sock", "unknown"),
        ("http://127.0.0.1:8001", "unknown"),
        ("app:99999", "unknown"),
        ("app:x", "unknown"),
        ("unix:", "unknown"),
        ("$backend", "unknown"),
        ("{{ backend }}", "unknown"),
    ] {
        let (address, _) = passed("", &format!("uwsgi_pass {value}"));
        assert_eq!(address, expected, "{value}");
    }
}

#[test]
fn proxy_addresses_have_a_scheme_and_may_have_a_path() {
    for (value, expected) in [
        ("http://127.0.0.1:8000", "tcp 127.0.0.1 8000"),
        ("http://127.0.0.1:8000/x/", "tcp 127.0.0.1 8000"),
        ("HTTP://app:8000", "tcp app 8000"),
        ("http://unix:/run/a.sock", "unix /run/a.sock"),
        ("http://unix:/run/a.sock:/x/", "unix /run/a.sock"),
        ("http://app:8000$request_uri", "tcp app 8000"),
        ("http://app:8000/x$uri", "tcp app 8000"),
        ("http://app$uri", "unknown"),
        ("http://$host:8000", "unknown"),
        ("app:8000", "unknown"),
    ] {
        let (address, _) = passed("", &format!("proxy_pass {value}"));
        assert_eq!(address, expected, "{value}");
    }
    let configuration = fixture::site("server { location / { proxy_pass https://unix:/s:/x/; } }");
    let pass = configuration.passes().next().unwrap();
    assert_eq!((pass.tls, pass.uri.as_deref()), (true, Some("/x/")));
}

#[test]
fn an_upstream_stands_for_its_servers() {
    let upstream =
        "upstream Django { server unix:/run/a.sock; server 127.0.0.1:8001 backup; server b; }";
    let (address, endpoints) = passed(upstream, "uwsgi_pass django");
    assert_eq!(address, "upstream django");
    assert_eq!(
        endpoints,
        ["unix /run/a.sock", "tcp 127.0.0.1 8001", "tcp b 80"]
    );
    let (_, endpoints) = passed(upstream, "proxy_pass http://django/");
    assert_eq!(endpoints.len(), 3);
    assert_eq!(passed("", "proxy_pass http://app").1, ["tcp app 80"]);
    assert_eq!(passed("", "proxy_pass https://app").1, ["tcp app 443"]);
    assert_eq!(passed("", "uwsgi_pass app").1, ["unknown"]);
}

#[test]
fn an_upstream_may_be_defined_where_the_file_is_included() {
    let configuration = fixture::site("server { location / { proxy_pass http://app; } }");
    let pass = configuration.passes().next().unwrap();
    let endpoints = configuration.endpoints(&pass);
    assert!(matches!(endpoints[0].address, Address::Unknown(_)));
}

#[test]
fn a_variable_that_is_set_once_is_known() {
    assert_eq!(
        passed("", "set $a app; set $b $a:8000; uwsgi_pass $b").0,
        "tcp app 8000"
    );
    assert_eq!(
        passed("", "if ($arg_x) { set $a x; } set $a app:80; uwsgi_pass $a").0,
        "unknown"
    );
}
