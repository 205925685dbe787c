//! The proofs: nginx, uWSGI and Django really running.
//!
//! A finding is a prediction about these programs, so each rule that says "error" is
//! shown here: what is broken has the symptom, and what is sound has not. A proof is an
//! entry in `proofs/`, see [`proof::Proof`]. `tests/run` installs what this needs.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod accepted;
mod apart;
#[path = "../common/mod.rs"]
mod common;
mod deployment;
mod deployments;
mod djlint;
mod dumps;
mod full_disk;
mod guide;
mod http;
mod listener;
mod machine;
mod process;
mod proof;
mod proofs;
#[path = "../conformance/random.rs"]
mod random;
mod refused;
mod rewrite;
mod stage;
mod traced;
