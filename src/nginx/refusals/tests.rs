use crate::nginx::fixture::{load, site};
use crate::nginx::{Configuration, Role, Surroundings, Verdict};

fn main(text: &str) -> Configuration {
    let files = [("/etc/nginx/nginx.conf", text)];
    load(Role::Main, Surroundings::Unknown, &files)
}

/// What nginx says of a main file first, and on which line.
#[track_caller]
fn assert_refused(configuration: &Configuration, expected: &str, line: usize) {
    match configuration.verdict() {
        Verdict::Refused { says, noticed } => {
            assert_eq!(says, expected);
            let place = noticed.unwrap();
            let source = configuration.root_file();
            assert_eq!(source.line_of(place.range().start), line, "{says}");
        }
        other => panic!("{other:?} instead of {expected}"),
    }
}

/// The messages about a site file whose surroundings are not known.
fn messages(text: &str) -> Vec<String> {
    let site = site(text);
    let messages = site.refusals().iter();
    messages.map(|refusal| refusal.message.clone()).collect()
}

#[test]
fn nginx_stops_at_the_first_thing_that_it_comes_to() {
    for (text, says, line) in [
        (
            "events {}\nhttp {\n  gzip maybe;\n  rot /x;\n}\n",
            "invalid value \"maybe\" in \"gzip\" directive, it must be \"on\" or \"off\"",
            3,
        ),
        (
            "events {}\nhttp {\n  root\n    /x\n    /y;\n",
            "invalid number of arguments in \"root\" directive",
            5,
        ),
        (
            "events {}\nhttp {\n  server {\n    }\n  alias /x;\n  gzip maybe;",
            "\"alias\" directive is not allowed here",
            5,
        ),
        (
            "events {}\nhttp {\n",
            "unexpected end of file, expecting \"}\"",
            3,
        ),
        (
            "events {}\nhttp { sendfile on; sendfile on; }",
            "\"sendfile\" directive is duplicate",
            2,
        ),
        ("events {}\n4}/ x;", "unknown directive \"4}/\"", 2),
    ] {
        assert_refused(&main(text), says, line);
    }
}

#[test]
fn what_other_modules_may_bring_is_not_decided() {
    let undecided = |text: &str| {
        let verdict = main(text).verdict();
        assert!(matches!(verdict, Verdict::Undecided { .. }), "{verdict:?}");
        assert!(main(text).refusals().is_empty(), "{text}");
    };
    undecided("events {} http { brotli on; }");
    undecided("load_module modules/ngx_http_x_module.so; events {} http { quux on; }");
    undecided("events {} http { include /srv/more.conf; }");
    undecided("events {} stream { }");
    assert_eq!(
        main("events {} http { gzip on; }").verdict(),
        Verdict::Accepted
    );
    assert_refused(
        &main("events {} http { quux on; }"),
        "unknown directive \"quux\"",
        1,
    );
}

#[test]
fn no_secret_gets_into_what_is_said() {
    let site = site("server { location / { uwsgi_param DB_PASSWORD sword fish42; } }");
    let [refusal] = site.refusals() else {
        panic!("{:?}", site.refusals());
    };
    for text in [&refusal.says, &refusal.message, &refusal.label.text] {
        assert!(!text.contains("fish42"), "{text}");
    }
}

#[test]
fn what_comes_twice_is_seen_behind_a_nested_block_too() {
    let text = "events {}\nhttp {\n  gzip on;\n  server { }\n  gzip on;\n}\n";
    assert_refused(&main(text), "\"gzip\" directive is duplicate", 5);
}

#[test]
fn a_missing_brace_is_answered_as_nginx_reads_it_and_told_as_it_was_meant() {
    let text = "events {}\nhttp {\nserver {\n  listen 80;\n}\nserver {\n  listen 81;\n}\n";
    let configuration = main(text);
    assert_refused(&configuration, "unexpected end of file, expecting \"}\"", 9);
    assert_eq!(configuration.refusals(), []);
}

#[test]
fn names_are_asked_for_where_all_of_them_are_known() {
    for (text, says) in [
        (
            "events {} http { server { root /srv/$shop; } }",
            "unknown \"shop\" variable",
        ),
        (
            "events {} http { server { location / { uwsgi_pass shop; } } }",
            "no port in upstream \"shop\"",
        ),
        (
            "events {} http { limit_req zone=one; server { } }",
            "zero size shared memory zone \"one\"",
        ),
    ] {
        match main(text).verdict() {
            Verdict::Refused { says: found, .. } => assert_eq!(found, says),
            other => panic!("{other:?}"),
        }
        let of_site = text.replace("events {} http { ", "").replace(" } }", " }");
        assert_eq!(messages(&of_site), Vec::<String>::new(), "{of_site}");
    }
    // A directive of another module may make the variable.
    let other = "events {} http { set_by_lua $shop 'x'; server { root /srv/$shop; } }";
    assert!(matches!(main(other).verdict(), Verdict::Undecided { .. }));
    assert_eq!(main(other).refusals(), []);
}

#[test]
fn a_site_file_is_judged_as_far_as_it_goes() {
    assert_eq!(
        messages("server { uwsgi_passs unix:/s; }"),
        Vec::<String>::new(),
        "nothing that may stand in a server is near"
    );
    assert_eq!(
        messages("server { location / { uwsgi_passs unix:/s; } }"),
        ["nginx has no directive `uwsgi_passs`"]
    );
    assert_eq!(
        messages("server { alias /x; }"),
        ["`alias` may not stand in a server: its place is in a location"]
    );
    for silent in [
        "server { quux on; }",
        "server { more_set_headers x; }",
        "server { root {{ root }}; client_max_body_size {{ size }}; }",
        "server { {{ directive }} on; }",
        "server { gzip on; location / { gzip off; } }",
        "server { location / { proxy_redirect a b; proxy_redirect c d; mirror /a; mirror /b; } }",
    ] {
        assert_eq!(messages(silent), Vec::<String>::new(), "{silent}");
    }
}

#[test]
fn a_header_buffer_is_no_smaller_than_the_pool_that_nobody_set() {
    let with =
        |lines: &str| main(&format!("events {{}} http {{ server {{ {lines} }} }}")).verdict();
    let small = "large_client_header_buffers 4 32;";
    assert!(matches!(with(small), Verdict::Refused { .. }));
    assert!(!matches!(
        with("large_client_header_buffers 4 512;"),
        Verdict::Refused { .. }
    ));
    let both = "large_client_header_buffers 4 256; connection_pool_size 256;";
    assert!(!matches!(with(both), Verdict::Refused { .. }));
    // What surrounds a site may set it.
    assert_eq!(
        messages(&format!("server {{ {small} }}")),
        Vec::<String>::new()
    );
}
