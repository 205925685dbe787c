//! From instructions to stages.

use std::sync::Arc;

use super::lines::{self, Instruction, part};
use super::substitute::{self, Variables};
use super::{Base, Copy, CopyFrom, Dockerfile, Stage, Step};
use crate::launch::shell::{self, Encoded};
use crate::launch::word::{Command, Environment, Invocation, Variable, Word};
use crate::source::{Origin, SourceFile, Span};
use crate::value::Value;

/// A larger one is no Dockerfile.
const MAX_SIZE: usize = 2 * 1024 * 1024;

struct Reader<'a> {
    source: &'a SourceFile,
    arguments: &'a [Variable],
    dockerfile: Dockerfile,
    /// Arguments before the first `FROM`: each stage may ask for them.
    of_all: Variables,
    /// What is set in the stage that is read.
    variables: Variables,
    /// What each stage has set by `ENV` when it ends.
    by_stage: Vec<Variables>,
    /// Of `variables`, those that `ENV` sets.
    by_env: Variables,
}

/// Reads a Dockerfile as it is built with these arguments.
pub(super) fn dockerfile(source: &Arc<SourceFile>, arguments: &[Variable]) -> Dockerfile {
    let mut reader = Reader {
        source,
        arguments,
        dockerfile: Dockerfile {
            file: Arc::clone(source),
            arguments: Vec::new(),
            stages: Vec::new(),
            is_whole: true,
        },
        of_all: Variables::new(),
        variables: Variables::new(),
        by_stage: Vec::new(),
        by_env: Variables::new(),
    };
    if source.bytes().len() > MAX_SIZE {
        reader.dockerfile.is_whole = false;
        return reader.dockerfile;
    }
    let (instructions, is_all) = lines::instructions(source);
    reader.dockerfile.is_whole = is_all;
    for instruction in &instructions {
        reader.read(instruction);
    }
    reader.dockerfile.is_whole &= !reader.dockerfile.stages.is_empty();
    reader.dockerfile
}

impl Reader<'_> {
    fn word(&self, text: &Encoded) -> Word {
        substitute::word(self.source, text, &self.variables)
    }

    fn words(&self, text: &Encoded) -> Vec<Word> {
        lines::words(&text.text)
            .into_iter()
            .map(|range| self.word(&part(text, range)))
            .collect()
    }

    fn push(&mut self, step: Step) {
        if let Some(stage) = self.dockerfile.stages.last_mut() {
            stage.steps.push(step);
        }
    }

    fn read(&mut self, instruction: &Instruction) {
        let span = self.source.span(instruction.range.clone());
        let rest = &instruction.rest;
        match instruction.name.as_str() {
            "FROM" => self.from(instruction, span),
            "ARG" => self.argument(rest, span),
            "ENV" => self.environment(rest),
            "WORKDIR" => {
                let word = self.word(rest);
                self.push(Step::Workdir(word));
            }
            "USER" => self.user(rest),
            "COPY" | "ADD" => self.copy(instruction, span),
            "RUN" => {
                let commands = self.run(instruction, span);
                self.push(Step::Run { commands, span });
            }
            "CMD" => {
                let invocation = self.invocation(rest, span);
                self.push(Step::Cmd(invocation, span));
            }
            "ENTRYPOINT" => {
                let invocation = self.invocation(rest, span);
                self.push(Step::Entrypoint(invocation, span));
            }
            "EXPOSE" => {
                for word in self.words(rest) {
                    self.push(Step::Expose(word));
                }
            }
            "VOLUME" => {
                let words = match json(self.source, rest) {
                    Some(words) => words,
                    None => self.words(rest),
                };
                for word in words {
                    self.push(Step::Volume(word));
                }
            }
            "STOPSIGNAL" => {
                let word = self.word(rest);
                self.push(Step::StopSignal(word));
            }
            "LABEL" | "HEALTHCHECK" | "ONBUILD" | "MAINTAINER" => {}
            // Another shell reads what follows, a template's line, or a fault.
            _ => self.dockerfile.is_whole = false,
        }
    }

    fn from(&mut self, instruction: &Instruction, span: Span) {
        if !self.dockerfile.stages.is_empty() {
            self.by_stage.push(std::mem::take(&mut self.by_env));
        }
        let rest = &instruction.rest;
        let words = lines::words(&rest.text);
        self.variables = self.of_all.clone();
        let base = match words.first() {
            Some(first) => self.word(&part(rest, first.clone())),
            None => Word::unknown(span, "it names no image"),
        };
        let texts: Vec<String> = words
            .iter()
            .map(|range| String::from_utf8_lossy(&rest.text[range.clone()]).to_ascii_lowercase())
            .collect();
        let name = match texts.as_slice() {
            [_, as_word, name, ..] if as_word == "as" => Some(name.clone()),
            _ => None,
        };
        let lower = base.text().map(str::to_ascii_lowercase);
        let earlier = lower.as_deref().and_then(|text| {
            self.dockerfile
                .stages
                .iter()
                .rposition(|stage| stage.name.as_deref() == Some(text))
        });
        self.variables = Variables::new();
        let base = match (earlier, lower.as_deref()) {
            (Some(stage), _) => {
                self.variables = self.by_stage.get(stage).cloned().unwrap_or_default();
                Base::Stage(stage)
            }
            (None, Some("scratch")) => Base::Scratch,
            _ => Base::Image(base),
        };
        self.by_env = self.variables.clone();
        self.dockerfile.stages.push(Stage {
            name,
            from_span: span,
            base,
            steps: Vec::new(),
        });
    }

    /// `ARG NAME`, `ARG NAME=default`; the arguments of the build win.
    fn argument(&mut self, rest: &Encoded, span: Span) {
        for range in lines::words(&rest.text) {
            let text = part(rest, range);
            let equals = memchr::memchr(b'=', &text.text);
            let name = String::from_utf8_lossy(&text.text[..equals.unwrap_or(text.text.len())])
                .into_owned();
            let default = equals.map(|equals| self.word(&part(&text, equals + 1..text.text.len())));
            let given = self
                .arguments
                .iter()
                .rev()
                .find(|argument| argument.name == name);
            let is_global = self.dockerfile.stages.is_empty();
            let value = match (given, &default) {
                (Some(given), _) => given.value.text().map(str::to_owned),
                (None, Some(default)) => default.text().map(str::to_owned),
                (None, None) if !is_global => self.of_all.get(&name).cloned().flatten(),
                (None, None) => None,
            };
            // What ENV sets wins over an argument of the same name.
            if is_global {
                self.of_all.insert(name.clone(), value);
                if let Some(default) = default {
                    self.dockerfile.arguments.push(Variable {
                        name,
                        name_span: span,
                        value: default,
                    });
                }
            } else {
                if !self.by_env.contains_key(&name) {
                    self.variables.insert(name.clone(), value);
                }
                self.push(Step::Arg {
                    name,
                    default,
                    span,
                });
            }
        }
    }

    /// `ENV A=b C="d e"`, and the old `ENV A b c`.
    fn environment(&mut self, rest: &Encoded) {
        let text = &rest.text;
        let first = lines::words(text).into_iter().next();
        let Some(first) = first else {
            return;
        };
        let mut set: Vec<Variable> = Vec::new();
        if memchr::memchr(b'=', &text[first.clone()]).is_none() {
            let value_start = text[first.end..]
                .iter()
                .position(|byte| !byte.is_ascii_whitespace())
                .map_or(text.len(), |offset| first.end + offset);
            set.push(self.variable(rest, first, value_start..text.len()));
        } else {
            let mut at = first.start;
            while at < text.len() {
                let end = end_of_pair(text, at);
                if let Some(equals) = memchr::memchr(b'=', &text[at..end]) {
                    set.push(self.variable(rest, at..at + equals, at + equals + 1..end));
                }
                at = text[end..]
                    .iter()
                    .position(|byte| !byte.is_ascii_whitespace())
                    .map_or(text.len(), |offset| end + offset);
            }
        }
        // All of one instruction see what was set before it.
        for variable in set {
            let value = variable.value.text().map(str::to_owned);
            self.variables.insert(variable.name.clone(), value.clone());
            self.by_env.insert(variable.name.clone(), value);
            self.push(Step::Env(variable));
        }
    }

    fn variable(
        &self,
        text: &Encoded,
        name: std::ops::Range<usize>,
        value: std::ops::Range<usize>,
    ) -> Variable {
        let written = part(text, name.clone());
        Variable {
            name: String::from_utf8_lossy(&written.text).into_owned(),
            name_span: text.span(self.source, name),
            value: self.word(&part(text, value)),
        }
    }

    fn user(&mut self, rest: &Encoded) {
        let (user, group) = match memchr::memchr(b':', &rest.text) {
            Some(colon) => (
                part(rest, 0..colon),
                Some(part(rest, colon + 1..rest.text.len())),
            ),
            None => (part(rest, 0..rest.text.len()), None),
        };
        let step = Step::User(self.word(&user), group.map(|group| self.word(&group)));
        self.push(step);
    }

    fn copy(&mut self, instruction: &Instruction, span: Span) {
        let mut words = match json(self.source, &instruction.rest) {
            Some(words) => words,
            None => self.words(&instruction.rest),
        };
        let flag = |name: &str| {
            let mut flags = instruction.flags.iter();
            flags
                .find(|(flag, _)| flag == name)
                .map(|(_, value)| self.word(value))
        };
        let from = flag("from").map(|word| {
            let text = word.text().map(str::to_ascii_lowercase);
            let stages = &self.dockerfile.stages;
            let by_name = stages
                .iter()
                .rposition(|stage| text.is_some() && stage.name == text);
            let by_index = || {
                let index: usize = text.as_deref()?.parse().ok()?;
                (index < stages.len()).then_some(index)
            };
            match by_name.or_else(by_index) {
                Some(stage) => CopyFrom::Stage(stage),
                None => CopyFrom::Other(word),
            }
        });
        let (chown, chmod) = (flag("chown"), flag("chmod"));
        let Some(destination) = words.pop() else {
            return;
        };
        self.push(Step::Copy(Copy {
            from,
            sources: words,
            destination,
            chown,
            chmod,
            is_add: instruction.name == "ADD",
            span,
        }));
    }

    fn known(&self) -> Environment {
        let variables = self.variables.iter().filter_map(|(name, value)| {
            let span = self.source.span(0..0);
            Some(Variable {
                name: name.clone(),
                name_span: span,
                value: Word {
                    value: Value::known(value.clone()?, Origin::Default("the image")),
                    span,
                },
            })
        });
        Environment {
            variables: variables.collect(),
            openings: Vec::new(),
        }
    }

    fn run(&self, instruction: &Instruction, span: Span) -> Vec<Command> {
        if let Some(words) = json(self.source, &instruction.rest) {
            return shell::run(self.source, words, span);
        }
        let known = self.known();
        let starts_with_heredoc = instruction.rest.text.starts_with(b"<<");
        match (starts_with_heredoc, instruction.heredocs.first()) {
            (true, Some(body)) => shell::read(self.source, body, &known),
            _ => shell::read(self.source, &instruction.rest, &known),
        }
    }

    fn invocation(&self, rest: &Encoded, _span: Span) -> Invocation {
        match json(self.source, rest) {
            Some(words) => Invocation::Exec(words),
            None => Invocation::Shell(shell::read(self.source, rest, &self.known())),
        }
    }
}

/// The end of `NAME=value`, whose value may have blanks in quotes or behind a backslash.
fn end_of_pair(text: &[u8], from: usize) -> usize {
    let mut quote: Option<u8> = None;
    let mut at = from;
    while let Some(byte) = text.get(at).copied() {
        match (quote, byte) {
            (None, byte) if byte.is_ascii_whitespace() => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            (None | Some(b'"'), b'\\') => at += 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The words of a list in JSON, if it is one of texts alone.
fn json(source: &SourceFile, text: &Encoded) -> Option<Vec<Word>> {
    if text.text.first() != Some(&b'[') {
        return None;
    }
    let list: Vec<String> = serde_json::from_slice(&text.text).ok()?;
    let mut words = Vec::new();
    let mut at = 1;
    for value in list {
        let open = at + memchr::memchr(b'"', text.text.get(at..)?)?;
        let mut end = open + 1;
        while *text.text.get(end)? != b'"' {
            end += if text.text[end] == b'\\' { 2 } else { 1 };
        }
        end += 1;
        let span = text.span(source, open..end);
        let is_plain = end - open == value.len() + 2;
        let origin = match is_plain {
            true => Origin::Literal(span),
            false => Origin::Computed(span),
        };
        words.push(Word {
            value: Value::known(value, origin),
            span,
        });
        at = end;
    }
    Some(words)
}
