//! What a run found, and one file a format to tell it.

pub mod concise;
pub mod human;
pub mod json;
pub(crate) mod path;
pub(crate) mod sanitize;
pub mod stack;
pub(crate) mod style;
pub mod trace;
pub mod uwsgi;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::files::Files;
use crate::finding::{Finding, Severity, Undecided};
use crate::secrets::Texts;

/// Everything that a report may say. Findings are sorted by path, span and rule.
pub struct Report {
    /// What is shown: selected, not ignored, at or above the least severity asked for.
    pub findings: Vec<Reported>,
    /// What was read as what.
    pub checked: Checked,
    /// What stayed open, and why.
    pub undecided: Vec<Undecided>,
    /// The directory that paths are shown relative to.
    pub base: PathBuf,
    /// How many findings lie below the severity that is shown.
    pub hidden: BTreeMap<Severity, usize>,
    /// How many findings a comment silenced.
    pub suppressed: usize,
}

/// A finding with what the engine knows of it.
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// Stable across moved lines, working directories and releases.
    pub fingerprint: String,
}

/// How many of each were judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// nginx files.
    pub nginx: usize,
    /// uWSGI instances.
    pub uwsgi: usize,
    /// Settings modules.
    pub settings: usize,
    /// Private keys.
    pub keys: usize,
}

impl Report {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|reported| reported.finding.severity == severity)
            .count()
    }

    /// The secrets that must not be repeated; where nothing is said, none are looked for.
    fn secrets(&self, files: &Files) -> Texts {
        if self.findings.is_empty() && self.undecided.is_empty() {
            return Texts::of(&[]);
        }
        Texts::of(&files.sources())
    }
}
