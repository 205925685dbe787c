//! What a terminal shows, as a picture that a browser shows: text with colours in, SVG out.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

const FONT: f64 = 14.0;
const CELL: f64 = 8.4;
const LINE: f64 = 18.0;
const PADDING: f64 = 16.0;
const GROUND: &str = "#1c2128";
const TEXT: &str = "#d5dbe1";

/// A run of text in one style.
#[derive(Clone, Default, PartialEq, Eq)]
struct Style {
    bold: bool,
    color: Option<u8>,
}

/// Draws what `output` shows in a terminal of that many columns.
pub(crate) fn picture(output: &str, columns: usize) -> String {
    let lines: Vec<&str> = output.trim_end().lines().collect();
    let width = columns as f64 * CELL + 2.0 * PADDING;
    let height = lines.len() as f64 * LINE + 2.0 * PADDING;
    let mut svg = String::new();
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"{FONT}\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\">"
    )
    .unwrap();
    writeln!(
        svg,
        "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{GROUND}\"/>"
    )
    .unwrap();
    for (index, line) in lines.iter().enumerate() {
        let baseline = PADDING + index as f64 * LINE + FONT;
        draw(line, baseline, &mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(line: &str, baseline: f64, svg: &mut String) {
    let mut column = 0;
    let mut style = Style::default();
    for part in line.split("\x1b[").enumerate() {
        let text = match part {
            (0, text) => text,
            (_, part) => {
                let (sgr, text) = part.split_once('m').expect("a colour");
                style = apply(sgr, style);
                text
            }
        };
        // Blanks need no drawing, and a line of the frame keeps its own place beside them.
        for word in words(text) {
            // Browsers drop blanks at the ends of a text, whatever xml:space says.
            let drawn = word.trim_matches(' ');
            let before = word.len() - word.trim_start_matches(' ').len();
            if !drawn.is_empty() {
                text_at(drawn, column + before, cells(drawn), &style, baseline, svg);
            }
            column += cells(word);
        }
    }
}

fn cells(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Text and the blanks of more than one that part it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let end = match blanks {
            0 | 1 => rest[blanks..]
                .find("  ")
                .map_or(rest.len(), |at| blanks + at),
            _ => blanks,
        };
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

fn text_at(
    text: &str,
    column: usize,
    width: usize,
    style: &Style,
    baseline: f64,
    svg: &mut String,
) {
    let x = PADDING + column as f64 * CELL;
    let length = width as f64 * CELL;
    let color = style.color.map_or(TEXT, fill);
    let weight = if style.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{length:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" fill=\"{color}\"{weight}>{escaped}</text>"
    )
    .unwrap();
}

fn apply(sgr: &str, mut style: Style) -> Style {
    let mut codes = sgr.split(';').map(|code| code.parse().expect("a number"));
    while let Some(code) = codes.next() {
        match code {
            0 => style = Style::default(),
            1 => style.bold = true,
            // 38;5;N: one of the 256 colours.
            38 => style.color = codes.nth(1),
            code => style.color = Some(code),
        }
    }
    style
}

fn fill(code: u8) -> &'static str {
    match code {
        31 => "#ff7b72",
        28 => "#7ee787",
        136 => "#e3b341",
        94 => "#79c0ff",
        90 => "#8b949e",
        other => panic!("the picture knows no colour {other}"),
    }
}
