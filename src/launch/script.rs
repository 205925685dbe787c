//! Shell scripts, Makefiles and Procfiles, as far as a plain command line in them goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::shell::{self, Encoded};
use super::word::{Command, Environment};
use crate::source::{SourceFile, Span};

/// A longer script is none that starts a server.
const MAX_SIZE: usize = 256 * 1024;
/// As long as a recipe's line may become when make has filled in its variables.
const MAX_LINE: usize = 64 * 1024;

/// Whether a file that is run is one for a shell: its first line says so, or says nothing.
pub fn is_for_a_shell(source: &SourceFile) -> bool {
    let bytes = source.bytes();
    match bytes.strip_prefix(b"#!") {
        Some(rest) => {
            let line = rest.split(|byte| *byte == b'\n').next().unwrap_or(rest);
            let mut words = line
                .split(|byte| byte.is_ascii_whitespace() || *byte == b'/')
                .filter(|word| !word.is_empty());
            words.any(|word| matches!(word, b"sh" | b"bash" | b"dash" | b"ash" | b"zsh" | b"ksh"))
        }
        None => memchr::memchr(0, &bytes[..bytes.len().min(1024)]).is_none(),
    }
}

/// What a shell script does that is started in an environment: its commands, in order, those inside
/// of `if`, loops and functions too, which say that they are not certain.
pub fn script(source: &SourceFile, known: &Environment) -> Vec<Command> {
    let size = source.bytes().len();
    if size > MAX_SIZE || !is_for_a_shell(source) {
        return Vec::new();
    }
    shell::read(source, &Encoded::plain(source, 0..size), known)
}

/// The commands of a Makefile's recipes, each recipe line a shell of its own.
pub fn makefile(source: &Arc<SourceFile>) -> Vec<Command> {
    let bytes = source.bytes();
    if bytes.len() > MAX_SIZE {
        return Vec::new();
    }
    let mut variables: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
    let mut commands = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = logical_end(bytes, at);
        let line = &bytes[at..end];
        match line.strip_prefix(b"\t") {
            Some(recipe) => {
                let marks = recipe
                    .iter()
                    .take_while(|byte| b"@-+ \t".contains(byte))
                    .count();
                if let Some(text) = expanded(bytes, at + 1 + marks..end, &variables) {
                    commands.extend(shell::commands(source, &text));
                }
            }
            None => assign(line, &mut variables),
        }
        at = (end + 1).max(at + 1);
    }
    commands
}

/// The end of a line with those that a `\` joins to it.
fn logical_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let content = bytes[start..end]
            .strip_suffix(b"\r")
            .unwrap_or(&bytes[start..end]);
        if end >= bytes.len() || !content.ends_with(b"\\") {
            return end;
        }
        at = end + 1;
    }
}

/// `NAME = value`, `:=`, `?=`; what is added to, or filled in itself, is not known.
fn assign(line: &[u8], variables: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) {
    let Some(equals) = memchr::memchr(b'=', line) else {
        return;
    };
    let before = &line[..equals];
    let is_added = before.ends_with(b"+");
    let is_default = before.ends_with(b"?");
    let name = before
        .trim_ascii_start()
        .strip_prefix(b"export ")
        .unwrap_or(before);
    let end = name
        .iter()
        .rposition(|byte| !b":?+! \t".contains(byte))
        .map_or(0, |last| last + 1);
    let name = name[..end].trim_ascii();
    let is_name = !name.is_empty()
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
    if !is_name {
        return;
    }
    let value = line[equals + 1..]
        .split(|byte| *byte == b'#')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    // The environment and the command line of make may set what has only a default.
    let is_known = !is_added
        && !is_default
        && !variables.contains_key(name)
        && memchr::memchr2(b'$', b'\\', value).is_none();
    variables.insert(name.to_vec(), is_known.then(|| value.to_vec()));
}

/// A recipe's line with make's variables filled in: what is not known becomes a variable that no
/// shell knows, and so stays unknown. Nothing for a line that becomes too long.
fn expanded(
    bytes: &[u8],
    range: std::ops::Range<usize>,
    variables: &BTreeMap<Vec<u8>, Option<Vec<u8>>>,
) -> Option<Encoded> {
    let mut text: Vec<u8> = Vec::new();
    let mut offsets: Vec<u32> = Vec::new();
    let mut push = |part: &[u8], at: usize| {
        text.extend_from_slice(part);
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        offsets.extend(std::iter::repeat_n(at, part.len()));
        text.len() <= MAX_LINE
    };
    let mut at = range.start.min(range.end);
    while at < range.end {
        let rest = &bytes[at..range.end];
        let (part, length): (&[u8], usize) = match rest {
            [b'$', b'$', ..] => (b"$", 2),
            [b'$', open @ (b'(' | b'{'), inside @ ..] => {
                let close = if *open == b'(' { b')' } else { b'}' };
                match memchr::memchr(close, inside) {
                    Some(end) => {
                        let known = variables.get(&inside[..end]).and_then(Option::as_deref);
                        (known.unwrap_or(b"$__MAKE"), end + 3)
                    }
                    None => return None,
                }
            }
            [b'$', ..] => (b"$__MAKE", 2.min(rest.len())),
            [byte, ..] => (std::slice::from_ref(byte), 1),
            [] => break,
        };
        if !push(part, at) {
            return None;
        }
        at += length;
    }
    offsets.push(u32::try_from(range.end).unwrap_or(u32::MAX));
    Some(Encoded { text, offsets })
}

/// One line of a Procfile.
#[derive(Clone, Debug)]
pub struct ProcfileEntry {
    /// `web`, `worker`, `release`.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it runs.
    pub commands: Vec<Command>,
}

/// The entries of a Procfile.
pub fn procfile(source: &Arc<SourceFile>) -> Vec<ProcfileEntry> {
    let bytes = source.bytes();
    if bytes.len() > MAX_SIZE {
        return Vec::new();
    }
    let mut entries = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        let line = &bytes[at..end];
        if let Some(colon) = memchr::memchr(b':', line) {
            let name = &line[..colon];
            let is_name = !name.is_empty()
                && name
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
            if is_name {
                entries.push(ProcfileEntry {
                    name: String::from_utf8_lossy(name).into_owned(),
                    name_span: source.span(at..at + colon),
                    commands: shell::commands(source, &Encoded::plain(source, at + colon + 1..end)),
                });
            }
        }
        at = end + 1;
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::host::PathMap;
    use crate::tree::Memory;

    fn source(text: &str) -> Arc<SourceFile> {
        Files::new(Memory::new(), PathMap::new()).intern("/x".into(), text.into())
    }

    fn lines(commands: &[Command]) -> Vec<String> {
        commands
            .iter()
            .map(|command| {
                let words = command.words.iter().map(|word| word.text().unwrap_or("?"));
                words.collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn a_makefile_runs_its_recipes() {
        let text = "PORT = 8000\nX ?= 1\nrun: deps\n\t@python manage.py runserver 0:$(PORT) $(X) $$HOME\n\t-cd a && \\\n\tuwsgi --ini u.ini\n# x\n";
        let source = source(text);
        let commands = makefile(&source);
        assert_eq!(
            lines(&commands),
            ["python manage.py runserver 0:8000 ? ?", "uwsgi --ini u.ini"]
        );
        assert_eq!(source.text(commands[1].words[2].span), "u.ini");
        assert_eq!(source.text(commands[0].words[0].span), "python");
    }

    #[test]
    fn a_procfile_has_a_command_for_each_name() {
        let source =
            source("web: uwsgi --ini uwsgi.ini\n\nrelease: python manage.py migrate\nno name: x\n");
        let entries = procfile(&source);
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["web", "release"]);
        assert_eq!(lines(&entries[0].commands), ["uwsgi --ini uwsgi.ini"]);
        assert_eq!(source.text(entries[0].commands[0].words[0].span), "uwsgi");
    }

    #[test]
    fn only_a_shell_script_is_read_as_one() {
        let known = Environment::default();
        let python = script(&source("#!/usr/bin/env python3\nprint(1)\n"), &known);
        assert!(python.is_empty());
        let bash = source("#!/usr/bin/env bash\nexport A=1\nuwsgi x\n");
        let bash = script(&bash, &known);
        assert_eq!(lines(&bash), ["uwsgi x"]);
        assert!(bash[0].environment.get("A").is_some());
    }
}
