//! "Did you mean": the nearest of a few known words.

/// The candidate that `word` was most likely meant to be, if any is near enough.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // A word longer than any of ours is no misspelling, and measuring it takes time.
    if word.len() > 128 {
        return None;
    }
    let word = word.to_lowercase().replace('_', "-");
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&word, &candidate.replace('_', "-"));
            (distance, candidate)
        })
        // A third of the letters may be wrong, and at least one.
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_word_and_nonsense_none() {
        let words = ["select", "ignore", "min-severity", "fail-on"];
        let found = |word| nearest(word, words);
        assert_eq!(found("selct"), Some("select"));
        assert_eq!(found("Ignroe"), Some("ignore"));
        assert_eq!(found("min_severity"), Some("min-severity"));
        assert_eq!(found("fail_on"), Some("fail-on"));
        assert_eq!(found("paths"), None);
        assert_eq!(found(&"select".repeat(99)), None);
    }
}
