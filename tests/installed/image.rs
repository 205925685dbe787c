//! The image, as far as it can be made without Docker: what the Dockerfile copies is enough
//! for what it runs.

use std::fs;
use std::process::Command;

use crate::repository::Repository;
use crate::tools::{root, run};

/// The parts of the project that .dockerignore lets in.
fn context() -> Vec<String> {
    let text = fs::read_to_string(root().join(".dockerignore")).unwrap();
    let mut lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(lines.next(), Some("*"), "nothing else");
    lines
        .map(|line| line.strip_prefix('!').expect("what is let in").to_owned())
        .collect()
}

#[test]
fn what_it_copies_is_enough_to_build_it() {
    let dockerfile = fs::read_to_string(root().join("Dockerfile")).unwrap();
    let build = dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("RUN cargo "))
        .expect("what builds it");
    let project = Repository::of_this_project();
    let kept = context();
    for entry in fs::read_dir(project.path()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if kept.contains(&name) {
            continue;
        }
        match entry.path().is_dir() {
            true => fs::remove_dir_all(entry.path()).unwrap(),
            false => fs::remove_file(entry.path()).unwrap(),
        }
    }
    for name in &kept {
        assert!(project.path().join(name).exists(), "{name}");
    }
    // Checked in the place of built: what is missing is missed by both.
    let arguments: Vec<&str> = build.split(' ').collect();
    assert_eq!(arguments[0], "build");
    run(Command::new(env!("CARGO"))
        .current_dir(project.path())
        .env("CARGO_TARGET_DIR", root().join("target/hook"))
        .args(["check", "--offline"])
        .args(&arguments[1..]))
    .done();
    let program = arguments.last().unwrap();
    assert!(
        dockerfile.contains(&format!(
            "COPY --from=build /djlint/target/release/{program} /{program}\n"
        )) && dockerfile.ends_with(&format!("ENTRYPOINT [\"/{program}\"]\nCMD [\"check\"]\n"))
    );
}
