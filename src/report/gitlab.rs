//! GitLab's code quality report.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, Reported, harmless};
use crate::finding::Severity;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes one issue for each finding.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Issue> = report
        .findings
        .iter()
        .map(|reported| issue(report, reported))
        .collect();
    harmless::write(&issues, out)
}

fn issue(report: &Report<'_>, reported: &Reported) -> Issue {
    let finding = &reported.finding;
    let place = report.place(finding.primary.span);
    Issue {
        // GitLab shows the description alone, without the name of the check.
        description: format!("{}: {}", finding.rule, report.line(&finding.message)),
        check_name: finding.rule,
        fingerprint: reported.fingerprint.clone(),
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Advice => "info",
        },
        location: Location {
            path: report.path(place.source.path()),
            lines: Lines {
                begin: place.start.line,
                end: place.last_line(),
            },
        },
    }
}
