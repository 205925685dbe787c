//! Which rules tell of what somebody sees: "502", some words, or a line out of a log.
//!
//! Each page says by which symptoms its fault is known, and by which lines of logs. What is
//! asked and what the pages say are taken apart into the same signs; a rare sign says more than
//! a common one, and a line with another errno, another status or another function that failed
//! is another symptom, however alike the rest is.

mod signs;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::page::Front;
use super::{RULES, Rule, front};
use signs::{Seen, Sign};

/// A log of which more is pasted is read to here: so many lines, or parts of lines.
const MAX_PARTS: usize = 500;
/// What tells less than this part of the best is another symptom.
const NEAR: f64 = 0.6;
/// Of what is asked, the part that a page has to know.
const KNOWN: f64 = 0.55;
/// The same where the words are not even in the same order, and none of them is a number, an
/// errno or a function.
const KNOWN_OF_LOOSE: f64 = 0.9;
/// The same for summaries, whose words are of any kind.
const KNOWN_OF_SUMMARY: f64 = 0.75;
/// What a summary or an id says is not what somebody sees.
const IN_SUMMARY: f64 = 0.4;
/// A word out of a name or a path may be of this one machine alone.
const AS_DETAIL: f64 = 0.4;
/// A word that no page knows, beside those that pages do.
const UNKNOWN: f64 = 2.5;

/// A rule that tells of what was asked for.
#[derive(Clone)]
pub struct Told {
    /// The rule.
    pub rule: &'static Rule,
    /// The front matter of its page.
    pub front: &'static Front,
    score: f64,
    fit: f64,
}

/// The rules whose symptoms are in a text of one line or more, best first. None: no page knows it.
pub fn search(text: &str) -> Vec<Told> {
    let mut best: BTreeMap<&'static str, Told> = BTreeMap::new();
    let lines = text.lines().filter(|line| !is_frame_of_python(line));
    // Two things may stand on one line, as on our own pages.
    let parts = lines.flat_map(|line| line.split("; "));
    for part in parts.take(MAX_PARTS) {
        for told in CATALOGUE.search(part) {
            match best.get_mut(told.rule.id) {
                Some(before) if before.rank() >= told.rank() => {}
                _ => {
                    best.insert(told.rule.id, told);
                }
            }
        }
    }
    nearest(best.into_values().collect())
}

/// A line of a traceback that shows where, not what.
fn is_frame_of_python(line: &str) -> bool {
    line.trim_start().starts_with("File \"") && line.contains(", line ")
}

fn nearest(mut found: Vec<Told>) -> Vec<Told> {
    let best = found.iter().map(|told| told.score).fold(0.0, f64::max);
    found.retain(|told| told.score >= best * NEAR);
    found.sort_by(|a, b| {
        let by_rank = b.rank().partial_cmp(&a.rank());
        by_rank
            .unwrap_or(std::cmp::Ordering::Equal)
            .then(b.front.severity.cmp(&a.front.severity))
            // What goes wrong between two programs goes wrong most often.
            .then_with(|| (a.rule.family() != "stack").cmp(&(b.rule.family() != "stack")))
            .then(a.rule.id.cmp(b.rule.id))
    });
    found
}

impl Told {
    /// How much of what was asked it tells, then how much else it would tell.
    fn rank(&self) -> (f64, f64) {
        // Sums in another order are another number in the last place.
        ((self.score * 1e6).round(), (self.fit * 1e6).round())
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

/// What all pages say.
struct Catalogue {
    entries: Vec<Entry>,
    /// How many pages have a sign.
    pages: BTreeMap<Sign, usize>,
}

struct Entry {
    rule: &'static Rule,
    front: &'static Front,
    phrases: Vec<Phrase>,
}

/// One way in which a fault shows.
struct Phrase {
    signs: BTreeSet<Sign>,
    /// Signs that stand behind each other.
    pairs: BTreeSet<(Sign, Sign)>,
    is_summary: bool,
    /// What all of its signs tell.
    weight: f64,
}

impl Phrase {
    fn new(text: &str, is_summary: bool) -> Self {
        let seen = signs::of(text);
        Self {
            pairs: pairs(&seen).collect(),
            signs: seen.into_iter().map(|seen| seen.sign).collect(),
            is_summary,
            weight: 0.0,
        }
    }

    /// Whether it names another errno, another status or another function than what is asked.
    fn is_another(&self, asked: &[Seen]) -> bool {
        let kinds: [fn(&Sign) -> bool; 3] = [
            |sign| matches!(sign, Sign::Errno(_)),
            |sign| matches!(sign, Sign::Status(_)),
            |sign| matches!(sign, Sign::Call(_)),
        ];
        kinds.into_iter().any(|is_kind| {
            let mut mine = self.signs.iter().filter(|sign| is_kind(sign)).peekable();
            let theirs = asked.iter().filter(|seen| is_kind(&seen.sign));
            let theirs: Vec<&Sign> = theirs.map(|seen| &seen.sign).collect();
            mine.peek().is_some() && !theirs.is_empty() && !mine.any(|sign| theirs.contains(&sign))
        })
    }
}

fn pairs(seen: &[Seen]) -> impl Iterator<Item = (Sign, Sign)> {
    seen.iter()
        .zip(seen.iter().skip(1))
        .map(|(one, next)| (one.sign.clone(), next.sign.clone()))
}

/// What a sign tells that so many of all pages have: the rarer, the more.
fn weight(sign: &Sign, pages: Option<&usize>, all: usize) -> Option<f64> {
    let rarity = (all as f64 / *pages? as f64).ln().max(0.1);
    Some(match sign {
        Sign::Status(_) | Sign::Errno(_) => rarity + 2.0,
        Sign::Call(_) | Sign::Number(_) => rarity + 0.5,
        Sign::Word(_) => rarity,
    })
}

impl Catalogue {
    fn new() -> Self {
        let mut pages: BTreeMap<Sign, usize> = BTreeMap::new();
        let mut entries = Vec::new();
        for rule in RULES {
            let Some(front) = front(rule.id) else {
                continue;
            };
            let seen = front
                .symptom
                .split(';')
                .chain(front.seen.iter().map(String::as_str));
            let mut phrases: Vec<Phrase> = seen.map(|text| Phrase::new(text, false)).collect();
            let name = rule.id.replace(['/', '-'], " ");
            phrases.push(Phrase::new(&format!("{name} {}", front.summary), true));
            let signs = phrases.iter().flat_map(|phrase| &phrase.signs);
            for sign in signs.collect::<BTreeSet<&Sign>>() {
                *pages.entry(sign.clone()).or_default() += 1;
            }
            entries.push(Entry {
                rule,
                front,
                phrases,
            });
        }
        let all = entries.len();
        for phrase in entries.iter_mut().flat_map(|entry| &mut entry.phrases) {
            let signs = phrase.signs.iter();
            phrase.weight = signs
                .filter_map(|sign| weight(sign, pages.get(sign), all))
                .sum();
        }
        Self { entries, pages }
    }

    fn search(&self, line: &str) -> Vec<Told> {
        let asked = signs::of(line);
        let all = self.entries.len();
        let known = |sign: &Sign| weight(sign, self.pages.get(sign), all);
        let worth = |seen: &Seen| match (known(&seen.sign), seen.is_detail) {
            (Some(weight), false) => weight,
            (Some(weight), true) => weight * AS_DETAIL,
            (None, false) => UNKNOWN,
            (None, true) => 0.0,
        };
        // A path that no page knows takes nothing away, one that some page knows neither.
        let whole: f64 = asked.iter().filter(|seen| !seen.is_detail).map(worth).sum();
        let asked_pairs: Vec<(Sign, Sign)> = pairs(&asked).collect();
        let are_words = asked.iter().all(|seen| matches!(seen.sign, Sign::Word(_)));
        let mut found = Vec::new();
        for entry in &self.entries {
            let phrases = entry
                .phrases
                .iter()
                .filter(|phrase| !phrase.is_another(&asked));
            let mut told: Option<Told> = None;
            for phrase in phrases {
                let common = asked
                    .iter()
                    .filter(|seen| phrase.signs.contains(&seen.sign));
                let known: f64 = common.map(worth).sum();
                let in_order = asked_pairs
                    .iter()
                    .filter(|pair| phrase.pairs.contains(pair));
                let in_order = in_order.count();
                let mut score = known + in_order as f64 * 0.5;
                let mut needed = match are_words && in_order == 0 {
                    true => KNOWN_OF_LOOSE,
                    false => KNOWN,
                };
                if phrase.is_summary {
                    score *= IN_SUMMARY;
                    needed = needed.max(KNOWN_OF_SUMMARY);
                }
                let fit = known / phrase.weight.max(f64::MIN_POSITIVE);
                let candidate = Told {
                    rule: entry.rule,
                    front: entry.front,
                    score,
                    fit,
                };
                let enough = known > 0.0 && known >= whole * needed;
                if enough
                    && told
                        .as_ref()
                        .is_none_or(|told| candidate.rank() > told.rank())
                {
                    told = Some(candidate);
                }
            }
            found.extend(told);
        }
        nearest(found)
    }
}
