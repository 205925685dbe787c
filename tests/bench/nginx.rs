//! What thousands of virtual hosts cost: `djlint check` beside `cat` and `nginx -t`, in one run.
//!
//! `cargo bench --bench nginx` prints numbers and judges none: machines differ, and a timed test
//! fails on a busy one. What is compared is CPU time: the wall clock of a busy machine says little.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is there to be read"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// As many as the ratios are taken of.
const HOSTS: usize = 2_000;

/// The cost of one more file is to be the same for all of these.
const SIZES: [usize; 4] = [200, HOSTS, 6_000, 20_000];

const MAIN: &str = "worker_processes auto;\nevents {\n    worker_connections 1024;\n}\nhttp {\n    \
    server_names_hash_max_size 65536;\n    server_names_hash_bucket_size 128;\n    \
    include conf.d/*.conf;\n}\n";

fn main() {
    // `cargo test --benches` only wants to see that it starts.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let runs = if is_bench { 20 } else { 1 };
    let (hosts, sizes) = match is_bench {
        true => (HOSTS, &SIZES[..]),
        false => (2, &[1, 2][..]),
    };
    let djlint = env!("CARGO_BIN_EXE_djlint");
    let directory = machine(hosts);
    let path = directory.path().display().to_string();
    let main = format!("{path}/nginx.conf");
    let cat = run(&["sh", "-c", &format!("cat {path}/conf.d/*.conf")], runs);
    println!("{hosts} hosts, {} bytes", bytes(directory.path()));
    println!("cat              {cat}");
    let check = run(&[djlint, "check", &path], runs);
    println!("djlint check     {check}, {:.1} cat", check.cpu / cat.cpu);
    let test = run(&[djlint, "nginx-test", "-c", &main], runs);
    println!("djlint nginx-test {test}, {:.1} cat", test.cpu / cat.cpu);
    match nginx() {
        Some(nginx) => {
            let own = run(&[&nginx, "-t", "-q", "-e", "stderr", "-c", &main], runs);
            let (by_cpu, by_clock) = (own.cpu / check.cpu, own.wall / check.wall);
            println!(
                "nginx -t         {own}, {by_cpu:.1} djlint check ({by_clock:.1} by the clock)"
            );
        }
        None => println!("nginx is not installed"),
    }
    let nothing = run(&[djlint, "--version"], runs);
    for size in sizes {
        let directory = machine(*size);
        let path = directory.path().display().to_string();
        let check = run(&[djlint, "check", &path], runs.min(3));
        let each = (check.cpu - nothing.cpu) * 1000.0 / *size as f64;
        println!("{size:>6} hosts: {check}, {each:.1} µs of CPU each");
    }
}

/// nginx.conf and that many hosts of 29 lines beside it.
fn machine(hosts: usize) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("conf.d");
    std::fs::create_dir(&below).unwrap();
    std::fs::write(directory.path().join("nginx.conf"), MAIN).unwrap();
    for number in 0..hosts {
        let text = format!(
            "server {{\n    listen 80;\n    server_name shop{number}.example.com www.shop{number}.example.com;\n    \
             root /srv/shop{number}/public;\n    client_max_body_size 10m;\n    charset utf-8;\n\n    \
             location = /favicon.ico {{\n        access_log off;\n        log_not_found off;\n    }}\n\n    \
             location /static/ {{\n        alias /srv/shop{number}/static/;\n        expires 30d;\n        \
             add_header Cache-Control public;\n    }}\n\n    location / {{\n        \
             uwsgi_pass unix:/run/shop{number}/app.sock;\n        uwsgi_param QUERY_STRING $query_string;\n        \
             uwsgi_param REQUEST_METHOD $request_method;\n        uwsgi_param CONTENT_TYPE $content_type;\n        \
             uwsgi_param CONTENT_LENGTH $content_length;\n        uwsgi_param REQUEST_URI $request_uri;\n        \
             uwsgi_param PATH_INFO $document_uri;\n        uwsgi_param SERVER_NAME $server_name;\n    }}\n}}\n"
        );
        assert_eq!(text.lines().count(), 29);
        std::fs::write(below.join(format!("shop{number:05}.conf")), text).unwrap();
    }
    directory
}

fn bytes(directory: &Path) -> u64 {
    let files = std::fs::read_dir(directory.join("conf.d")).unwrap();
    files
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum()
}

fn nginx() -> Option<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into()])
        .map(|directory| directory.join("nginx"))
        .find(|path| path.is_file())
        .map(|path| path.display().to_string())
}

/// What one run of a command takes.
struct Cost {
    /// Milliseconds of all its threads, on average.
    cpu: f64,
    /// Milliseconds of the quickest run.
    wall: f64,
    /// The most memory that it held, in MB.
    memory: f64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cpu, wall, memory } = self;
        write!(f, "{cpu:7.1} ms CPU, {wall:7.1} ms, {memory:6.1} MB")
    }
}

fn run(command: &[&str], runs: u32) -> Cost {
    // The ticks of proc(5) are coarse: all runs together are counted.
    let before = children();
    let costs: Vec<(f64, f64)> = (0..runs).map(|_| once(command)).collect();
    let cpu = (children() - before).max(1.0) / f64::from(runs);
    let wall = costs.iter().map(|(wall, _)| *wall).fold(f64::MAX, f64::min);
    let memory = costs.iter().map(|(_, memory)| *memory).fold(0.0, f64::max);
    Cost { cpu, wall, memory }
}

/// The wall clock of one run, and the most memory that it was seen to hold.
fn once(command: &[&str]) -> (f64, f64) {
    let start = Instant::now();
    let mut child = Command::new(command[0])
        .args(&command[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut memory: f64 = 0.0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        memory = memory.max(peak.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(std::time::Duration::from_micros(500));
    }
    (start.elapsed().as_secs_f64() * 1000.0, memory)
}

/// Milliseconds of CPU that waited-for children have used.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(13) + ticks(14)) * 10.0
}
