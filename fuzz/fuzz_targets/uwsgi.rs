//! `cargo +nightly fuzz run uwsgi`

#![no_main]

#[path = "../../tests/fuzzed/uwsgi.rs"]
mod uwsgi;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    uwsgi::survives(data);
});
