//! The Reviewdog Diagnostic Format, which review bots read.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, Reported, harmless};
use crate::finding::{Finding, Safety, Severity};
use crate::rules;
use crate::source::{Position, SourceFile, Span};

#[derive(Serialize)]
struct DiagnosticResult {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

/// Writes one diagnostic for each finding.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let result = DiagnosticResult {
        source: Source { name: "djlint" },
        diagnostics: report
            .findings
            .iter()
            .map(|reported| diagnostic(report, reported))
            .collect(),
    };
    harmless::write(&result, out)
}

fn diagnostic(report: &Report<'_>, reported: &Reported) -> Diagnostic {
    let finding = &reported.finding;
    let mut message = report.line(&finding.message);
    if let Some(help) = report.help(finding) {
        message = format!("{message}\n{help}");
    }
    Diagnostic {
        message,
        location: location(report, finding.primary.span),
        severity: match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Advice => "INFO",
        },
        code: Code {
            value: finding.rule,
            url: rules::front(finding.rule).and_then(|front| front.url()),
        },
        suggestions: suggestion(report, finding).into_iter().collect(),
        related_locations: finding
            .related
            .iter()
            .map(|label| Related {
                message: report.line(&label.text),
                location: location(report, label.span),
            })
            .collect(),
    }
}

/// Several suggestions would be one or the other, so a fix is one only if it is one edit,
/// and it has to be of the file that the diagnostic is about.
fn suggestion(report: &Report<'_>, finding: &Finding) -> Option<Suggestion> {
    let fix = finding.fix.as_ref()?;
    let [edit] = fix.edits.as_slice() else {
        return None;
    };
    let is_here = edit.span.file == finding.primary.span.file && fix.mode.is_none();
    // Stars in the place of a secret would be written into the file.
    let is_whole = report.text(&edit.text) == edit.text;
    (is_here && is_whole && fix.safety == Safety::Safe).then(|| Suggestion {
        range: range(report, edit.span),
        text: edit.text.clone(),
    })
}

fn location(report: &Report<'_>, span: Span) -> Location {
    Location {
        path: report.path(report.files.get(span.file).path()),
        range: range(report, span),
    }
}

fn range(report: &Report<'_>, span: Span) -> Range {
    let place = report.place(span);
    Range {
        start: point(&place.source, place.start),
        end: point(&place.source, place.end),
    }
}

/// The format counts columns in bytes.
fn point(source: &SourceFile, position: Position) -> Point {
    let line = source.line_range(position.line);
    Point {
        line: position.line,
        column: position.offset.saturating_sub(line.start) + 1,
    }
}
