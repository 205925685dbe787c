//! Colour and width of what people read.

use unicode_width::UnicodeWidthChar;

use crate::finding::Severity;

const RESET: &str = "\x1b[0m";

// Red is read on a dark ground and on a light one. The terminal's own yellow, cyan and green
// are not: where bold means bright, they vanish on white. These come from the 256 colours,
// which no theme and no weight changes.
/// What breaks.
pub(crate) const RED: &str = "31";
/// What bites later, and what is not known.
pub(crate) const AMBER: &str = "38;5;136";
/// What is shown on demand.
pub(crate) const TEAL: &str = "38;5;31";
/// What helps.
pub(crate) const GREEN: &str = "38;5;28";

/// `text` in a style, where colour is wanted.
pub(crate) fn paint(text: &str, sgr: &str, color: bool) -> String {
    if color && !sgr.is_empty() {
        format!("\x1b[{sgr}m{text}{RESET}")
    } else {
        text.to_owned()
    }
}

/// Bold, where colour is wanted.
pub(crate) fn bold(text: &str, color: bool) -> String {
    paint(text, "1", color)
}

/// `text` as a hyperlink (OSC 8), where there is something to link to and the terminal can.
pub(crate) fn link(text: &str, url: Option<&str>, can: bool) -> String {
    match url {
        Some(url) if can => format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"),
        _ => text.to_owned(),
    }
}

/// The colour that stands for a severity.
pub(crate) fn severity_color(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => RED,
        Severity::Warning => AMBER,
        Severity::Advice => TEAL,
    }
}

/// The severity's word in its colour.
pub(crate) fn severity(severity: Severity, color: bool) -> String {
    let sgr = format!("1;{}", severity_color(severity));
    paint(severity.as_str(), &sgr, color)
}

/// Columns that a terminal gives to a text; a colour of ours takes none.
pub(crate) fn width(text: &str) -> usize {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default();
    let colored = parts.map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
    std::iter::once(first)
        .chain(colored)
        .flat_map(str::chars)
        .map(|character| character.width().unwrap_or(0))
        .sum()
}

/// Lines of at most `room` columns, broken at blanks. A word that is longer stays whole:
/// what is to be copied must not be broken.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let needed = width(word);
        if used > 0 && used + 1 + needed > room {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += needed;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_blanks_and_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrap("a /very/long/path b", 5),
            ["a", "/very/long/path", "b"]
        );
        assert_eq!(wrap("漢字 漢字", 5), ["漢字", "漢字"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap(&format!("{} b", bold("a", true)), 3).len(), 1);
    }
}
