//! What settings cost: one module in this process, and the whole check of a new project beside
//! `manage.py check --deploy`, where tests/run has installed Django.
//!
//! `cargo bench` prints numbers and judges none: machines differ, and a timed test fails on a busy one.

#![allow(clippy::print_stdout, reason = "a benchmark is there to be read")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use djlint::django::Settings;
use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Memory;

/// What `startproject` writes, and what is made of it by hand.
const SETTINGS: &str = include_str!("settings.py");
const PYTHON: &str = "target/stack/bin/python";

fn main() -> std::io::Result<()> {
    // `cargo test --benches` only wants to see that it starts.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let runs = if is_bench { 2_000 } else { 1 };
    println!("a settings module: {:.1} µs", settings(runs)?);
    let Some(project) = project()? else {
        println!("no Django in target/stack: tests/run installs it");
        return Ok(());
    };
    let directory = project.path().join("shop");
    let runs = if is_bench { 50 } else { 1 };
    let ours = time(
        Command::new(env!("CARGO_BIN_EXE_djlint"))
            .arg("check")
            .current_dir(&directory),
        runs,
    )?;
    let python = std::fs::canonicalize(Path::new(PYTHON).parent().unwrap_or(Path::new("")))?;
    let theirs = time(
        Command::new(python.join("python"))
            .args(["manage.py", "check", "--deploy"])
            .current_dir(&directory),
        runs / 5 + 1,
    )?;
    println!(
        "djlint check {ours:.1} ms, manage.py check --deploy {theirs:.1} ms: {:.0} times faster",
        theirs / ours
    );
    Ok(())
}

/// Microseconds that one module takes, from its text to its values.
fn settings(runs: u32) -> std::io::Result<f64> {
    let mut took = 0.0;
    for _ in 0..runs {
        let tree = Memory::new()
            .file("/shop/shop/settings.py", SETTINGS, 0o644)
            .file("/shop/shop/__init__.py", "", 0o644);
        let files = Files::new(tree, PathMap::new());
        let source = files
            .open(Path::new("/shop/shop/settings.py"))
            .map_err(std::io::Error::other)?;
        let roots = [PathBuf::from("/shop")];
        let started = Instant::now();
        let settings = Settings::load(&files, &source, &roots, &BTreeMap::new());
        took += started.elapsed().as_secs_f64() * 1e6;
        std::hint::black_box(settings.hidden());
    }
    Ok(took / f64::from(runs))
}

/// A new project; nothing without Django.
fn project() -> std::io::Result<Option<tempfile::TempDir>> {
    if !Path::new(PYTHON).exists() {
        return Ok(None);
    }
    let directory = tempfile::tempdir()?;
    let python = std::fs::canonicalize(Path::new(PYTHON).parent().unwrap_or(Path::new("")))?;
    let made = Command::new(python.join("python"))
        .args(["-m", "django", "startproject", "shop"])
        .current_dir(directory.path())
        .status()?;
    Ok(made.success().then_some(directory))
}

/// Milliseconds that a command takes.
fn time(command: &mut Command, runs: u32) -> std::io::Result<f64> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status()?;
    let started = Instant::now();
    for _ in 0..runs {
        command.status()?;
    }
    Ok(started.elapsed().as_secs_f64() * 1e3 / f64::from(runs))
}
