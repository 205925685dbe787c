//! Source files, the places in them, and where a value comes from.
//!
//! Everything inside the program is a byte span; lines and columns are made
//! when something is printed, and nowhere else.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::secrets;

/// A file that was opened, as an index into [`crate::files::Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

/// A range of bytes in one file; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the bytes are in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`. Files over [`MAX_FILE_SIZE`] are never opened, so offsets fit.
    ///
    /// [`MAX_FILE_SIZE`]: crate::tree::MAX_FILE_SIZE
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Self {
            file,
            start: u32::try_from(range.start).unwrap_or(u32::MAX),
            end: u32::try_from(range.end).unwrap_or(u32::MAX),
        }
    }

    /// The bytes as a range of indices.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both; `other` is in the same file.
    pub fn to(self, other: Self) -> Self {
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether `other` lies inside.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// Where a value comes from, so that a rule can ask and a label can say it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Written in a file just so.
    Literal(Span),
    /// Worked out from an expression that stands there.
    Computed(Span),
    /// Read from the environment at that place.
    Environment {
        /// The variable's name.
        variable: String,
        /// What the value is: the default written beside the look-up, or what `--env` and its like supplied.
        source: EnvironmentSource,
        /// The look-up.
        place: Span,
    },
    /// What the named program uses when nothing is set.
    Default(&'static str),
}

/// What an environment look-up answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnvironmentSource {
    /// The variable is not set as far as is known; the default of the look-up holds.
    Fallback,
    /// `--env`, `--env-file`, the configuration, or something that starts the process sets it.
    Supplied,
}

impl Origin {
    /// The place to point at, where there is one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Literal(span) | Self::Computed(span) | Self::Environment { place: span, .. } => {
                Some(*span)
            }
            Self::Default(_) => None,
        }
    }

    /// Whether the value stands in a file as it is used.
    pub fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }
}

/// A place as people read it: 1-based, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Offset in bytes, from 0.
    pub offset: usize,
}

/// One file's text, with what is needed to point into it.
pub struct SourceFile {
    id: FileId,
    path: PathBuf,
    bytes: Vec<u8>,
    lines: OnceLock<Vec<u32>>,
    found: OnceLock<secrets::Found>,
    secrets: Mutex<Secrets>,
}

/// What parsers marked, and what was made of it and of the search; the latter is made anew after a mark.
#[derive(Default)]
struct Secrets {
    marked: Vec<Range<usize>>,
    all: Option<Arc<[Range<usize>]>>,
}

impl SourceFile {
    pub(crate) fn new(id: FileId, path: PathBuf, bytes: Vec<u8>) -> Self {
        Self {
            id,
            path,
            bytes,
            lines: OnceLock::new(),
            found: OnceLock::new(),
            secrets: Mutex::default(),
        }
    }

    /// The file's id, to make spans with.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Where the file lies in the tree that is being checked.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name, or an empty one for a path without.
    pub fn name(&self) -> Cow<'_, str> {
        self.path
            .file_name()
            .map_or(Cow::Borrowed(""), |name| name.to_string_lossy())
    }

    /// The whole text. It may hold secrets: what leaves the program goes through [`SourceFile::masked`].
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of a span in this file; a span that reaches past the end is cut there.
    pub fn slice(&self, span: Span) -> &[u8] {
        let end = span.range().end.min(self.bytes.len());
        &self.bytes[span.range().start.min(end)..end]
    }

    /// The text of a span, with what is not UTF-8 replaced.
    pub fn text(&self, span: Span) -> Cow<'_, str> {
        String::from_utf8_lossy(self.slice(span))
    }

    /// A span of this file.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.id, range)
    }

    /// The whole file.
    pub fn whole(&self) -> Span {
        self.span(0..self.bytes.len())
    }

    /// Says that these bytes are a secret, found by a parser that knows more than the text shows.
    pub fn mark_secret(&self, range: Range<usize>) {
        let mut secrets = self.secrets();
        secrets.marked.push(range);
        secrets.all = None;
    }

    /// The ranges that never leave the program, sorted and apart.
    pub fn secret_ranges(&self) -> Arc<[Range<usize>]> {
        let mut secrets = self.secrets();
        if let Some(all) = &secrets.all {
            return Arc::clone(all);
        }
        let found = self.found();
        let ranges = [&found.named, &found.all, &secrets.marked];
        let merged = secrets::merge(ranges.into_iter().flatten().cloned().collect());
        let all: Arc<[Range<usize>]> = merged.into();
        secrets.all = Some(Arc::clone(&all));
        all
    }

    /// The ranges whose text is a secret wherever it is repeated, sorted and apart.
    pub(crate) fn named_secrets(&self) -> Vec<Range<usize>> {
        let named = self.found().named.iter();
        secrets::merge(named.chain(&self.secrets().marked).cloned().collect())
    }

    fn found(&self) -> &secrets::Found {
        self.found
            .get_or_init(|| secrets::look(&self.path, &self.bytes))
    }

    fn secrets(&self) -> MutexGuard<'_, Secrets> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text of `range` as it may be shown: UTF-8, every character of a secret a `*`.
    ///
    /// This is the one way for source text to leave the program.
    pub fn masked(&self, range: Range<usize>) -> String {
        let end = range.end.min(self.bytes.len());
        let range = range.start.min(end)..end;
        secrets::mask(&self.bytes, range, &self.secret_ranges())
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            std::iter::once(0)
                .chain(memchr::memchr_iter(b'\n', &self.bytes).map(|at| at as u32 + 1))
                .collect()
        })
    }

    /// How many lines the file has; an empty file has one.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The line that holds `offset`, from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts()
            .partition_point(|start| *start as usize <= offset)
    }

    /// The bytes of a line (from 1), without its line end.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let starts = self.line_starts();
        let start = starts
            .get(line.saturating_sub(1))
            .map_or(self.bytes.len(), |start| *start as usize);
        let mut end = starts
            .get(line)
            .map_or(self.bytes.len(), |next| *next as usize - 1);
        if end > start && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        start..end.max(start)
    }

    /// Line and column of an offset. A byte order mark at the start is no column;
    /// each byte that is not UTF-8 counts as one character.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.line_of(offset);
        let mut start = self.line_starts()[line - 1] as usize;
        if start == 0 && self.bytes.starts_with(b"\xEF\xBB\xBF") && offset >= 3 {
            start = 3;
        }
        Position {
            line,
            column: characters(&self.bytes[start.min(offset)..offset]) + 1,
            offset,
        }
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may hold secrets, and a debug line may reach a log.
        f.debug_struct("SourceFile")
            .field("id", &self.id)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn characters(bytes: &[u8]) -> usize {
    bytes
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> SourceFile {
        SourceFile::new(FileId(0), PathBuf::from("x.conf"), bytes.to_vec())
    }

    #[track_caller]
    fn assert_position(bytes: &[u8], offset: usize, line: usize, column: usize) {
        let found = file(bytes).position(offset);
        assert_eq!((found.line, found.column), (line, column));
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        assert_position("é = ü\nñ".as_bytes(), 5, 1, 5);
        assert_position("é = ü\nñ".as_bytes(), 8, 2, 1);
        assert_position(b"\ta", 1, 1, 2);
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_position(b"\xEF\xBB\xBFuser", 3, 1, 1);
        assert_position(b"\xEF\xBB\xBFuser", 4, 1, 2);
        assert_position(b"\xEF\xBB\xBFuser", 0, 1, 1);
    }

    #[test]
    fn bytes_that_are_not_utf8_count_one_each() {
        assert_position(b"\xFF\xFEa", 2, 1, 3);
    }

    #[test]
    fn a_carriage_return_belongs_to_the_line_end() {
        let crlf = file(b"one\r\ntwo\r\n");
        assert_eq!(crlf.line_range(1), 0..3);
        assert_eq!(crlf.line_range(2), 5..8);
        assert_eq!(crlf.line_count(), 3);
        assert_eq!(crlf.line_range(3), 10..10);
        assert_eq!(crlf.line_range(9), 10..10);
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_position(b"ab\n", 99, 2, 1);
        assert_position(b"", 0, 1, 1);
    }

    #[test]
    fn a_slice_past_the_end_is_cut() {
        let source = file(b"abc");
        assert_eq!(source.slice(source.span(1..9)), b"bc");
        assert_eq!(source.slice(source.span(7..9)), b"");
    }
}
