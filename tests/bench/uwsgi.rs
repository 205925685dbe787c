//! What uWSGI's files cost: a file on its own, the look-up of an option, and a directory of vassals.
//!
//! `cargo bench --bench uwsgi` prints numbers and judges none: machines differ, and a timed test
//! fails on a busy one.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is there to be read"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Memory;
use djlint::uwsgi::{Instance, UwsgiOption};

const INI: &str = "[uwsgi]\nproject = shop\nbase = /srv/%(project)\nchdir = %(base)\nmodule = shop.wsgi:application\n\
    home = %(base)/venv\nmaster = true\nprocesses = %k\nthreads = 2\nsocket = /run/%(project)/app.sock\n\
    chown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true\ndie-on-term = true\nharakiri = 30\n\
    max-requests = 5000\nbuffer-size = 32768\nneed-app = true\nif-env = STAGE\nenv = STAGE=$(STAGE)\nendif =\n";
const VASSALS: usize = 10_000;

fn main() {
    // `cargo test --benches` only wants to see that it starts.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (rounds, vassals) = if is_bench { (20_000, VASSALS) } else { (1, 10) };
    let files = Files::new(
        Memory::new().file("/srv/uwsgi.ini", INI, 0o644),
        PathMap::new(),
    );
    let source = files.open(Path::new("/srv/uwsgi.ini")).unwrap();
    let environment = BTreeMap::new();
    each("a file of 20 options", rounds, || {
        black_box(Instance::load(&files, source.clone(), None, &environment));
    });
    each("an option by its name", rounds * 50, || {
        black_box(UwsgiOption::find(black_box(b"max-worker-lifetime")));
    });
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("etc/uwsgi/vassals");
    std::fs::create_dir_all(&below).unwrap();
    for number in 0..vassals {
        let text = INI.replace("= shop\n", &format!("= shop{number}\n"));
        std::fs::write(below.join(format!("shop{number}.ini")), text).unwrap();
    }
    let start = Instant::now();
    Command::new(env!("CARGO_BIN_EXE_djlint"))
        .arg("check")
        .arg(directory.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let all = start.elapsed().as_secs_f64();
    println!("{vassals} vassals: {all:.3} s");
}

fn each(name: &str, rounds: u32, mut run: impl FnMut()) {
    let start = Instant::now();
    for _ in 0..rounds {
        run();
    }
    let one = start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds);
    println!("{name}: {one:.0} ns");
}
