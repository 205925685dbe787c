//! The site, built with the mdBook that people have.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::book;
use crate::tools::{root, run, tool};

#[test]
fn mdbook_builds_the_site_and_nothing_in_it_leads_nowhere() {
    let place = tempfile::tempdir().unwrap();
    book::write(place.path()).unwrap();
    let said = run(Command::new(tool("mdbook")).arg("build").arg(place.path())).done();
    assert!(!said.contains("WARN") && !said.contains("ERROR"), "{said}");
    let html = place.path().join("html");
    let link = Regex::new(r##"(?:href|src)="([^"#?]+)[^"]*""##).unwrap();
    let mut pages = 0;
    let mut links = 0;
    for entry in walkdir::WalkDir::new(&html) {
        let path = entry.unwrap().into_path();
        // One page of all pages, and one for addresses that there are not.
        let is_other = path.ends_with("print.html") || path.ends_with("404.html");
        if path.extension().is_none_or(|extension| extension != "html") || is_other {
            continue;
        }
        pages += 1;
        let page = fs::read_to_string(&path).unwrap();
        for found in link.captures_iter(&page) {
            let to = &found[1];
            if to.contains(':') {
                continue;
            }
            links += 1;
            let target = path.parent().unwrap().join(to);
            assert!(target.exists(), "{}: {to}", path.display());
        }
    }
    assert!(
        pages > djlint::rules::RULES.len() && links > 1_000,
        "{pages} {links}"
    );
    is_rendered(&html);
}

/// What Markdown could take for its own, and what mdBook could not know, is shown as it is written.
fn is_rendered(html: &Path) {
    let read = |name: &str| fs::read_to_string(html.join(name)).unwrap();
    let rule = read("rules/nginx/syntax.html");
    assert!(rule.contains("<td>Refused by</td><td>nginx</td>"), "{rule}");
    assert!(rule.contains("<code class=\"language-nginx"), "{rule}");
    assert!(!rule.contains("file="), "{rule}");
    let tutorial = read("tutorial.html");
    assert!(tutorial.contains("djlint show stack") && !tutorial.contains("<!-- start"));
    let symptoms = read("symptoms.html");
    assert!(symptoms.contains("(13: Permission denied)"), "{symptoms}");
}

/// The version that the workflow installs is the one that is tried here.
#[test]
fn one_mdbook_builds_it_everywhere() {
    let workflow = fs::read_to_string(root().join(".github/workflows/site.yml")).unwrap();
    let version = run(Command::new(tool("mdbook")).arg("--version")).done();
    let version = version.trim().trim_start_matches("mdbook v").to_owned();
    assert!(
        workflow.contains(&format!("--version {version} mdbook\n")),
        "{version}"
    );
    // And it builds what the generator writes, where it writes it.
    let out = PathBuf::from("target/book");
    for step in [
        format!("cargo run --locked --example book -- {}\n", out.display()),
        format!("mdbook build {}\n", out.display()),
        format!("path: {}\n", out.join("html").display()),
    ] {
        assert!(workflow.contains(&step), "{step}");
    }
}
