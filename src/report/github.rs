//! Workflow commands, which GitHub's runner makes into annotations on the changed lines.

use std::io::{self, Write};

use super::{Place, Report, Reported, sanitize, words};
use crate::finding::Severity;

/// GitHub shows ten annotations of a kind for a step; the rest is read in the log, if at all.
const MOST: usize = 1_000;

/// Writes one command for each finding, worst first, and a summary.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for failure in report.failures() {
        writeln!(out, "::error title=djlint::{}", data(&failure))?;
    }
    let findings = report.worst_first();
    for reported in findings.iter().take(MOST) {
        writeln!(out, "{}", command(report, reported))?;
    }
    if findings.len() > MOST {
        let more = findings.len() - MOST;
        writeln!(
            out,
            "::notice title=djlint::{more} more findings are not listed here"
        )?;
    }
    writeln!(out, "djlint {}", words::found(report))
}

fn command(report: &Report<'_>, reported: &Reported) -> String {
    let finding = &reported.finding;
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let place = report.place(finding.primary.span);
    let mut properties = vec![format!("title={}", property(finding.rule))];
    properties.extend(place_properties(report, &place));
    // The log shows the message alone, without the properties.
    let message = format!(
        "{}: {}",
        report.at(finding.primary.span),
        report.said(finding).join("\n")
    );
    format!("::{kind} {}::{}", properties.join(","), data(&message))
}

/// Where to show it; nothing for a file outside the repository, which GitHub cannot show.
fn place_properties(report: &Report<'_>, place: &Place) -> Vec<String> {
    let Some(file) = report.within(place.source.path()) else {
        return Vec::new();
    };
    let (first, last) = (place.start.line, place.last_line());
    let mut properties = vec![
        format!("file={}", property(&sanitize::line(&file))),
        format!("line={first}"),
        format!("endLine={last}"),
    ];
    // The runner drops the place of an annotation that has columns on several lines.
    if first == place.end.line {
        properties.push(format!("col={}", place.start.column));
        properties.push(format!("endColumn={}", place.end.column));
    }
    properties
}

/// What stands behind `::`, as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What stands behind a property's `=`, as the runner unescapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Undoes the escapes in the order that the runner does.
    fn unescaped(text: &str) -> String {
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
    }

    #[test]
    fn the_runner_reads_what_was_written() {
        for text in ["100%", "%0A", "a\r\nb", "a::b,c", "%25%3A"] {
            assert_eq!(unescaped(&property(text)), text);
            assert!(!property(text).contains([':', ',', '\r', '\n']));
            assert!(!data(text).contains(['\r', '\n']));
        }
        assert_eq!(data("a:b,c%\n"), "a:b,c%25%0A");
    }
}
