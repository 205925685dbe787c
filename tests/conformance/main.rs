//! What we read, asked of the real programs: the same text to both, and every disagreement is a fault.
//!
//! Random tests print their seed; `DJLINT_SEED=… cargo test --test conformance` runs the same again.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests"
)]

mod random;
mod shell;
#[cfg(feature = "live")]
mod supervisor;
