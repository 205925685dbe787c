//! `djlint init`.

use std::fs;
use std::path::Path;

use crate::common::{copy, djlint, fixtures, json, text};

const SHOP: &str = "fixtures/deployments/settings-package/broken";

fn shop() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy(Path::new(SHOP), directory.path());
    directory
}

#[test]
fn it_shows_what_is_here_and_writes_what_changes_nothing() {
    let shop = shop();
    let before = djlint(shop.path(), &["check", "--output-format", "json"]);
    let output = djlint(shop.path(), &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    for part in [
        "uWSGI ini             deploy/uwsgi.ini\n",
        "uwsgi_pass 127.0.0.1:8001 → uWSGI",
        "Wrote djlint-check.toml",
        "write this to .pre-commit-config.yaml",
        concat!("uses: OWNER/djlint@v", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let after = djlint(shop.path(), &["check", "--output-format", "json"]);
    assert_eq!(json(&before)["findings"], json(&after)["findings"]);
}

#[test]
fn it_fills_in_what_it_found() {
    let shop = shop();
    djlint(shop.path(), &["init"]);
    let written = fs::read_to_string(shop.path().join("djlint-check.toml")).unwrap();
    assert!(
        written.contains("# DJANGO_SETTINGS_MODULE = \"config.settings.production\"\n"),
        "{written}"
    );
    assert!(written.contains("# \"/srv/shop\" = \".\"\n"), "{written}");
}

/// `%d` is the directory of the ini, wherever that will lie: it is no path of the host, and where
/// this checkout lies is nothing to write down.
#[test]
fn where_the_checkout_lies_is_not_told() {
    let shop = shop();
    let ini = shop.path().join("deploy/uwsgi.ini");
    let beside = fs::read_to_string(&ini).unwrap();
    let beside = beside.replace("chdir = %(base)", "chdir = %d../");
    assert!(beside.contains("%d"), "{beside}");
    fs::write(ini, beside).unwrap();
    let shown = text(&djlint(shop.path(), &["init"]).stdout);
    let written = fs::read_to_string(shop.path().join("djlint-check.toml")).unwrap();
    let here = shop.path().canonicalize().unwrap();
    for said in [shown, written] {
        assert!(!said.contains(here.to_str().unwrap()), "{said}");
    }
}

#[test]
fn paths_are_those_below_the_directory_that_is_named() {
    let above = tempfile::tempdir().unwrap();
    copy(Path::new(SHOP), &above.path().join("a shop/backend"));
    let output = djlint(above.path(), &["init", "a shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let written = fs::read_to_string(above.path().join("a shop/djlint-check.toml")).unwrap();
    assert!(
        written.contains("# \"/srv/shop\" = \"backend\"\n"),
        "{written}"
    );
}

/// Whatever was found, and once every key is set.
#[test]
fn what_it_writes_is_read_without_error() {
    for fixture in fixtures() {
        let place = tempfile::tempdir().unwrap();
        copy(&fixture, place.path());
        let output = djlint(place.path(), &["init"]);
        let shown = fixture.display();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{shown}: {}",
            text(&output.stderr)
        );
        let file = place.path().join("djlint-check.toml");
        let written = fs::read_to_string(&file).unwrap();
        fs::write(&file, uncommented(&written)).unwrap();
        let output = djlint(place.path(), &["check", "-q"]);
        assert_ne!(
            output.status.code(),
            Some(2),
            "{shown}: {}",
            text(&output.stderr)
        );
    }
}

/// Every key of the file set: the lines that are TOML once their "# " is gone.
fn uncommented(written: &str) -> String {
    let mut keys = 0;
    let lines = written.lines().map(|line| {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let is_key = toml::from_str::<toml::Table>(bare).is_ok_and(|table| !table.is_empty());
        keys += usize::from(is_key && !bare.starts_with('['));
        match is_key {
            true => format!("{bare}\n"),
            false => format!("{line}\n"),
        }
    });
    let all = lines.collect();
    assert!(keys >= 8, "only {keys} keys in\n{written}");
    all
}

#[test]
fn it_overwrites_nothing() {
    let theirs = [
        ("djlint-check.toml", "ignore = [\"uwsgi/no-master\"]\n"),
        ("djlint-check.toml", "ignore = 3\n"),
        (
            "pyproject.toml",
            "[tool.djlint-check]\nfail-on = \"error\"\n",
        ),
    ];
    for (name, content) in theirs {
        let shop = shop();
        let file = shop.path().join(name);
        fs::write(&file, content).unwrap();
        let output = djlint(shop.path(), &["init"]);
        assert_eq!(output.status.code(), Some(2), "{content}");
        assert!(text(&output.stderr).contains(name));
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
        assert_eq!(
            shop.path().join("djlint-check.toml").exists(),
            name == "djlint-check.toml"
        );
    }
}

#[test]
fn a_directory_without_a_deployment_gets_no_file() {
    let empty = tempfile::tempdir().unwrap();
    for directory in [".", "nowhere"] {
        let output = djlint(empty.path(), &["init", directory]);
        assert_eq!(output.status.code(), Some(2));
        assert!(!output.stderr.is_empty());
    }
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

/// Names of files and directories come from whoever made them.
#[cfg(unix)]
#[test]
fn hostile_names_stay_values() {
    let place = tempfile::tempdir().unwrap();
    let odd = place.path().join("a\"\n]\u{1b}[31m\\x");
    copy(Path::new(SHOP), &odd);
    let output = djlint(place.path(), &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains('\u{1b}'));
    let file = place.path().join("djlint-check.toml");
    let written = fs::read_to_string(&file).unwrap();
    fs::write(&file, uncommented(&written)).unwrap();
    let output = djlint(place.path(), &["check", "-q"]);
    assert_ne!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn the_hook_is_added_to_the_hooks_that_are_there() {
    let shop = shop();
    fs::write(shop.path().join(".pre-commit-config.yaml"), "repos: []\n").unwrap();
    let output = djlint(shop.path(), &["init"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("add this to the repos of .pre-commit-config.yaml:\n\n  - repo: local"));
}
