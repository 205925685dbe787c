//! Text from files, made harmless for a terminal: one character for one character.
//!
//! Escapes could recolour or retitle the terminal, line ends could forge lines of the
//! report, and bidirectional controls could show a line in another order than it has.

/// The character that is shown for one that must not reach a terminal.
pub(crate) fn character(character: char) -> char {
    match character {
        // The pictures of the control characters stand in their order: ␀ to ␟.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '␤',
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        _ if is_unseen(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

/// Characters that take no room, or that move others about.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text for one line.
pub(crate) fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\t' { ' ' } else { character(c) })
        .collect()
}

/// Text that may have several lines; tabs become blanks.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|one| {
            let mut shown = String::new();
            for c in one.chars() {
                match c {
                    '\t' => shown.push_str("    "),
                    _ => shown.push(character(c)),
                }
            }
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_hides_or_breaks_text_is_left() {
        let hostile =
            "\u{1b}[31m\r\n\u{7f}\u{85}\u{9b}\u{2028}\u{202e}\u{200b}\u{feff}\u{e0041}é漢";
        let shown = line(hostile);
        assert_eq!(shown.chars().count(), hostile.chars().count());
        assert_eq!(
            shown,
            "␛[31m␍␊␡␤\u{fffd}␤\u{fffd}\u{fffd}\u{fffd}\u{fffd}é漢"
        );
        assert_eq!(lines("a\n\tb\u{7}\r\n"), ["a", "    b␇"]);
    }
}
