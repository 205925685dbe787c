//! What of the made-up configurations is kept.

use std::collections::{BTreeMap, BTreeSet};

use crate::asked::Answer;
use crate::cases::{self, Case};
use crate::tally::kind;

/// As many cases of one message as are kept.
const MOST_OF_A_KIND: usize = 3;

/// No one reads a longer case.
const LONGEST: usize = 700;

/// Keeps what nginx said seldom so far, and as many configurations that it accepts.
pub(crate) fn add(new: Vec<Case>) {
    let mut kept = cases::read();
    let mut texts: BTreeSet<String> = kept.iter().map(|case| case.text.clone()).collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for case in &kept {
        *kinds.entry(kind(&case.answer)).or_default() += 1;
    }
    let is_refused = |case: &Case| case.answer != Answer::Accepted;
    for mut case in new {
        if !case.text.ends_with('\n') {
            // A case ends with its line; the end of a file has tests of its own.
            continue;
        }
        let refused = kept.iter().filter(|case| is_refused(case)).count();
        let accepted = kept.len() - refused;
        let count = kinds.entry(kind(&case.answer)).or_default();
        let is_wanted = match is_refused(&case) {
            true => *count < MOST_OF_A_KIND,
            false => accepted < refused,
        };
        let fits = case.text.len() < LONGEST && !case.text.contains("\n--- ");
        if is_wanted && fits && texts.insert(case.text.clone()) {
            *count += 1;
            case.text.shrink_to_fit();
            kept.push(case);
        }
    }
    cases::write(&kept);
}
