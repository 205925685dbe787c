//! Whether uWSGI itself hands out files.

use super::{Instance, Location};
use crate::source::Span;
use crate::value::Answer;

/// Options with which requests are answered from files, or by rules that may do anything.
const SERVING: [&str; 4] = [
    "static-map",
    "static-map2",
    "check-static",
    "check-static-docroot",
];

impl Instance {
    /// The directories that files are handed out from, where each is known for sure.
    pub fn static_directories(&self) -> Vec<(Location, Span)> {
        let maps = self.settings().iter().filter(|setting| {
            matches!(setting.key(), "static-map" | "static-map2" | "check-static")
                && !setting.is_conditional()
        });
        maps.filter_map(|setting| {
            let mut directory = setting.clone();
            let bytes = setting.value.bytes();
            let from = match setting.key() {
                "check-static" => 0,
                _ => memchr::memchr(b'=', bytes)? + 1,
            };
            directory.value = setting.value.slice(from..bytes.len());
            let located = self.in_working_directory(&directory);
            Some((located.get()?.clone(), setting.value_span()))
        })
        .collect()
    }

    /// Whether requests may be answered from files before the application sees them
    /// (core/protocol.c, uwsgi_parse_vars: static maps and routes come first).
    pub fn serves_files(&self) -> Answer {
        let serves = self.settings().iter().any(|setting| {
            let key = setting.key();
            SERVING.contains(&key) || key.starts_with("route")
        });
        match (serves, self.is_open()) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::Unknown,
            (false, false) => Answer::No,
        }
    }
}
