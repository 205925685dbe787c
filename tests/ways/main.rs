//! The ways in: what a new user writes, installs and runs, as far as nothing need be installed for it.
//! The rest is in tests/installed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod action;
#[path = "../reports/runner.rs"]
mod annotations;
#[path = "../common/mod.rs"]
mod common;
mod hooks;
mod init;
mod manual;
mod runner;
mod toolchain;
mod workflows;
