//! Which names a piece of code that is not understood may touch, seen by its words alone.
//!
//! Words in strings and comments count too: to take too many names for touched
//! costs a value, to take too few would make a wrong one known.

use std::collections::BTreeSet;

use crate::source::{FileId, Span};

use super::syntax::Writes;

/// Functions and attributes with which code reaches any name.
const REACHES_ANYTHING: &[&str] = &[
    "globals", "locals", "vars", "exec", "eval", "execfile", "setattr", "modules",
];

/// Words after which a name is bound.
const BINDERS: &[&str] = &[
    "as", "class", "def", "del", "for", "global", "import", "nonlocal",
];

/// The names that the code in `text`, which stands at `offset` of `file`, may touch.
pub(crate) fn scan(file: FileId, offset: usize, text: &[u8]) -> Writes {
    let mut writes = Writes::default();
    let mut mentions = BTreeSet::new();
    let mut previous: &[u8] = b"";
    let mut in_for_target = false;
    let mut at = 0;
    while at < text.len() {
        if !starts_word(text[at]) {
            // `name[key] = …`
            writes.mutates |= text[at] == b']' && is_bound_by(text[at + 1..].trim_ascii_start());
            at += 1;
            continue;
        }
        let end = at + text[at..].iter().take_while(|byte| in_word(**byte)).count();
        let word = &text[at..end];
        let rest = text[end..].trim_ascii_start();
        match word {
            b"for" => in_for_target = true,
            b"in" => in_for_target = false,
            b"import" if rest.starts_with(b"*") => writes.anything = true,
            _ => {
                let name = String::from_utf8_lossy(word).into_owned();
                // An object's own attributes are no names of the module.
                let is_own = name == "setattr"
                    && [&b"(self,"[..], b"(cls,"]
                        .iter()
                        .any(|own| rest.starts_with(own));
                let reaches = REACHES_ANYTHING.contains(&name.as_str()) && !is_own;
                writes.anything |= reaches;
                writes.mutates |= is_mutator(&name) || name == "del" || is_changed_by(rest);
                let after_binder =
                    std::str::from_utf8(previous).is_ok_and(|previous| BINDERS.contains(&previous));
                let first_of_line = is_first_of_line(&text[..at]);
                if in_for_target
                    || after_binder
                    || is_bound_by(rest)
                    || (first_of_line && (rest.starts_with(b":") || rest.starts_with(b",")))
                    || (is_in_target_list(&text[..at]) && rest.starts_with(b","))
                {
                    let span = Span::new(file, offset + at..offset + end);
                    writes.binds.push((name.clone(), span));
                }
                mentions.insert(name);
            }
        }
        previous = word;
        at = end;
    }
    writes.mentions = mentions.into_iter().collect();
    writes
}

/// Words with which code changes a list or a dict.
pub(crate) fn is_mutator(word: &str) -> bool {
    matches!(
        word,
        "append"
            | "extend"
            | "insert"
            | "remove"
            | "update"
            | "setdefault"
            | "pop"
            | "popitem"
            | "clear"
            | "add"
            | "discard"
            | "sort"
            | "reverse"
            | "__setitem__"
    )
}

fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn in_word(byte: u8) -> bool {
    starts_word(byte) || byte.is_ascii_digit()
}

/// Whether what follows a name is an assignment of any kind.
fn is_bound_by(rest: &[u8]) -> bool {
    let operator = rest
        .iter()
        .take_while(|byte| b"+-*/%@&|^<>:=".contains(byte))
        .count();
    let operator = &rest[..operator];
    operator.ends_with(b"=") && !matches!(operator, b"==" | b"<=" | b">=")
        || operator.starts_with(b"=") && !operator.starts_with(b"==")
}

/// Whether what follows a name changes it in place: `+=`, and not `=`.
fn is_changed_by(rest: &[u8]) -> bool {
    is_bound_by(rest) && !rest.starts_with(b"=") && !rest.starts_with(b":")
}

fn is_first_of_line(before: &[u8]) -> bool {
    before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n' && **byte != b';')
        .all(|byte| b" \t(".contains(byte))
}

/// Whether only names and commas stand before it on its line, as in `a, b, c = …`.
fn is_in_target_list(before: &[u8]) -> bool {
    before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n' && **byte != b';')
        .take(200)
        .all(|byte| in_word(*byte) || b" \t,()*".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_binds(code: &str, names: &[&str]) {
        let writes = scan(FileId(0), 0, code.as_bytes());
        let found: Vec<&str> = writes.binds.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(found, names, "{code}");
    }

    #[test]
    fn every_way_of_binding_a_name_is_seen() {
        assert_binds("A = 1", &["A"]);
        assert_binds("A == 1", &[]);
        assert_binds("A <= B", &[]);
        assert_binds("A += 1; B **= 2; C //= 2; D |= E", &["A", "B", "C", "D"]);
        assert_binds("A: int = 1", &["A", "int"]);
        assert_binds("for A, B in C: pass", &["A", "B"]);
        assert_binds("import A.B as C", &["A", "C"]);
        assert_binds("del A", &["A"]);
        assert_binds("(A := 1)", &["A"]);
        assert_binds("def A(): global B", &["A", "B"]);
        assert_binds("A, B = C", &["A", "B"]);
        assert_binds("with x as A:\n  B=1", &["A", "B"]);
    }

    #[test]
    fn code_that_reaches_any_name_says_so() {
        for code in [
            "globals()['A'] = 1",
            "from x import *",
            "setattr(m, 'A', 1)",
        ] {
            assert!(scan(FileId(0), 0, code.as_bytes()).anything, "{code}");
        }
        assert!(!scan(FileId(0), 0, b"A = b * c").anything);
    }

    #[test]
    fn code_that_changes_something_in_place_says_so() {
        for code in [
            "a.append(1)",
            "a[0] = 1",
            "a += b",
            "a['x'] |= 1",
            "del a[0]",
        ] {
            assert!(scan(FileId(0), 0, code.as_bytes()).mutates, "{code}");
        }
        for code in ["a = [1]", "a == b[0]", "f(a[0], b=1)", "a: int = b"] {
            assert!(!scan(FileId(0), 0, code.as_bytes()).mutates, "{code}");
        }
    }
}
