//! Text with choices in it: `listen <80|[::]:<80|443>> <|ssl>;`, and `<#name>` for a list of them.

use crate::random::Random;
use crate::words::LISTS;

/// One of the texts that a pattern stands for.
pub(crate) fn text(random: &mut Random, pattern: &str) -> String {
    let mut out = String::new();
    expand(random, pattern, &mut out);
    out
}

fn expand(random: &mut Random, pattern: &str, out: &mut String) {
    let mut rest = pattern;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        let close = closing(inside);
        let choice = &inside[..close];
        rest = &inside[close + 1..];
        match choice.strip_prefix('#') {
            Some(name) => {
                let (_, list) = LISTS
                    .iter()
                    .find(|(list, _)| *list == name)
                    .unwrap_or_else(|| panic!("no list {name}"));
                let one = random.of(list).to_owned();
                expand(random, &one, out);
            }
            None => {
                let choices = choices(choice);
                let one = choices[random.below(choices.len())].to_owned();
                expand(random, &one, out);
            }
        }
    }
    out.push_str(rest);
}

fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if depth == 0 => return at,
            '>' => depth -= 1,
            _ => {}
        }
    }
    panic!("no > in {text}");
}

fn choices(text: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0, 0);
    let mut all = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth -= 1,
            '|' if depth == 0 => {
                all.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(&text[start..]);
    all
}
