//! What one `djlint check` costs: CPU time of the whole process, over many runs, beside a program that does nothing.
//!
//! `cargo bench` prints numbers and judges none: machines differ, and a timed test fails on a busy one.

#![allow(clippy::print_stdout, reason = "a benchmark is there to be read")]

use std::process::{Command, Stdio};
use std::time::Instant;

const RUNS: u32 = 200;

fn main() -> std::io::Result<()> {
    // `cargo test --benches` only wants to see that it starts.
    let runs = if std::env::args().any(|argument| argument == "--bench") {
        RUNS
    } else {
        1
    };
    let djlint = env!("CARGO_BIN_EXE_djlint");
    let (small, large) = (checkout(20_000)?, checkout(40_000)?);
    let path = |directory: &tempfile::TempDir| directory.path().display().to_string();
    let (small, large, _kept) = (path(&small), path(&large), (small, large));
    let cases: [(&str, &[&str]); 6] = [
        ("nothing (true)", &["true"]),
        ("djlint --version", &[djlint, "--version"]),
        (
            "guide/as-written",
            &[djlint, "check", "fixtures/guide/as-written"],
        ),
        ("guide/mended", &[djlint, "check", "fixtures/guide/mended"]),
        ("20,000 files", &[djlint, "check", &small]),
        ("40,000 files", &[djlint, "check", &large]),
    ];
    let mut base = None;
    for (name, command) in cases {
        let (cpu, wall) = time(command, runs)?;
        let base = *base.get_or_insert(cpu.max(0.001));
        println!(
            "{name:<20} {cpu:7.3} ms CPU, {wall:7.3} ms wall, {:5.1} times nothing",
            cpu / base
        );
    }
    Ok(())
}

/// A deployment among that many files of other kinds, a hundred to a directory.
fn checkout(files: usize) -> std::io::Result<tempfile::TempDir> {
    const SITE: &str = "server {\n    listen 80;\n    location / {\n        uwsgi_pass web:8000;\n        include uwsgi_params;\n    }\n}\n";
    const INI: &str = "[uwsgi]\nchdir = /code\nmodule = shop.wsgi\nsocket = :8000\nmaster = true\n";
    const COMPOSE: &str = "services:\n  web:\n    build: .\n    command: uwsgi --ini /code/uwsgi.ini\n    volumes: ['.:/code']\n  nginx:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/conf.d/default.conf']\n";
    let directory = tempfile::tempdir()?;
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text);
    write("nginx.conf", SITE)?;
    write("uwsgi.ini", INI)?;
    write("docker-compose.yml", COMPOSE)?;
    write(
        "Dockerfile",
        "FROM python:3.12\nRUN pip install uwsgi django\n",
    )?;
    for number in 0..files {
        let package = directory.path().join(format!("package{}", number / 100));
        if number % 100 == 0 {
            std::fs::create_dir(&package)?;
        }
        let extension = ["py", "js", "html", "css", "yml", "conf"][number % 6];
        std::fs::write(package.join(format!("f{number}.{extension}")), "x = 1\n")?;
    }
    Ok(directory)
}

/// Milliseconds of CPU and of wall clock that one run takes on average.
fn time(command: &[&str], runs: u32) -> std::io::Result<(f64, f64)> {
    let before = children_cpu()?;
    let start = Instant::now();
    for _ in 0..runs {
        Command::new(command[0])
            .args(&command[1..])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
    }
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    let cpu = children_cpu()? - before;
    Ok((cpu / f64::from(runs), wall / f64::from(runs)))
}

/// Milliseconds of CPU that waited-for children have used (`cutime` and `cstime` of proc(5), in ticks of 10 ms).
fn children_cpu() -> std::io::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |index: usize| {
        fields
            .get(index)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    Ok((ticks(13) + ticks(14)) * 10.0)
}
