//! What `nginx -T` prints: every file that it read, one after another, each below a line with its name.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::tree::{self, Memory};

/// What nginx writes before a file's name (main in src/core/nginx.c).
const HEADER: &[u8] = b"# configuration file ";

/// More files than any configuration has.
const MAX_SECTIONS: usize = 2_000;

/// A file in a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// What nginx calls it.
    pub(super) path: PathBuf,
    /// Where its text stands in the dump.
    pub(super) range: Range<usize>,
}

/// A whole dump.
pub(super) struct Dump {
    /// The files, the main one first.
    sections: Vec<Section>,
    /// The same files as a tree, for patterns.
    tree: Memory,
}

/// Whether a text that begins like this is a dump: nothing stands before the first name but what
/// nginx itself says, where both went into one file.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    head.split(|byte| *byte == b'\n')
        .find(|line| !is_said_by_nginx(line))
        .is_some_and(|line| name(line).is_some())
}

fn is_said_by_nginx(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
        || [&b"nginx: "[..], b"angie: ", b"openresty: "]
            .iter()
            .any(|program| line.starts_with(program))
}

/// The name in `# configuration file /etc/nginx/nginx.conf:`.
fn name(line: &[u8]) -> Option<&Path> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let name = line.strip_prefix(HEADER)?;
    let name = std::str::from_utf8(name.strip_suffix(b":")?).ok()?;
    name.starts_with('/').then(|| Path::new(name))
}

impl Dump {
    /// Takes a dump apart; nothing for what is none.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        if !looks_like(text) {
            return None;
        }
        let mut sections: Vec<Section> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let end = at + line.len();
            if let Some(path) = name(line.strip_suffix(b"\n").unwrap_or(line)) {
                if sections.len() == MAX_SECTIONS {
                    break;
                }
                sections.push(Section {
                    path: tree::normalize(Path::new("/"), path),
                    range: end..end,
                });
            } else if let Some(last) = sections.last_mut() {
                last.range.end = end;
            }
            at = end;
        }
        let mut tree = Memory::new();
        for section in &mut sections {
            // nginx ends each file with a line end that is not the file's.
            if text[section.range.clone()].ends_with(b"\n") {
                section.range.end -= 1;
            }
            tree = tree.file(&section.path, "", 0o644);
        }
        Some(Self { sections, tree })
    }

    /// The main file.
    pub(super) fn main(&self) -> Option<&Section> {
        self.sections.first()
    }

    /// The files that `path` names, in nginx's order; nothing where it names one that was not dumped.
    pub(super) fn find(&self, path: &Path) -> Option<Vec<&Section>> {
        let section = |path: &Path| self.sections.iter().find(|section| section.path == path);
        if tree::is_pattern(path.as_os_str().as_encoded_bytes()) {
            let found = tree::glob(&self.tree, path);
            return Some(found.iter().filter_map(|path| section(path)).collect());
        }
        section(path).map(|section| vec![section])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_its_files() {
        let text = b"nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n\
            # configuration file /etc/nginx/nginx.conf:\n\
            events { }\n\
            \n\
            # configuration file /etc/nginx/conf.d/../a.conf:\r\n\
            # configuration file of old:\n\
            server { }\n\
            # configuration file /etc/nginx/empty:\n\
            \n";
        let dump = Dump::of(text).unwrap();
        let shown: Vec<(String, &str)> = dump
            .sections
            .iter()
            .map(|section| {
                let text = std::str::from_utf8(&text[section.range.clone()]).unwrap();
                (section.path.display().to_string(), text)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("/etc/nginx/nginx.conf".to_owned(), "events { }\n"),
                (
                    "/etc/nginx/a.conf".to_owned(),
                    "# configuration file of old:\nserver { }"
                ),
                ("/etc/nginx/empty".to_owned(), ""),
            ]
        );
        let count = |path: &str| dump.find(Path::new(path)).map(|found| found.len());
        assert_eq!(count("/etc/nginx/a.conf"), Some(1));
        assert_eq!(count("/etc/nginx/*.conf"), Some(2));
        assert_eq!(count("/etc/nginx/sites-enabled/*"), Some(0));
        assert_eq!(count("/etc/nginx/b.conf"), None);
    }

    #[test]
    fn a_configuration_that_mentions_a_dump_is_none() {
        for text in [
            "",
            "events { }\n# configuration file /etc/nginx/nginx.conf:\n",
            "# configuration file nginx.conf:\n",
            "# configuration file /etc/nginx/nginx.conf\n",
            "# my notes\n# configuration file /etc/nginx/nginx.conf:\n",
        ] {
            assert!(Dump::of(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_dump_of_too_many_files_is_cut() {
        let text = "# configuration file /a:\n".repeat(MAX_SECTIONS + 10);
        assert_eq!(
            Dump::of(text.as_bytes()).unwrap().sections.len(),
            MAX_SECTIONS
        );
    }
}
