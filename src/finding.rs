//! What a rule reports: a prediction, the places that show it, and what to type instead.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::source::{FileId, Span};

/// How bad a finding is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What most sound deployments lack; shown on demand.
    Advice,
    /// Bites under load, at a restart or at an upgrade.
    Warning,
    /// Breaks or exposes the deployment.
    Error,
}

impl Severity {
    /// The word that people and JSON read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place and what to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes to underline.
    pub span: Span,
    /// What stands beside the underline.
    pub text: String,
}

/// Whether a fix keeps what every program does otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Nothing but the fault changes.
    Safe,
    /// Changes behaviour on purpose.
    Unsafe,
}

/// The replacement of one range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// The text in place of what stands there.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }

    /// The text before the byte at `offset`.
    pub fn insert(file: FileId, offset: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::new(file, offset..offset), text)
    }
}

/// What mends a finding, where there is one right answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be applied unasked.
    pub safety: Safety,
    /// What it does, in the imperative.
    pub title: String,
    /// Changes of text, apart from each other.
    pub edits: Vec<Edit>,
    /// A change of a file's permission bits.
    pub mode: Option<(PathBuf, u32)>,
}

/// One finding. It cannot be made without a primary label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id; the engine fills it in.
    pub rule: &'static str,
    /// How bad this one is; never worse than the rule's page says.
    pub severity: Severity,
    /// What was found and what was expected, in one sentence.
    pub message: String,
    /// What to type, where there is something to type.
    pub help: Option<String>,
    /// The word to edit; for something absent, the opening word of the block that should hold it.
    pub primary: Label,
    /// Other places that show it, in any file.
    pub related: Vec<Label>,
    /// What mends it.
    pub fix: Option<Fix>,
    /// The deployments that it holds for; the engine fills it in.
    pub deployments: Vec<String>,
}

impl Finding {
    /// A finding at `primary`, with what is to be said beside the underline there.
    pub fn new(
        severity: Severity,
        message: impl Into<String>,
        primary: Span,
        label: impl Into<String>,
    ) -> Self {
        Self {
            rule: "",
            severity,
            message: message.into(),
            help: None,
            primary: Label {
                span: primary,
                text: label.into(),
            },
            related: Vec::new(),
            fix: None,
            deployments: Vec::new(),
        }
    }

    /// [`Finding::new`] for what breaks or exposes the deployment.
    pub fn error(message: impl Into<String>, primary: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Error, message, primary, label)
    }

    /// [`Finding::new`] for what bites later.
    pub fn warning(message: impl Into<String>, primary: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message, primary, label)
    }

    /// [`Finding::new`] for what is shown on demand.
    pub fn advice(message: impl Into<String>, primary: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Advice, message, primary, label)
    }

    /// Every place that shows it, the primary one first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        std::iter::once(&self.primary).chain(&self.related)
    }

    /// Adds the line to write.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place, in any file.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds another place if there is one.
    pub fn label_if_any(self, span: Option<Span>, text: impl Into<String>) -> Self {
        match span {
            Some(span) => self.label(span, text),
            None => self,
        }
    }

    /// Adds what mends it.
    pub fn fix(mut self, safety: Safety, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix {
            safety,
            title: title.into(),
            edits,
            mode: None,
        });
        self
    }

    /// Adds one change of text as what mends it, if there is one.
    pub fn fix_if_any(self, safety: Safety, title: impl Into<String>, edit: Option<Edit>) -> Self {
        match edit {
            Some(edit) => self.fix(safety, title, vec![edit]),
            None => self,
        }
    }

    /// Adds a change of permission bits as what mends it.
    pub fn fix_mode(mut self, title: impl Into<String>, path: PathBuf, mode: u32) -> Self {
        self.fix = Some(Fix {
            safety: Safety::Safe,
            title: title.into(),
            edits: Vec::new(),
            mode: Some((path, mode)),
        });
        self
    }
}

/// Something that could not be decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// What is not known ("STATIC_URL", "include snippets/tls.conf").
    pub what: String,
    /// Why, to be read after a colon.
    pub why: String,
    /// The place that makes it so.
    pub place: Option<Span>,
}

/// Where a rule puts its findings.
#[derive(Default)]
pub struct Sink {
    findings: Vec<Finding>,
}

impl Sink {
    /// Reports a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// What was reported.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
