use super::*;
use crate::nginx::fixture;

fn parameters(configuration: &Configuration) -> Parameters<'_> {
    let pass = configuration.passes().next().unwrap();
    configuration.parameters(pass.node, "uwsgi_param")
}

fn names(text: &str) -> Option<Vec<String>> {
    let configuration = fixture::debian(text);
    let found = parameters(&configuration);
    match found.unknown {
        Some(_) => None,
        None => Some(
            found
                .all
                .into_iter()
                .map(|parameter| parameter.name)
                .collect(),
        ),
    }
}

#[test]
fn parameters_of_a_block_replace_all_inherited_ones() {
    let text = "uwsgi_param A a; server { uwsgi_param B b; location / { uwsgi_pass unix:/s; } }";
    assert_eq!(names(text).unwrap(), ["B"]);
    let text =
        "server { include uwsgi_params; location / { uwsgi_param X 1; uwsgi_pass unix:/s; } }";
    assert_eq!(names(text).unwrap(), ["X"]);
    let configuration = fixture::debian(text);
    let found = parameters(&configuration);
    assert!(found.block.is_some_and(|block| block.is("location")));
    assert!(found.replaced[0].is("server"));
    let text = "server { include uwsgi_params; location / { uwsgi_pass unix:/s; } }";
    assert!(names(text).unwrap().contains(&"REQUEST_METHOD".to_owned()));
    let text = "server { location / { uwsgi_pass unix:/s; } }";
    assert_eq!(names(text).unwrap().len(), 0);
}

#[test]
fn an_if_is_a_level_of_its_own() {
    let text = "server { location / { uwsgi_param A a; if ($arg_x) { uwsgi_pass unix:/s; } } }";
    assert_eq!(names(text).unwrap(), ["A"]);
}

#[test]
fn what_is_not_here_may_set_more() {
    for text in [
        "server { include /srv/uwsgi_params; location / { uwsgi_pass unix:/s; } }",
        "server { location / { include mine.conf; uwsgi_pass unix:/s; } }",
        "server { location / { uwsgi_param {{ a }} b; uwsgi_pass unix:/s; } }",
    ] {
        assert_eq!(names(text), None, "{text}");
    }
    // A list of other parameters is not.
    let text = "server { include /srv/proxy_params; location / { uwsgi_pass unix:/s; } }";
    assert!(names(text).is_some());
    let open = fixture::site("server { location / { uwsgi_pass unix:/s; } }");
    assert!(parameters(&open).unknown.is_some());
    let replaced = fixture::site("server { location / { uwsgi_param A b; uwsgi_pass unix:/s; } }");
    assert!(parameters(&replaced).unknown.is_none());
}

#[test]
fn the_nearest_setting_wins() {
    let configuration = fixture::debian(
        "client_max_body_size 1m; server { client_max_body_size 2m; location / { client_max_body_size 3m; location /a { } } }
         server { location / { } } server { include mine.conf; location / { } } server { include snippets/snakeoil.conf; location / { } }",
    );
    let setting = |at: usize| {
        let location = configuration.locations().nth(at).unwrap();
        match configuration.setting(location, "client_max_body_size") {
            Setting::Here(nodes) => nodes[0].argument(0).unwrap().text().into_owned(),
            Setting::Packaged(..) => "packaged".to_owned(),
            Setting::Default => "default".to_owned(),
            Setting::Unknown(_) => "unknown".to_owned(),
        }
    };
    assert_eq!(
        [setting(1), setting(2), setting(3)],
        ["3m", "1m", "unknown"]
    );
    let location = configuration.locations().nth(4).unwrap();
    let certificate = configuration.setting(location, "ssl_certificate");
    assert!(matches!(certificate, Setting::Packaged(..)));
    assert_eq!(configuration.setting(location, "root"), Setting::Default);
}
