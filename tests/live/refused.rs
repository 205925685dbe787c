//! That each error is proven: by a proof of the running programs, or by nginx itself, which refuses what is reported.

use std::fs;
use std::path::PathBuf;

use djlint::rules::{RULES, Rule};

use crate::accepted::{bring_packaged, nginx_takes};

/// Errors that no program shows, each with the reason.
const SHOWN_OTHERWISE: [(&str, &str); 3] = [
    ("key/pem-in-repository", "git ls-files shows it"),
    ("stack/unexpected-answer", "the route says what is expected"),
    (
        "nginx/not-in-this-version",
        "the recorded answers of other releases (tests/conformance/refusals)",
    ),
];

fn is_error(rule: &Rule) -> bool {
    says(rule, "severity", "error")
}

/// Whether the front matter of a rule's page says that.
fn says(rule: &Rule, key: &str, value: &str) -> bool {
    let mut lines = rule.page.lines();
    lines.any(|line| {
        let pair = line
            .split_once('=')
            .map(|(key, value)| (key.trim(), value.trim()));
        pair == Some((key, &format!("\"{value}\"")))
    })
}

/// The files of the first Broken of a page.
fn broken(rule: &Rule) -> Vec<(PathBuf, String)> {
    let (_, rest) = rule.page.split_once("\n## Broken").expect("a Broken");
    let example = rest.split("\n## ").next().unwrap_or(rest);
    let blocks = example.split("```").skip(1).step_by(2);
    blocks
        .filter_map(|block| {
            let (info, text) = block.split_once('\n')?;
            let mut words = info.split_whitespace();
            let path = words.find_map(|word| word.strip_prefix("file="))?;
            Some((PathBuf::from(path), text.to_owned()))
        })
        .collect()
}

/// Whether nginx refuses a configuration that lies in a directory of its own.
fn refuses(files: &[(PathBuf, String)]) -> bool {
    let place = tempfile::tempdir().expect("a directory");
    let root = place.path();
    fs::create_dir_all(root.join("etc/nginx")).expect("a directory");
    bring_packaged(root);
    bring_packaged(&root.join("etc/nginx"));
    fs::create_dir(root.join("logs")).expect("a directory");
    let mut main = None;
    let mut sites = String::new();
    for (path, text) in files {
        let file = root.join(path);
        fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
        // What the files call /etc/nginx lies here.
        let here = root.join("etc/nginx").display().to_string();
        fs::write(&file, text.replace("/etc/nginx", &here)).expect("a file");
        let name = path.file_name().unwrap_or_default();
        if name == "nginx.conf" {
            main = Some(file);
        } else if path.to_str().is_some_and(|path| path.contains("sites-")) {
            sites += &format!("include {};\n", file.display());
        }
    }
    let main = main.unwrap_or_else(|| {
        let main = root.join("main.conf");
        fs::write(&main, format!("events {{}}\nhttp {{\n{sites}}}\n")).expect("a file");
        main
    });
    !nginx_takes(root, &main)
}

#[test]
fn what_nginx_is_said_to_refuse_it_refuses() {
    let sound = "server { listen 8099; location / { include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:1; } }\n";
    let sound = (PathBuf::from("etc/nginx/sites-enabled/a"), sound.to_owned());
    assert!(!refuses(&[sound]), "nginx takes what is sound");
    let mut asked = 0;
    let mut taken = Vec::new();
    for rule in RULES {
        if !says(rule, "refused_by", "nginx")
            || SHOWN_OTHERWISE.iter().any(|(id, _)| *id == rule.id)
        {
            continue;
        }
        asked += 1;
        if !refuses(&broken(rule)) {
            taken.push(rule.id);
        }
    }
    assert!(asked > 20, "{asked}");
    assert!(taken.is_empty(), "nginx takes what is broken: {taken:?}");
}

#[test]
fn every_error_is_proven() {
    let mut proofs = String::new();
    for entry in walkdir::WalkDir::new("tests/live") {
        let entry = entry.expect("a file of ours");
        if entry
            .path()
            .extension()
            .is_some_and(|ending| ending == "rs")
        {
            proofs += &fs::read_to_string(entry.path()).expect("a file of ours");
        }
    }
    let is_shown = |rule: &Rule| {
        proofs.contains(&format!("\"{}\"", rule.id)) || says(rule, "refused_by", "nginx")
    };
    let unproven: Vec<&str> = RULES
        .iter()
        .filter(|rule| is_error(rule) && !is_shown(rule))
        .map(|rule| rule.id)
        .collect();
    assert!(unproven.is_empty(), "no proof: {unproven:?}");
}
