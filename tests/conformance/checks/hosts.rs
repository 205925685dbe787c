//! Which hosts ALLOWED_HOSTS lets in: `split_domain_port` and `validate_host`, and ours.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use djlint::django::Settings;
use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Memory;

use crate::random::Random;

/// Reads lines of JSON, a list of entries and a host, and prints `y` or `n` for each as HttpRequest.get_host would answer.
const SCRIPT: &str = r#"
import sys, json
from django.conf import settings
settings.configure()
from django.http.request import split_domain_port, validate_host
for line in sys.stdin:
    entries, host = json.loads(line)
    domain, port = split_domain_port(host)
    print("y" if domain and validate_host(domain, entries) else "n")
"#;

const PARTS: [&str; 24] = [
    "shop",
    "example",
    "www",
    ".",
    ".",
    ".",
    "-",
    "_",
    ":",
    "80",
    "8000",
    "*",
    "[",
    "]",
    "::1",
    "fe80",
    "10.0.0.1",
    "localhost",
    "SHOP",
    "é",
    "/",
    " ",
    "xn--e1a",
    "https://",
];

fn word(random: &mut Random) -> String {
    const USUAL: [&str; 12] = [
        "shop.example",
        ".shop.example",
        "www.shop.example",
        "*",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "Shop.Example",
        "shop.example:8000",
        "shop.example.",
        "*.shop.example",
        "",
    ];
    match random.below(3) {
        0 => (0..random.below(6)).map(|_| random.of(&PARTS)).collect(),
        _ => random.of(&USUAL).to_owned(),
    }
}

#[test]
fn hosts_are_let_in_as_django_lets_them_in() {
    let mut random = Random::seeded();
    let count = 3_000;
    let pairs: Vec<(Vec<String>, String)> = (0..count)
        .map(|_| {
            let entries = (0..1 + random.below(3))
                .map(|_| word(&mut random))
                .collect();
            (entries, word(&mut random))
        })
        .collect();
    let mut child = Command::new("target/stack/bin/python")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("tests/run installs Django");
    let mut input = child.stdin.take().expect("a pipe");
    let lines: String = pairs
        .iter()
        .map(|pair| serde_json::to_string(pair).expect("JSON") + "\n")
        .collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the writer").expect("all is read");
    let output = String::from_utf8(output.stdout).expect("a text");
    let answers: Vec<&str> = output.lines().collect();
    assert_eq!(answers.len(), pairs.len());
    let mut wrong = String::new();
    let mut decided = 0;
    for ((entries, host), answer) in pairs.iter().zip(answers) {
        let settings = format!(
            "DEBUG = False\nMIDDLEWARE = []\nALLOWED_HOSTS = {}\n",
            serde_json::to_string(entries).expect("JSON")
        );
        let files = Files::new(
            Memory::new().file("/p/settings.py", settings, 0o644),
            PathMap::new(),
        );
        let source = files
            .open(&PathBuf::from("/p/settings.py"))
            .expect("it is there");
        let loaded = Settings::load(&files, &source, &[PathBuf::from("/p")], &BTreeMap::new());
        let ours = loaded.accepts_host(host);
        decided += usize::from(ours.is_yes() || ours.is_no());
        let differs = ours.is_yes() && answer == "n" || ours.is_no() && answer == "y";
        if differs {
            wrong += &format!("{entries:?} {host:?}: Django says {answer}\n");
        }
    }
    println!("{count} pairs, {decided} decided");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(decided * 10 > count * 9, "{decided} of {count} are decided");
}
