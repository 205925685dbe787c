//! A defect of ours is exit code 2, and says how to report it.

use std::env::consts::{ARCH, OS};
use std::io::{self, Write};
use std::panic::{self, UnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};

use super::Outcome;

/// Runs the program. What panics, in this thread or in another, makes the run a failed one:
/// whatever else was found, something was not looked at as it should have been.
pub fn protected(run: impl FnOnce() -> Outcome + UnwindSafe) -> Outcome {
    static SEEN: AtomicBool = AtomicBool::new(false);
    panic::set_hook(Box::new(|defect| {
        SEEN.store(true, Ordering::Relaxed);
        // Not the payload: it may quote what was read, and what was read may hold secrets.
        let place = defect.location().map_or_else(String::new, |place| {
            format!(" in {}, line {}", place.file(), place.line())
        });
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(
            io::stderr(),
            "djlint {version} ({OS}, {ARCH}) has a defect{place}: this is not the fault of your files.\n\
             Please report it with this line and the smallest input that shows it; leave passwords out."
        );
    }));
    let outcome = panic::catch_unwind(run).unwrap_or(Outcome::Failed);
    match SEEN.load(Ordering::Relaxed) {
        true => Outcome::Failed,
        false => outcome,
    }
}
