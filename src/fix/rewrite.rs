//! Replaces ranges of bytes, and follows places through that.

use std::ops::Range;

/// A range of bytes, and what is to stand there.
pub(super) type Replacement = (Range<usize>, Vec<u8>);

/// Replacements in one file: sorted, and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rewrite {
    edits: Vec<Replacement>,
}

impl Rewrite {
    /// Whether replacements touch neither each other nor what is there. Two insertions at one place
    /// have no order, so they touch.
    pub(super) fn takes(&self, edits: &[Replacement]) -> bool {
        let mut sorted: Vec<&Range<usize>> = edits.iter().map(|(range, _)| range).collect();
        sorted.sort_by_key(|range| (range.start, range.end));
        let is_free = |range: &&Range<usize>| {
            let next = self
                .edits
                .partition_point(|(other, _)| other.start < range.start);
            let neighbours = self.edits[next.saturating_sub(1)..].iter().take(3);
            neighbours
                .into_iter()
                .all(|(other, _)| are_apart(range, other))
        };
        sorted.windows(2).all(|pair| are_apart(pair[0], pair[1])) && sorted.iter().all(is_free)
    }

    /// Adds replacements, all or none.
    pub(super) fn add(&mut self, edits: &[Replacement]) -> bool {
        let takes = self.takes(edits);
        if takes {
            self.edits.extend_from_slice(edits);
            self.edits
                .sort_by_key(|(range, _)| (range.start, range.end));
        }
        takes
    }

    /// The text with everything replaced; nothing where a range does not lie in it.
    pub(super) fn apply(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut rewritten = Vec::with_capacity(text.len());
        let mut at = 0;
        for (range, replacement) in &self.edits {
            rewritten.extend_from_slice(text.get(at..range.start)?);
            rewritten.extend_from_slice(replacement);
            at = range.end;
        }
        rewritten.extend_from_slice(text.get(at..)?);
        Some(rewritten)
    }

    /// Where a place is afterwards. What was inserted at its start or its end belongs to it.
    pub(super) fn moved(&self, place: &Range<usize>) -> Range<usize> {
        let mut start = place.start;
        let mut end = place.end;
        for (range, replacement) in &self.edits {
            let moved = |at: usize| (at + replacement.len()).saturating_sub(range.len());
            if range.end <= place.start && !(range.is_empty() && range.start == place.start) {
                start = moved(start);
            }
            if range.start <= place.end {
                end = match range.end <= place.end {
                    true => moved(end),
                    // It reached into what was replaced.
                    false => (range.start + replacement.len()).max(start) + end - place.end,
                };
            }
        }
        start.min(end)..end
    }

    /// Where the replacements stand afterwards.
    pub(super) fn replaced(&self, edits: &[Replacement]) -> Vec<Range<usize>> {
        edits.iter().map(|(range, _)| self.moved(range)).collect()
    }
}

fn are_apart(one: &Range<usize>, other: &Range<usize>) -> bool {
    let (first, second) = match (one.start, one.end) <= (other.start, other.end) {
        true => (one, other),
        false => (other, one),
    };
    first.end < second.start
        || (first.end == second.start && !first.is_empty() && !second.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rewrite(edits: &[(Range<usize>, &str)]) -> Rewrite {
        let mut rewrite = Rewrite::default();
        let edits: Vec<_> = edits
            .iter()
            .map(|(range, text)| (range.clone(), text.as_bytes().to_vec()))
            .collect();
        assert!(rewrite.add(&edits));
        rewrite
    }

    #[test]
    fn what_touches_is_not_added() {
        let mut all = rewrite(&[(2..4, "x"), (9..9, "y")]);
        for touching in [1..3, 2..2, 3..3, 4..4, 8..10, 9..9] {
            assert!(!all.add(&[(touching.clone(), Vec::new())]), "{touching:?}");
        }
        assert!(all.add(&[(4..6, b"z".to_vec())]));
        assert_eq!(all.apply(b"0123456789").unwrap(), b"01xz678y9");
        assert_eq!(rewrite(&[(8..12, "")]).apply(b"0123456789"), None);
    }

    #[test]
    fn places_are_followed() {
        let all = rewrite(&[(2..4, "xyz"), (6..6, "+"), (8..10, "")]);
        assert_eq!(all.apply(b"0123456789").unwrap(), b"01xyz45+67");
        for (place, expected) in [
            (0..1, 0..1),
            (2..4, 2..5),
            (4..6, 5..8),
            (6..8, 7..10),
            (6..6, 7..8),
            (8..10, 10..10),
        ] {
            assert_eq!(all.moved(&place), expected, "{place:?}");
        }
    }

    proptest! {
        // A place that no edit touches holds the same text afterwards.
        #[test]
        fn what_is_not_touched_is_kept(
            text in "[a-z]{20}",
            at in 0usize..18,
            replacement in "[A-Z]{0,5}",
            place in 0usize..18,
        ) {
            let edit = at..at + 2;
            let all = rewrite(&[(edit.clone(), &replacement)]);
            let place = place..place + 2;
            let after = all.apply(text.as_bytes()).unwrap();
            if place.end < edit.start || edit.end < place.start {
                prop_assert_eq!(&after[all.moved(&place)], &text.as_bytes()[place]);
            }
        }
    }
}
