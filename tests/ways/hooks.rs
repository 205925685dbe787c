//! .pre-commit-hooks.yaml, as far as it can be judged without pre-commit.

use std::fs;
use std::path::{Path, PathBuf};

use djlint::engine::{self, Selection};
use djlint::workspace::{Input, Workspace};
use regex::Regex;
use serde_json::Value;

use crate::common::{djlint, fixtures, text};

fn hooks() -> Vec<Value> {
    let text = fs::read_to_string(".pre-commit-hooks.yaml").unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

fn files(hook: &Value) -> Regex {
    Regex::new(hook["files"].as_str().unwrap().trim_end()).unwrap()
}

#[test]
fn each_hook_runs_once_and_calls_the_name_that_no_other_linter_has() {
    let hooks = hooks();
    let ids: Vec<&str> = hooks
        .iter()
        .map(|hook| hook["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        ["djlint-check", "djlint-check-system", "djlint-check-fix"]
    );
    let languages: Vec<&str> = hooks
        .iter()
        .map(|hook| hook["language"].as_str().unwrap())
        .collect();
    assert_eq!(languages, ["rust", "system", "rust"]);
    let entries: Vec<&str> = hooks
        .iter()
        .map(|hook| hook["entry"].as_str().unwrap())
        .collect();
    let check = "djlint-check check";
    assert_eq!(entries, [check, check, "djlint-check check --fix-only"]);
    for hook in &hooks {
        assert_eq!(hook["pass_filenames"], false);
        assert_eq!(hook["require_serial"], true);
        assert_eq!(hook["files"], hooks[0]["files"]);
    }
}

/// A commit of any file that a run would read triggers it. Templates alone are read only for
/// what they ask of the static files, and bring no fault by themselves.
#[test]
fn the_files_that_matter_trigger_it() {
    let files = files(&hooks()[0]);
    let mut read = 0;
    for fixture in fixtures() {
        let base = fixture.canonicalize().unwrap();
        let workspace = Workspace::open(Input {
            base: base.clone(),
            ..Input::default()
        });
        engine::check(&workspace, &Selection::default());
        for source in workspace.files().sources() {
            let path = source.path();
            let is_template = path.extension().is_some_and(|ending| ending == "html");
            if path.exists() && !is_template {
                let path = path.strip_prefix(&base).unwrap_or(path);
                assert!(
                    files.is_match(&path.to_string_lossy()),
                    "{}",
                    path.display()
                );
                read += 1;
            }
        }
    }
    assert!(read > 50, "only {read} files were read");
}

#[test]
fn every_kind_of_file_triggers_it_and_the_rest_of_a_project_does_not() {
    let files = files(&hooks()[0]);
    for path in [
        "nginx.conf",
        "sites-enabled/shop",
        "deploy/nginx/shop",
        "deploy/shop.conf.j2",
        "uwsgi_params",
        "deploy/UWSGI.ini",
        "shop/settings/production.py",
        "shop/wsgi.py",
        "Dockerfile",
        "docker/Dockerfile.prod",
        "compose.yaml",
        "docker-compose.prod.yml",
        "deploy/shop.service",
        "Procfile",
        "Makefile",
        "bin/entrypoint",
        "deploy.sh",
        ".env",
        ".env.production",
        "prod.env",
        "requirements/base.txt",
        "requirements.txt",
        "keys/shop.pem",
        ".ssh/shop",
        "id_rsa",
        "djlint-check.toml",
        "pyproject.toml",
    ] {
        assert!(files.is_match(path), "{path}");
    }
    for path in [
        "README.md",
        "shop/static/shop/app.js",
        "shop/static/shop/style.css",
        "shop/templates/page.html",
        "locale/de/LC_MESSAGES/django.po",
        "package.json",
        "logo.png",
        "docs/deploy.rst",
    ] {
        assert!(!files.is_match(path), "{path}");
    }
}

/// What the hook would run is what the program does.
#[test]
fn the_entry_judges_each_fixture() {
    let hooks = hooks();
    let entry = hooks[0]["entry"].as_str().unwrap();
    let arguments: Vec<&str> = entry.split(' ').skip(1).collect();
    let broken = djlint(Path::new("fixtures/guide/relative-log"), &arguments);
    assert_eq!(broken.status.code(), Some(1), "{}", text(&broken.stderr));
}

#[test]
fn init_offers_the_same_hook() {
    let shop = tempfile::tempdir().unwrap();
    let fixture = PathBuf::from("fixtures/deployments/settings-package/sound");
    crate::common::copy(&fixture, shop.path());
    let shown = text(&djlint(shop.path(), &["init"]).stdout);
    let (_, offered) = shown.split_once(".pre-commit-config.yaml:\n\n").unwrap();
    let (offered, _) = offered.split_once("\n\n").unwrap();
    let offered: Value = serde_saphyr::from_str(offered).unwrap();
    let offered = &offered["repos"][0]["hooks"][0];
    let ours = &hooks()[1];
    for key in ["entry", "language", "pass_filenames", "require_serial"] {
        assert_eq!(offered[key], ours[key], "{key}");
    }
    let pattern = |hook: &Value| hook["files"].as_str().unwrap().trim().to_owned();
    assert_eq!(pattern(offered), pattern(ours));
}
