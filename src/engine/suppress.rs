//! `# djlint: ignore[family/name] reason`, at the end of a labelled line or on a line of its own above it.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::finding::Finding;
use crate::source::{SourceFile, Span};
use crate::workspace::Workspace;

#[expect(
    clippy::unwrap_used,
    reason = "a pattern of ours, compiled by the first test"
)]
static PRAGMA: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)[#;]\s*djlint:\s*ignore\[([^\]\n]*)\]").unwrap());

/// Whether a comment at one of the finding's labels asks for silence.
pub(super) fn is_ignored(workspace: &Workspace, finding: &Finding) -> bool {
    std::iter::once(&finding.primary)
        .chain(&finding.related)
        .any(|label| {
            let source = workspace.files().get(label.span.file);
            // In an ini a comment at the end of a line would be part of the value.
            let own_line_only = workspace.is_uwsgi(label.span.file);
            names(&source, label.span, own_line_only)
                .iter()
                .any(|name| name == finding.rule || finding.rule.split('/').next() == Some(name))
        })
}

/// The rules and families that comments at this place name.
fn names(source: &SourceFile, span: Span, own_line_only: bool) -> Vec<String> {
    let first = source.line_of(span.start as usize);
    let last = source.line_of(
        (span.end as usize)
            .saturating_sub(1)
            .max(span.start as usize),
    );
    let line = |number: usize| &source.bytes()[source.line_range(number)];
    let mut found = Vec::new();
    if !own_line_only {
        // A block's label may run over many lines; only its first and last can carry a comment of its own.
        found.extend(pragma(line(first)));
        if last != first {
            found.extend(pragma(line(last)));
        }
    }
    for above in (1..first).rev() {
        let text = line(above).trim_ascii_start();
        if !text.starts_with(b"#") && !text.starts_with(b";") {
            break;
        }
        found.extend(pragma(text));
    }
    found
}

fn pragma(line: &[u8]) -> Vec<String> {
    // Most lines hold none, and compiling the pattern costs more than a small check.
    if memchr::memmem::find(line, b"djlint:").is_none() {
        return Vec::new();
    }
    PRAGMA
        .captures_iter(line)
        .flat_map(|captures| {
            String::from_utf8_lossy(&captures[1])
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::source::FileId;

    #[track_caller]
    fn assert_names(text: &str, own_line_only: bool, expected: &[&str]) {
        let source = SourceFile::new(FileId(0), PathBuf::from("x"), text.as_bytes().to_vec());
        let at = text.find("HERE").unwrap();
        assert_eq!(
            names(&source, source.span(at..at + 4), own_line_only),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_comment_counts_at_the_end_of_the_line_and_above_it() {
        assert_names(
            "HERE; # djlint: ignore[nginx/syntax] reason",
            false,
            &["nginx/syntax"],
        );
        assert_names(
            "# djlint: ignore[a/b, c] reason\nHERE",
            false,
            &["a/b", "c"],
        );
        assert_names(
            "#djlint:ignore[a/b]\n# another comment\n  HERE",
            false,
            &["a/b"],
        );
        assert_names("; djlint: ignore[a/b]\nHERE = x", true, &["a/b"]);
        assert_names("# djlint: ignore[a/b]\n\nHERE", false, &[]);
        assert_names("# djlint: ignore[a/b]\nother\nHERE", false, &[]);
        assert_names("# djlint: ignore a/b\nHERE", false, &[]);
    }

    #[test]
    fn at_the_end_of_a_line_of_an_ini_it_is_part_of_the_value() {
        assert_names("HERE = x # djlint: ignore[a/b]", true, &[]);
    }
}
