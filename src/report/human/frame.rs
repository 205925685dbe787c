//! What ariadne drew, with our line numbers, places, colours and line breaks.
//!
//! ariadne counts the lines of what it is given, and it is given only the lines that are shown;
//! it colours every character apart, in greys that vanish on a light ground; and it never breaks
//! a label's text. Its drawing is regular enough to mend all of that afterwards: each row is a
//! margin, a bar, and what stands behind it.

use std::collections::VecDeque;

use crate::report::style;

/// One file's part of a drawing.
pub(super) struct Section {
    /// `path:line:column`, as it is shown.
    pub title: String,
    /// The real numbers of the lines that were given, in order; nothing for a gap.
    pub numbers: Vec<Option<usize>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Cell {
    character: char,
    style: &'static str,
}

const MARGIN: &str = "90";
/// What ariadne paints with, and what is painted instead.
const STYLES: [(&str, &str); 8] = [
    ("31", style::RED),
    ("33", style::AMBER),
    // Plain blue is too dark on a dark ground.
    ("34", "94"),
    ("36", style::TEAL),
    ("38;5;246", MARGIN),
    ("38;5;240", MARGIN),
    ("38;5;249", ""),
    ("0", ""),
];
/// A text narrower than this is put on the other side of its label.
const NARROW: usize = 28;

/// Redraws ariadne's `drawing` in `width` columns.
pub(super) fn redraw(drawing: &str, sections: &[Section], width: usize, color: bool) -> String {
    let mut rows: VecDeque<Vec<Cell>> = drawing.lines().map(cells).collect();
    // ariadne's own header: kind and message are written by the caller.
    rows.pop_front();
    let numbers = sections.iter().flat_map(|section| &section.numbers);
    let digits = numbers.flatten().max().map_or(1, |n| n.to_string().len());
    let bar = rows
        .front()
        .and_then(|row| row.iter().position(|cell| cell.character != ' '))
        .unwrap_or(0);
    let frame = Frame {
        sections: sections.iter(),
        current: None,
        bar,
        digits,
    };
    let mut rows = frame.rows(rows);
    rows.retain(|row| !row.is_spacing());
    end_underlines_without_text(&mut rows);
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        let below = rows.get(index + 1);
        for line in row.finish(below, width) {
            write_cells(&line, color, &mut out);
        }
    }
    out
}

enum Row {
    /// Drawn as it is.
    Plain(Vec<Cell>),
    /// What leads from an underline to its text.
    Arrow {
        cells: Vec<Cell>,
        corner: usize,
        bar: usize,
    },
}

struct Frame<'a> {
    sections: std::slice::Iter<'a, Section>,
    current: Option<&'a Section>,
    /// The column of ariadne's bar.
    bar: usize,
    /// How many digits our numbers have.
    digits: usize,
}

impl Frame<'_> {
    fn rows(mut self, rows: VecDeque<Vec<Cell>>) -> Vec<Row> {
        rows.into_iter().map(|row| self.row(row)).collect()
    }

    fn row(&mut self, row: Vec<Cell>) -> Row {
        let at = self.bar.min(row.len());
        let (margin, rest) = row.split_at(at);
        let bar = self.digits + 2;
        let mut cells = Vec::new();
        match rest.first().map(|cell| cell.character) {
            Some('╭' | '├') if margin.iter().all(|cell| cell.character == ' ') => {
                self.current = self.sections.next();
                let title = self.current.map_or("", |section| &section.title);
                push(&mut cells, &" ".repeat(bar), "");
                push(&mut cells, &rest[0].character.to_string(), MARGIN);
                push(&mut cells, "─[ ", MARGIN);
                push(&mut cells, title, "");
                push(&mut cells, " ]", MARGIN);
                return Row::Plain(cells);
            }
            Some('╯') => {
                push(&mut cells, &"─".repeat(bar), MARGIN);
                push(&mut cells, "╯", MARGIN);
                return Row::Plain(cells);
            }
            _ => {}
        }
        let drawn: String = margin.iter().map(|cell| cell.character).collect();
        let number = drawn
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|drawn| *self.current?.numbers.get(drawn.checked_sub(1)?)?);
        let digits = self.digits;
        let numbered = number.map_or_else(String::new, |number| number.to_string());
        push(&mut cells, &format!(" {numbered:>digits$} "), MARGIN);
        let indent = cells.len();
        cells.extend_from_slice(rest);
        let corner = cells
            .iter()
            .skip(indent)
            .position(|cell| cell.character == '╰')
            .map(|at| at + indent);
        match (number, corner) {
            (None, Some(corner)) => Row::Arrow { cells, corner, bar },
            _ => Row::Plain(cells),
        }
    }
}

/// A label without a text has no arrow, and so its underline needs no corner to start one from.
fn end_underlines_without_text(rows: &mut Vec<Row>) {
    let mut at = 0;
    while at < rows.len() {
        let Some(corner) = rows[at].empty_corner() else {
            at += 1;
            continue;
        };
        rows.remove(at);
        let continues = rows
            .get(at)
            .and_then(|row| row.at(corner))
            .is_some_and(|c| "│╰".contains(c));
        if !continues
            && let Some(Row::Plain(above)) = at.checked_sub(1).and_then(|above| rows.get_mut(above))
            && let Some(cell) = above.get_mut(corner)
            && cell.character == '┬'
        {
            cell.character = '─';
        }
    }
}

impl Row {
    /// A row with nothing but the lines that lead on to later rows.
    fn is_spacing(&self) -> bool {
        let Self::Plain(cells) = self else {
            return false;
        };
        let mut drawn = cells.iter().filter(|cell| cell.character != ' ').peekable();
        drawn.clone().all(|cell| cell.character == '│') && drawn.by_ref().nth(1).is_some()
    }

    /// Where an arrow leads to no text.
    fn empty_corner(&self) -> Option<usize> {
        match self {
            Self::Arrow { cells, corner, .. } if text(cells, *corner).is_empty() => Some(*corner),
            _ => None,
        }
    }

    fn finish(&self, below: Option<&Self>, width: usize) -> Vec<Vec<Cell>> {
        match self {
            Self::Plain(cells) => vec![cells.clone()],
            Self::Arrow { cells, corner, bar } => arrow(cells, *corner, *bar, below, width),
        }
    }

    fn at(&self, column: usize) -> Option<char> {
        let (Self::Plain(cells) | Self::Arrow { cells, .. }) = self;
        cells.get(column).map(|cell| cell.character)
    }
}

/// The text of a label beside the corner that leads to it: after it, or before it where there is no room.
fn arrow(
    cells: &[Cell],
    corner: usize,
    bar: usize,
    below: Option<&Row>,
    width: usize,
) -> Vec<Vec<Cell>> {
    let style = cells[corner].style;
    let text = text(cells, corner);
    let lead = &cells[..corner];
    let continues = matches!(below.and_then(|row| row.at(corner)), Some('│' | '╰'));
    // The last line that leads to another label's text, or the bar.
    let taken = lead
        .iter()
        .rposition(|cell| cell.character != ' ')
        .unwrap_or(bar);
    let after = width.saturating_sub(corner + 4);
    let before = corner.saturating_sub(taken + 5);
    if after < style::width(&text).min(NARROW) && before > after && !continues {
        let lines = style::wrap(&text, before);
        let widest = lines.iter().map(|line| style::width(line)).max();
        let gap = corner.saturating_sub(taken + 4 + widest.unwrap_or(0));
        return lines
            .into_iter()
            .enumerate()
            .map(|(index, line)| {
                let mut row = lead[..=taken].to_vec();
                push(&mut row, &" ".repeat(gap), "");
                push(&mut row, &line, style);
                if index == 0 {
                    let filler = widest.unwrap_or(0).saturating_sub(style::width(&line));
                    push(&mut row, &format!(" {}──╯", "─".repeat(filler)), style);
                }
                row
            })
            .collect();
    }
    style::wrap(&text, after.max(NARROW / 2))
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let mut row = lead.to_vec();
            let corner = match (index, continues) {
                (0, false) => "╰── ",
                (0, true) => "├── ",
                (_, false) => "    ",
                (_, true) => "│   ",
            };
            push(&mut row, corner, style);
            push(&mut row, &line, style);
            row
        })
        .collect()
}

/// What stands behind the line that leads from a corner.
fn text(cells: &[Cell], corner: usize) -> String {
    let text: String = cells[corner + 1..]
        .iter()
        .map(|cell| cell.character)
        .skip_while(|character| *character == '─')
        .collect();
    text.trim().to_owned()
}

fn push(cells: &mut Vec<Cell>, text: &str, style: &'static str) {
    cells.extend(text.chars().map(|character| Cell { character, style }));
}

/// A row of ariadne's as characters with their styles.
fn cells(row: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut style = "";
    let mut rest = row;
    while let Some(character) = rest.chars().next() {
        if let Some((sgr, after)) = rest.strip_prefix("\x1b[").and_then(|r| r.split_once('m')) {
            style = STYLES
                .iter()
                .find(|(theirs, _)| *theirs == sgr)
                .map_or("", |(_, ours)| ours);
            rest = after;
            continue;
        }
        cells.push(Cell { character, style });
        rest = &rest[character.len_utf8()..];
    }
    cells
}

fn write_cells(cells: &[Cell], color: bool, out: &mut String) {
    let end = cells
        .iter()
        .rposition(|cell| cell.character != ' ')
        .map_or(0, |at| at + 1);
    for run in cells[..end].chunk_by(|a, b| a.style == b.style) {
        let text: String = run.iter().map(|cell| cell.character).collect();
        out.push_str(&style::paint(&text, run[0].style, color));
    }
    out.push('\n');
}
