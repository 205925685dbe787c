//! `cargo +nightly fuzz run uwsgi`

#![no_main]

#[path = "../../tests/fuzzed/uwsgi.rs"]
mod uwsgi;
#[path = "../../tests/fuzzed/places.rs"]
mod places;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    uwsgi::survives(data);
});
