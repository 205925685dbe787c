//! The settings of projects on disk.

use std::collections::BTreeMap;
use std::path::PathBuf;

use djlint::django::{Settings, find_module};
use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Disk;
use serde::{Deserialize, Serialize};

use super::answer::{Coverage, Known, known};
use super::{Answer, disagreements, oracle};

/// The settings that decide a deployment.
const DEPLOYMENT: &[&str] = &[
    "ALLOWED_HOSTS",
    "CACHES",
    "CSRF_COOKIE_SECURE",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASES",
    "DEBUG",
    "DEFAULT_FILE_STORAGE",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "FORCE_SCRIPT_NAME",
    "INSTALLED_APPS",
    "LOGGING",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "SECRET_KEY",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "SESSION_ENGINE",
    "STATICFILES_DIRS",
    "STATICFILES_STORAGE",
    "STATIC_ROOT",
    "STATIC_URL",
    "STORAGES",
    "TEMPLATES",
    "WSGI_APPLICATION",
];

#[derive(Debug, Serialize, Deserialize)]
struct Project {
    directory: PathBuf,
    module: String,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// Whether packages that are not installed are made up.
    #[serde(default)]
    stub: bool,
}

#[test]
fn every_value_that_is_known_is_the_one_that_the_project_has() {
    let Some(list) = std::env::var_os("DJLINT_FIELD") else {
        return;
    };
    let list = std::fs::read_to_string(list).unwrap();
    let projects: Vec<Project> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answers = oracle::answers(&projects);
    let (mut key, mut all) = (Coverage::default(), Coverage::default());
    let (mut imported, mut wrong) = (0, 0);
    for (project, answer) in projects.iter().zip(answers) {
        let answer: Answer = serde_json::from_value(answer).unwrap();
        let roots = [project.directory.clone()];
        let tree = Disk::new(vec![project.directory.clone()], Vec::new());
        let files = Files::new(tree, PathMap::new());
        let Some(path) = find_module(&files, &roots, &project.module) else {
            println!(
                "{}: {} is not there",
                project.directory.display(),
                project.module
            );
            continue;
        };
        let source = files.open(&path).unwrap();
        let settings = Settings::load(&files, &source, &roots, &project.environment);
        let shown = format!("{} {}", project.directory.display(), project.module);
        if let Some(why) = settings.hidden() {
            println!("{shown}: hidden: {}", why.why);
        }
        for (name, _) in settings.assigned() {
            all.add(name, &settings);
            if DEPLOYMENT.contains(&name) {
                key.add(name, &settings);
                let setting = settings.get(name);
                if let Known::Not(why) = known(&setting.value, setting.environment.is_some()) {
                    println!("{shown}: {name}: {why}");
                }
            }
        }
        match &answer.names {
            Some(names) => {
                imported += 1;
                for fault in disagreements(&settings, names) {
                    wrong += 1;
                    println!("WRONG {shown}: {fault}");
                }
            }
            None => println!("{shown}: {}", answer.raised.unwrap_or_default()),
        }
    }
    println!("{} modules, {imported} imported", projects.len());
    println!("of a deployment: {key}\nof all: {all}");
    assert_eq!(wrong, 0, "values that are not so");
}
