//! supervisord: the programs of its ini files.
//!
//! The dialect is that of Python's configparser with inline comments behind `;` and `#`, as
//! supervisord sets it up (UnhosedConfigParser in supervisor/options.py).

use std::collections::BTreeMap;
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
        .map(<[u8]>::trim_ascii_start)
        .any(|line| SECTIONS.iter().any(|section| line.starts_with(section)))
}

/// One `key=value`.
struct Setting {
    key: String,
    /// Its value as it stands in the file, over one line or several.
    range: std::ops::Range<usize>,
    /// The same bytes, with blanks for comments.
    value: Vec<u8>,
}

struct Section {
    name: String,
    header: Span,
    settings: Vec<Setting>,
}

impl Section {
    /// The last setting of that key: a later one takes the place of an earlier one.
    fn last(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|one| one.key == key)
    }

    fn is_off(&self, key: &str) -> bool {
        self.last(key)
            .is_some_and(|one| is_one_of(one, ["false", "off", "no", "0"]))
    }

    fn is_on(&self, key: &str) -> bool {
        self.last(key)
            .is_some_and(|one| is_one_of(one, ["true", "on", "yes", "1"]))
    }
}

fn is_one_of(setting: &Setting, words: [&str; 4]) -> bool {
    let value = setting.value.trim_ascii();
    words
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
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
    let own = |key: &str| values.word(section.last(key)?);
    let mut environment = Environment::default();
    for section in of_all.into_iter().chain([section]) {
        if let Some(setting) = section.last("environment") {
            values.environment(setting, &mut environment);
        }
    }
    let command = section.last("command");
    let command_span = command.map_or(section.header, |one| source.span(one.range.clone()));
    let commands = command.map_or_else(Vec::new, |one| {
        shell::run(source, values.words(one), command_span)
    });
    // A program starts as whoever supervisord is.
    let user = own("user").or_else(|| values.word(of_all?.last("user")?));
    Program {
        name: name.to_owned(),
        header: section.header,
        file: Arc::clone(source),
        commands,
        command_span,
        directory: own("directory").or_else(|| started_in(source, of_all?)),
        user,
        environment,
        stop_signal: own("stopsignal"),
        umask: own("umask"),
        autostart_off: section.is_off("autostart"),
    }
}

/// Where supervisord is when it starts a program that names no directory: it goes into its own only
/// when it turns into a daemon, and `supervisord -n` keeps it from that.
fn started_in(source: &SourceFile, of_all: &Section) -> Option<Word> {
    let directory = of_all.last("directory")?;
    let span = source.span(directory.range.clone());
    let why = "supervisord goes there only where it is started as a daemon";
    (!of_all.is_on("nodaemon")).then(|| Word::unknown(span, why))
}

/// Sections and settings, as Python's configparser has them: a key from the line's start, further
/// lines of a value deeper than its key, a comment behind a blank and `;` or `#`. Sections of one name
/// are one.
fn sections(source: &SourceFile) -> Vec<Section> {
    let bytes = source.bytes();
    let mut sections: Vec<Section> = Vec::new();
    // Where each is, and which one is being read.
    let mut at_name: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut current = None;
    let mut has_key = false;
    let mut key_indent = 0;
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let line_start = std::mem::replace(&mut at, end + 1);
        let line = &bytes[line_start..end];
        let content = &line[..comment(line)];
        let text = content.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        if text.is_empty() {
            continue;
        }
        let start = line_start + indent;
        let section: Option<&mut Section> =
            current.and_then(|index: usize| sections.get_mut(index));
        if has_key
            && indent > key_indent
            && let Some(setting) = section.and_then(|section| section.settings.last_mut())
        {
            setting.value.push(b'\n');
            setting.value.resize(start - setting.range.start, b' ');
            setting.value.extend_from_slice(text);
            setting.range.end = start + text.len();
            continue;
        }
        key_indent = indent;
        if text[0] == b'['
            && let Some(name_end) = memchr::memrchr(b']', text)
            && name_end > 1
        {
            let name = &text[1..name_end];
            let index = *at_name.entry(name.to_vec()).or_insert(sections.len());
            if index == sections.len() {
                sections.push(Section {
                    name: String::from_utf8_lossy(name).into_owned(),
                    header: source.span(start..start + name_end + 1),
                    settings: Vec::new(),
                });
            }
            (current, has_key) = (Some(index), false);
        } else if let Some(section) = current.and_then(|index| sections.get_mut(index))
            && let Some(separator) = memchr::memchr2(b'=', b':', text)
        {
            let value = text[separator + 1..].trim_ascii_start();
            let range = start + text.len() - value.len()..start + text.len();
            let key = text[..separator].trim_ascii();
            section.settings.push(Setting {
                key: String::from_utf8_lossy(key).to_lowercase(),
                range,
                value: value.to_vec(),
            });
            has_key = true;
        }
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
    fn word(&self, setting: &Setting) -> Option<Word> {
        let is_empty = setting.value.is_empty();
        (!is_empty).then(|| self.filled(setting.value.clone(), setting.range.clone(), true))
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
        if text.contains('\n') {
            return Word::unknown(span, "it goes over several lines");
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
        let filled = text
            .replace("%%", "\u{0}")
            .replace("%(program_name)s", self.name);
        let value = match filled.contains('%') {
            true => Value::Unknown(Unknown::at(span, "supervisord fills it in when it starts")),
            false => Value::known(filled.replace('\u{0}', "%"), Origin::Computed(span)),
        };
        Word { value, span }
    }

    /// The words of a command, as Python's shlex splits them.
    fn words(&self, setting: &Setting) -> Vec<Word> {
        split(&setting.value)
            .into_iter()
            .map(|(text, place, is_literal)| {
                let start = setting.range.start;
                self.filled(text, start + place.start..start + place.end, is_literal)
            })
            .collect()
    }

    /// `A="b",C='d'`
    fn environment(&self, setting: &Setting, environment: &mut Environment) {
        let bytes = setting.value.as_slice();
        let base = setting.range.start;
        let mut at = 0;
        while at < bytes.len() {
            let is_between = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
            at += bytes[at..].iter().take_while(is_between).count();
            let Some(equals) = memchr::memchr(b'=', &bytes[at..]) else {
                break;
            };
            let name_span = base + at..base + at + bytes[at..at + equals].trim_ascii_end().len();
            let rest = &bytes[at + equals + 1..];
            let value_start = at + equals + 1 + (rest.len() - rest.trim_ascii_start().len());
            let (text, length) = value(&bytes[value_start..]);
            let is_literal = length == text.len();
            let place = base + value_start..base + value_start + length;
            let name = bytes[at..at + equals].trim_ascii();
            if is_literal && !is_word(&text) {
                let span = self.source.span(place);
                let why = "supervisord takes such a value only in quotes";
                environment.openings.push(Unknown::at(span, why));
                break;
            }
            let value = self.filled(text, place, is_literal);
            environment.variables.push(Variable {
                name: String::from_utf8_lossy(name).into_owned(),
                name_span: self.source.span(name_span),
                value,
            });
            at = value_start + length.max(1);
        }
    }
}

/// A value of `environment`, in quotes or up to the next comma, and how long it is as written.
/// supervisord takes all quotes off its ends.
fn value(bytes: &[u8]) -> (Vec<u8>, usize) {
    match bytes.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let end = memchr::memchr(*quote, &bytes[1..]).unwrap_or(bytes.len() - 1);
            let mut text = &bytes[1..1 + end];
            while let [b'"' | b'\'', rest @ ..] | [rest @ .., b'"' | b'\''] = text {
                text = rest;
            }
            (text.to_vec(), (end + 2).min(bytes.len()))
        }
        _ => {
            let end = memchr::memchr(b',', bytes).unwrap_or(bytes.len());
            let text = bytes[..end].trim_ascii_end();
            (text.to_vec(), text.len())
        }
    }
}

/// Whether supervisord takes a value without quotes as a whole: it refuses others, or cuts them.
fn is_word(value: &[u8]) -> bool {
    let value = String::from_utf8_lossy(value).replace("%(program_name)s", "");
    value
        .as_bytes()
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_/.+-():".contains(byte))
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
    fn a_value_goes_on_where_a_line_is_deeper_than_its_key() {
        let (source, programs) = read(
            "[program:x]\n  command=serve ; why\n    --port 80\n  directory=/srv\n  environment=A=b@c\n[program:x]\nuser=www\n",
        );
        let [program] = programs.as_slice() else {
            panic!("{programs:?}");
        };
        let words = &program.commands[0].words;
        assert_eq!(words.len(), 3);
        assert_eq!(source.text(words[1].span), "--port");
        assert!(program.directory.as_ref().unwrap().is("/srv"));
        assert!(program.user.as_ref().unwrap().is("www"));
        // supervisord refuses it.
        assert!(program.environment.get("A").is_none());
        assert_eq!(program.environment.openings.len(), 1);
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
