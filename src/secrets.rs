//! What must not be shown, and the one function that hides it.
//!
//! The search is by text and not by syntax tree: an excerpt shows neighbour
//! lines too, of files that no parser understood. Parsers add what they know
//! with [`crate::source::SourceFile::mark_secret`].

use std::ops::Range;
use std::path::Path;

/// The ranges of `bytes` that hold a secret, sorted and apart.
pub fn find(_path: &Path, _bytes: &[u8]) -> Vec<Range<usize>> {
    Vec::new()
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
pub fn mask(bytes: &[u8], range: Range<usize>, secrets: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(range.len());
    let mut at = range.start;
    for chunk in bytes[range].utf8_chunks() {
        for character in chunk.valid().chars() {
            shown.push(if is_secret(at, secrets) {
                '*'
            } else {
                character
            });
            at += character.len_utf8();
        }
        for _ in chunk.invalid() {
            shown.push(if is_secret(at, secrets) {
                '*'
            } else {
                char::REPLACEMENT_CHARACTER
            });
            at += 1;
        }
    }
    shown
}

fn is_secret(offset: usize, secrets: &[Range<usize>]) -> bool {
    let next = secrets.partition_point(|range| range.end <= offset);
    secrets.get(next).is_some_and(|range| range.start <= offset)
}
