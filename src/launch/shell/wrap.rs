//! Commands that only run another command.

use super::encoded::Encoded;
use super::{MAX_DEPTH, parse};
use crate::launch::word::{Command, Variable, Word};
use crate::source::{Origin, SourceFile, Span};
use crate::value::Value;

/// Programs that run their argument somewhere else, or once for each line that they read.
const ELSEWHERE: [&str; 14] = [
    "ssh",
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "heroku",
    "vagrant",
    "ansible",
    "fab",
    "xargs",
    "find",
    "watch",
    "at",
    "crontab",
];
/// Options of wrappers that take the next word.
const WITH_VALUE: [&str; 36] = [
    "-u",
    "--user",
    "-g",
    "--group",
    "-p",
    "--prompt",
    "-C",
    "-h",
    "-n",
    "-c",
    "-e",
    "-U",
    "-P",
    "-s",
    "--shell",
    "-t",
    "-w",
    "-o",
    "--name",
    "--pidfile",
    "--chuid",
    "--chdir",
    "--exec",
    "--startas",
    "--retry",
    "--signal",
    "--umask",
    "--nicelevel",
    "-x",
    "-a",
    "-d",
    "--adjustment",
    "--class",
    "--project",
    "--with",
    "--group-name",
];

/// The commands that a command runs in the end.
pub(super) fn unwrap(source: &SourceFile, command: Command, depth: usize) -> Vec<Command> {
    let mut command = command;
    for _ in 0..16 {
        let Some(program) = command.program().map(str::to_owned) else {
            return vec![command];
        };
        if ELSEWHERE.contains(&program.as_str()) {
            return Vec::new();
        }
        let taken = match program.as_str() {
            "exec" => {
                command.is_last = true;
                options(&command.words, 1, &["-a"])
            }
            "command" | "builtin" | "stdbuf" | "unbuffer" | "ddtrace-run" | "catatonit" => {
                options(&command.words, 1, &[])
            }
            "opentelemetry-instrument" => options(&command.words, 1, &[]),
            "nohup" | "setsid" => {
                command.in_background |= program == "setsid";
                options(&command.words, 1, &[])
            }
            "time" => options(&command.words, 1, &["-f", "-o"]),
            "nice" | "ionice" | "chrt" => options(&command.words, 1, &["-n", "-c", "-p"]),
            "tini" | "dumb-init" | "docker-init" => options(&command.words, 1, &["-p", "-e", "-r"]),
            "env" => environment(&mut command),
            "sudo" | "doas" => sudo(&mut command),
            "gosu" | "su-exec" | "setuidgid" => {
                command.user = command.words.get(1).cloned();
                Some(2)
            }
            "chpst" => {
                command.user = value_of(&command.words, &["-u"]).or(command.user.take());
                options(
                    &command.words,
                    1,
                    &[
                        "-u", "-U", "-e", "-n", "-m", "-l", "-L", "-o", "-P", "-0", "-/",
                    ],
                )
            }
            "newrelic-admin" if is_word(&command, 1, "run-program") => Some(2),
            "poetry" | "pipenv" | "pdm" | "uv" | "rye" | "hatch" | "conda" | "micromamba"
                if is_word(&command, 1, "run") =>
            {
                options(&command.words, 2, &WITH_VALUE)
            }
            "start-stop-daemon" => return start_stop_daemon(source, command, depth),
            "su" | "runuser" => return switch_user(source, command, depth),
            "sh" | "bash" | "dash" | "ash" | "zsh" => return shell(source, command, depth),
            _ if is_waiter(&program) => {
                let dashes = command.words.iter().position(|word| word.is("--"));
                match dashes {
                    Some(at) => Some(at + 1),
                    None => return vec![command],
                }
            }
            _ => return vec![command],
        };
        match taken {
            Some(count) if count > 0 && count < command.words.len() => {
                command.words.drain(..count);
            }
            // It runs nothing: `exec 2>&1`, `env` alone.
            _ => return Vec::new(),
        }
    }
    vec![command]
}

fn is_word(command: &Command, at: usize, text: &str) -> bool {
    command.words.get(at).is_some_and(|word| word.is(text))
}

/// `wait-for-it.sh db:5432 -- command`
fn is_waiter(program: &str) -> bool {
    program.starts_with("wait-for") || program.starts_with("wait_for") || program == "dockerize"
}

/// How many words there are before the command: options, and the values that some of them take.
fn options(words: &[Word], from: usize, with_value: &[&str]) -> Option<usize> {
    let mut at = from;
    loop {
        let text = words.get(at)?.text()?;
        if text == "--" {
            return Some(at + 1);
        }
        if !text.starts_with('-') || text == "-" {
            return Some(at);
        }
        at += 1 + usize::from(with_value.contains(&text));
    }
}

fn value_of(words: &[Word], names: &[&str]) -> Option<Word> {
    let at = words
        .iter()
        .position(|word| word.text().is_some_and(|text| names.contains(&text)))?;
    words.get(at + 1).cloned()
}

/// `A=b` among the words.
fn assignment(word: &Word) -> Option<Variable> {
    let text = word.text()?;
    let (name, value) = text.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_');
    if !is_name {
        return None;
    }
    let is_plain = word.span.range().len() == text.len();
    let part = |from: usize, to: usize| match is_plain {
        true => Span::new(
            word.span.file,
            word.span.range().start + from..word.span.range().start + to,
        ),
        false => word.span,
    };
    let span = part(name.len() + 1, text.len());
    Some(Variable {
        name: name.to_owned(),
        name_span: part(0, name.len()),
        value: Word {
            value: Value::known(value.to_owned(), Origin::Literal(span)),
            span,
        },
    })
}

fn environment(command: &mut Command) -> Option<usize> {
    if let Some(name) = value_of(&command.words, &["-u", "--unset"])
        && let Some(text) = name.text()
    {
        command.environment.variables.push(Variable {
            name: text.to_owned(),
            name_span: name.span,
            value: Word::unknown(name.span, "env takes it away"),
        });
    }
    let mut at = options(&command.words, 1, &["-u", "--unset", "-C", "--chdir"])?;
    while let Some(variable) = command.words.get(at).and_then(assignment) {
        command.environment.variables.push(variable);
        at += 1;
    }
    Some(at)
}

fn sudo(command: &mut Command) -> Option<usize> {
    let user = value_of(
        &command.words,
        &["-u", "--user", "-Eu", "-Hu", "-EHu", "-HEu"],
    );
    let joined = command.words.iter().find_map(|word| {
        let text = word.text()?;
        let name = text.strip_prefix("--user=")?;
        Some(Word::literal(name, word.span))
    });
    let mut at = options(
        &command.words,
        1,
        &[
            "-u", "--user", "-Eu", "-Hu", "-EHu", "-HEu", "-g", "--group", "-p", "-C", "-h", "-D",
        ],
    )?;
    while let Some(variable) = command.words.get(at).and_then(assignment) {
        command.environment.variables.push(variable);
        at += 1;
    }
    let first = command.words.first()?.span;
    command.user = user
        .or(joined)
        .or_else(|| Some(Word::literal("root", first)));
    Some(at)
}

/// `sh -c "…"`; a script's file is a plain command, which the caller may follow.
fn shell(source: &SourceFile, command: Command, depth: usize) -> Vec<Command> {
    let mut at = 1;
    while let Some(text) = command.words.get(at).and_then(Word::text) {
        let is_option = text.starts_with(['-', '+']) && text.len() > 1;
        if !is_option {
            break;
        }
        if !text.starts_with("--") && text.contains('c') {
            return match command.words.get(at + 1) {
                Some(script) => inner(source, &command, script, depth),
                None => Vec::new(),
            };
        }
        at += 1 + usize::from(matches!(text, "-o" | "+o" | "-O"));
    }
    vec![command]
}

/// The commands of a word that is a script.
fn inner(source: &SourceFile, outer: &Command, script: &Word, depth: usize) -> Vec<Command> {
    if depth >= MAX_DEPTH || script.text().is_none() {
        return vec![Command {
            words: vec![Word::unknown(script.span, "the script is not known")],
            ..outer.clone()
        }];
    }
    let text = Encoded::of_word(source, script);
    let mut commands = parse::script(source, &text, &outer.environment, depth + 1);
    for command in &mut commands {
        command.environment = outer.environment.clone().with(&command.environment);
        command.user = command.user.take().or_else(|| outer.user.clone());
        command.directory = command.directory.take().or_else(|| outer.directory.clone());
        command.in_background |= outer.in_background;
        command.is_certain &= outer.is_certain;
        // What is last in the inner script is last if the whole of it is.
        command.is_last &= outer.is_last;
    }
    commands
}

/// `su - www -c "…"`, `runuser -u www -- command`
fn switch_user(source: &SourceFile, command: Command, depth: usize) -> Vec<Command> {
    let mut command = command;
    let script = value_of(&command.words, &["-c", "--command"]);
    let named = value_of(&command.words, &["-u", "--user"]);
    let mut at = 1;
    let mut plain = Vec::new();
    while let Some(word) = command.words.get(at) {
        match word.text() {
            Some("--") => {
                at += 1;
                break;
            }
            Some(text) if text.starts_with('-') => {
                at += 1 + usize::from(WITH_VALUE.contains(&text) || text == "--command");
            }
            _ if named.is_some() => break,
            _ => {
                plain.push(word.clone());
                at += 1;
            }
        }
    }
    match (script, named) {
        (Some(script), named) => {
            command.user = named.or_else(|| plain.first().cloned());
            inner(source, &command, &script, depth)
        }
        (None, Some(user)) if at < command.words.len() => {
            command.user = Some(user);
            command.words.drain(..at);
            unwrap_again(source, command, depth)
        }
        _ => Vec::new(),
    }
}

fn start_stop_daemon(source: &SourceFile, command: Command, depth: usize) -> Vec<Command> {
    let mut command = command;
    let words = &command.words;
    if !words.iter().any(|word| word.is("--start") || word.is("-S")) {
        return Vec::new();
    }
    let Some(program) =
        value_of(words, &["--startas", "-a"]).or_else(|| value_of(words, &["--exec", "-x"]))
    else {
        return Vec::new();
    };
    let dashes = words.iter().position(|word| word.is("--"));
    let arguments = dashes
        .map(|at| words.get(at + 1..).unwrap_or_default().to_vec())
        .unwrap_or_default();
    let user = value_of(words, &["--chuid", "-c"]);
    let directory = value_of(words, &["--chdir", "-d"]);
    let is_background = words
        .iter()
        .any(|word| word.is("--background") || word.is("-b"));
    command.user = user.or(command.user);
    command.directory = directory.or(command.directory);
    command.in_background |= is_background;
    command.words = std::iter::once(program).chain(arguments).collect();
    unwrap_again(source, command, depth)
}

fn unwrap_again(source: &SourceFile, command: Command, depth: usize) -> Vec<Command> {
    match depth < MAX_DEPTH {
        true => unwrap(source, command, depth + 1),
        false => vec![command],
    }
}
