//! What `manage.py diffsettings --all` printed where the project runs: values that nothing in the
//! files tells.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use crate::files::Files;
use crate::source::SourceFile;

use super::evaluate::{Assignment, values_of};
use super::object::{Item, Object};

/// A dump.
pub(crate) struct Dump {
    /// The settings module that was in force.
    pub(crate) module: Option<String>,
    /// Every setting by name.
    pub(crate) settings: BTreeMap<String, Dumped>,
}

/// One setting of a dump.
pub(crate) struct Dumped {
    pub(crate) item: Item,
    pub(crate) place: Assignment,
    /// Whether it has Django's own value.
    pub(crate) is_default: bool,
}

impl Dump {
    /// Reads what was printed. Values are `repr`s; one that is no Python expression is unknown.
    pub(crate) fn read(files: &Files, path: PathBuf, printed: &[u8]) -> Self {
        let Lines {
            text,
            defaults,
            unreadable,
        } = as_python(printed);
        let source = files.intern(path, text);
        let mut dump = Self {
            module: None,
            settings: BTreeMap::new(),
        };
        for (name, item, place) in values_of(files, &source) {
            mask(&source, place);
            if name == "SETTINGS_MODULE" {
                dump.module = item.as_str().map(str::to_owned);
                continue;
            }
            let line = source.line_of(place.name.range().start);
            let dumped = Dumped {
                item,
                place,
                is_default: defaults.contains(&line),
            };
            dump.settings.insert(name, dumped);
        }
        for (name, range) in unreadable {
            let span = source.span(range);
            let place = Assignment {
                name: span,
                value: span,
            };
            let dumped = Dumped {
                item: Item::unknown(span, "the dump does not say what it is"),
                place,
                is_default: defaults.contains(&source.line_of(span.range().start)),
            };
            mask(&source, place);
            dump.settings.insert(name, dumped);
        }
        dump
    }
}

/// A dump shows what the process holds: all of its values stay inside.
fn mask(source: &SourceFile, place: Assignment) {
    source.mark_secret(place.value.range());
}

/// What was printed, line by line.
struct Lines {
    /// A module that assigns each setting, every byte in its place.
    text: Vec<u8>,
    /// The lines with Django's own values.
    defaults: Vec<usize>,
    /// Settings whose value is no Python expression, and where.
    unreadable: Vec<(String, Range<usize>)>,
}

fn as_python(printed: &[u8]) -> Lines {
    let mut text = Vec::with_capacity(printed.len());
    let mut defaults = Vec::new();
    let mut unreadable = Vec::new();
    for (number, line) in printed.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let from = text.len();
        text.extend_from_slice(line);
        let line = &mut text[from..];
        // `### NAME = value` is a default (`--output hash`); so is `  NAME = value`, beside
        // `- NAME = default` and `+ NAME = value` (`--output unified`).
        let (marks, is_default): (usize, bool) = match line {
            [b'#', b'#', b'#', b' ', ..] => (4, true),
            [b' ', b' ', ..] => (2, true),
            [b'+', b' ', ..] => (2, false),
            _ => (0, false),
        };
        let name = name_before_equals(&line[marks..]);
        let is_assignment = name.is_some();
        let is_readable = !holds_an_object(line);
        if let (Some(name), false) = (name, is_readable) {
            let start = from + marks;
            unreadable.push((name.to_owned(), start..start + name.len()));
        }
        match (is_assignment && is_readable, line) {
            (true, [first, rest @ ..]) if marks > 0 => {
                *first = b'0';
                rest[..marks - 2].fill(b' ');
                rest[marks - 2] = b';';
            }
            (false, [first, ..]) if *first != b'\n' => *first = b'#',
            _ => {}
        }
        if is_default && is_assignment {
            defaults.push(number + 1);
        }
    }
    Lines {
        text,
        defaults,
        unreadable,
    }
}

/// The name of `NAME = value`.
fn name_before_equals(line: &[u8]) -> Option<&str> {
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    let length = line.iter().take_while(|byte| is_name(byte)).count();
    let is_assignment = length > 0 && line[length..].starts_with(b" = ");
    let name = std::str::from_utf8(&line[..length]).ok();
    name.filter(|_| is_assignment)
}

/// Whether there is a `<object at 0x…>` outside of texts.
fn holds_an_object(line: &[u8]) -> bool {
    let mut quote: Option<u8> = None;
    let mut at = 0;
    while at < line.len() {
        match (line[at], quote) {
            (b'\\', Some(_)) => at += 1,
            (byte, Some(open)) if byte == open => quote = None,
            (byte @ (b'\'' | b'"'), None) => quote = Some(byte),
            (b'<', None) => return true,
            _ => {}
        }
        at += 1;
    }
    false
}

/// Whether a value that was worked out can be the one of the dump: what is not known of it, and
/// where the tree lies, may be anything.
pub(crate) fn agrees(ours: &Item, theirs: &Item) -> bool {
    let Some(theirs) = theirs.get() else {
        return true;
    };
    match ours.value.alternatives() {
        [] => true,
        some => some.iter().any(|one| agree(&one.value, theirs)),
    }
}

fn agree(ours: &Object, theirs: &Object) -> bool {
    match (ours, theirs) {
        (Object::External(_) | Object::Generator(_), _) => true,
        (Object::List(ours), Object::List(theirs))
        | (Object::Tuple(ours), Object::Tuple(theirs)) => {
            ours.incomplete.is_some()
                || theirs.incomplete.is_some()
                || (ours.items.len() == theirs.items.len()
                    && ours
                        .items
                        .iter()
                        .zip(&theirs.items)
                        .all(|(ours, theirs)| agrees(ours, theirs)))
        }
        // The order of a set is not its own.
        (Object::Set(_), Object::Set(_)) => true,
        (Object::Dict(ours), Object::Dict(theirs)) => {
            ours.incomplete.is_some()
                || theirs.incomplete.is_some()
                || (ours.entries.len() == theirs.entries.len()
                    && ours.entries.iter().all(|(key, item)| {
                        let there = theirs.position(key);
                        there.is_some_and(|at| agrees(item, &theirs.entries[at].1))
                    }))
        }
        (Object::Str(ours), Object::Str(theirs)) | (Object::Path(ours), Object::Path(theirs)) => {
            ours.local || ours == theirs
        }
        (Object::Bool(_), Object::Int(_)) | (Object::Int(_), Object::Bool(_)) => false,
        _ => ours.equals(theirs) != Some(false),
    }
}

/// Whether nothing of it is left open.
pub(crate) fn is_whole(item: &Item) -> bool {
    let Some(object) = item.get() else {
        return false;
    };
    match object {
        Object::List(sequence) | Object::Tuple(sequence) | Object::Set(sequence) => {
            sequence.incomplete.is_none() && sequence.items.iter().all(is_whole)
        }
        Object::Dict(mapping) => {
            mapping.incomplete.is_none() && mapping.entries.iter().all(|(_, item)| is_whole(item))
        }
        Object::External(_) | Object::Generator(_) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::PathMap;
    use crate::tree::Memory;

    /// As Django 5.2 prints it.
    const PRINTED: &str = "### ABSOLUTE_URL_OVERRIDES = {}\n\
        ALLOWED_HOSTS = ['shop.example']\n\
        BASE_DIR = PosixPath('/srv/shop')  ###\n\
        CACHE = <object object at 0x7f>  ###\n\
        DEBUG = True\n\
        ### DEBUG_PROPAGATE_EXCEPTIONS = False\n\
        SETTINGS_MODULE = 'shop.settings'  ###\n\
        TIMEOUT = datetime.timedelta(seconds=5)\n\
        STATIC_ROOT = 'it''s'\n";

    #[test]
    fn what_django_prints_is_read() {
        let files = Files::new(Memory::new(), PathMap::new());
        let dump = Dump::read(&files, PathBuf::from("/dump"), PRINTED.as_bytes());
        assert_eq!(dump.module.as_deref(), Some("shop.settings"));
        let known: Vec<&str> = dump
            .settings
            .iter()
            .filter(|(_, dumped)| dumped.item.get().is_some())
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            known,
            [
                "ABSOLUTE_URL_OVERRIDES",
                "ALLOWED_HOSTS",
                "BASE_DIR",
                "DEBUG",
                "DEBUG_PROPAGATE_EXCEPTIONS",
                "STATIC_ROOT",
            ]
        );
        assert!(dump.settings.contains_key("CACHE"));
        let is_default = |name: &str| dump.settings[name].is_default;
        assert!(is_default("ABSOLUTE_URL_OVERRIDES"));
        assert!(!is_default("DEBUG"));
        assert!(matches!(
            dump.settings["BASE_DIR"].item.get(),
            Some(Object::Path(path)) if path.text == "/srv/shop"
        ));
    }

    #[test]
    fn the_other_output_of_django_is_read_too() {
        let files = Files::new(Memory::new(), PathMap::new());
        let printed = b"  APPEND_SLASH = True\n- DEBUG = False\n+ DEBUG = True\n";
        let dump = Dump::read(&files, PathBuf::from("/dump"), printed);
        assert!(dump.settings["APPEND_SLASH"].is_default);
        assert_eq!(dump.settings["DEBUG"].item.get(), Some(&Object::Bool(true)));
    }

    #[test]
    fn no_dump_makes_it_fail() {
        let files = Files::new(Memory::new(), PathMap::new());
        for printed in [
            "",
            "\n",
            "#",
            "A = ",
            "A = [",
            "### A = (\n### B = 1\n",
            "+ A = \u{0}\n",
            "  ",
        ] {
            Dump::read(&files, PathBuf::from("/dump"), printed.as_bytes());
        }
    }
}
