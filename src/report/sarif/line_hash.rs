//! The hash of a line by which GitHub knows an alert again: `primaryLocationLineHash`.
//!
//! GitHub's own upload action adds it where it is missing, and warns where another value stands:
//! so it is computed as github/codeql-action does, from a line's first 100 characters (UTF-16
//! units) that are not blank, those of the next lines included.

use std::collections::{BTreeMap, BTreeSet};

/// How many units a hash is made of.
const WINDOW: usize = 100;
const BASE: u64 = 37;
/// Stands behind the last unit.
const END: u16 = u16::MAX;

/// The hash of each of these lines (from 1), as `hash:occurrence`.
pub(super) fn of(text: &str, lines: &BTreeSet<usize>) -> BTreeMap<usize, String> {
    let mut wanted: BTreeMap<usize, u64> = BTreeMap::new();
    each(text, |line, hash| {
        if lines.contains(&line) {
            wanted.insert(line, hash);
        }
    });
    // A second time over the text, rather than to keep every hash of a file that may have
    // millions of lines.
    let mut seen: BTreeMap<u64, usize> = wanted.values().map(|hash| (*hash, 0)).collect();
    let mut named = BTreeMap::new();
    each(text, |line, hash| {
        if let Some(seen) = seen.get_mut(&hash) {
            *seen += 1;
            if wanted.contains_key(&line) {
                named.insert(line, format!("{hash:x}:{seen}"));
            }
        }
    });
    named
}

/// Says the hash of each line, in order.
fn each(text: &str, mut say: impl FnMut(usize, u64)) {
    // What leaves the window was multiplied by the base as often as others came after it.
    let leaving = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut window = [0_u16; WINDOW];
    // The line that begins at the unit in the same place of the window.
    let mut begins: [Option<usize>; WINDOW] = [None; WINDOW];
    let mut hash = 0_u64;
    let mut at = 0;
    let mut line = 1;
    let mut is_start = true;
    let end = std::iter::once(END).chain([0; WINDOW]);
    for unit in kept(text).chain(end) {
        if let Some(line) = begins[at].take() {
            say(line, hash);
        }
        if is_start {
            begins[at] = Some(line);
            is_start = false;
        }
        hash = hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(leaving.wrapping_mul(u64::from(window[at])));
        window[at] = unit;
        at = (at + 1) % WINDOW;
        if unit == u16::from(b'\n') {
            line += 1;
            is_start = true;
        }
    }
}

/// The units that count: no blanks, and every line end a line feed.
fn kept(text: &str) -> impl Iterator<Item = u16> {
    let mut after_return = false;
    text.encode_utf16().filter_map(move |unit| {
        let is_second_half = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        match u8::try_from(unit) {
            Ok(b' ' | b'\t') => None,
            Ok(b'\n') if is_second_half => None,
            Ok(b'\r') => Some(u16::from(b'\n')),
            _ => Some(unit),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_hashes(text: &str, expected: &[&str]) {
        let lines = (1..=expected.len() + 1).collect();
        let found: Vec<String> = of(text, &lines).into_values().collect();
        assert_eq!(found, expected, "{text:?}");
    }

    /// The vectors of github/codeql-action.
    #[test]
    fn the_hashes_are_those_of_codeql_action() {
        assert_hashes("", &["c129715d7a2bc9a3:1"]);
        let lines = [
            "271789c17abda88f:1",
            "54703d4cd895b18:1",
            "180aee12dab6264:1",
            "a23a3dc5e078b07b:1",
        ];
        assert_hashes(" a\nb\n  \t\tc\n d", &lines);
        assert_hashes(
            &"Lorem ipsum dolor sit amet.\n".repeat(10),
            &[
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        );
    }

    #[test]
    fn blanks_and_the_kind_of_line_end_do_not_count() {
        let plain: Vec<String> = of("a\nb\n\nc", &(1..=4).collect()).into_values().collect();
        for text in ["a\r\nb\r\n\r\nc", "a\rb\r\rc", " a \n\tb\n \nc\t"] {
            let found: Vec<String> = of(text, &(1..=4).collect()).into_values().collect();
            assert_eq!(found, plain, "{text:?}");
        }
        assert_eq!(plain.len(), 4);
    }

    #[test]
    fn the_occurrence_counts_lines_that_were_not_asked_for() {
        let text = "a\n".repeat(200);
        assert!(of(&text, &[3].into())[&3].ends_with(":3"));
        assert_eq!(of(&text, &[999].into()), BTreeMap::new());
    }
}
