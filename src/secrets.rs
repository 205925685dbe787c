//! What must not be shown, and the functions that hide it.
//!
//! The search is by text and not by syntax tree: an excerpt shows neighbour
//! lines too, of files that no parser understood. Parsers add what they know
//! with [`crate::source::SourceFile::mark_secret`]. Masking too much is cheap,
//! showing a secret is not.

mod known;
mod names;
mod python;
mod text;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::parallel;
use crate::source::SourceFile;

/// The ranges of `bytes` that hold a secret, sorted and apart.
pub fn find(path: &Path, bytes: &[u8]) -> Vec<Range<usize>> {
    let Found { mut named, all } = look(path, bytes);
    named.extend(all);
    merge(named)
}

/// What a file holds that must not be shown.
pub(crate) struct Found {
    /// What a name or a form says to be a secret: never shown, in no message either.
    pub(crate) named: Vec<Range<usize>>,
    /// What is hidden because of the file that it stands in: any value of an .env file. In a
    /// message, `shop.settings` or `/static/` may be repeated, wherever else it is written.
    pub(crate) all: Vec<Range<usize>>,
}

/// Whether a variable of that name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    names::is_secret(name.as_bytes())
}

/// Whether a text is, from end to end, a token of the form that a known service gives out, and no key for tests.
pub(crate) fn is_token(text: &str) -> bool {
    known::is_one_token(text.as_bytes())
}

/// Whether a header, or the variable that carries one (`HTTP_COOKIE`), holds what nobody else is to see.
pub fn is_secret_header(name: &str) -> bool {
    let name = name.strip_prefix("HTTP_").unwrap_or(name).trim();
    is_secret_name(name)
        || [
            "authorization",
            "proxy-authorization",
            "proxy_authorization",
            "cookie",
        ]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

pub(crate) fn look(path: &Path, bytes: &[u8]) -> Found {
    let mut named = known::find(bytes);
    if is_python(path) {
        python::find(bytes, &mut named);
    } else {
        text::find(path, bytes, &mut named);
    }
    let mut all = Vec::new();
    if is_env_file(path) {
        for assignment in crate::launch::env_file::parse(bytes).assignments {
            let range = unquoted(bytes, assignment.value_range);
            if is_plain(&bytes[range.clone()]) {
                all.push(range);
            } else {
                named.push(range);
            }
        }
    }
    Found { named, all }
}

fn is_python(path: &Path) -> bool {
    // `settings.py`, and what is made into one: `settings.py.example`, `local.py.j2`.
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes()
        .split(|byte| *byte == b'.')
        .skip(1)
        .any(|part| part == b"py")
}

/// `.env`, `.env.prod`, `shop.env`, and what lies below `.envs/`; not what is committed to be copied.
fn is_env_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    let is_env = name == ".env"
        || name.starts_with(".env.")
        || name.ends_with(".env")
        || path.components().any(|part| part.as_os_str() == ".envs");
    let is_specimen = ["example", "sample", "template", "dist"]
        .iter()
        .any(|word| name.contains(word));
    is_env && !is_specimen
}

/// A word, a number, a host or a path: nothing that is a secret without a name that says so.
fn is_plain(value: &[u8]) -> bool {
    let is_word = value
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || b"_-".contains(byte));
    let is_number = value.iter().all(u8::is_ascii_digit);
    let is_place = value
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_-./:,*[]".contains(byte))
        && value.iter().any(|byte| b"./:,*".contains(byte));
    is_word || is_number || is_place
}

fn unquoted(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    match bytes.get(range.clone()) {
        Some([first @ (b'"' | b'\''), .., last]) if first == last => range.start + 1..range.end - 1,
        _ => range,
    }
}

/// Sorts ranges and joins those that touch.
pub fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| range.start < range.end);
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The text of `range`, each character that lies in one of `secrets` (sorted and apart) a `*`.
/// Line ends stay: what is hidden are the lines, not that there are any.
pub fn mask(bytes: &[u8], range: Range<usize>, secrets: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(range.len());
    let mut at = range.start;
    let hidden = |at: usize, character: char| {
        let is_line_end = matches!(character, '\n' | '\r');
        match is_secret(at, secrets) && !is_line_end {
            true => '*',
            false => character,
        }
    };
    for chunk in bytes[range].utf8_chunks() {
        for character in chunk.valid().chars() {
            shown.push(hidden(at, character));
            at += character.len_utf8();
        }
        for _ in chunk.invalid() {
            shown.push(hidden(at, char::REPLACEMENT_CHARACTER));
            at += 1;
        }
    }
    shown
}

fn is_secret(offset: usize, secrets: &[Range<usize>]) -> bool {
    let next = secrets.partition_point(|range| range.end <= offset);
    secrets.get(next).is_some_and(|range| range.start <= offset)
}

/// The secrets of all files, to take them out of what rules say.
pub struct Texts {
    /// By their first bytes, so that a text is looked through once, however many secrets there are.
    by_start: HashMap<[u8; SHORTEST], BTreeSet<Vec<u8>>>,
}

/// A shorter secret would take common syllables out of every message.
const SHORTEST: usize = 4;
/// What a message quotes is short; a longer secret is a key, whose lines count one by one.
const LONGEST: usize = 4096;

/// Whether a secret is a plain word, such as everybody tries first: to take it out of messages
/// hides nothing, and makes "whoever has the code has it" hard to read.
fn is_a_word(secret: &[u8]) -> bool {
    const LONG_ONES: [&[u8]; 2] = [b"localhost", b"postgres"];
    (secret.len() < 8 && secret.iter().all(u8::is_ascii_lowercase)) || LONG_ONES.contains(&secret)
}

/// Whether the bytes of `range` are not part of a longer word.
fn is_whole(bytes: &[u8], range: Range<usize>) -> bool {
    let joins = |a: Option<&u8>, b: Option<&u8>| match (a, b) {
        (Some(a), Some(b)) => a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric(),
        _ => false,
    };
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    !joins(before, bytes.get(range.start)) && !joins(bytes.get(range.end - 1), bytes.get(range.end))
}

impl Texts {
    /// The secrets that these files hold.
    pub fn of(sources: &[Arc<SourceFile>]) -> Self {
        let mut texts = Self {
            by_start: HashMap::new(),
        };
        let found = parallel::map(sources, |source| source.named_secrets());
        for (source, ranges) in sources.iter().zip(found) {
            for range in ranges {
                let bytes = &source.bytes()[range.start..range.end.min(source.bytes().len())];
                texts.add(bytes);
                for line in bytes.split(|byte| *byte == b'\n') {
                    texts.add(line.trim_ascii());
                }
            }
        }
        texts
    }

    fn add(&mut self, secret: &[u8]) {
        if let Some(start) = secret.first_chunk::<SHORTEST>()
            && secret.len() <= LONGEST
            && !is_a_word(secret)
        {
            let same_start = self.by_start.entry(*start).or_default();
            same_start.insert(secret.to_vec());
        }
    }

    /// The text with every secret in it replaced.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.by_start.is_empty() {
            return Cow::Borrowed(text);
        }
        let bytes = text.as_bytes();
        let found: Vec<Range<usize>> = (0..bytes.len())
            .filter_map(|at| {
                let start = bytes[at..].first_chunk::<SHORTEST>()?;
                let longest = self
                    .by_start
                    .get(start)?
                    .iter()
                    .map(|secret| (secret, at + secret.len()))
                    .filter(|(secret, end)| {
                        bytes[at..].starts_with(secret) && is_whole(bytes, at..*end)
                    })
                    .map(|(_, end)| end)
                    .max()?;
                Some(at..longest)
            })
            .collect();
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(mask(bytes, 0..bytes.len(), &merge(found)))
    }
}

#[cfg(test)]
mod tests;
