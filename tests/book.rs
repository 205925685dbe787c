//! The site: what its pages say is run, its links lead somewhere, and each rule has its page.
//!
//! `DJLINT_UPDATE=1 cargo test --test book` writes what the commands print into the pages.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

#[path = "../docs/generate/book.rs"]
mod book;
mod common;
#[path = "book/console.rs"]
mod console;
#[path = "../docs/generate/reference.rs"]
mod reference;
#[path = "../docs/generate/rules.rs"]
mod rules;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

fn written() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = walkdir::WalkDir::new(book::WRITTEN)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    pages.sort();
    pages
}

#[test]
fn what_the_pages_say_is_what_happens() {
    let update = std::env::var_os("DJLINT_UPDATE").is_some_and(|value| value == "1");
    let mut old = Vec::new();
    for page in written() {
        let should = console::run(&page);
        let is = fs::read_to_string(&page).unwrap();
        if is == should {
            continue;
        }
        if update {
            fs::write(&page, should).unwrap();
            continue;
        }
        let differs = is
            .lines()
            .zip(should.lines())
            .position(|(is, should)| is != should);
        let at = differs.unwrap_or(0);
        let line = |text: &str| text.lines().nth(at).unwrap_or_default().to_owned();
        old.push(format!(
            "{}:{}:\n  is:        {}\n  should be: {}",
            page.display(),
            at + 1,
            line(&is),
            line(&should)
        ));
    }
    assert!(
        old.is_empty(),
        "`DJLINT_UPDATE=1 cargo test --test book` writes anew:\n{}",
        old.join("\n")
    );
}

/// Addresses of headings as mdBook makes them.
fn anchors(page: &str) -> BTreeSet<String> {
    let outside = outside_of_blocks(page);
    let headings = outside.iter().filter_map(|line| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len()).then(|| text.trim())
    });
    headings
        .map(|heading| {
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

fn outside_of_blocks(page: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut outside = Vec::new();
    for line in page.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => outside.push(line),
            Some(open) if line == open => fence = None,
            Some(_) => {}
        }
    }
    outside
}

#[test]
fn every_link_leads_somewhere() {
    let pages = book::pages().unwrap();
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let code = Regex::new("`[^`]*`").unwrap();
    let mut count = 0;
    for (name, page) in &pages {
        for line in outside_of_blocks(page) {
            // `f(x)[0](y)` in code is no link.
            let line = code.replace_all(line, "x");
            for found in link.captures_iter(&line) {
                let to = &found[1];
                if to.contains("://") {
                    continue;
                }
                count += 1;
                let (path, anchor) = to.split_once('#').unwrap_or((to, ""));
                let directory = Path::new(name).parent().unwrap();
                let target = match path {
                    "" => PathBuf::from(name),
                    path => normal(&directory.join(path)),
                };
                let beside = target == Path::new("report.svg");
                let Some(there) = pages.get(target.to_str().unwrap()) else {
                    assert!(beside, "{name}: {to}");
                    continue;
                };
                let known = anchor.is_empty() || anchors(there).contains(anchor);
                assert!(known, "{name}: {to}: {:?}", anchors(there));
            }
        }
    }
    assert!(count > 300, "{count}");
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path {
        match part.to_str() {
            Some("..") => assert!(normal.pop(), "{}", path.display()),
            Some(".") => {}
            _ => normal.push(part),
        }
    }
    normal
}

#[test]
fn the_summary_has_every_page_and_every_rule_has_one() {
    let pages = book::pages().unwrap();
    let summary = &pages["SUMMARY.md"];
    let listed: Vec<&str> = summary
        .split("](")
        .skip(1)
        .map(|rest| rest.split_once(')').unwrap().0)
        .collect();
    let once: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), once.len());
    let there = pages
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "SUMMARY.md");
    assert_eq!(once, there.collect::<BTreeSet<&str>>());
    for rule in djlint::rules::RULES {
        let page = &pages[&format!("rules/{}.md", rule.id)];
        assert!(page.starts_with(&format!("# {}\n", rule.id)));
        // Attributes are for the tests; who reads sees the name of the file.
        assert!(
            !page.contains("```nginx file=") && page.contains("<p class=\"file\">"),
            "{}",
            rule.id
        );
    }
}

#[test]
fn the_reference_has_every_command_format_and_key() {
    let pages = book::pages().unwrap();
    let commands = &pages["reference/commands.md"];
    for command in [
        "check",
        "show stack",
        "trace",
        "nginx-test",
        "explain",
        "config",
        "init",
        "man",
    ] {
        assert!(
            commands.contains(&format!("\n## djlint {command}\n")),
            "{command}"
        );
    }
    assert!(commands.contains("--write-baseline <FILE>"));
    for format in common::FORMATS {
        assert!(
            pages["reference/formats.md"].contains(&format!("\n| `{format}` | ")),
            "{format}"
        );
    }
    let keys = &pages["reference/keys.md"];
    for key in [
        "per-file-ignores",
        "nginx.assume",
        "deployment.NAME.paths",
        "routes.expect",
        "min-severity",
    ] {
        assert!(keys.contains(key), "{key}: {keys}");
    }
    assert!(pages["symptoms.md"].contains("rules/stack/socket-permissions.md"));
}

/// What is to be copied out of the pages is what the README and the program have.
#[test]
fn what_is_copied_from_the_pages_works() {
    let readme = fs::read_to_string("README.md").unwrap();
    for name in ["pre-commit", "github", "gitlab"] {
        let page = fs::read_to_string(format!("docs/src/how-to/{name}.md")).unwrap();
        let block = page.split("```yaml").nth(1).unwrap();
        let (_, block) = block.split_once('\n').unwrap();
        let block = block.split_once("\n```").unwrap().0;
        let parsed: Value = serde_saphyr::from_str(block).unwrap();
        match name {
            "pre-commit" => {
                let ours = fs::read_to_string(".pre-commit-hooks.yaml").unwrap();
                let hook = parsed["repos"][0]["hooks"][0]["id"].as_str().unwrap();
                assert!(ours.contains(&format!("- id: {hook}\n")));
                assert!(ours.contains("- id: djlint-check-system\n"));
                assert_eq!(
                    parsed["repos"][0]["rev"],
                    concat!("v", env!("CARGO_PKG_VERSION"))
                );
            }
            "github" => assert!(readme.contains(block), "{block}"),
            _ => {
                let script = parsed["djlint"]["script"].as_array().unwrap();
                let tag = concat!("--tag v", env!("CARGO_PKG_VERSION"));
                assert!(script[0].as_str().unwrap().contains(tag));
                // The command is the one that is run further down, and its reports are those that are kept.
                let command = script[1].as_str().unwrap();
                assert!(page.contains(&format!("\n$ {command}\n")));
                let reports = parsed["djlint"]["artifacts"]["reports"]
                    .as_object()
                    .unwrap();
                for report in reports.values() {
                    assert!(command.contains(&format!("={}", report.as_str().unwrap())));
                }
            }
        }
    }
}

#[test]
fn the_whole_source_is_written() {
    let place = tempfile::tempdir().unwrap();
    book::write(place.path()).unwrap();
    for name in [
        "book.toml",
        "djlint.css",
        "src/SUMMARY.md",
        "src/report.svg",
        "src/rules/nginx/syntax.md",
    ] {
        assert!(place.path().join(name).is_file(), "{name}");
    }
    let manifest = fs::read_to_string(place.path().join("book.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    assert_eq!(manifest["build"]["create-missing"].as_bool(), Some(false));
}
