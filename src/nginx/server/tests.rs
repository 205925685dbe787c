use super::*;
use crate::nginx::fixture;

#[test]
fn listens_are_read_as_nginx_reads_them() {
    let any = ListenHost::AnyV4;
    let host = |name: &str| ListenHost::Address(name.to_owned());
    for (listen, expected, port) in [
        ("80", any.clone(), Some(80)),
        ("*:8080", any.clone(), Some(8080)),
        ("0.0.0.0:81", any, Some(81)),
        ("[::]:80", ListenHost::AnyV6, Some(80)),
        ("127.0.0.1", host("127.0.0.1"), Some(80)),
        ("[::1]:81", host("::1"), Some(81)),
        ("localhost:82", host("localhost"), Some(82)),
        (
            "unix:/run/n.sock",
            ListenHost::Unix("/run/n.sock".to_owned()),
            None,
        ),
    ] {
        let configuration = fixture::site(&format!("server {{ listen {listen}; }}"));
        let found = configuration.servers().next().unwrap().listens();
        assert_eq!(
            (&found[0].host, found[0].port),
            (&expected, port),
            "{listen}"
        );
    }
}

#[test]
fn flags_and_defaults_are_known() {
    let configuration =
        fixture::site("server { listen 443 ssl default_server; listen {{ a }}:81; } server { }");
    let servers: Vec<_> = configuration.servers().collect();
    let listens = servers[0].listens();
    assert!(listens[0].tls && listens[0].default_server);
    assert!(matches!(listens[1].host, ListenHost::Unknown(_)));
    assert_eq!(listens[1].port, Some(81));
    let default = servers[1].listens();
    assert_eq!((default[0].node, default[0].port), (None, Some(80)));
}

#[test]
fn names_have_their_kinds() {
    let configuration = fixture::site(
        "server { server_name A.com *.b.com .c.com d.*; server_name ~^e \"\" {{ x }}; }",
    );
    let names: Vec<_> = configuration
        .servers()
        .flat_map(Node::names)
        .map(|(_, name)| name)
        .collect();
    assert_eq!(
        names[..6],
        [
            ServerName::Exact("a.com".to_owned()),
            ServerName::Below("b.com".to_owned()),
            ServerName::AndBelow("c.com".to_owned()),
            ServerName::StartsWith("d".to_owned()),
            ServerName::Regex("^e".to_owned()),
            ServerName::Exact(String::new()),
        ]
    );
    assert!(matches!(names[6], ServerName::Unknown(_)));
}
