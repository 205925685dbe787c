//! What the settings of a unit say: words, specifiers, variables, commands.

use std::path::Path;

use super::Exec;
use super::syntax::{Setting, span_of};
use crate::files::Files;
use crate::launch::env_file;
use crate::launch::shell::{self, Encoded};
use crate::launch::word::{Environment, Variable, Word};
use crate::source::{Origin, SourceFile, Span};
use crate::value::{Unknown, Value};

/// The settings of a unit and its drop-ins, in order.
pub(super) struct Values<'a> {
    pub(super) files: &'a Files,
    pub(super) name: &'a str,
    pub(super) settings: &'a [Setting],
}

/// A word on the way: its bytes, and why a part of it is not known.
#[derive(Default)]
struct Built {
    text: Vec<u8>,
    unknown: Option<String>,
    is_literal: bool,
    start: usize,
    end: usize,
}

impl Values<'_> {
    fn all<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s Setting> {
        let sections = ["Service", "Socket"];
        self.settings.iter().filter(move |setting| {
            setting.key == key && sections.contains(&setting.section.as_str())
        })
    }

    fn source(&self, setting: &Setting) -> std::sync::Arc<SourceFile> {
        self.files.get(setting.span.file)
    }

    /// A setting of which the last one counts; an empty value takes it back.
    pub(super) fn word(&self, key: &str) -> Option<Word> {
        let setting = self.all(key).last()?;
        if setting.value.text.is_empty() {
            return None;
        }
        let source = self.source(setting);
        let whole = 0..setting.value.text.len();
        let mut built = Built {
            is_literal: true,
            ..Built::default()
        };
        for byte in &setting.value.text {
            built.text.push(*byte);
        }
        built.start = whole.start;
        built.end = whole.end;
        let built = self.specified(built);
        Some(word(&source, &setting.value, built))
    }

    /// A setting that takes words, and may be there several times; an empty value takes back those before it.
    pub(super) fn words(&self, key: &str) -> Vec<Word> {
        let mut words = Vec::new();
        for setting in self.all(key) {
            if setting.value.text.is_empty() {
                words.clear();
                continue;
            }
            let source = self.source(setting);
            words.extend(
                split(&setting.value.text)
                    .into_iter()
                    .map(|built| word(&source, &setting.value, self.specified(built))),
            );
        }
        words
    }

    /// Whether a switch is on, and where that stands.
    pub(super) fn boolean(&self, key: &str) -> Option<(bool, Span)> {
        let setting = self.all(key).last()?;
        let text = String::from_utf8_lossy(&setting.value.text).to_ascii_lowercase();
        match text.as_str() {
            "1" | "yes" | "y" | "true" | "t" | "on" => Some((true, setting.span)),
            "0" | "no" | "n" | "false" | "f" | "off" => Some((false, setting.span)),
            // `PrivateTmp=disconnected`
            "disconnected" => Some((true, setting.span)),
            _ => None,
        }
    }

    /// The service that a socket unit is for.
    pub(super) fn service(&self) -> Option<String> {
        let stem = self.name.strip_suffix(".socket")?;
        match self.word("Service") {
            Some(word) => word.text().map(str::to_owned),
            None => Some(format!("{stem}.service")),
        }
    }

    /// `Environment`, and the variables of every `EnvironmentFile` behind it: those win.
    pub(super) fn environment(&self, unit: &Path) -> Environment {
        let mut environment = Environment::default();
        for setting in self.all("Environment") {
            if setting.value.text.is_empty() {
                environment.variables.clear();
                continue;
            }
            let source = self.source(setting);
            for built in split(&setting.value.text) {
                let Some(equals) = memchr::memchr(b'=', &built.text) else {
                    continue;
                };
                let name = String::from_utf8_lossy(&built.text[..equals]).into_owned();
                let is_plain = built.is_literal;
                let (start, end) = (built.start, built.end);
                let value_start = if is_plain { start + equals + 1 } else { start };
                let value = Built {
                    text: built.text[equals + 1..].to_vec(),
                    unknown: built.unknown,
                    is_literal: is_plain,
                    start: value_start.min(end),
                    end,
                };
                let name_end = if is_plain { start + equals } else { end };
                environment.variables.push(Variable {
                    name,
                    name_span: span_of(&source, &setting.value, start..name_end),
                    value: word(&source, &setting.value, self.specified(value)),
                });
            }
        }
        let mut from_files = Vec::new();
        for setting in self.all("EnvironmentFile") {
            if setting.value.text.is_empty() {
                from_files.clear();
                continue;
            }
            from_files.push(setting);
        }
        for setting in from_files {
            self.environment_file(setting, unit, &mut environment);
        }
        environment
    }

    fn environment_file(&self, setting: &Setting, unit: &Path, environment: &mut Environment) {
        let text = String::from_utf8_lossy(&setting.value.text).into_owned();
        let path = text.trim_start_matches('-');
        let here = self.files.locate(Path::new(path), unit);
        let opened = here.path().and_then(|local| self.files.open(local).ok());
        let Some(source) = opened else {
            environment.openings.push(Unknown::at(
                setting.span,
                "the file of variables is not here",
            ));
            return;
        };
        for assignment in env_file::parse(source.bytes()).assignments {
            let span = source.span(assignment.value_range.clone());
            environment.variables.push(Variable {
                name: assignment.name,
                name_span: source.span(assignment.name_range),
                value: match assignment.value {
                    Some(value) => Word::literal(value, span),
                    None => Word::unknown(span, "it depends on what reads the file"),
                },
            });
        }
    }

    /// The commands of `Exec…`; an empty one takes back those before it.
    pub(super) fn exec(&self, key: &str, environment: &Environment) -> Vec<Exec> {
        let mut all = Vec::new();
        for setting in self.all(key) {
            if setting.value.text.is_empty() {
                all.clear();
                continue;
            }
            all.extend(self.lines(setting, environment));
        }
        all
    }

    fn lines(&self, setting: &Setting, environment: &Environment) -> Vec<Exec> {
        let source = self.source(setting);
        let mut lines = Vec::new();
        for words in
            split(&setting.value.text).split(|built| built.is_literal && built.text == b";")
        {
            let Some(first) = words.first() else {
                continue;
            };
            let prefix = first
                .text
                .iter()
                .take_while(|byte| b"@-:+!|".contains(byte))
                .count();
            let prefixes = first.text[..prefix].to_vec();
            let mut read: Vec<Word> = Vec::new();
            for (at, built) in words.iter().enumerate() {
                let mut built = Built {
                    text: built.text.clone(),
                    unknown: built.unknown.clone(),
                    is_literal: built.is_literal,
                    start: built.start,
                    end: built.end,
                };
                if at == 0 {
                    built.text.drain(..prefix);
                    built.start = (built.start + prefix).min(built.end);
                }
                // With `@` the second word is the name that the program sees.
                if at == 1 && prefixes.contains(&b'@') {
                    continue;
                }
                let built = self.specified(built);
                let built = match prefixes.contains(&b':') {
                    true => built,
                    false => substituted(built, environment),
                };
                read.push(word(&source, &setting.value, built));
            }
            let (Some(first), Some(last)) = (read.first(), read.last()) else {
                continue;
            };
            let span = first.span.to(last.span);
            lines.push(Exec {
                commands: shell::run(&source, read, span),
                is_privileged: prefixes.iter().any(|byte| matches!(byte, b'+' | b'!')),
                may_fail: prefixes.contains(&b'-'),
                span,
            });
        }
        lines
    }

    /// The word with its specifiers filled in (systemd.unit(5), "Specifiers").
    fn specified(&self, built: Built) -> Built {
        if memchr::memchr(b'%', &built.text).is_none() {
            return template(built);
        }
        let stem = self
            .name
            .rsplit_once('.')
            .map_or(self.name, |(stem, _)| stem);
        let (prefix, instance) = stem
            .split_once('@')
            .map_or((stem, None), |(prefix, instance)| {
                (
                    prefix,
                    Some(instance).filter(|instance| !instance.is_empty()),
                )
            });
        let mut text = Vec::with_capacity(built.text.len());
        let mut unknown = built.unknown.clone();
        let mut bytes = built.text.iter().copied();
        while let Some(byte) = bytes.next() {
            if byte != b'%' {
                text.push(byte);
                continue;
            }
            match bytes.next() {
                Some(b'%') => text.push(b'%'),
                Some(b'n') => text.extend_from_slice(self.name.as_bytes()),
                Some(b'N') => text.extend_from_slice(stem.as_bytes()),
                Some(b'p') => text.extend_from_slice(prefix.as_bytes()),
                Some(b't') => text.extend_from_slice(b"/run"),
                Some(b'S') => text.extend_from_slice(b"/var/lib"),
                Some(b'C') => text.extend_from_slice(b"/var/cache"),
                Some(b'L') => text.extend_from_slice(b"/var/log"),
                Some(b'i' | b'I') if instance.is_some() => {
                    text.extend_from_slice(instance.unwrap_or_default().as_bytes());
                }
                Some(other) => {
                    let why = format!("%{} is known when the unit is started", char::from(other));
                    unknown.get_or_insert(why);
                }
                None => text.push(b'%'),
            }
        }
        template(Built {
            text,
            unknown,
            is_literal: false,
            ..built
        })
    }
}

/// A word with a hole that a template engine fills.
fn template(mut built: Built) -> Built {
    let has = |needle: &[u8]| memchr::memmem::find(&built.text, needle).is_some();
    if built.unknown.is_none() && (has(b"{{") || has(b"{%")) {
        built.unknown = Some("a template fills it in".to_owned());
    }
    built
}

/// The word with `$X` and `${X}` filled in from what the unit itself sets.
fn substituted(built: Built, environment: &Environment) -> Built {
    if memchr::memchr(b'$', &built.text).is_none() {
        return built;
    }
    let mut text = Vec::with_capacity(built.text.len());
    let mut unknown = built.unknown.clone();
    let mut at = 0;
    while let Some(byte) = built.text.get(at) {
        if *byte != b'$' {
            text.push(*byte);
            at += 1;
            continue;
        }
        let rest = &built.text[at + 1..];
        if rest.first() == Some(&b'$') {
            text.push(b'$');
            at += 2;
            continue;
        }
        let in_braces = rest.first() == Some(&b'{');
        let name_start = usize::from(in_braces);
        let length = rest[name_start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let name = String::from_utf8_lossy(&rest[name_start..name_start + length]).into_owned();
        let closing = usize::from(in_braces);
        if length == 0 || (in_braces && rest.get(name_start + length) != Some(&b'}')) {
            text.push(b'$');
            at += 1;
            continue;
        }
        match environment.get(&name).map(|variable| &variable.value) {
            Some(word)
                if word
                    .text()
                    .is_some_and(|value| text.len() + value.len() < 65_536) =>
            {
                text.extend_from_slice(word.text().unwrap_or_default().as_bytes());
            }
            _ => {
                unknown.get_or_insert(format!("the variable {name} is set elsewhere"));
            }
        }
        at += 1 + name_start + length + closing;
    }
    Built {
        text,
        unknown,
        is_literal: false,
        ..built
    }
}

fn word(source: &SourceFile, value: &Encoded, built: Built) -> Word {
    let span = span_of(source, value, built.start..built.end);
    let known = match (built.unknown, String::from_utf8(built.text)) {
        (Some(why), _) => Value::Unknown(Unknown::at(span, why)),
        (None, Err(_)) => Value::Unknown(Unknown::at(span, "it is not UTF-8")),
        (None, Ok(text)) if built.is_literal => Value::known(text, Origin::Literal(span)),
        (None, Ok(text)) => Value::known(text, Origin::Computed(span)),
    };
    Word { value: known, span }
}

/// Words between blanks, with both quotes and C's escapes (extract_first_word in src/basic/extract-word.c).
fn split(text: &[u8]) -> Vec<Built> {
    let mut words: Vec<Built> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let mut built = Built {
            is_literal: true,
            start: at,
            ..Built::default()
        };
        let mut quote: Option<u8> = None;
        while let Some(byte) = text.get(at).copied() {
            match (quote, byte) {
                (None, byte) if byte.is_ascii_whitespace() => break,
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    built.is_literal = false;
                }
                (Some(open), byte) if byte == open => quote = None,
                (_, b'\\') => {
                    built.is_literal = false;
                    at += 1;
                    at += escape(text, at, &mut built.text);
                    continue;
                }
                (_, byte) => built.text.push(byte),
            }
            at += 1;
        }
        built.end = at.min(text.len());
        words.push(built);
    }
    words
}

/// What stands behind a `\`; how many bytes it takes.
fn escape(text: &[u8], at: usize, into: &mut Vec<u8>) -> usize {
    let Some(byte) = text.get(at) else {
        return 0;
    };
    let plain = match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b's' => b' ',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        b'x' => {
            let digits = text
                .get(at + 1..at + 3)
                .and_then(|digits| std::str::from_utf8(digits).ok());
            return match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                Some(value) => {
                    into.push(value);
                    3
                }
                None => {
                    into.push(b'x');
                    1
                }
            };
        }
        other => *other,
    };
    into.push(plain);
    1
}
