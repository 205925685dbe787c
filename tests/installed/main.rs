//! djlint as a new user gets it: the wheel beside the linter of HTML templates, the hooks of
//! pre-commit, `cargo install`, and the scripts and workflows that make the rest.
//!
//! `tests/run` installs what this needs in target/tools.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

#[path = "../../docs/generate/book.rs"]
mod book;
#[path = "../common/mod.rs"]
mod common;
mod contributing;
mod hook;
mod image;
mod linted;
#[path = "../../docs/generate/reference.rs"]
mod reference;
mod repository;
#[path = "../../docs/generate/rules.rs"]
mod rules;
mod site;
mod tools;
mod wheel;
