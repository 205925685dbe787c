//! A display copy of one line: sanitized, masked, cropped around its labels.
//!
//! ariadne panics or draws nonsense on what files may really hold: escapes pass through, VT, FF,
//! NEL and U+2028 count as line ends, long lines are never cropped. So it never sees a file, only
//! lines made here, in which every label is a range of characters that exist.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::report::sanitize;
use crate::source::SourceFile;

/// As much of a line's bytes as is looked at around its first label: a line may be 64 MB long.
const BEFORE: usize = 2_000;
const AFTER: usize = 8_000;
/// Where nginx and Python authors set their editors, and where ariadne breaks even.
const TAB: usize = 4;

/// One line as it is drawn.
pub(super) struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// What is drawn, with one blank more than the text so that a label may point at its end.
    pub text: String,
    /// The characters of `text` that each label underlines, in the order that they were given.
    pub labels: Vec<Range<usize>>,
}

#[derive(Clone, Copy)]
struct Cell {
    character: char,
    offset: usize,
    width: usize,
}

/// The line `number` with its labels (byte ranges that start in it) in `room` columns.
/// The first label matters most where not all of them fit.
pub(super) fn line(
    source: &SourceFile,
    number: usize,
    labels: &[Range<usize>],
    room: usize,
) -> Line {
    let whole = text_of(source, number);
    let first = labels.first().map_or(whole.start, |label| label.start);
    let part = around(source.bytes(), &whole, first);
    let mut cells = cells(source, part.clone());
    let labels: Vec<Range<usize>> = labels.iter().map(|label| place(&cells, label)).collect();
    let window = crop(
        &cells,
        &labels,
        (part.start > whole.start, part.end < whole.end),
        room,
    );
    let mut text = String::new();
    if window.cut_left {
        text.push('…');
    }
    let end = window.range.end;
    if window.cut_right {
        cells[end - 1].character = '…';
    }
    text.extend(
        cells[window.range.clone()]
            .iter()
            .map(|cell| cell.character),
    );
    // ariadne leaves out blanks at the end of a line, but a label may still stand there.
    if window.cut_right {
        text.push(' ');
    }
    let shift = usize::from(window.cut_left);
    let last = window.range.len() + shift;
    let labels = labels
        .into_iter()
        .map(|label| {
            let at = |cell: usize| (cell + shift).saturating_sub(window.range.start).min(last);
            let start = at(label.start).min(last - 1);
            start..at(label.end).max(start + 1)
        })
        .collect();
    Line {
        number,
        text,
        labels,
    }
}

/// The bytes of a line, without a byte order mark.
fn text_of(source: &SourceFile, number: usize) -> Range<usize> {
    let range = source.line_range(number);
    if range.start == 0 && source.bytes().starts_with(b"\xEF\xBB\xBF") {
        3.min(range.end)..range.end
    } else {
        range
    }
}

/// The part of a line that is near enough to `at`, cut between characters.
fn around(bytes: &[u8], line: &Range<usize>, at: usize) -> Range<usize> {
    let at = at.clamp(line.start, line.end);
    let inside = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut start = line.start.max(at.saturating_sub(BEFORE));
    let mut end = line.end.min(at + AFTER);
    // A character has at most three bytes after its first.
    for _ in 0..3 {
        if start > line.start && inside(&start) {
            start -= 1;
        }
        if end < line.end && inside(&end) {
            end += 1;
        }
    }
    start..end
}

/// The characters as they are shown, each with the offset of its first byte, and a blank after the last.
fn cells(source: &SourceFile, range: Range<usize>) -> Vec<Cell> {
    let masked = source.masked(range.clone());
    let mut cells: Vec<Cell> = Vec::with_capacity(masked.len() + 1);
    let mut column = 0;
    for (offset, character) in offsets(source.bytes(), range.clone()).zip(masked.chars()) {
        let (character, width, times) = match character {
            '\t' => (' ', 1, TAB - column % TAB),
            _ => {
                let shown = sanitize::character(character);
                (shown, shown.width().unwrap_or(0), 1)
            }
        };
        column += width * times;
        cells.extend(std::iter::repeat_n(
            Cell {
                character,
                offset,
                width,
            },
            times,
        ));
    }
    cells.push(Cell {
        character: ' ',
        offset: range.end,
        width: 1,
    });
    cells
}

/// The offset of every character, as [`SourceFile::masked`] counts them.
fn offsets(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = usize> {
    let mut at = range.start;
    bytes[range].utf8_chunks().flat_map(move |chunk| {
        let start = at;
        let valid = chunk.valid();
        at += valid.len() + chunk.invalid().len();
        let after = start + valid.len();
        valid
            .char_indices()
            .map(move |(index, _)| start + index)
            .chain(after..after + chunk.invalid().len())
    })
}

/// The cells that a range of bytes covers; at least one.
fn place(cells: &[Cell], label: &Range<usize>) -> Range<usize> {
    let last = cells.len() - 1;
    let holding = cells.partition_point(|cell| cell.offset <= label.start);
    let offset = cells[holding.saturating_sub(1)].offset;
    let start = cells.partition_point(|cell| cell.offset < offset).min(last);
    let end = cells.partition_point(|cell| cell.offset < label.end);
    // The blank after the text is drawn on for a label that stands there, not for one that runs over.
    let end = if start < last { end.min(last) } else { end };
    start..end.max(start + 1)
}

struct Window {
    range: Range<usize>,
    cut_left: bool,
    cut_right: bool,
}

/// The cells that are shown: all, or as many as fit, with the labels in the middle.
fn crop(cells: &[Cell], labels: &[Range<usize>], cut: (bool, bool), room: usize) -> Window {
    let width = |range: Range<usize>| -> usize { cells[range].iter().map(|c| c.width).sum() };
    let all = 0..cells.len();
    let text_end = cells.len() - 1;
    if cut == (false, false) && width(0..text_end) <= room {
        return Window {
            range: all,
            cut_left: false,
            cut_right: false,
        };
    }
    // One column for each ellipsis, and one for the blank at the end.
    let room = room.saturating_sub(3).max(8);
    let mut wanted = labels
        .iter()
        .cloned()
        .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
        .unwrap_or(0..1);
    if width(wanted.clone()) > room
        && let Some(first) = labels.first()
    {
        wanted = first.clone();
    }
    // A line begins with what it is about: the name in front of a long value is worth its end.
    if !cut.0 && width(0..wanted.start) <= room / 2 {
        wanted.start = 0;
    }
    let mut used = 0;
    let mut end = wanted.start;
    while end < wanted.end && used + cells[end].width <= room {
        used += cells[end].width;
        end += 1;
    }
    let mut start = wanted.start;
    // First the half of what is left goes before the labels, then all of it after, then before again.
    let half = used + (room - used) / 2;
    let grow_left = |start: &mut usize, used: &mut usize, limit: usize| {
        while *start > 0 && *used + cells[*start - 1].width <= limit {
            *start -= 1;
            *used += cells[*start].width;
        }
    };
    grow_left(&mut start, &mut used, half);
    while end < cells.len() && used + cells[end].width <= room {
        used += cells[end].width;
        end += 1;
    }
    grow_left(&mut start, &mut used, room);
    Window {
        cut_left: start > 0 || cut.0,
        cut_right: end < text_end || (cut.1 && end < cells.len()),
        range: start..end.max(start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use std::path::PathBuf;

    fn drawn(bytes: &[u8], label: Range<usize>, room: usize) -> (String, String) {
        let source = SourceFile::new(FileId(0), PathBuf::from("x.conf"), bytes.to_vec());
        let number = source.line_of(label.start);
        let line = line(&source, number, &[label], room);
        let under: String = line
            .text
            .chars()
            .skip(line.labels[0].start)
            .take(line.labels[0].len())
            .collect();
        (line.text, under)
    }

    #[track_caller]
    fn assert_drawn(bytes: &[u8], label: Range<usize>, room: usize, text: &str, under: &str) {
        let (drawn, underlined) = drawn(bytes, label, room);
        assert_eq!((drawn.as_str(), underlined.as_str()), (text, under));
    }

    #[test]
    fn a_label_keeps_its_characters_whatever_stands_before_it() {
        assert_drawn(b"\tab cd\r\nx", 4..6, 80, "    ab cd ", "cd");
        assert_drawn("é漢 cd".as_bytes(), 6..8, 80, "é漢 cd ", "cd");
        assert_drawn(b"\xEF\xBB\xBFuser a;", 3..7, 80, "user a; ", "user");
        assert_drawn(b"\xFF\x1b[31m\x0Bx", 7..8, 80, "\u{fffd}␛[31m␋x ", "x");
        assert_drawn(
            "a\u{2028}b\u{202e}c".as_bytes(),
            8..9,
            80,
            "a␤b\u{fffd}c ",
            "c",
        );
    }

    #[test]
    fn a_label_without_characters_still_has_a_place() {
        assert_drawn(b"", 0..0, 80, " ", " ");
        assert_drawn(b"ab", 2..2, 80, "ab ", " ");
        assert_drawn(b"ab\n", 3..3, 80, " ", " ");
        assert_drawn(b"ab", 1..1, 80, "ab ", "b");
        assert_drawn(b"ab\ncd", 1..5, 80, "ab ", "b");
        assert_drawn("aé".as_bytes(), 2..3, 80, "aé ", "é");
    }

    #[test]
    fn a_long_line_is_cropped_around_its_label() {
        let long = format!("{}needle{}", "a".repeat(300), "b".repeat(300));
        let (text, under) = drawn(long.as_bytes(), 300..306, 40);
        assert_eq!(under, "needle");
        assert!(text.starts_with("…a") && text.ends_with("b… "), "{text}");
        assert!(text.chars().count() <= 40, "{text}");

        let (text, under) = drawn(long.as_bytes(), 0..2, 40);
        assert_eq!(under, "aa");
        assert!(!text.starts_with('…') && text.ends_with("… "), "{text}");

        let (text, under) = drawn(long.as_bytes(), 604..606, 40);
        assert_eq!(under, "bb");
        assert!(text.starts_with('…') && text.ends_with("bbb "), "{text}");

        let (text, under) = drawn(long.as_bytes(), 100..590, 40);
        assert!(
            under.chars().count() > 30 && text.starts_with("…"),
            "{text} {under}"
        );
    }

    #[test]
    fn what_a_long_value_belongs_to_is_shown_with_it() {
        let long = format!("GREETINGS = '{}'", "x".repeat(80));
        let (text, under) = drawn(long.as_bytes(), 12..94, 60);
        assert!(
            text.starts_with("GREETINGS = 'xxx") && text.ends_with("x… "),
            "{text}"
        );
        assert!(
            under.starts_with("'xxx") && under.chars().count() > 40,
            "{under}"
        );
    }

    #[test]
    fn a_line_of_megabytes_costs_no_more_than_its_neighbourhood() {
        let huge = "漢".repeat(1_000_000);
        let (text, under) = drawn(huge.as_bytes(), 1_500_000..1_500_003, 60);
        assert_eq!(under, "漢");
        assert!(text.starts_with('…') && text.ends_with("… "), "{text}");
    }
}
