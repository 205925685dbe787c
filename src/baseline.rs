//! The findings that a project had when it began to be checked: they are known, and what is new is told.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files;
use crate::report::Report;
use crate::workspace::Workspace;

/// What this version writes, and the only one that it reads: fingerprints of another one would match nothing.
const VERSION: u64 = 1;

/// A larger file is no baseline.
const MAX_SIZE: u64 = 64 * 1024 * 1024;

/// Known findings, by their fingerprints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

/// What a baseline tells of a finding: enough to find it, and nothing that moves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule's id.
    pub rule: String,
    /// The file, within its project.
    pub path: String,
    /// Which finding it is: equal ones are numbered, so that each is known once.
    pub fingerprint: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    findings: Vec<Entry>,
}

/// Why a file is not used as a baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineError {
    /// The file.
    pub path: PathBuf,
    /// Line and column, from 1, where it is no JSON.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.why)
    }
}

impl std::error::Error for BaselineError {}

impl Baseline {
    /// Reads a file that [`Baseline::to_json`] made.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        let error = |place, why: String| BaselineError {
            path: path.to_owned(),
            place,
            why,
        };
        let bytes =
            files::read_bounded(path, MAX_SIZE).map_err(|why| error(None, why.to_string()))?;
        // What serde says of a value may repeat it, and the file may be anything.
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|fault| {
            let place = Some((fault.line(), fault.column().max(1)));
            error(place, "is no baseline: not JSON".to_owned())
        })?;
        match value.get("version").map(serde_json::Value::as_u64) {
            Some(Some(VERSION)) => {}
            Some(Some(other)) => {
                let why = format!(
                    "is a baseline of version {other}, and this djlint knows version {VERSION}: write \
                     it anew with --write-baseline"
                );
                return Err(error(None, why));
            }
            Some(None) | None => {
                return Err(error(None, "is no baseline: it has no version".to_owned()));
            }
        }
        let document: Document = serde_json::from_value(value).map_err(|_| {
            let why = "is no baseline: `findings` is a list of rule, path and fingerprint";
            error(None, why.to_owned())
        })?;
        let by_fingerprint = |entry: Entry| (entry.fingerprint.clone(), entry);
        Ok(Self {
            entries: document.findings.into_iter().map(by_fingerprint).collect(),
        })
    }

    /// All that a report shows.
    pub fn of(workspace: &Workspace, report: &Report<'_>) -> Self {
        let entries = report.findings.iter().map(|reported| {
            let source = workspace.files().get(reported.finding.primary.span.file);
            let entry = Entry {
                rule: reported.finding.rule.to_owned(),
                path: workspace.within_project(source.path()),
                fingerprint: reported.fingerprint.clone(),
            };
            (entry.fingerprint.clone(), entry)
        });
        Self {
            entries: entries.collect(),
        }
    }

    /// The file, whose lines differ only where findings do.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut findings: Vec<Entry> = self.entries.values().cloned().collect();
        findings.sort_by(|one, other| {
            (&one.path, &one.rule, &one.fingerprint).cmp(&(
                &other.path,
                &other.rule,
                &other.fingerprint,
            ))
        });
        let document = Document {
            version: VERSION,
            findings,
        };
        serde_json::to_string_pretty(&document).map(|text| text + "\n")
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the finding is known.
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.entries.contains_key(fingerprint)
    }

    /// What it holds.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Baseline, BaselineError> {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("known.json");
        std::fs::write(&path, text).unwrap();
        Baseline::load(&path).map_err(|error| BaselineError {
            path: "known.json".into(),
            ..error
        })
    }

    #[test]
    fn what_is_written_is_read() {
        let entry = |rule: &str, path: &str, fingerprint: &str| Entry {
            rule: rule.into(),
            path: path.into(),
            fingerprint: fingerprint.into(),
        };
        let all = [
            entry("b/c", "x", "2"),
            entry("a/b", "y", "1"),
            entry("a/b", "x", "3"),
        ];
        let baseline = Baseline {
            entries: all.map(|entry| (entry.fingerprint.clone(), entry)).into(),
        };
        let text = baseline.to_json().unwrap();
        assert_eq!(load(&text).unwrap(), baseline);
        let order: Vec<usize> = ["\"3\"", "\"2\"", "\"1\""]
            .iter()
            .map(|fingerprint| text.find(fingerprint).unwrap())
            .collect();
        assert!(order.is_sorted(), "{text}");
        assert!(baseline.holds("2") && !baseline.holds("4"));
    }

    #[test]
    fn what_is_no_baseline_of_ours_is_refused_and_not_repeated() {
        for (text, expected) in [
            (
                "{\"version\": 2, \"findings\": []}",
                "known.json: is a baseline of version 2, and this djlint knows version 1: write it anew \
                 with --write-baseline",
            ),
            ("{}", "known.json: is no baseline: it has no version"),
            ("[]", "known.json: is no baseline: it has no version"),
            (
                "{\"version\": \"hunter22\"}",
                "known.json: is no baseline: it has no version",
            ),
            ("KEY=hunter22\n", "known.json:1:1: is no baseline: not JSON"),
            (
                "{\n  \"version\": 1,\n",
                "known.json:3:1: is no baseline: not JSON",
            ),
            (
                "{\"version\": 1, \"findings\": [{\"rule\": \"hunter22\"}]}",
                "known.json: is no baseline: `findings` is a list of rule, path and fingerprint",
            ),
        ] {
            assert_eq!(load(text).unwrap_err().to_string(), expected);
        }
        assert!(
            load("{\"version\": 1, \"findings\": []}")
                .unwrap()
                .is_empty()
        );
    }
}
