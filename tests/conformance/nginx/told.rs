//! What the one behind nginx is told of a request: what reaches a listener, and what `show nginx --at` says.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::random::Random;
use crate::running::{Nginx, PATIENCE, free_ports, root};

const CONFIGURATIONS: usize = 25;
const REQUESTS: usize = 4;

const PARAMS: &[&str] = &[
    "uwsgi_param PATH_INFO $document_uri;",
    "uwsgi_param QUERY_STRING $query_string;",
    "uwsgi_param REQUEST_METHOD $request_method;",
    "uwsgi_param HTTP_HOST $host;",
    "uwsgi_param HTTP_HOST $http_host;",
    "uwsgi_param HTTP_X_FORWARDED_PROTO $scheme;",
    "uwsgi_param HTTP_X_FORWARDED_PROTO https;",
    "uwsgi_param UWSGI_SCHEME $http_x_forwarded_proto if_not_empty;",
    "uwsgi_param HTTPS $https if_not_empty;",
    "uwsgi_param EMPTY '';",
    "uwsgi_param WHO $who;",
    "uwsgi_param REST $rest;",
    "uwsgi_param SCRIPT_NAME /shop;",
    "uwsgi_param SERVER_NAME \"$server_name:$server_port\";",
    "uwsgi_param REQUEST_URI $request_uri;",
    "include /etc/nginx/uwsgi_params;",
    "include uwsgi_params;",
];

const HEADERS: &[&str] = &[
    "proxy_set_header Host $host;",
    "proxy_set_header Host $http_host;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "proxy_set_header X-Forwarded-Host $host:$server_port;",
    "proxy_set_header X-Empty '';",
    "proxy_set_header User-Agent '';",
    "proxy_set_header X-Who $who;",
    "proxy_set_header Connection upgrade;",
];

const SENT: &[&str] = &[
    "User-Agent: curl",
    "X-Forwarded-Proto: https",
    "X_Under_Score: 1",
    "X-Forwarded-Host: evil.test",
    "X-Who: me",
    "Accept-Language: en",
    "X-Empty-Value:",
];

const PATHS: &[&str] = &[
    "/",
    "/a/",
    "/a/b?x=1",
    "/b/c%20d?y=%41",
    "/old/z",
    "/p/q/../r//s",
];

/// Some of these, one a line.
fn some(random: &mut Random, choices: &[&str]) -> String {
    let count = random.below(5);
    let mut all = String::new();
    for _ in 0..count {
        let choice = random.of(choices);
        all.push_str(&format!("        {choice}\n"));
    }
    all
}

fn configuration(random: &mut Random, root: &Path, port: u16) -> String {
    let socket = format!("unix:{}/app.sock", root.display());
    let lists = |random: &mut Random| {
        let params = some(random, PARAMS);
        params + &some(random, HEADERS)
    };
    let mut locations = String::new();
    for location in ["/", "/a/", "~ ^/b/(?<rest>.*)$", "/p/"] {
        let pass = match random.chance(3) {
            true => format!("proxy_pass http://{socket}:"),
            false => format!("uwsgi_pass {socket}"),
        };
        locations.push_str(&format!(
            "    location {location} {{\n{}        {pass};\n    }}\n",
            lists(random)
        ));
    }
    format!(
        "daemon off;\nevents {{ }}\nhttp {{\n{}    underscores_in_headers {};\n    server {{\n    listen 127.0.0.1:{port};\n    server_name shop.test;\n    set $who nobody;\n    set $rest none;\n    rewrite ^/old/(.*)$ /a/$1?was=old;\n{}{locations}    }}\n}}\n",
        lists(random),
        random.of(&["on", "off"]),
        lists(random),
    )
}

/// What reached the listener: names and values, as they came.
fn received(listener: &UnixListener) -> Vec<(String, String)> {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut first = [0; 4];
    stream.read_exact(&mut first).unwrap();
    let told = match first[0] {
        0 => {
            let mut packet = vec![0; usize::from(u16::from_le_bytes([first[1], first[2]]))];
            stream.read_exact(&mut packet).unwrap();
            variables(&packet)
        }
        _ => headers(&mut BufReader::new(&stream)),
    };
    stream
        .write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    told
}

/// The variables of a uwsgi packet: each a length of two bytes and so many bytes, the name and the value.
fn variables(mut packet: &[u8]) -> Vec<(String, String)> {
    let mut text = || {
        let (length, rest) = packet.split_at_checked(2)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        let (text, rest) = rest.split_at(length);
        packet = rest;
        Some(String::from_utf8(text.to_vec()).unwrap())
    };
    std::iter::from_fn(|| Some((text()?, text()?))).collect()
}

fn headers(stream: &mut impl BufRead) -> Vec<(String, String)> {
    let lines = stream.lines().map(Result::unwrap).skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.trim().to_owned())
        })
        .collect()
}

/// What `djlint show nginx --at` says: the same, and nothing for a value that it does not know.
fn shown(root: &Path, url: &str, sent: &[&str]) -> Option<Vec<(String, Option<String>)>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_djlint"));
    command
        .current_dir(root)
        .env_clear()
        .args([
            "show",
            "nginx",
            "--isolated",
            "--output-format",
            "json",
            "--nginx",
            "nginx.conf",
        ])
        .args(["--at", url]);
    for header in sent {
        command.args(["--header", header]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ways = shown["ways"].as_array().unwrap();
    let passed = &ways[0]["passed"];
    if ways.len() != 1 || passed.is_null() || !passed["more"].is_null() {
        return None;
    }
    let told = passed["told"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    Some(
        told.iter()
            .map(|one| (text(&one["name"]).unwrap(), text(&one["value"])))
            .collect(),
    )
}

/// By name, what came twice in its order.
fn by_name<T>(all: Vec<(String, T)>) -> BTreeMap<String, Vec<T>> {
    let mut sorted: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (name, value) in all {
        sorted.entry(name).or_default().push(value);
    }
    sorted
}

#[test]
fn what_reaches_the_one_behind_is_what_show_nginx_says() {
    let mut random = Random::seeded();
    let (mut asked, mut undecided, mut known) = (0, 0, 0);
    for _ in 0..CONFIGURATIONS {
        let directory = root();
        let root = directory.path();
        let [port] = free_ports();
        let text = configuration(&mut random, root, port);
        fs::copy("/etc/nginx/uwsgi_params", root.join("uwsgi_params")).unwrap();
        fs::write(root.join("nginx.conf"), &text).unwrap();
        let listener = UnixListener::bind(root.join("app.sock")).unwrap();
        let Some(nginx) = Nginx::start(root, &root.join("nginx.conf"), &[("127.0.0.1", port)])
        else {
            panic!("nginx refuses:\n{text}");
        };
        for _ in 0..REQUESTS {
            let path = random.of(PATHS);
            let mut sent = vec!["Connection: close"];
            sent.extend(SENT.iter().filter(|_| random.chance(3)));
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let head = format!("GET {path} HTTP/1.1\r\nHost: shop.test:{port}\r\n");
            let head = head + &sent.join("\r\n") + "\r\n\r\n";
            stream.write_all(head.as_bytes()).unwrap();
            let received = received(&listener);
            asked += 1;
            let url = format!("http://shop.test:{port}{path}");
            let Some(shown) = shown(root, &url, &sent) else {
                undecided += 1;
                continue;
            };
            let (received, shown) = (by_name(received), by_name(shown));
            let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>().join(" ");
            assert_eq!(
                names(shown.keys().collect()),
                names(received.keys().collect()),
                "{head}{text}"
            );
            for (name, values) in shown {
                let really = &received[&name];
                assert_eq!(values.len(), really.len(), "{name}\n{head}{text}");
                for (value, really) in values.into_iter().zip(really) {
                    if let Some(value) = value {
                        known += 1;
                        assert_eq!(&value, really, "{name}\n{head}{text}");
                    }
                }
            }
        }
        drop(nginx);
    }
    println!("{asked} requests, {undecided} undecided, {known} values known");
    assert!(undecided * 50 <= asked, "{undecided} of {asked} undecided");
    assert!(known > 3 * asked, "{known} values of {asked} requests");
}
