//! The Rust that is promised to be enough.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::common::text;

fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split('.').map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// No older one is enough, since a crate that djlint is made of asks for it; and it is enough,
/// since the project's own workflow has no other.
#[test]
fn the_oldest_rust_is_the_one_that_the_dependencies_ask_for() {
    // What other platforms need is not here on a machine that only built for its own.
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = text(&rustc.stdout);
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", host.expect("the platform")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let of = |list: &str, key: &str| -> BTreeMap<String, Value> {
        let list = metadata.pointer(list).unwrap().as_array().unwrap();
        let by_id = list
            .iter()
            .map(|entry| (entry[key].as_str().unwrap().to_owned(), entry.clone()));
        by_id.collect()
    };
    let (nodes, packages) = (of("/resolve/nodes", "id"), of("/packages", "id"));
    let root = metadata["resolve"]["root"].as_str().unwrap();

    let mut built = BTreeSet::new();
    let mut next = vec![root];
    while let Some(id) = next.pop() {
        if !built.insert(id) {
            continue;
        }
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let mut kinds = dependency["dep_kinds"].as_array().unwrap().iter();
            if kinds.any(|kind| kind["kind"] != "dev") {
                next.push(dependency["pkg"].as_str().unwrap());
            }
        }
    }
    assert!(built.len() > 100, "{}", built.len());
    let asked = built
        .iter()
        .filter(|id| **id != root)
        .filter_map(|id| packages[*id]["rust_version"].as_str());
    let promised = packages[root]["rust_version"].as_str().unwrap();
    assert_eq!(asked.map(version).max(), Some(version(promised)));
}
