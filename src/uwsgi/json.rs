//! The JSON form (core/json.c). A build reads it with jansson or with yajl, or not at all: what the two
//! libraries do not agree on stays open.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::IgnoredAny;

use super::load::{Loader, Place};
use super::magic::Substituted;
use super::refusal::Why;
use super::text::{STAND_IN, Text};
use crate::source::{SourceFile, Span};

const WHAT: &str = "the JSON";
const LIBRARIES_DIFFER: &str = "jansson and yajl do not agree on it";
/// More digits than any number of 64 bits is sure to have.
const MAX_DIGITS: usize = 18;

/// Reads the object that is asked for.
pub(super) fn read(
    loader: &mut Loader<'_>,
    source: &SourceFile,
    substituted: &Substituted,
    asked: &[u8],
    named: &Place,
) {
    let whole = source.span(0..0);
    let text = match substituted.with_stand_ins() {
        Ok(text) => text,
        Err(why) => return loader.open_at(whole, WHAT, why),
    };
    let text = text.as_str();
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        // yajl takes comments; and both read much deeper than serde.
        let is_unsure = substituted.has_holes()
            || text.contains("/*")
            || text.contains("//")
            || error.to_string().contains("recursion");
        if !is_unsure {
            loader.refuse(Why::Malformed("JSON", error.to_string()), named);
        }
        return loader.open_at(whole, WHAT, "not well-formed");
    }
    let reader = Reader {
        source,
        substituted,
        text,
    };
    reader.file(loader, asked, named);
}

/// The text of a JSON file, which is known to be one.
struct Reader<'a> {
    source: &'a SourceFile,
    substituted: &'a Substituted,
    text: &'a str,
}

/// What begins at a place.
enum Item {
    /// A string, without its quotes.
    String(Range<usize>),
    /// A number or a word.
    Scalar(Range<usize>),
    Array,
    Object,
}

impl Reader<'_> {
    fn file(&self, loader: &mut Loader<'_>, asked: &[u8], named: &Place) {
        let mut objects = Vec::new();
        let start = self.behind_blanks(0);
        if let Item::Object = self.item(start) {
            self.each_member(start, |key, value| {
                let is_asked = |name: Text| name.known() == Some(asked);
                if self.string(&key).is_some_and(is_asked) {
                    objects.push((key, value));
                }
                true
            });
        }
        match objects.as_slice() {
            [(key, value)] if matches!(self.item(*value), Item::Object) => {
                let header = self.span(key.start - 1..key.end + 1);
                loader.loaded.header.get_or_insert(header);
                self.options(loader, *value, named);
            }
            [] | [_] if !self.substituted.has_holes() => {
                let asked = String::from_utf8_lossy(asked).into_owned();
                loader.refuse(Why::NoObject(asked), named);
                loader.open_at(self.source.span(0..0), WHAT, "it has no such object");
            }
            _ => loader.open_at(self.source.span(0..0), WHAT, LIBRARIES_DIFFER),
        }
    }

    /// The members of the object at `at`, each an option or, where it is an array, one for each item.
    fn options(&self, loader: &mut Loader<'_>, at: usize, named: &Place) {
        let mut seen = BTreeSet::new();
        let mut add = |key: &Range<usize>, value: usize| {
            let key_span = self.span(key.clone());
            let is_new = |name: &Text| !seen.contains(name.bytes());
            let Some(name) = self.string(key).filter(is_new) else {
                loader.open_at(key_span, "a name", LIBRARIES_DIFFER);
                return false;
            };
            seen.insert(name.bytes().to_vec());
            let mut add_one = |at: usize| match self.value(at) {
                Ok(Some((value, value_span))) => {
                    let guards = named.guards.clone();
                    loader.add_from_file(name.clone(), value, key_span, value_span, guards);
                    true
                }
                Ok(None) => true,
                Err(place) => {
                    loader.open_at(place, "a value", LIBRARIES_DIFFER);
                    false
                }
            };
            match self.item(value) {
                Item::Array => self.each_item(value, add_one),
                _ => add_one(value),
            }
        };
        self.each_member(at, |key, value| add(&key, value));
    }

    /// What an option gets; nothing for what both libraries leave out, the place of what they differ on.
    fn value(&self, at: usize) -> Result<Option<(Text, Span)>, Span> {
        let (range, text) = match self.item(at) {
            Item::Array | Item::Object => return Ok(None),
            Item::String(range) => {
                let span = self.span(range.clone());
                return match self.string(&range) {
                    Some(text) => Ok(Some((text, span))),
                    None => Err(span),
                };
            }
            Item::Scalar(range) => {
                let text = &self.text[range.clone()];
                (range, text)
            }
        };
        let span = self.span(range);
        let digits = text.strip_prefix('-').unwrap_or(text);
        let value = match text {
            "true" => "1",
            "false" | "null" => "0",
            "-0" => return Err(span),
            _ if digits.len() <= MAX_DIGITS && digits.bytes().all(|it| it.is_ascii_digit()) => text,
            // jansson hands a number with a point or an exponent over as another kind.
            _ => return Err(span),
        };
        Ok(Some((Text::literal(value.as_bytes()), span)))
    }

    /// A string; nothing where its escapes hide a hole or a NUL.
    fn string(&self, range: &Range<usize>) -> Option<Text> {
        let written = &self.text[range.clone()];
        if written.contains('\\') {
            let quoted = &self.text[range.start - 1..range.end + 1];
            let text: String = serde_json::from_str(quoted).ok()?;
            let is_plain = !text.contains(['\0', char::from(STAND_IN)]);
            return is_plain.then(|| Text::literal(text.as_bytes()));
        }
        Some(self.substituted.text(range.clone()))
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.substituted.span(self.source, range)
    }

    /// Calls with the name of each member of the object at `at` and where its value begins, until it
    /// is told to stop.
    fn each_member(&self, at: usize, mut call: impl FnMut(Range<usize>, usize) -> bool) {
        let mut at = self.behind_blanks(at + 1);
        while let Item::String(key) = self.item(at) {
            let colon = self.behind_blanks(key.end + 1);
            let value = self.behind_blanks(colon + 1);
            let end = self.end(value);
            if !call(key, value) {
                return;
            }
            match self.next(end) {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// Calls with the place of each item of the array at `at`, until it is told to stop. Whether it was not.
    fn each_item(&self, at: usize, mut call: impl FnMut(usize) -> bool) -> bool {
        let mut at = self.behind_blanks(at + 1);
        if self.byte(at) == b']' {
            return true;
        }
        loop {
            if !call(at) {
                return false;
            }
            match self.next(self.end(at)) {
                Some(next) => at = next,
                None => return true,
            }
        }
    }

    /// What follows a comma behind `end`.
    fn next(&self, end: usize) -> Option<usize> {
        let comma = self.behind_blanks(end);
        (self.byte(comma) == b',').then(|| self.behind_blanks(comma + 1))
    }

    fn item(&self, at: usize) -> Item {
        match self.byte(at) {
            b'{' => Item::Object,
            b'[' => Item::Array,
            b'"' => Item::String(at + 1..self.end_of_string(at)),
            _ => {
                let rest = &self.text.as_bytes()[at.min(self.text.len())..];
                let is_end =
                    |byte: &u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                Item::Scalar(at..at + length)
            }
        }
    }

    /// The place behind what begins at `at`, however deep it is.
    fn end(&self, at: usize) -> usize {
        let mut at = at;
        let mut depth = 0_usize;
        loop {
            match self.item(at) {
                Item::String(range) => at = range.end + 1,
                Item::Array | Item::Object => {
                    depth += 1;
                    at += 1;
                }
                Item::Scalar(range) => at = range.end,
            }
            // What stands between this and the next item.
            loop {
                at = self.behind_blanks(at);
                match self.byte(at) {
                    b']' | b'}' if depth > 0 => depth -= 1,
                    b',' | b':' if depth > 0 => {}
                    _ => break,
                }
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
            if depth == 0 || at >= self.text.len() {
                return at;
            }
        }
    }

    /// The place of the quote that ends the string whose first quote is at `at`.
    fn end_of_string(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = at + 1;
        while at < bytes.len() && bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        at.min(bytes.len())
    }

    fn behind_blanks(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        at + blanks.count()
    }

    /// A NUL behind the end.
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use crate::files::Files;
    use crate::host::PathMap;
    use crate::tree::Memory;
    use crate::uwsgi::Instance;

    /// What `uwsgi.json` says, or why uWSGI refuses it, or `open` behind what is known.
    fn read(json: &str) -> String {
        let tree = Memory::new().file("/srv/uwsgi.json", json, 0o644);
        let files = Files::new(tree, PathMap::new());
        let source = files.open(Path::new("/srv/uwsgi.json")).unwrap();
        let instance = Instance::load(&files, source, None, &BTreeMap::new());
        if let Some(refusal) = instance.refused() {
            return refusal.why.to_string();
        }
        let settings = instance.settings().iter();
        let mut told: Vec<String> = settings
            .map(|setting| {
                let source = files.get(setting.value_span().file);
                let written =
                    String::from_utf8_lossy(source.slice(setting.value_span())).into_owned();
                let value = setting.value().get().cloned().unwrap_or_default();
                format!("{}={value}<{written}>", setting.key())
            })
            .collect();
        if instance.is_open() {
            told.push("open".to_owned());
        }
        told.join(" ")
    }

    #[test]
    fn members_are_options_and_items_are_several_of_them() {
        for (json, expected) in [
            (
                r#"{"uwsgi": {"socket": ":1", "master": true, "p": 4}}"#,
                "socket=:1<:1> master=1<true> p=4<4>",
            ),
            (
                r#"{"uwsgi": {"a": ["x", false, -3, [1], {}], "b": {"c": 1}, "d": null}}"#,
                "a=x<x> a=0<false> a=-3<-3> d=0<null>",
            ),
            (
                r#" { "a" : [ { "uwsgi" : 1 } , "]}" ] , "uwsgi" : { } } "#,
                "",
            ),
            (
                r#"{"uwsgi": {"a": "\u0041\/\"b", "n": "%n"}}"#,
                r#"a=A/"b<\u0041\/\"b> n=uwsgi<%n>"#,
            ),
            (r#"{"uwsgi": {"a": "x{{ y }}"}}"#, "a=<x{{ y }}>"),
        ] {
            assert_eq!(read(json), expected, "{json}");
        }
    }

    #[test]
    fn what_the_libraries_differ_on_stays_open() {
        for (json, expected) in [
            (r#"{"uwsgi": {"a": 1, "a": 2, "b": 3}}"#, "a=1<1> open"),
            (r#"{"uwsgi": {"a": 1.5}}"#, "open"),
            (r#"{"uwsgi": {"a": 2e3}}"#, "open"),
            (r#"{"uwsgi": {"a": -0}}"#, "open"),
            (
                r#"{"uwsgi": {"a": [1, 123456789012345678901]}}"#,
                "a=1<1> open",
            ),
            (r#"{"uwsgi": {"a": "\u0000"}}"#, "open"),
            (r#"{"uwsgi": {"a": 1}, "uwsgi": {"b": 1}}"#, "open"),
            ("{\"uwsgi\": {\"a\": 1}} // note", "open"),
            (r#"{"uwsgi": {"a": {{ b }}}}"#, "open"),
        ] {
            assert_eq!(read(json), expected, "{json}");
        }
        assert!(read("{\"uwsgi\": {\"a\": tru}}").starts_with("not well-formed JSON"));
        assert_eq!(read("{\"a\": {}}"), "the JSON file has no object uwsgi");
        assert_eq!(read("[]"), "the JSON file has no object uwsgi");
        let deep = format!(
            "{{\"uwsgi\": {}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(read(&deep), "the JSON file has no object uwsgi");
    }
}
