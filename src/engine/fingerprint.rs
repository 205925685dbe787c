//! A name for a finding that outlives moved lines, other working directories and releases.

use std::collections::BTreeMap;
use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher24};

use crate::finding::Finding;
use crate::rules::first;
use crate::workspace::Workspace;

/// One fingerprint a finding, in order; an empty one for those that nobody asks for.
///
/// Hashed are the rule, the file's path within its project, and the line's text without its blanks;
/// equal ones are counted in order. Text is masked first, or a hash would give a short secret away.
pub(super) fn of(
    workspace: &Workspace,
    findings: &[Finding],
    is_asked: impl Fn(&Finding) -> bool,
) -> Vec<String> {
    let mut seen: BTreeMap<u128, u64> = BTreeMap::new();
    findings
        .iter()
        .map(|finding| {
            if !is_asked(finding) {
                return String::new();
            }
            let span = finding.primary.span;
            let source = workspace.files().get(span.file);
            let line = source.line_range(source.line_of(span.start as usize));
            let text: String = source.masked(line).split_whitespace().collect();
            let path = workspace.within_project(source.path());
            let once = hash(
                &[
                    first(finding.rule),
                    &path,
                    &text,
                    &source.masked(span.range()),
                ],
                0,
            );
            let nth = seen.entry(once).and_modify(|nth| *nth += 1).or_insert(0);
            let named = if *nth == 0 {
                once
            } else {
                hash(&[&format!("{once:032x}")], *nth)
            };
            format!("{named:032x}")
        })
        .collect()
}

/// SipHash with keys of zero: a published function, so the same on every machine and for every compiler.
fn hash(parts: &[&str], nth: u64) -> u128 {
    let mut hasher = SipHasher24::new();
    for part in parts {
        hasher.write(&(part.len() as u64).to_le_bytes());
        hasher.write(part.as_bytes());
    }
    hasher.write(&nth.to_le_bytes());
    hasher.finish128().as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_same_for_ever() {
        assert_eq!(
            format!("{:032x}", hash(&["nginx/syntax", "a", "b"], 0)),
            "10d417fc3f27b0e5cb36e3edc117fb42"
        );
        assert_ne!(hash(&["ab", "c"], 0), hash(&["a", "bc"], 0));
        assert_ne!(hash(&["a"], 0), hash(&["a"], 1));
    }
}
