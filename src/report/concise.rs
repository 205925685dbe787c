//! One line for each finding: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::{Report, path, sanitize};
use crate::files::Files;

/// Writes one line for each finding.
pub fn write(report: &Report, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let secrets = report.secrets(files);
    for reported in &report.findings {
        let finding = &reported.finding;
        let span = finding.primary.span;
        let source = files.get(span.file);
        let position = source.position(span.range().start);
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            path::shown(source.path(), &report.base),
            position.line,
            position.column,
            finding.severity.as_str(),
            finding.rule,
            sanitize::line(&secrets.mask(&finding.message)),
        )?;
    }
    Ok(())
}
