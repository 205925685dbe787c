//! `cargo +nightly fuzz run nginx`

#![no_main]

#[path = "../../tests/fuzzed/nginx.rs"]
mod nginx;
#[path = "../../tests/fuzzed/places.rs"]
mod places;

libfuzzer_sys::fuzz_target!(|data: &[u8]| nginx::survives(data));
