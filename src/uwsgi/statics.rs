//! Whether uWSGI itself hands out files.

use super::Instance;
use crate::value::Answer;

/// Options with which requests are answered from files, or by rules that may do anything.
const SERVING: [&str; 4] = [
    "static-map",
    "static-map2",
    "check-static",
    "check-static-docroot",
];

impl Instance {
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
