//! nginx alone is at fault.

use crate::deployment::Deployment;
use crate::http::get;
use crate::proof::Sign::{Body, NginxAccepts, NginxLog, NginxRefuses, Shown, Status};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SITE: &str = "etc/nginx/sites-enabled/shop";
const CSS: &str = "/static/admin/css/base.css";

proofs! {
    a_missing_brace => Proof {
        rule: "nginx/syntax",
        broken: Deployment::guide("missing-brace"),
        symptom: vec![NginxRefuses("unexpected end of file, expecting \"}\"")],
        sound: Deployment::guide("missing-brace").append("etc/nginx/sites-enabled/default", "}\n"),
        health: vec![NginxAccepts],
    },
    a_missing_semicolon => Proof {
        rule: "nginx/syntax",
        broken: Deployment::plain().edit(SITE, "shop.sock;", "shop.sock"),
        symptom: vec![NginxRefuses("invalid number of arguments in \"uwsgi_pass\" directive")],
        sound: Deployment::plain(),
        health: vec![NginxAccepts],
    },
    an_unknown_directive => Proof {
        rule: "nginx/unknown-directive",
        broken: Deployment::plain().edit(SITE, "uwsgi_pass ", "uwsgi_passs "),
        symptom: vec![NginxRefuses("unknown directive \"uwsgi_passs\"")],
        sound: Deployment::plain(),
        health: vec![NginxAccepts],
    },
    a_directive_out_of_place => Proof {
        rule: "nginx/misplaced-directive",
        broken: Deployment::plain().edit(SITE, "\tlisten 80;", "\talias /srv;\n\tlisten 80;"),
        symptom: vec![NginxRefuses("\"alias\" directive is not allowed here")],
        sound: Deployment::plain(),
        health: vec![NginxAccepts],
    },
    too_many_arguments => Proof {
        rule: "nginx/wrong-arguments",
        broken: Deployment::plain().edit(SITE, "shop.sock;", "shop.sock too;"),
        symptom: vec![NginxRefuses("invalid number of arguments in \"uwsgi_pass\" directive")],
        sound: Deployment::plain(),
        health: vec![NginxAccepts],
    },
    a_value_that_is_none => Proof {
        rule: "nginx/invalid-value",
        broken: Deployment::plain().edit(SITE, "\tlisten 80;", "\tclient_max_body_size 20mb;\n\tlisten 80;"),
        symptom: vec![NginxRefuses("\"client_max_body_size\" directive invalid value")],
        sound: Deployment::plain().edit(SITE, "\tlisten 80;", "\tclient_max_body_size 20m;\n\tlisten 80;"),
        health: vec![NginxAccepts],
    },
    the_same_twice => Proof {
        rule: "nginx/duplicate-directive",
        broken: Deployment::plain().edit(SITE, "\tlisten 80;", "\tgzip on;\n\tgzip on;\n\tlisten 80;"),
        symptom: vec![NginxRefuses("\"gzip\" directive is duplicate")],
        sound: Deployment::plain().edit(SITE, "\tlisten 80;", "\tgzip on;\n\tlisten 80;"),
        health: vec![NginxAccepts],
    },
    no_uwsgi_params => Proof {
        rule: "nginx/uwsgi-params-missing",
        broken: Deployment::plain().edit(SITE, "\t\tinclude uwsgi_params;\n", ""),
        symptom: vec![Shown(every_request_fails_for_want_of_a_method)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    parameters_replaced_in_the_location => Proof {
        rule: "nginx/uwsgi-params-missing",
        broken: Deployment::plain()
            .edit(SITE, "\t\tinclude uwsgi_params;\n", "\t\tuwsgi_param HTTP_X_REAL_IP $remote_addr;\n")
            .edit(SITE, "\tlocation / {", "\tinclude uwsgi_params;\n\n\tlocation / {"),
        symptom: vec![Shown(every_request_fails_for_want_of_a_method)],
        sound: Deployment::plain()
            .edit(SITE, "\t\tinclude uwsgi_params;\n", "")
            .edit(SITE, "\tlocation / {", "\tinclude uwsgi_params;\n\n\tlocation / {"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    an_alias_without_its_slash => Proof {
        rule: "nginx/alias-slash-mismatch",
        broken: Deployment::plain().collected().edit(SITE, "www/shop/static/;", "www/shop/static;"),
        symptom: vec![Status(get("/admin/login/"), 200), Status(get(CSS), 404)],
        sound: Deployment::plain().collected(),
        health: vec![Status(get(CSS), 200)],
    },
    an_alias_that_lets_people_out => Proof {
        rule: "nginx/alias-traversal",
        broken: with_a_secret().edit(SITE, "location /static/ {", "location /static {"),
        symptom: vec![Status(get(CSS), 200), Body(get("/static../secret.txt"), "for nobody")],
        sound: with_a_secret(),
        health: vec![Status(get(CSS), 200), Status(get("/static../secret.txt"), 404)],
    },
    a_named_location_that_is_not_there => Proof {
        rule: "nginx/named-location-not-found",
        broken: named("@djnago"),
        symptom: vec![NginxAccepts, Status(get("/admin/login/"), 500), NginxLog("could not find named location")],
        sound: named("@django"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_location_without_its_slash => Proof {
        rule: "nginx/location-never-matches",
        broken: Deployment::plain().collected().edit(SITE, "location /static/ {", "location static/ {"),
        symptom: vec![NginxAccepts, Status(get(CSS), 404)],
        sound: Deployment::plain().collected(),
        health: vec![Status(get(CSS), 200)],
    },
    an_alias_in_a_regex_that_takes_nothing => Proof {
        rule: "nginx/alias-ignores-uri",
        broken: Deployment::plain().collected().edit(SITE, "location /static/ {", "location ~ ^/static/ {"),
        symptom: vec![NginxAccepts, Shown(no_file_is_served)],
        sound: Deployment::plain()
            .collected()
            .edit(SITE, "location /static/ {", "location ~ ^/static/(.*)$ {")
            .edit(SITE, "www/shop/static/;", "www/shop/static/$1;"),
        health: vec![Status(get(CSS), 200)],
    },
    a_socket_with_a_path_behind_it => Proof {
        rule: "nginx/unix-socket-with-uri",
        broken: Deployment::plain().edit(SITE, "shop.sock;", "shop.sock:/;"),
        symptom: vec![NginxAccepts, Status(get("/admin/login/"), 502)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_fallback_without_its_slash => Proof {
        rule: "nginx/try-files-without-slash",
        broken: fallback("index.html"),
        symptom: vec![NginxAccepts, Shown(the_fallback_is_not_served)],
        sound: fallback("/index.html"),
        health: vec![Body(get("/cart"), "the page")],
    },
    a_redirect_without_a_scheme => Proof {
        rule: "nginx/rewrite-without-scheme",
        broken: redirected("return 301 www.shop.example$request_uri;"),
        symptom: vec![NginxAccepts, Shown(the_redirect_has_no_scheme)],
        sound: redirected("return 301 https://www.shop.example$request_uri;"),
        health: vec![Status(get("/cart"), 301)],
    },
    a_redirect_that_a_link_adds_headers_to => Proof {
        rule: "nginx/http-splitting",
        broken: redirected("return 301 https://$host$uri;"),
        symptom: vec![NginxAccepts, Shown(a_link_sets_a_header)],
        sound: redirected("return 301 https://$host$request_uri;"),
        health: vec![Shown(no_link_sets_a_header)],
    },
    a_header_that_a_link_adds_others_to => Proof {
        rule: "nginx/http-splitting",
        broken: with_header("$uri"),
        symptom: vec![NginxAccepts, Shown(a_link_sets_a_header)],
        sound: with_header("$request_uri"),
        health: vec![Shown(no_link_sets_a_header)],
    },
}

/// Every answer says what was asked for.
fn with_header(value: &str) -> Deployment {
    let header = format!("add_header X-Path {value} always;\n\n\tlocation / {{");
    Deployment::plain().edit(SITE, "location / {", &header)
}

/// What is no file goes to a named location.
fn named(name: &str) -> Deployment {
    Deployment::plain()
        .edit(
            SITE,
            "location / {",
            &format!("root /var/www/shop;\n\n\tlocation / {{\n\t\ttry_files $uri {name};\n\t}}\n\n\tlocation @django {{"),
        )
}

/// What is no file is the page of an application in the browser.
fn fallback(word: &str) -> Deployment {
    Deployment::plain()
        .write("var/www/shop/index.html", "the page\n")
        .edit(
            SITE,
            "location / {",
            &format!("root /var/www/shop;\n\n\tlocation / {{\n\t\ttry_files $uri {word};\n\t}}\n\n\tlocation /admin/ {{"),
        )
}

/// A location that only redirects.
fn redirected(directive: &str) -> Deployment {
    Deployment::plain().edit(
        SITE,
        "location / {",
        &format!("location /cart {{\n\t\t{directive}\n\t}}\n\n\tlocation / {{"),
    )
}

fn no_file_is_served(stage: &mut Stage) {
    let answer = stage.serve().ask(get(CSS)).expect("an answer");
    assert_ne!(answer.status, 200, "{answer:#?}");
}

fn the_fallback_is_not_served(stage: &mut Stage) {
    let answer = stage.serve().ask(get("/cart")).expect("an answer");
    assert!(matches!(answer.status, 404 | 500), "{answer:#?}");
}

fn the_redirect_has_no_scheme(stage: &mut Stage) {
    let answer = stage.serve().ask(get("/cart")).expect("an answer");
    let location = answer
        .head
        .lines()
        .find(|line| line.starts_with("Location: "));
    assert_eq!(
        location,
        Some("Location: www.shop.example/cart"),
        "{answer:#?}"
    );
}

/// A path with the end of a line and another header in it.
const LINK: &str = "/cart%0d%0aX-Added:%20yes";

fn a_link_sets_a_header(stage: &mut Stage) {
    let answer = stage.serve().ask(get(LINK)).expect("an answer");
    assert!(
        answer.head.lines().any(|line| line == "X-Added: yes"),
        "{answer:#?}"
    );
}

fn no_link_sets_a_header(stage: &mut Stage) {
    let answer = stage.serve().ask(get(LINK)).expect("an answer");
    assert!(
        !answer.head.lines().any(|line| line == "X-Added: yes"),
        "{answer:#?}"
    );
}

/// A file beside the static ones.
fn with_a_secret() -> Deployment {
    Deployment::plain()
        .collected()
        .write("var/www/shop/secret.txt", "for nobody\n")
}

fn every_request_fails_for_want_of_a_method(stage: &mut Stage) {
    let answer = stage.serve().ask(get("/admin/login/")).expect("an answer");
    assert!(matches!(answer.status, 500 | 502), "{answer:#?}");
    stage.wait_for("the log names it", |stage| {
        stage.uwsgi_log().contains("KeyError: 'REQUEST_METHOD'")
    });
}
