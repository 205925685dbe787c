//! An instance that a command line starts: its options count in their order, a file's where the file
//! is named (uwsgi_commandline_config in core/init.c, with getopt_long).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Instance;
use super::load::{Loader, Place};
use super::options::{self, UwsgiOption};
use super::setting::Source;
use super::text::{Hole, Text};
use crate::files::Files;
use crate::launch::word::Word;
use crate::source::{SourceFile, Span};
use crate::value::{Unknown, only};

/// How a uWSGI process is started.
pub struct Start<'a> {
    /// The words behind the program's name.
    pub arguments: &'a [Word],
    /// The program's name: the place for what is absent where no file is named.
    pub program: Span,
    /// The file that holds the command.
    pub file: Arc<SourceFile>,
    /// The process's environment, as far as it is known.
    pub environment: &'a BTreeMap<String, String>,
    /// The file of the tree that a path is where the process runs, if it is here.
    pub resolve: &'a dyn Fn(&Path) -> Option<PathBuf>,
}

/// One option of the command line.
struct Given {
    name: String,
    name_span: Span,
    /// Its value, and where that stands.
    value: Option<(Text, Span)>,
}

/// The letters for options (the short options of core/uwsgi.c and of the Python plugin).
const SHORT: [(u8, &str); 26] = [
    (b's', "socket"),
    (b'p', "processes"),
    (b't', "harakiri"),
    (b'x', "xml"),
    (b'S', "set"),
    (b'd', "daemonize"),
    (b'l', "listen"),
    (b'v', "max-vars"),
    (b'b', "buffer-size"),
    (b'm', "memory-report"),
    (b'c', "cgi-mode"),
    (b'a', "abstract-socket"),
    (b'C', "chmod-socket"),
    (b'T', "enable-threads"),
    (b'i', "single-interpreter"),
    (b'M', "master"),
    (b'r', "reaper"),
    (b'R', "max-requests"),
    (b'z', "socket-timeout"),
    (b'A', "sharedarea"),
    (b'Q', "spooler"),
    (b'L', "disable-logging"),
    (b'y', "yaml"),
    (b'j', "json"),
    (b'w', "module"),
    (b'H', "home"),
];

impl Instance {
    /// The instance that a command line starts.
    pub fn start(files: &Files, start: &Start<'_>) -> Self {
        let (given, bare, faults) = parse(start.arguments);
        let named = |given: &Given| given.name == "ini";
        let first = given
            .iter()
            .find(|given| named(given))
            .and_then(|given| resolved(start, given.value.as_ref()?.0.known()?))
            .or_else(|| {
                let word = bare.iter().find(|word| is_ini(word))?;
                resolved(start, word.text()?.as_bytes())
            });
        let root = first
            .and_then(|(path, _)| files.open(&path).ok())
            .unwrap_or_else(|| Arc::clone(&start.file));
        let mut loader = Loader::new(files, &root, None, start.environment);
        loader.read_environment();
        for given in given {
            take(&mut loader, files, start, given);
        }
        for word in bare {
            take_bare(&mut loader, files, start, word);
        }
        for (span, why) in faults {
            loader.open_at(span, "a word of the command line", why);
        }
        loader.loaded.first_option.get_or_insert(start.program);
        Self::of(files, root, loader.finish())
    }
}

/// The ini files that a command line names, each with the place that does; `-` and URLs are no files.
pub fn named_inis(arguments: &[Word]) -> Vec<(PathBuf, Span)> {
    let (given, bare, _) = parse(arguments);
    let by_option = given
        .iter()
        .filter(|given| given.name == "ini")
        .filter_map(|given| {
            let (value, span) = given.value.as_ref()?;
            Some((file_and_section(value.known()?)?.0, *span))
        });
    let by_ending = bare.into_iter().filter(|word| is_ini(word));
    let by_ending = by_ending
        .filter_map(|word| Some((file_and_section(word.text()?.as_bytes())?.0, word.span)));
    by_option.chain(by_ending).collect()
}

fn is_ini(word: &Word) -> bool {
    word.text().is_some_and(|text| text.ends_with(".ini"))
}

/// The file of the tree that `FILE` or `FILE:SECTION` is, and the section.
fn resolved(start: &Start<'_>, written: &[u8]) -> Option<(PathBuf, Option<Vec<u8>>)> {
    let (path, section) = file_and_section(written)?;
    Some(((start.resolve)(&path)?, section))
}

/// `FILE` or `FILE:SECTION`; nothing for what is no file.
fn file_and_section(written: &[u8]) -> Option<(PathBuf, Option<Vec<u8>>)> {
    let is_url = memchr::memmem::find(written, b"://").is_some();
    let (path, section) = match memchr::memrchr(b':', written) {
        Some(at) => (&written[..at], Some(written[at + 1..].to_vec())),
        None => (written, None),
    };
    let is_file = !is_url && !path.is_empty() && path != b"-";
    is_file.then(|| (super::paths::from_bytes(path), section))
}

fn take(loader: &mut Loader<'_>, files: &Files, start: &Start<'_>, given: Given) {
    let place = Place {
        key_span: given.name_span,
        value_span: given.value.as_ref().map_or_else(
            || {
                Span::new(
                    given.name_span.file,
                    given.name_span.range().end..given.name_span.range().end,
                )
            },
            |(_, span)| *span,
        ),
        guards: Vec::new(),
        source: Source::File,
    };
    let value = given
        .value
        .map_or_else(|| Text::literal(b"true"), |(value, _)| value);
    let is_config =
        UwsgiOption::find(given.name.as_bytes()).is_some_and(|option| option.kind() == "config");
    if !is_config {
        loader.add(Text::literal(given.name.as_bytes()), value, place);
        return;
    }
    let span = place.value_span;
    let what = format!("--{}", given.name);
    let opened = value
        .known()
        .filter(|_| given.name == "ini")
        .and_then(|written| resolved(start, written))
        .and_then(|(path, section)| Some((files.open(&path).ok()?, section)));
    match opened {
        Some((source, section)) => loader.read_file(&source, section.as_deref(), &[]),
        None => loader.open_at(span, &what, "the file that it names is not read here"),
    }
}

/// A word that is no option: a file by its ending, or something that the Python plugin takes.
fn take_bare(loader: &mut Loader<'_>, files: &Files, start: &Start<'_>, word: &Word) {
    let what = "a word of the command line";
    let Some(text) = word.text() else {
        return loader.open_at(word.span, what, "it is not known");
    };
    let place = Place {
        key_span: word.span,
        value_span: word.span,
        guards: Vec::new(),
        source: Source::File,
    };
    if text.starts_with('[') {
        // A name for the process list.
    } else if is_ini(word) {
        let opened = resolved(start, text.as_bytes()).and_then(|(path, _)| files.open(&path).ok());
        match opened {
            Some(source) => loader.read_file(&source, None, &[]),
            None => loader.open_at(word.span, text, "the file is not here"),
        }
    } else if text.ends_with(".py") || text.ends_with(".wsgi") {
        loader.add(
            Text::literal(b"wsgi-file"),
            Text::literal(text.as_bytes()),
            place,
        );
    } else if text.contains(':') && text.contains('.') && !text.contains('/') {
        loader.add(
            Text::literal(b"module"),
            Text::literal(text.as_bytes()),
            place,
        );
    } else {
        loader.open_at(word.span, what, "what uWSGI makes of it is not known");
    }
}

/// Options, what is none, and what cannot be understood.
fn parse(words: &[Word]) -> (Vec<Given>, Vec<&Word>, Vec<(Span, &'static str)>) {
    let mut given = Vec::new();
    let mut bare = Vec::new();
    let mut faults = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some(text) = word.text() else {
            faults.push((word.span, "it is not known"));
            continue;
        };
        if text == "--" {
            bare.extend(words.get(at..).unwrap_or_default());
            break;
        }
        if let Some(long) = text.strip_prefix("--") {
            let (name, attached) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let Some(option) = long_option(name) else {
                faults.push((word.span, "uWSGI knows no such option, and ends"));
                continue;
            };
            let value = match (attached, option.takes_argument()) {
                (Some(value), _) => Some((
                    Text::literal(value.as_bytes()),
                    part(word, text.len() - value.len()..text.len()),
                )),
                (None, options::Argument::Required) => {
                    at += 1;
                    words.get(at - 1).map(|next| (text_of(next), next.span))
                }
                (None, options::Argument::Optional | options::Argument::No) => None,
            };
            given.push(Given {
                name: option.name().to_owned(),
                name_span: part(word, 2..2 + name.len()),
                value,
            });
        } else if text.len() > 1 && text.starts_with('-') {
            at += short(words, word, text, at, &mut given, &mut faults);
        } else {
            bare.push(word);
        }
    }
    (given, bare, faults)
}

/// `-M`, `-p4`, `-s :8000`, `-Mp 4`; how many words behind it belong to it.
fn short(
    words: &[Word],
    word: &Word,
    text: &str,
    next: usize,
    given: &mut Vec<Given>,
    faults: &mut Vec<(Span, &'static str)>,
) -> usize {
    let letters = text.as_bytes();
    let mut at = 1;
    while let Some(letter) = letters.get(at) {
        let option = SHORT
            .iter()
            .find(|(short, _)| short == letter)
            .and_then(|(_, name)| UwsgiOption::find(name.as_bytes()));
        let Some(option) = option else {
            faults.push((word.span, "this letter is not known here"));
            return 0;
        };
        at += 1;
        let name_span = part(word, at - 1..at);
        let rest = text.get(at..).unwrap_or_default();
        let mut push = |value| {
            given.push(Given {
                name: option.name().to_owned(),
                name_span,
                value,
            });
        };
        match option.takes_argument() {
            options::Argument::No => push(None),
            options::Argument::Optional if rest.is_empty() => push(None),
            _ if !rest.is_empty() => {
                let value = Text::literal(rest.as_bytes());
                push(Some((value, part(word, at..text.len()))));
                return 0;
            }
            _ => {
                push(words.get(next).map(|next| (text_of(next), next.span)));
                return 1;
            }
        }
    }
    0
}

/// The option of that name, or the only one that begins so (getopt_long takes both).
fn long_option(name: &str) -> Option<UwsgiOption> {
    if let Some(option) = UwsgiOption::find(name.as_bytes()) {
        return Some(option);
    }
    let begin_so = options::all().filter(|option| option.name().starts_with(name));
    only(begin_so).filter(|_| !name.is_empty())
}

fn text_of(word: &Word) -> Text {
    match word.text() {
        Some(text) => Text::literal(text.as_bytes()),
        None => {
            let why = word.value.why_unknown().cloned();
            Text::hole(Hole::Unknown(
                why.unwrap_or_else(|| Unknown::at(word.span, "it is not known")),
            ))
        }
    }
}

/// A part of a word, where it stands as it is; else all of it.
fn part(word: &Word, range: std::ops::Range<usize>) -> Span {
    let whole = word.span.range();
    let length = word.text().map_or(0, str::len);
    // Quotes around the word take a byte at each side.
    let shift = match whole.len() {
        same if same == length => 0,
        quoted if quoted == length + 2 => 1,
        _ => return word.span,
    };
    Span::new(
        word.span.file,
        whole.start + shift + range.start..whole.start + shift + range.end,
    )
}
