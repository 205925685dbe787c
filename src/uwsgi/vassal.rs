//! What an emperor gives to its vassals: none of its own options, but those that it is told to
//! (emperor_push_vassal in core/emperor.c, uwsgi_emperor_start_vassal).

use std::path::{Path, PathBuf};

use super::instance::Instance;
use crate::launch::word::Word;
use crate::source::Span;

/// The options that add to a vassal's command line, before the vassal's own file and behind it.
const BEFORE: [(&str, &str); 3] = [
    ("vassals-inherit-before", "--inherit"),
    ("vassals-include-before", "--include"),
    ("vassal-set", "--set"),
];
const BEHIND: [(&str, &str); 2] = [
    ("vassals-inherit", "--inherit"),
    ("vassals-include", "--include"),
];

impl Instance {
    /// The directories with the vassals that it starts, as far as they are known.
    pub fn vassal_directories(&self) -> Vec<PathBuf> {
        let named = self
            .all("emperor")
            .filter_map(|it| it.value().get().cloned());
        named
            .map(|value| PathBuf::from(value.trim_start_matches("dir://")))
            .filter(|path| path.is_absolute())
            .collect()
    }

    /// The words behind the program's name that it starts the vassal `file` with, which `place` stands
    /// for; nothing where it adds nothing.
    pub fn vassal_words(&self, file: &Path, place: Span) -> Option<Vec<Word>> {
        let added = |options: &[(&str, &str)]| -> Vec<Word> {
            let mut words = Vec::new();
            for (option, word) in options {
                for setting in self.all(option) {
                    let value = setting.value();
                    let known = value.get().filter(|_| !setting.is_conditional());
                    words.push(Word::literal(*word, setting.key_span()));
                    words.push(match known {
                        Some(value) => Word::literal(value, setting.value_span()),
                        None => Word::unknown(setting.value_span(), "what the emperor adds"),
                    });
                }
            }
            words
        };
        let (before, behind) = (added(&BEFORE), added(&BEHIND));
        if before.is_empty() && behind.is_empty() {
            return None;
        }
        let option = match file.extension().and_then(|ending| ending.to_str()) {
            Some("xml") => "--xml",
            Some("yml" | "yaml") => "--yaml",
            Some("js" | "json") => "--json",
            _ => "--ini",
        };
        let own = [
            Word::literal(option, place),
            Word::literal(file.to_str()?, place),
        ];
        Some([before, own.to_vec(), behind].concat())
    }
}
