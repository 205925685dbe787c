//! A command that is one text, taken apart into words.
//!
//! Compose runs no shell. It splits as `go-shellwords` does: quotes and backslashes as in a shell,
//! but what a shell would act on ends the command: `a && b` runs `a`. (Its first version, in
//! Python, handed `&&` and `b` to `a` as arguments.)

use super::super::word::Word;
use super::text::Text;

/// Why Compose refuses a command.
const UNBALANCED: &str = "Compose refuses a command whose quotes are not closed";

/// The words of a command, or why there are none.
pub(super) fn split(command: &Text) -> Result<Vec<Word>, &'static str> {
    let mut words = Vec::new();
    let mut word = command.start();
    let mut started: Option<usize> = None;
    let mut quote = None;
    // Where a part begins that is taken as it is.
    let mut run = 0;
    let mut characters = command.as_str().char_indices();
    let mut end = command.as_str().len();
    while let Some((at, character)) = characters.next() {
        let next = at + character.len_utf8();
        let is_special = matches!(character, '\\' | '"' | '\'' | ' ' | '\t' | '\r' | '\n')
            || matches!(character, ';' | '&' | '|' | '<' | '>' | '(' | ')' | '`');
        let is_taken = match quote {
            Some('\'') => character != '\'',
            Some(_) => !matches!(character, '"' | '\\'),
            None => !is_special,
        };
        if is_taken {
            started.get_or_insert(at);
            continue;
        }
        word.push(command, run..at);
        run = next;
        match character {
            '\\' => {
                let Some((behind, escaped)) = characters.next() else {
                    return Err(UNBALANCED);
                };
                run = behind + escaped.len_utf8();
                started.get_or_insert(at);
                let meant = match escaped {
                    't' => '\t',
                    'n' => '\n',
                    other => other,
                };
                word.push_char(meant, command, at);
            }
            '"' | '\'' if quote.is_none() => {
                started.get_or_insert(at);
                quote = Some(character);
            }
            '"' | '\'' => quote = None,
            ' ' | '\t' | '\r' | '\n' => {
                if let Some(start) = started.take() {
                    word.end(command, start..at);
                    words.push(std::mem::replace(&mut word, command.start()).word());
                }
            }
            ';' | '&' | '|' | '<' | '>' => {
                end = at;
                // `2>` is one redirection: its number is no argument.
                let is_descriptor = character == '>'
                    && word
                        .as_str()
                        .starts_with(|first: char| first.is_ascii_digit());
                if is_descriptor {
                    started = None;
                }
                break;
            }
            _ => return Err("how Compose splits a command with parentheses or backticks"),
        }
    }
    if quote.is_some() {
        return Err(UNBALANCED);
    }
    if let Some(start) = started {
        word.push(command, run.min(end)..end);
        word.end(command, start..end);
        words.push(word.word());
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;
    use crate::host::PathMap;
    use crate::tree::Memory;

    fn words(written: &str) -> Result<Vec<(Option<String>, String)>, &'static str> {
        let files = Files::new(Memory::new(), PathMap::new());
        let source = files.intern("/x".into(), written.as_bytes().to_vec());
        let offsets = (0..=written.len() as u32).collect();
        let text = Text::written(written, offsets, source.whole()).filled(&Default::default());
        let words = split(&text)?;
        Ok(words
            .into_iter()
            .map(|word| {
                let written = written[word.span.range()].to_owned();
                (word.text().map(str::to_owned), written)
            })
            .collect())
    }

    #[track_caller]
    fn assert_words(written: &str, expected: &[(Option<&str>, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(text, place)| (text.map(str::to_owned), (*place).to_owned()))
            .collect();
        assert_eq!(words(written), Ok(expected), "{written:?}");
    }

    #[test]
    fn words_are_split_as_compose_does() {
        assert_words(
            "uwsgi --ini /a/uwsgi.ini",
            &[
                (Some("uwsgi"), "uwsgi"),
                (Some("--ini"), "--ini"),
                (Some("/a/uwsgi.ini"), "/a/uwsgi.ini"),
            ],
        );
        assert_words(
            "sh -c \"a b && c\"  'd e'f\\ g ''",
            &[
                (Some("sh"), "sh"),
                (Some("-c"), "-c"),
                (Some("a b && c"), "\"a b && c\""),
                (Some("d ef g"), "'d e'f\\ g"),
                (Some(""), "''"),
            ],
        );
        assert_words("a && b", &[(Some("a"), "a")]);
        assert_words("a 2>&1", &[(Some("a"), "a")]);
        assert_words("a;b", &[(Some("a"), "a")]);
        assert_words(
            "a # b",
            &[(Some("a"), "a"), (Some("#"), "#"), (Some("b"), "b")],
        );
        assert_words(
            "a :${P:-80} ${Q}x",
            &[
                (Some("a"), "a"),
                (Some(":80"), ":${P:-80}"),
                (None, "${Q}x"),
            ],
        );
        assert_words(
            "${C:-a b}",
            &[(Some("a"), "${C:-a b}"), (Some("b"), "${C:-a b}")],
        );
        assert_words("  ", &[]);
        assert!(words("a 'b").is_err());
        assert!(words("a \\").is_err());
        assert!(words("a $$(b)").is_err());
    }
}
