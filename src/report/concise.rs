//! One line for each finding: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::Report;

/// Writes one line for each finding.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for reported in &report.findings {
        let finding = &reported.finding;
        writeln!(
            out,
            "{}: {}[{}] {}",
            report.at(finding.primary.span),
            finding.severity.as_str(),
            finding.rule,
            report.line(&finding.message),
        )?;
    }
    Ok(())
}
