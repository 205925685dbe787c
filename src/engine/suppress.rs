//! What comments in the files ask to be silent about, and whether there was anything to say.

use std::collections::BTreeMap;

use super::Selection;
use super::comment::{self, Comment, Place, Read, Scope};
use crate::finding::Finding;
use crate::rules::{RULES, current, family_of};
use crate::source::{FileId, SourceFile, Span};
use crate::workspace::Workspace;

/// The comments of every file that was read.
#[derive(Debug, Default)]
pub struct Comments {
    comments: Vec<Comment>,
    not_understood: Vec<Span>,
    /// Indices into `comments`.
    by_file: BTreeMap<FileId, Vec<usize>>,
}

impl Comments {
    /// Reads the comments of the files that are open by now. `selection` says which rules were asked.
    pub(super) fn of(workspace: &Workspace, selection: &Selection) -> Self {
        let mut all = Self::default();
        for source in workspace.files().sources() {
            let whole_lines_for = workspace.takes_comments_as_whole_lines(source.id());
            for read in comment::read(&source, whole_lines_for) {
                match read {
                    Read::NotUnderstood(span) => all.not_understood.push(span),
                    Read::Comment(mut comment) => {
                        for name in &mut comment.names {
                            name.was_asked = was_asked(&name.text, selection);
                        }
                        let of_file = all.by_file.entry(source.id()).or_default();
                        of_file.push(all.comments.len());
                        all.comments.push(comment);
                    }
                }
            }
        }
        all
    }

    /// Those that are understood.
    pub fn all(&self) -> &[Comment] {
        &self.comments
    }

    /// Those that begin like one of ours and are not understood.
    pub fn not_understood(&self) -> &[Span] {
        &self.not_understood
    }

    /// Whether a comment at one of the finding's labels, or for one of their files, asks for silence.
    pub(super) fn silence(&mut self, workspace: &Workspace, finding: &Finding) -> bool {
        let mut is_silenced = false;
        for label in finding.labels() {
            let Some(of_file) = self.by_file.get(&label.span.file) else {
                continue;
            };
            let source = workspace.files().get(label.span.file);
            let reach = Reach::of(&source, label.span);
            for index in of_file {
                let comment = &mut self.comments[*index];
                if !reach.is_reached_by(comment) {
                    continue;
                }
                for name in &mut comment.names {
                    let text = current(&name.text);
                    if text == finding.rule || text == family_of(finding.rule) {
                        name.is_used = true;
                        is_silenced = true;
                    }
                }
            }
        }
        is_silenced
    }
}

/// Whether every rule that the name stands for was asked.
fn was_asked(name: &str, selection: &Selection) -> bool {
    let name = current(name);
    let named = RULES
        .iter()
        .filter(|rule| rule.id == name || rule.family() == name);
    // A rule about comments is asked when they are read, and none of them silences it.
    named
        .clone()
        .all(|rule| selection.selects(rule.id) && !rule.is_about_comments())
        && named.count() > 0
}

/// The lines where a comment speaks of a label.
struct Reach {
    first: usize,
    /// A block's label may run over many lines; only its first and last can carry a comment of its own.
    last: usize,
    /// The first of the comment lines right above it.
    above: usize,
}

impl Reach {
    fn of(source: &SourceFile, span: Span) -> Self {
        let first = source.line_of(span.start as usize);
        let end = (span.end as usize).saturating_sub(1);
        let is_comment = |line: &usize| {
            let text = source.bytes()[source.line_range(*line)].trim_ascii_start();
            matches!(text.first(), Some(b'#' | b';'))
        };
        let above = (1..first).rev().take_while(is_comment).last();
        Self {
            first,
            last: source.line_of(end.max(span.start as usize)),
            above: above.unwrap_or(first),
        }
    }

    fn is_reached_by(&self, comment: &Comment) -> bool {
        match (comment.place, comment.scope) {
            // The program does not see a comment there, so that nothing may hang on it.
            (Place::InsideValue(_), _) => false,
            (_, Scope::File) => true,
            (Place::OwnLine, Scope::Line) => {
                (self.above..self.first).contains(&comment.line)
                    || comment.line == self.first
                    || comment.line == self.last
            }
            (Place::LineEnd, Scope::Line) => {
                comment.line == self.first || comment.line == self.last
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[track_caller]
    fn assert_reaches(text: &str, program: Option<&'static str>, expected: bool) {
        let source = SourceFile::new(FileId(0), PathBuf::from("x"), text.as_bytes().to_vec());
        let at = text.find("HERE").unwrap();
        let end = text.rfind("THERE").map_or(at + 4, |at| at + 5);
        let reach = Reach::of(&source, source.span(at..end));
        let reaches = comment::read(&source, program)
            .into_iter()
            .any(|read| matches!(read, Read::Comment(comment) if reach.is_reached_by(&comment)));
        assert_eq!(reaches, expected, "{text}");
    }

    #[test]
    fn a_comment_counts_at_the_end_of_the_line_and_above_it() {
        assert_reaches("HERE; # djlint: ignore[nginx/syntax] why", None, true);
        assert_reaches("# djlint: ignore[a/b, c] why\nHERE", None, true);
        assert_reaches("#djlint:ignore[a/b]\n# another\n  HERE", None, true);
        assert_reaches("HERE {\n}\nTHERE # djlint: ignore[a/b]", None, true);
        assert_reaches("HERE\nx # djlint: ignore[a/b]\nTHERE", None, false);
        assert_reaches("# djlint: ignore[a/b]\n\nHERE", None, false);
        assert_reaches("# djlint: ignore[a/b]\nother\nHERE", None, false);
        assert_reaches("x # djlint: ignore[a/b]\nHERE", None, false);
        assert_reaches("x\n\nHERE\n\n# djlint: file-ignore[a/b]", None, true);
    }

    #[test]
    fn inside_of_a_value_it_does_not_count() {
        let uwsgi = Some("uWSGI");
        assert_reaches("; djlint: ignore[a/b]\nHERE = x", uwsgi, true);
        assert_reaches("HERE = x # djlint: ignore[a/b]", uwsgi, false);
        assert_reaches("HERE\nx = y # djlint: file-ignore[a/b]", uwsgi, false);
    }
}
