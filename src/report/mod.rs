//! What a run found, and one file a format to tell it.

pub mod concise;
pub mod django;
pub mod github;
pub mod gitlab;
mod harmless;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod nginx;
pub(crate) mod path;
pub mod rdjson;
pub(crate) mod sanitize;
pub mod sarif;
pub mod stack;
pub(crate) mod style;
pub mod trace;
pub mod uwsgi;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::baseline::Entry;
use crate::files::Files;
use crate::finding::{Finding, Severity, Undecided};
use crate::rules::Rule;
use crate::secrets::Texts;
use crate::source::{Position, SourceFile, Span};
use crate::workspace::Problem;

/// Everything that a report may say. Findings are sorted by path, span and rule.
pub struct Report<'a> {
    /// What is shown: selected, not ignored, at or above the least severity asked for.
    pub findings: Vec<Reported>,
    /// The rules that were asked, sorted by id.
    pub rules: Vec<&'static Rule>,
    /// What was read as what.
    pub checked: Checked,
    /// Named inputs that cannot be used.
    pub problems: Vec<Problem>,
    /// Whether there was nothing to check.
    pub is_empty: bool,
    /// What stayed open, and why.
    pub undecided: Vec<Undecided>,
    /// The directory that paths are shown relative to.
    pub base: PathBuf,
    /// The top of the git working tree that the base lies in.
    pub repository: Option<PathBuf>,
    /// The files that the findings point into.
    pub files: &'a Files,
    /// How many findings lie below the severity that is shown.
    pub hidden: BTreeMap<Severity, usize>,
    /// How many findings a comment silenced.
    pub suppressed: usize,
    /// What a baseline made of the findings, where one was given.
    pub baseline: Option<Compared>,
    /// What must not be repeated: looked for when something is first said.
    pub(crate) secrets: OnceLock<Texts>,
}

/// What a baseline made of the findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many findings it knows; they are not shown.
    pub known: usize,
    /// What it holds and is not found any more.
    pub gone: Vec<Entry>,
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

/// A place in a file.
pub(crate) struct Place {
    /// The file.
    pub(crate) source: Arc<SourceFile>,
    /// Where it begins.
    pub(crate) start: Position,
    /// Where it ends; exclusive.
    pub(crate) end: Position,
}

impl Place {
    /// The last line that it holds something of: a block's span may end after a line end.
    fn last_line(&self) -> usize {
        let last = self.end.offset.saturating_sub(1).max(self.start.offset);
        self.source.line_of(last)
    }
}

/// As much as a line of a report holds: a message may quote a word of megabytes.
const MAX_LINE: usize = 2_000;

impl Report<'_> {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|reported| reported.finding.severity == severity)
            .count()
    }

    /// The findings for readers who stop early: worst first, else as they are sorted.
    pub(crate) fn worst_first(&self) -> Vec<&Reported> {
        let mut all: Vec<&Reported> = self.findings.iter().collect();
        all.sort_by_key(|reported| std::cmp::Reverse(reported.finding.severity));
        all
    }

    /// Text as it is, without its secrets: for programs.
    pub(crate) fn text(&self, text: &str) -> String {
        let secrets = self
            .secrets
            .get_or_init(|| Texts::of(&self.files.sources()));
        secrets.mask(text).into_owned()
    }

    /// Text for people, without its secrets: one line, and harmless.
    pub(crate) fn line(&self, text: &str) -> String {
        one_line(&self.text(text))
    }

    /// Where a span begins and ends.
    pub(crate) fn place(&self, span: Span) -> Place {
        let source = self.files.get(span.file);
        Place {
            start: source.position(span.range().start),
            end: source.position(span.range().end),
            source,
        }
    }

    /// `path:line:column`, for people.
    pub(crate) fn at(&self, span: Span) -> String {
        let Place { source, start, .. } = self.place(span);
        let path = path::shown(source.path(), &self.base);
        format!("{path}:{}:{}", start.line, start.column)
    }

    /// What a finding says, a line for each: the message, the other places, what to type.
    pub(crate) fn said(&self, finding: &Finding) -> Vec<String> {
        let mut lines = vec![self.line(&finding.message)];
        for label in &finding.related {
            lines.push(format!(
                "{}: {}",
                self.at(label.span),
                self.line(&label.text)
            ));
        }
        lines.extend(self.help(finding).map(|help| format!("help: {help}")));
        lines
    }

    /// What to type, on as many lines as it has.
    pub(crate) fn help(&self, finding: &Finding) -> Option<String> {
        let help = self.text(finding.help.as_deref()?);
        let lines: Vec<String> = help.lines().map(one_line).collect();
        Some(lines.join("\n"))
    }

    /// What kept the program from its job, in sentences.
    pub(crate) fn failures(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .problems
            .iter()
            .map(|problem| {
                let path = path::shown(&problem.path, &self.base);
                format!("{path}: cannot be checked: {}", problem.why)
            })
            .collect();
        if self.is_empty && all.is_empty() {
            all.push("nothing to check".to_owned());
        }
        all
    }

    /// A path within the repository, or below the base where there is none; nothing for what lies outside.
    pub(crate) fn within(&self, path: &Path) -> Option<String> {
        let top = self.repository.as_deref().unwrap_or(&self.base);
        path.starts_with(top).then(|| path::plain(path, top))
    }

    /// A path as the services call it that show a repository: relative to its top, else absolute.
    pub(crate) fn path(&self, path: &Path) -> String {
        let absolute = || path::plain(path, Path::new(""));
        self.within(path).unwrap_or_else(absolute)
    }
}

fn one_line(text: &str) -> String {
    let line = sanitize::line(text);
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
