//! An instance that a command line starts: its options count in their order, a file's where the file
//! is named (uwsgi_commandline_config in core/init.c, with getopt_long).

use std::path::PathBuf;
use std::sync::Arc;

use super::Instance;
use super::load::{Conditions, Loader, Place, Resolve};
use super::options::{self, Argument, UwsgiOption};
use super::refusal::Why;
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
    /// What else is known of the process.
    pub conditions: Conditions<'a>,
    /// The file of the tree that a path is where the process runs, if it is here.
    pub resolve: &'a Resolve<'a>,
}

/// One option of the command line.
struct Given {
    name: String,
    name_span: Span,
    /// Its value, and where that stands.
    value: Option<(Text, Span)>,
}

/// The letters for options (the short options of core/uwsgi.c and of the Python plugin).
const SHORT: [(u8, &str); 28] = [
    (b's', "socket"),
    (b'p', "processes"),
    (b't', "harakiri"),
    (b'x', "xmlconfig"),
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
    (b'J', "test"),
    (b'O', "optimize"),
];

impl Instance {
    /// The instance that a command line starts.
    pub fn start(files: &Files, start: &Start<'_>) -> Self {
        let (given, bare) = parse(start.arguments);
        let environment = start.conditions.environment;
        let in_environment = environment.get("UWSGI_INI").map(|path| path.as_bytes());
        let by_option = given.iter().filter(|given| given.name == "ini");
        let by_option = by_option.filter_map(|given| given.value.as_ref()?.0.known());
        let by_ending = bare.iter().filter(|word| is_ini(word));
        let by_ending = by_ending.filter_map(|word| Some(word.text()?.as_bytes()));
        let first = in_environment
            .into_iter()
            .chain(by_option)
            .chain(by_ending)
            .find_map(|written| files.open(&(start.resolve)(&file(written)?)?).ok());
        let root = first.unwrap_or_else(|| Arc::clone(&start.file));
        let mut loader = Loader::new(files, &root, start.conditions);
        loader.resolve = Some(start.resolve);
        loader.read_environment(|_| true);
        // Each option acts before the next word is looked at, so that a file may declare it.
        let mut words = Words::new(start.arguments);
        let mut bare = Vec::new();
        while let Some(items) = words.next(&|name| loader.takes_argument(name)) {
            for item in items {
                match item {
                    Item::Given(given) => take_option(&mut loader, given),
                    Item::Bare(word) => bare.push(word),
                    Item::Fault(fault) => {
                        loader.open_at(fault.span, "a word of the command line", fault.why);
                        if let Some(why) = fault.refused {
                            loader.refuse(why, &place(fault.span, None));
                        }
                    }
                }
            }
        }
        for word in bare {
            take_bare(&mut loader, word);
        }
        loader.loaded.first_option.get_or_insert(start.program);
        Self::of(files, root, loader.finish())
    }
}

fn take_option(loader: &mut Loader<'_>, given: Given) {
    let place = place(given.name_span, given.value.as_ref().map(|(_, span)| *span));
    // What takes no value has none, and shows as `true`.
    let value = given.value.map(|(value, _)| value);
    let value = value.unwrap_or_else(|| Text::literal(b"true"));
    loader.add(Text::literal(given.name.as_bytes()), value, place);
}

fn place(name: Span, value: Option<Span>) -> Place {
    let behind = Span::new(name.file, name.range().end..name.range().end);
    Place {
        key_span: name,
        value_span: value.unwrap_or(behind),
        guards: Vec::new(),
        source: match value {
            Some(_) => Source::File,
            None => Source::Switch,
        },
    }
}

/// The ini files that a command line names, each with the place that does; `-` and URLs are no files.
pub fn named_inis(arguments: &[Word]) -> Vec<(PathBuf, Span)> {
    let (given, bare) = parse(arguments);
    let by_option = given
        .iter()
        .filter(|given| given.name == "ini")
        .filter_map(|given| {
            let (value, span) = given.value.as_ref()?;
            Some((file(value.known()?)?, *span))
        });
    let by_ending = bare.into_iter().filter(|word| is_ini(word));
    let by_ending = by_ending.filter_map(|word| Some((file(word.text()?.as_bytes())?, word.span)));
    by_option.chain(by_ending).collect()
}

fn is_ini(word: &Word) -> bool {
    word.text().is_some_and(|text| text.ends_with(".ini"))
}

/// The file of `FILE` or `FILE:SECTION`; nothing for what is no file.
fn file(written: &[u8]) -> Option<PathBuf> {
    let is_url = memchr::memmem::find(written, b"://").is_some();
    let end = memchr::memrchr(b':', written).unwrap_or(written.len());
    let path = &written[..end];
    let is_file = !is_url && !path.is_empty() && path != b"-";
    is_file.then(|| super::paths::from_bytes(path))
}

/// A word that is no option: a file by its ending (uwsgi_commandline_config).
fn take_bare(loader: &mut Loader<'_>, word: &Word) {
    let Some(text) = word.text() else {
        return loader.open_at(word.span, "a word of the command line", "it is not known");
    };
    // What begins so is a name for the process list.
    if !text.starts_with('[') {
        let file = Text::literal(text.as_bytes());
        loader.include("include", &file, &place(word.span, Some(word.span)));
    }
}

/// A word that is not understood.
struct Fault {
    span: Span,
    why: &'static str,
    /// What uWSGI does not take, so that it does not start.
    refused: Option<Why>,
}

impl Fault {
    fn ends(span: Span, why: Why) -> Self {
        Self {
            span,
            why: "uWSGI does not take it, and ends",
            refused: Some(why),
        }
    }

    fn open(span: Span, why: &'static str) -> Self {
        Self {
            span,
            why,
            refused: None,
        }
    }
}

/// What a word of the command line is.
enum Item<'a> {
    Given(Given),
    /// No option.
    Bare(&'a Word),
    Fault(Fault),
}

/// What takes a value among the options that the configuration has made itself.
type Declared<'a> = dyn Fn(&str) -> Option<Argument> + 'a;

/// The words of a command line, as getopt_long goes through them.
struct Words<'a> {
    words: &'a [Word],
    at: usize,
}

/// Options and what is none, of those that uWSGI has without any configuration.
fn parse(words: &[Word]) -> (Vec<Given>, Vec<&Word>) {
    let (mut given, mut bare) = (Vec::new(), Vec::new());
    let mut words = Words::new(words);
    while let Some(items) = words.next(&|_| None) {
        for item in items {
            match item {
                Item::Given(option) => given.push(option),
                Item::Bare(word) => bare.push(word),
                Item::Fault(_) => {}
            }
        }
    }
    (given, bare)
}

impl<'a> Words<'a> {
    fn new(words: &'a [Word]) -> Self {
        Self { words, at: 0 }
    }

    /// What the next word is; it takes along the one behind it where that is its value.
    fn next(&mut self, declared: &Declared<'_>) -> Option<Vec<Item<'a>>> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        let Some(text) = word.text() else {
            let fault = Fault::open(word.span, "it is not known");
            return Some(vec![Item::Fault(fault)]);
        };
        Some(if text == "--" {
            let rest = self.words.get(self.at..).unwrap_or_default();
            self.at = self.words.len();
            rest.iter().map(Item::Bare).collect()
        } else if let Some(long) = text.strip_prefix("--") {
            vec![self.long(word, long, declared)]
        } else if text.len() > 1 && text.starts_with('-') {
            self.short(word, text)
        } else {
            vec![Item::Bare(word)]
        })
    }

    /// `--socket :8000`, `--socket=:8000`.
    fn long(&mut self, word: &'a Word, long: &str, declared: &Declared<'_>) -> Item<'a> {
        let (name, attached) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let by_uwsgi = long_option(name).map(|option| (option.name(), option.takes_argument()));
        let of_its_own = || declared(name).map(|argument| (name, argument));
        let Some((name, argument)) = by_uwsgi.or_else(of_its_own) else {
            let refused = no_option(name);
            // Which of several options it is decides whether the next word is its value or a file.
            let next = self.words.get(self.at).and_then(|next| next.text());
            let may_be_value = next.is_some_and(|next| !next.starts_with('-'));
            if refused.is_none() && attached.is_none() && may_be_value {
                self.at += 1;
            }
            return Item::Fault(Fault {
                span: word.span,
                why: "uWSGI knows no such option, and ends",
                refused,
            });
        };
        let written = long.split('=').next().map_or(0, str::len);
        let value = match (attached, argument) {
            (Some(_), Argument::No) => {
                return Item::Fault(Fault::ends(word.span, Why::TakesNoValue(name.to_owned())));
            }
            (Some(value), _) => {
                let behind = long.len() + 2 - value.len()..long.len() + 2;
                Some((Text::literal(value.as_bytes()), part(word, behind)))
            }
            (None, Argument::Required) => {
                let Some(next) = self.words.get(self.at) else {
                    return Item::Fault(Fault::ends(word.span, Why::NeedsValue(name.to_owned())));
                };
                self.at += 1;
                Some((text_of(next), next.span))
            }
            (None, Argument::Optional | Argument::No) => None,
        };
        Item::Given(Given {
            name: name.to_owned(),
            name_span: part(word, 2..2 + written),
            value,
        })
    }

    /// `-M`, `-p4`, `-s :8000`, `-Mp 4`.
    fn short(&mut self, word: &'a Word, text: &str) -> Vec<Item<'a>> {
        let mut items = Vec::new();
        let letters = text.as_bytes();
        let mut at = 1;
        while let Some(letter) = letters.get(at) {
            let option = SHORT
                .iter()
                .find(|(short, _)| short == letter)
                .and_then(|(_, name)| UwsgiOption::find(name.as_bytes()));
            let Some(option) = option else {
                let fault = Fault::open(word.span, "this letter is not known here");
                items.push(Item::Fault(fault));
                break;
            };
            at += 1;
            let rest = text.get(at..).unwrap_or_default();
            let mut given = Given {
                name: option.name().to_owned(),
                name_span: part(word, at - 1..at),
                value: None,
            };
            let takes_rest = match option.takes_argument() {
                Argument::No => false,
                Argument::Optional => !rest.is_empty(),
                Argument::Required => true,
            };
            if !takes_rest {
                items.push(Item::Given(given));
                continue;
            }
            given.value = match (rest.is_empty(), self.words.get(self.at)) {
                (false, _) => Some((Text::literal(rest.as_bytes()), part(word, at..text.len()))),
                (true, Some(next)) => {
                    self.at += 1;
                    Some((text_of(next), next.span))
                }
                (true, None) => {
                    let why = Why::NeedsValue(option.name().to_owned());
                    items.push(Item::Fault(Fault::ends(word.span, why)));
                    break;
                }
            };
            items.push(Item::Given(given));
            break;
        }
        items
    }
}

/// Why uWSGI ends at a name that is none: no option begins so, or several that every build of every
/// release has. Of those that plugins bring, and of later ones, it is not known which are there.
fn no_option(name: &str) -> Option<Why> {
    let begin_so = || options::all().filter(|option| option.name().starts_with(name));
    let is_everywhere = |option: &UwsgiOption| option.origin() == "core" && option.since() == "2.0";
    let in_all_builds = begin_so().filter(is_everywhere);
    match (begin_so().next(), in_all_builds.count()) {
        (None, _) => Some(Why::NoSuchOption(name.to_owned())),
        (_, 2..) => Some(Why::AmbiguousOption(name.to_owned())),
        _ => None,
    }
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
