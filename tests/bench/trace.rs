//! What the way of a request costs: in a server of many locations, and on a host of many sites.
//!
//! `cargo bench --bench trace` prints numbers and judges none: machines differ, and a timed test
//! fails on a busy one.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is there to be read"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use djlint::deployment::request::Asked;
use djlint::nginx::{Request, no_disk};
use djlint::workspace::{Input, Workspace};

const SITES: usize = 2_000;

fn main() {
    // `cargo test --benches` only wants to see that it starts.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (rounds, sites) = if is_bench { (1_000, SITES) } else { (1, 5) };
    let directory = tempfile::tempdir().unwrap();
    for locations in [sites, 10 * sites] {
        one_server(&directory.path().join("server"), locations, rounds);
    }
    host(&directory.path().join("host"), sites, rounds);
}

/// A server of that many locations.
fn one_server(root: &Path, locations: usize, rounds: u32) {
    let mut site = "server {\n    listen 80;\n".to_owned();
    for number in 0..locations {
        site.push_str(&format!(
            "    location /{number}/ {{ alias /srv/{number}/; }}\n"
        ));
    }
    site.push_str("    location / { include uwsgi_params; uwsgi_pass web:8000; }\n}\n");
    fs::create_dir_all(root).unwrap();
    fs::write(root.join("nginx.conf"), site).unwrap();
    let workspace = open(root);
    let nginx = &workspace.configurations()[0];
    let server = nginx.servers().next().unwrap();
    let request = Request::get(format!("/{}/a.css", locations / 2));
    each(
        &format!("a path among {locations} locations"),
        rounds,
        || {
            black_box(nginx.trace_at(server, &request, &no_disk));
        },
    );
    run(
        &format!("djlint check, {locations} locations"),
        root,
        &["check"],
    );
}

/// A host with that many sites, each with its own file, server and socket.
fn host(root: &Path, sites: usize, rounds: u32) {
    fs::create_dir_all(root.join("sites")).unwrap();
    fs::write(
        root.join("nginx.conf"),
        "events { }\nhttp {\n    include sites/*;\n}\n",
    )
    .unwrap();
    for number in 0..sites {
        let name = format!("shop{number}.example");
        let text = format!(
            "server {{\n    listen 80;\n    server_name {name} www.{name};\n    return 301 https://{name}$request_uri;\n}}\n\
             server {{\n    listen 443 ssl;\n    server_name {name};\n    ssl_certificate /etc/ssl/{name}.pem;\n    \
             ssl_certificate_key /etc/ssl/{name}.key;\n    location /static/ {{ alias /srv/{name}/static/; }}\n    \
             location / {{ include uwsgi_params; uwsgi_pass unix:/run/{name}/app.sock; }}\n}}\n"
        );
        fs::write(root.join("sites").join(&name), text).unwrap();
    }
    let url = format!("https://shop{}.example/static/a.css", sites / 2);
    let workspace = open(root);
    let asked: Asked = url.parse().unwrap();
    let start = Instant::now();
    workspace.fronts();
    workspace.deployments();
    let read = start.elapsed().as_secs_f64() * 1e3;
    println!("{sites} sites: read and joined in {read:.1} ms");
    each(&format!("a URL among {sites} sites"), rounds, || {
        let (front, request) = workspace.addressed(&asked).unwrap();
        black_box(workspace.ways(front, &request));
    });
    run(
        &format!("djlint trace, {sites} sites"),
        root,
        &["trace", &url],
    );
}

fn open(root: &Path) -> Workspace {
    Workspace::open(Input {
        base: root.to_owned(),
        paths: vec![root.to_owned()],
        ..Input::default()
    })
}

fn run(name: &str, root: &Path, arguments: &[&str]) {
    let start = Instant::now();
    Command::new(env!("CARGO_BIN_EXE_djlint"))
        .args(arguments)
        .current_dir(root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let all = start.elapsed().as_secs_f64() * 1e3;
    println!("{name}: {all:.0} ms");
}

fn each(name: &str, rounds: u32, mut run: impl FnMut()) {
    run();
    let start = Instant::now();
    for _ in 0..rounds {
        run();
    }
    let one = start.elapsed().as_secs_f64() * 1e3 / f64::from(rounds);
    println!("{name}: {one:.3} ms");
}
