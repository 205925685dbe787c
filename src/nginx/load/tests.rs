use super::*;
use crate::nginx::fixture::{debian, load, site};

fn names(configuration: &Configuration) -> String {
    let all: Vec<_> = configuration
        .nodes()
        .map(|node| node.name().into_owned())
        .collect();
    all.join(" ")
}

#[test]
fn an_include_is_relative_to_nginx_s_directory_and_not_to_the_file() {
    let configuration = load(
        Role::Main,
        Surroundings::Unknown,
        &[
            (
                "/etc/nginx/nginx.conf",
                "http { include conf.d/*.conf; root /x; }",
            ),
            ("/etc/nginx/conf.d/a.conf", "include b; server { }"),
            ("/etc/nginx/conf.d/b", "wrong /x;"),
            ("/etc/nginx/b", "right /x;"),
            ("/etc/nginx/conf.d/z.conf", "last /x;"),
        ],
    );
    assert_eq!(
        names(&configuration),
        "http include include right server last root"
    );
    assert!(configuration.is_closed());
    assert_eq!(configuration.files().count(), 4);
    let server = configuration.servers().next().unwrap();
    assert_eq!(
        server
            .parent()
            .map(|http| http.name().into_owned())
            .as_deref(),
        Some("http")
    );
    assert!(server.included_by().is_some());
}

#[test]
fn a_file_included_twice_is_one_file_and_two_sets_of_nodes() {
    let configuration = load(
        Role::Site,
        Surroundings::Debian,
        &[
            (
                "/etc/nginx/sites-enabled/a",
                "server { include s; } server { include s; }",
            ),
            ("/etc/nginx/s", "root /x;"),
        ],
    );
    assert_eq!(configuration.named("root").count(), 2);
    assert_eq!(configuration.files().count(), 2);
    let spans: Vec<_> = configuration
        .named("root")
        .map(|root| root.span())
        .collect();
    assert_eq!(spans[0], spans[1]);
}

#[test]
fn what_the_package_brings_is_known_and_other_files_are_not() {
    let configuration = debian("server { include uwsgi_params; include /etc/nginx/mime.types; }");
    assert!(configuration.is_closed());
    assert!(configuration.undecided().is_empty());
    let configuration = debian("server { include /srv/app/uwsgi_params; }");
    assert!(!configuration.is_closed());
    assert_eq!(
        configuration.undecided()[0].what,
        "include /srv/app/uwsgi_params"
    );
    assert!(!site("server { }").is_closed());
    assert!(debian("server { }").is_closed());
}

#[test]
fn a_file_beside_the_site_is_not_the_one_that_nginx_includes() {
    let configuration = load(
        Role::Site,
        Surroundings::Debian,
        &[
            (
                "/etc/nginx/sites-enabled/a",
                "server { include uwsgi_params; }",
            ),
            ("/etc/nginx/sites-enabled/uwsgi_params", "uwsgi_param A b;"),
        ],
    );
    assert_eq!(configuration.files().count(), 1);
}

#[test]
fn files_that_include_each_other_end() {
    let configuration = load(
        Role::Main,
        Surroundings::Unknown,
        &[
            ("/etc/nginx/nginx.conf", "include a; include a;"),
            ("/etc/nginx/a", "include b; include b;"),
            ("/etc/nginx/b", "include a;"),
        ],
    );
    assert!(!configuration.is_closed());
    assert!(configuration.undecided()[0].why.contains("includes itself"));
}

#[test]
fn a_bomb_of_includes_ends() {
    let bomb = |next: &str| format!("include {next};").repeat(6);
    let texts: Vec<_> = (0..20)
        .map(|level| bomb(&format!("/l{}", level + 1)))
        .collect();
    let mut files = vec![("/l0".to_owned(), texts[0].as_str())];
    for (level, text) in texts.iter().enumerate().skip(1) {
        files.push((format!("/l{level}"), text));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    let configuration = load(Role::Main, Surroundings::Unknown, &files);
    assert!(!configuration.is_closed());
    assert!(configuration.undecided().len() <= MAX_UNDECIDED);
}

#[test]
fn a_snippet_is_placed_by_what_it_holds() {
    let context =
        |text: &str| load(Role::Snippet, Surroundings::Unknown, &[("/s", text)]).root_context();
    assert_eq!(context("uwsgi_pass unix:/s;"), Context::Location);
    assert_eq!(context("server { }"), Context::Http);
    assert_eq!(context("server_name a;"), Context::Server);
    assert_eq!(context("add_header A b;"), Context::Unknown);
}

#[test]
fn blocks_of_other_modules_are_not_nginx_s() {
    let text = "rtmp { server { listen 1935; } } http { server { listen 80; } }";
    let configuration = load(
        Role::Main,
        Surroundings::Unknown,
        &[("/etc/nginx/nginx.conf", text)],
    );
    assert_eq!(configuration.servers().count(), 1);
    let text = "stream { server { listen 1; } upstream a { server b:1; } }";
    let configuration = load(
        Role::Main,
        Surroundings::Unknown,
        &[("/etc/nginx/nginx.conf", text)],
    );
    assert_eq!(configuration.servers().count(), 0);
    assert!(configuration.upstream("a").is_none());
}

#[test]
fn the_user_is_what_nginx_conf_says() {
    let main = |text| {
        load(
            Role::Main,
            Surroundings::Unknown,
            &[("/etc/nginx/nginx.conf", text)],
        )
    };
    assert_eq!(
        main("user ubuntu; http { }")
            .user()
            .get()
            .map(String::as_str),
        Some("ubuntu")
    );
    assert!(main("http { }").user().get().is_none());
    assert!(site("server { }").user().get().is_none());
    assert_eq!(
        debian("server { }").user().get().map(String::as_str),
        Some("www-data")
    );
}

#[test]
fn thousands_of_files_side_by_side_are_no_deep_blocks() {
    let files: Vec<(String, String)> = (0..2_000)
        .map(|number| {
            let path = format!("/etc/nginx/conf.d/{number}.conf");
            (path, format!("server {{ listen {}; }}", number + 1))
        })
        .collect();
    let main = "events {} http { include conf.d/*.conf; }";
    let mut all = vec![("/etc/nginx/nginx.conf", main)];
    all.extend(
        files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str())),
    );
    let configuration = load(Role::Main, Surroundings::Unknown, &all);
    assert_eq!(configuration.undecided(), []);
    assert_eq!(configuration.servers().count(), 2_000);
}

#[test]
fn blocks_in_each_other_are_read_to_a_depth() {
    let nested = |depth: usize| {
        let text = format!("{}{}", "location / { ".repeat(depth), "} ".repeat(depth));
        let main = format!("events {{}} http {{ server {{ {text} }} }}");
        let files = [("/etc/nginx/nginx.conf", main.as_str())];
        load(Role::Main, Surroundings::Unknown, &files)
    };
    assert!(nested(400).is_closed());
    let deep = nested(5_000);
    assert!(!deep.is_closed());
    assert!(deep.undecided()[0].why.contains("too deeply"));
}
