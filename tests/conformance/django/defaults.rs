//! The values that Django itself gives to settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use djlint::django::Settings;
use djlint::files::Files;
use djlint::host::PathMap;
use djlint::tree::Memory;
use serde_json::json;

use super::answer::{Answer, is_value};
use super::{HERE, oracle};

/// `DJLINT_PYTHON` may name a Python that has another release.
#[test]
fn what_is_left_to_django_has_the_value_of_its_release() {
    let module = |name: &str| json!({"directory": "/nowhere", "module": name});
    let asked = [module("django"), module("django.conf.global_settings")];
    let answers = oracle::answers(&asked).into_iter();
    let answers: Vec<Answer> = answers
        .map(|answer| serde_json::from_value(answer).unwrap())
        .collect();
    let [django, theirs] = answers.as_slice() else {
        panic!("{answers:?}");
    };
    let version = &django.names.as_ref().unwrap()["VERSION"][1];
    let number = |at: usize| version[at][1].as_str().unwrap().to_owned();
    let release = format!("Django=={}.{}.{}", number(0), number(1), number(2));
    let theirs: &BTreeMap<String, _> = theirs.names.as_ref().unwrap();

    let tree = Memory::new()
        .file(
            Path::new(HERE).join("requirements.txt"),
            release.as_str(),
            0o644,
        )
        .file(Path::new(HERE).join("settings.py"), "", 0o644);
    let files = Files::new(tree, PathMap::new());
    let source = files.open(&Path::new(HERE).join("settings.py")).unwrap();
    let settings = Settings::load(&files, &source, &[PathBuf::from(HERE)], &BTreeMap::new());

    let mut wrong = Vec::new();
    for (name, theirs) in theirs {
        let ours = settings.get(name).value;
        if ours.why_unknown().is_some() || !is_value(&ours, theirs) {
            wrong.push(format!("{name} is {theirs}, and not {ours:?}"));
        }
    }
    for name in settings.left_to_django() {
        if !theirs.contains_key(name) {
            wrong.push(format!("{name} is no setting of {release}"));
        }
    }
    println!("{release}: {} defaults", theirs.len());
    assert!(wrong.is_empty(), "{release}:\n{}", wrong.join("\n"));
}
