//! A unified diff of what would change.

use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;

use super::Changed;
use crate::report::path::plain;
use crate::report::sanitize;
use crate::secrets;

/// Writes the difference of one file, paths as they are seen from `base`, as `patch -p1` takes it.
pub fn write(changed: &Changed, base: &Path, out: &mut dyn Write) -> io::Result<()> {
    let path = plain(&changed.path, base);
    if let Some((before, after)) = changed.mode {
        writeln!(out, "diff --git a/{path} b/{path}")?;
        if let Some(before) = before {
            writeln!(out, "old mode 100{before:o}")?;
        }
        writeln!(out, "new mode 100{after:o}")?;
    }
    if changed.before == changed.after {
        return Ok(());
    }
    let masked = |bytes: &[u8]| {
        let secrets = secrets::find(&changed.path, bytes);
        secrets::mask(bytes, 0..bytes.len(), &secrets)
    };
    let (before, after) = (masked(&changed.before), masked(&changed.after));
    let diff = TextDiff::from_lines(&before, &after);
    let text = diff
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    for line in text.split_inclusive('\n') {
        // A carriage return at the end is the file's own.
        let (line, end) = match line.strip_suffix("\r\n") {
            Some(line) => (line, "\r\n"),
            None => (line.strip_suffix('\n').unwrap_or(line), "\n"),
        };
        let fields: Vec<String> = line.split('\t').map(sanitize::line).collect();
        write!(out, "{}{end}", fields.join("\t"))?;
    }
    Ok(())
}
