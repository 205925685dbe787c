//! What a Python file may be made of before it is parsed: nothing here may cost more than one look.
//!
//! The parser's tree is dropped by recursion, on chains of operators too, and a
//! file is hostile. One look at the bytes bounds how deep the tree can be.

/// Larger files are no settings.
const MAX_SIZE: usize = 5 * 1024 * 1024;

/// CPython's tokenizer refuses more brackets inside each other (`MAXLEVEL`).
const MAX_BRACKETS: usize = 200;

/// A statement of so many words and operators is parsed where the caller stands.
const SHALLOW: usize = 400;

/// A statement of more words and operators is not parsed. CPython's compiler
/// gives up on chains that are far shorter.
const MAX_WORDS: usize = 600_000;

/// How a file is to be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// On the caller's stack.
    Here,
    /// On a stack for a tree of that depth.
    Deep(usize),
    /// Not at all, for this reason, because of what stands at that offset.
    Refused(&'static str, usize),
}

/// Looks once over the file.
pub(crate) fn look(text: &[u8]) -> Verdict {
    if text.len() > MAX_SIZE {
        return Verdict::Refused("the file is larger than 5 MB and was not read as Python", 0);
    }
    let mut brackets = 0_usize;
    // Words and operators of the statement at hand, and the most of any: no tree is deeper.
    let (mut words, mut most) = (0_usize, 0_usize);
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        match byte {
            b'#' => {
                at += memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
                continue;
            }
            b'"' | b'\'' => {
                let end = string_end(text, at);
                // The braces of an f-string are expressions.
                let pieces = memchr::memchr_iter(b'{', &text[at..end]).count();
                words += 1 + pieces * 4;
                at = end;
                continue;
            }
            b'(' | b'[' | b'{' => {
                brackets += 1;
                words += 1;
                if brackets > MAX_BRACKETS {
                    return Verdict::Refused("more than 200 brackets are open here", at);
                }
            }
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'\\' => at += 1,
            b'\n' if brackets == 0 => {
                most = most.max(words);
                words = text[at + 1..]
                    .iter()
                    .take_while(|byte| matches!(byte, b' ' | b'\t'))
                    .count();
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
            _ if is_word(byte) => {
                words += 1;
                at += text[at..].iter().take_while(|byte| is_word(**byte)).count();
                continue;
            }
            _ => words += 1,
        }
        at += 1;
    }
    most = most.max(words);
    if most > MAX_WORDS {
        Verdict::Refused("a single statement is too long to be read", 0)
    } else if most > SHALLOW {
        Verdict::Deep(most)
    } else {
        Verdict::Here
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The offset after the string that starts at `at`.
fn string_end(text: &[u8], at: usize) -> usize {
    let quote = text[at];
    let triple = text[at..].starts_with(&[quote; 3]);
    let mut end = at + if triple { 3 } else { 1 };
    while end < text.len() {
        match text[end] {
            b'\\' => end += 1,
            b'\n' if !triple => return end,
            byte if byte == quote && !triple => return end + 1,
            byte if byte == quote && text[end..].starts_with(&[quote; 3]) => return end + 3,
            _ => {}
        }
        end += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_files_are_parsed_where_the_caller_stands() {
        let settings = "DEBUG = True\nAPPS = [\n    'a',  # (((\n    \"b('\",\n]\n".repeat(50);
        assert_eq!(look(settings.as_bytes()), Verdict::Here);
        assert_eq!(look(b""), Verdict::Here);
    }

    #[test]
    fn long_statements_get_a_stack_of_their_own() {
        assert_eq!(look("1+".repeat(1000).as_bytes()), Verdict::Deep(2000));
        let lines = "(1\n".to_owned() + &"+1\n".repeat(1000);
        assert!(matches!(look(lines.as_bytes()), Verdict::Deep(_)));
        assert!(matches!(
            look("{".repeat(150).repeat(9).as_bytes()),
            Verdict::Refused(_, 200)
        ));
        assert!(matches!(
            look(("f'".to_owned() + &"{".repeat(1000) + "'").as_bytes()),
            Verdict::Deep(_)
        ));
        let indented = "\n".to_owned() + &" ".repeat(1000) + "pass";
        assert!(matches!(look(indented.as_bytes()), Verdict::Deep(_)));
    }

    #[test]
    fn what_no_python_would_take_is_refused() {
        assert!(matches!(
            look(&vec![b' '; MAX_SIZE + 1]),
            Verdict::Refused(_, 0)
        ));
        assert!(matches!(
            look("-".repeat(MAX_WORDS + 1).as_bytes()),
            Verdict::Refused(_, _)
        ));
    }
}
