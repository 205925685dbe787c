//! `cargo +nightly fuzz run django`

#![no_main]

#[path = "../../tests/fuzzed/django.rs"]
mod django;
#[path = "../../tests/fuzzed/places.rs"]
mod places;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    django::survives(data);
});
