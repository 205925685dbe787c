//! supervisord: the programs of its ini files.
//!
//! The dialect is that of Python's configparser with inline comments behind `;` and `#`, as
//! supervisord sets it up (UnhosedConfigParser in supervisor/options.py).

use std::sync::Arc;

use super::shell;
use super::word::{Command, Environment, Variable, Word};
use crate::files::Files;
use crate::source::{Origin, SourceFile, Span};
use crate::value::{Unknown, Value};

/// A longer file is none of anyone's.
const MAX_SIZE: usize = 1024 * 1024;
/// More programs than this are none that supervisord would start.
const MAX_PROGRAMS: usize = 500;

/// One `[program:…]`.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name behind `program:`.
    pub name: String,
    /// The section's header.
    pub header: Span,
    /// The file.
    pub file: Arc<SourceFile>,
    /// `command`. supervisord runs no shell; where it names one, these are that shell's commands.
    pub commands: Vec<Command>,
    /// The value of `command`.
    pub command_span: Span,
    /// `directory`.
    pub directory: Option<Word>,
    /// `user`.
    pub user: Option<Word>,
    /// `environment`, with that of `[supervisord]` before it.
    pub environment: Environment,
    /// `stopsignal`; supervisord's default is TERM.
    pub stop_signal: Option<Word>,
    /// `umask`.
    pub umask: Option<Word>,
    /// `autostart`, where it is off.
    pub autostart_off: bool,
}

/// Whether the first bytes of a file look like supervisord's.
pub fn looks_like(head: &[u8]) -> bool {
    const SECTIONS: [&[u8]; 5] = [
        b"[program:",
        b"[supervisord]",
        b"[supervisorctl]",
        b"[group:",
        b"[fcgi-program:",
    ];
    head.split(|byte| *byte == b'\n')
        .any(|line| SECTIONS.iter().any(|section| line.starts_with(section)))
}

/// One `key=value`, its value the bytes of one line or of several.
struct Setting {
    key: String,
    range: std::ops::Range<usize>,
}

struct Section {
    name: String,
    header: Span,
    settings: Vec<Setting>,
}

/// The programs of one file. `[include]` is not followed: what it names is found by itself.
pub fn programs(_files: &Files, source: &Arc<SourceFile>) -> Vec<Program> {
    if source.bytes().len() > MAX_SIZE {
        return Vec::new();
    }
    let sections = sections(source);
    let of_all = sections
        .iter()
        .find(|section| section.name == "supervisord");
    sections
        .iter()
        .filter_map(|section| Some((section, section.name.strip_prefix("program:")?)))
        .take(MAX_PROGRAMS)
        .map(|(section, name)| program(source, section, name.trim(), of_all))
        .collect()
}

fn program(
    source: &Arc<SourceFile>,
    section: &Section,
    name: &str,
    of_all: Option<&Section>,
) -> Program {
    let values = Values { source, name };
    let own = |key: &str| values.word(section, key);
    let or_all = |key: &str| own(key).or_else(|| values.word(of_all?, key));
    let mut environment = Environment::default();
    for section in of_all.into_iter().chain([section]) {
        values.environment(section, &mut environment);
    }
    let command = section
        .settings
        .iter()
        .rev()
        .find(|one| one.key == "command");
    let command_span = command.map_or(section.header, |one| source.span(one.range.clone()));
    let commands = command.map_or_else(Vec::new, |one| {
        shell::run(source, values.words(one.range.clone()), command_span)
    });
    Program {
        name: name.to_owned(),
        header: section.header,
        file: Arc::clone(source),
        commands,
        command_span,
        directory: or_all("directory"),
        user: or_all("user"),
        environment,
        stop_signal: own("stopsignal"),
        umask: or_all("umask"),
        autostart_off: own("autostart").is_some_and(|word| {
            word.text().is_some_and(|text| {
                matches!(
                    text.to_ascii_lowercase().as_str(),
                    "false" | "off" | "no" | "0"
                )
            })
        }),
    }
}

/// Sections and settings: a key from the line's start, further lines of a value indented, a comment
/// behind a blank and `;` or `#`.
fn sections(source: &SourceFile) -> Vec<Section> {
    let bytes = source.bytes();
    let mut sections: Vec<Section> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let line = &bytes[at..end];
        let content = &line[..comment(line)];
        let text = content.trim_ascii();
        let start = at + (content.len() - content.trim_ascii_start().len());
        let is_indented = line.first().is_some_and(u8::is_ascii_whitespace);
        if text.is_empty() {
            at = end + 1;
            continue;
        }
        if is_indented
            && let Some(setting) = sections
                .last_mut()
                .and_then(|section| section.settings.last_mut())
        {
            setting.range.end = start + text.len();
        } else if text[0] == b'[' {
            let name_end = memchr::memchr(b']', text).unwrap_or(text.len());
            sections.push(Section {
                name: String::from_utf8_lossy(&text[1..name_end]).into_owned(),
                header: source.span(start..start + (name_end + 1).min(text.len())),
                settings: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut()
            && let Some(separator) = memchr::memchr2(b'=', b':', text)
        {
            let value = &text[separator + 1..];
            let value_start =
                start + separator + 1 + (value.len() - value.trim_ascii_start().len());
            section.settings.push(Setting {
                key: String::from_utf8_lossy(text[..separator].trim_ascii()).to_ascii_lowercase(),
                range: value_start.min(start + text.len())..start + text.len(),
            });
        }
        at = end + 1;
    }
    sections
}

/// Where a comment begins.
fn comment(line: &[u8]) -> usize {
    let begins = |(at, byte): (usize, &u8)| {
        let before = at.checked_sub(1).and_then(|before| line.get(before));
        matches!(byte, b';' | b'#') && before.is_none_or(u8::is_ascii_whitespace)
    };
    line.iter()
        .enumerate()
        .position(begins)
        .unwrap_or(line.len())
}

struct Values<'a> {
    source: &'a SourceFile,
    name: &'a str,
}

impl Values<'_> {
    fn word(&self, section: &Section, key: &str) -> Option<Word> {
        let setting = section.settings.iter().rev().find(|one| one.key == key)?;
        let bytes = self.source.bytes().get(setting.range.clone())?;
        if bytes.is_empty() {
            return None;
        }
        Some(self.filled(bytes.to_vec(), setting.range.clone(), true))
    }

    /// A text with `%(…)s` filled in.
    fn filled(&self, text: Vec<u8>, range: std::ops::Range<usize>, is_literal: bool) -> Word {
        let span = self.source.span(range);
        let Ok(text) = String::from_utf8(text) else {
            return Word::unknown(span, "it is not UTF-8");
        };
        if text.contains("{{") || text.contains("{%") {
            return Word::unknown(span, "a template fills it in");
        }
        if !text.contains('%') {
            let origin = match is_literal {
                true => Origin::Literal(span),
                false => Origin::Computed(span),
            };
            return Word {
                value: Value::known(text, origin),
                span,
            };
        }
        let directory = self
            .source
            .path()
            .parent()
            .map(|path| path.display().to_string());
        let filled = text
            .replace("%(program_name)s", self.name)
            .replace("%(group_name)s", self.name)
            .replace("%%", "\u{0}");
        // What the directory of the file is called on the host is not known here.
        let is_open = filled.contains('%') || (text.contains("%(here)s") && directory.is_some());
        let value = match is_open {
            true => Value::Unknown(Unknown::at(span, "supervisord fills it in when it starts")),
            false => Value::known(filled.replace('\u{0}', "%"), Origin::Computed(span)),
        };
        Word { value, span }
    }

    /// The words of a command, as Python's shlex splits them.
    fn words(&self, range: std::ops::Range<usize>) -> Vec<Word> {
        let bytes = self.source.bytes().get(range.clone()).unwrap_or_default();
        split(bytes)
            .into_iter()
            .map(|(text, place, is_literal)| {
                let place = range.start + place.start..range.start + place.end;
                self.filled(text, place, is_literal)
            })
            .collect()
    }

    /// `A="b",C='d'`
    fn environment(&self, section: &Section, environment: &mut Environment) {
        for setting in section
            .settings
            .iter()
            .filter(|setting| setting.key == "environment")
        {
            let bytes = self
                .source
                .bytes()
                .get(setting.range.clone())
                .unwrap_or_default();
            let mut at = 0;
            while at < bytes.len() {
                let rest = &bytes[at..];
                let blanks = rest
                    .iter()
                    .take_while(|byte| byte.is_ascii_whitespace() || **byte == b',')
                    .count();
                at += blanks;
                let Some(equals) = memchr::memchr(b'=', &bytes[at..]) else {
                    break;
                };
                let name = &bytes[at..at + equals];
                let value_start = at + equals + 1;
                let (text, length) = value(&bytes[value_start..]);
                let base = setting.range.start;
                let is_literal = length == text.len();
                let place = base + value_start..base + value_start + length;
                environment.variables.push(Variable {
                    name: String::from_utf8_lossy(name.trim_ascii()).into_owned(),
                    name_span: self.source.span(base + at..base + at + equals),
                    value: self.filled(text, place, is_literal),
                });
                at = value_start + length.max(1);
            }
        }
    }
}

/// A value of `environment`, in quotes or up to the next comma, and how long it is as written.
fn value(bytes: &[u8]) -> (Vec<u8>, usize) {
    match bytes.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let end = memchr::memchr(*quote, &bytes[1..]).unwrap_or(bytes.len() - 1);
            (bytes[1..1 + end].to_vec(), (end + 2).min(bytes.len()))
        }
        _ => {
            let end = memchr::memchr(b',', bytes).unwrap_or(bytes.len());
            let text = bytes[..end].trim_ascii_end();
            (text.to_vec(), text.len())
        }
    }
}

/// Words in Python's shlex: both quotes, a backslash outside of them and before `"` and `\` inside of `"`.
fn split(bytes: &[u8]) -> Vec<(Vec<u8>, std::ops::Range<usize>, bool)> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let mut text = Vec::new();
        let mut quote = None;
        let mut is_literal = true;
        while let Some(byte) = bytes.get(at).copied() {
            match (quote, byte) {
                (None, byte) if byte.is_ascii_whitespace() => break,
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    is_literal = false;
                }
                (Some(open), byte) if open == byte => quote = None,
                (None, b'\\') => {
                    is_literal = false;
                    at += 1;
                    text.extend(bytes.get(at));
                }
                (Some(b'"'), b'\\') if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => {
                    at += 1;
                    text.extend(bytes.get(at));
                }
                (_, byte) => text.push(byte),
            }
            at += 1;
        }
        words.push((text, start..at.min(bytes.len()), is_literal));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::PathMap;
    use crate::tree::Memory;

    fn read(text: &str) -> (Arc<SourceFile>, Vec<Program>) {
        let files = Files::new(Memory::new(), PathMap::new());
        let source = files.intern("/etc/supervisor/conf.d/x.conf".into(), text.into());
        let programs = programs(&files, &source);
        (source, programs)
    }

    #[test]
    fn programs_are_read_with_the_place_of_each_word() {
        let text = "[supervisord]\nnodaemon=true\nenvironment=A=\"1\"\n\n[program:app-uwsgi]\n\
            command = /usr/local/bin/uwsgi --ini \"/home/x y/uwsgi.ini\" ; the app\n\
            directory=/srv/shop\nuser : www-data\nenvironment=B='b c', C=d\n\
            stopsignal=QUIT\nautostart=off\n\n[program:nginx-app]\ncommand =\n  /usr/sbin/nginx\n  -g 'daemon off;'\n";
        let (source, programs) = read(text);
        let names: Vec<&str> = programs
            .iter()
            .map(|program| program.name.as_str())
            .collect();
        assert_eq!(names, ["app-uwsgi", "nginx-app"]);
        let words: Vec<&str> = programs[0].commands[0]
            .words
            .iter()
            .map(|word| word.text().unwrap())
            .collect();
        assert_eq!(
            words,
            ["/usr/local/bin/uwsgi", "--ini", "/home/x y/uwsgi.ini"]
        );
        let ini = &programs[0].commands[0].words[2];
        assert_eq!(source.text(ini.span), "\"/home/x y/uwsgi.ini\"");
        assert!(programs[0].directory.as_ref().unwrap().is("/srv/shop"));
        assert!(programs[0].user.as_ref().unwrap().is("www-data"));
        assert!(programs[0].autostart_off);
        for (name, value) in [("A", "1"), ("B", "b c"), ("C", "d")] {
            assert!(
                programs[0].environment.get(name).unwrap().value.is(value),
                "{name}"
            );
        }
        assert_eq!(programs[1].commands[0].words.len(), 3);
        assert_eq!(source.text(programs[1].header), "[program:nginx-app]");
    }

    #[test]
    fn what_supervisord_fills_in_is_not_known() {
        let (_, programs) = read(
            "[program:x]\ncommand=%(ENV_HOME)s/bin/x --name %(program_name)s %(here)s 100%%\nuser={{ user }}\n",
        );
        let words: Vec<Option<&str>> = programs[0].commands[0]
            .words
            .iter()
            .map(Word::text)
            .collect();
        assert_eq!(words, [None, Some("--name"), Some("x"), None, Some("100%")]);
        assert_eq!(programs[0].user.as_ref().unwrap().text(), None);
    }

    #[test]
    fn other_files_are_not_supervisords() {
        assert!(looks_like(b"; x\n[program:web]\ncommand=x\n"));
        assert!(!looks_like(b"[uwsgi]\nmodule=x\n"));
        for hostile in [
            "[program:x",
            "[program:x]\ncommand=\"",
            "[program:x]\nenvironment=A=\"",
            "[program:x]\nenvironment=A,B=,=\n a",
        ] {
            read(hostile);
        }
    }
}
