use std::path::PathBuf;

use super::*;
use crate::tree::Memory;

fn parse_text(text: impl Into<Vec<u8>>) -> Module {
    let files = crate::files::Files::new(Memory::new(), crate::host::PathMap::new());
    parse(&files.intern(PathBuf::from("/settings.py"), text.into()))
}

#[test]
fn chains_of_200_kilobytes_survive() {
    let size = 200_000;
    for (left, right) in [
        ("1+", "1"),
        ("1**", "1"),
        ("-", "1"),
        ("~", "1"),
        ("not ", "1"),
        ("a.", "a"),
        ("lambda: ", "1"),
        ("lambda a, b: ", "1"),
        ("1 if 1 else ", "1"),
        ("1 and not ", "1"),
        ("await ", "1"),
        ("1 < ", "1"),
        ("a = ", "1"),
        ("a := ", "1"),
        ("*", "a"),
        ("yield ", "1"),
        ("else ", "1"),
        ("if 1: ", "pass"),
        ("@", "a"),
        ("class A: ", "pass"),
        ("f'{", "1"),
        ("f\"{f'{", "1"),
        ("a:", "1"),
        ("\\\n-", "1"),
    ] {
        let text = left.repeat(size / left.len()) + right;
        let module = parse_text(text);
        assert!(
            !module.body.is_empty() || !module.faults.is_empty(),
            "{left}"
        );
    }
    for (unit, end) in [
        ("()", ""),
        ("[0]", ""),
        (".a()", ""),
        ("+1", ""),
        (" if 1 else 1", ""),
        ("\n+1", ")"),
        (" for a in b", "]"),
    ] {
        let text = format!(
            "{}a{}{end}",
            if end == ")" {
                "("
            } else if end == "]" {
                "["
            } else {
                ""
            },
            unit.repeat(size / unit.len())
        );
        assert!(!parse_text(text).body.is_empty(), "{unit}");
    }
}

#[test]
fn deep_blocks_survive() {
    let mut deep = String::new();
    for level in 0..600 {
        deep.push_str(&" ".repeat(level));
        deep.push_str("if a:\n");
    }
    deep.push_str(&" ".repeat(600));
    deep.push_str("pass\n");
    assert!(!parse_text(deep).body.is_empty());
    let chain = "if a:\n pass\n".to_owned() + &"elif a:\n pass\n".repeat(10_000);
    assert!(!parse_text(chain).body.is_empty());
}

#[test]
fn brackets_without_end_are_refused() {
    for open in ["(", "[", "{", "f(", "[1,"] {
        let module = parse_text(open.repeat(100_000));
        assert_eq!(module.faults.len(), 1, "{open}");
    }
    assert!(
        parse_text("(".repeat(150) + "1" + &")".repeat(150))
            .faults
            .is_empty()
    );
}

#[test]
fn what_python_cannot_read_is_a_fault_and_the_rest_is_read() {
    let module = parse_text("A = 1\nprint 'hello'\nB = 2\nC = [1, \n");
    assert!(!module.faults.is_empty());
    assert!(matches!(module.body[0].kind, StatementKind::Assign { .. }));
    assert!(module.body.iter().any(|statement| matches!(
        &statement.kind,
        StatementKind::Assign { targets, .. }
            if matches!(&targets[0].kind, ExpressionKind::Name(name) if name == "B")
    )));
}

#[test]
fn spans_hold_with_a_byte_order_mark_and_carriage_returns() {
    let text = "\u{FEFF}A = 1\r\nB = 'x'\r\n";
    let module = parse_text(text);
    assert!(module.faults.is_empty());
    assert_eq!(&text[module.body[1].span.range()], "B = 'x'");
    assert_eq!(&text[module.opening.range()], "A");
}

#[test]
fn text_that_is_not_utf8_is_not_known_and_hides_nothing() {
    let module = parse_text(b"A = 'caf\xE9'\nB = 'x'\n".to_vec());
    assert_eq!(module.body.len(), 2);
    let StatementKind::Assign { value, .. } = &module.body[0].kind else {
        panic!("not an assignment")
    };
    assert!(matches!(value.kind, ExpressionKind::Opaque { .. }));
    assert_eq!(module.body[1].span.range(), 11..18);
}

#[test]
fn the_opening_word_is_the_first_statement_after_the_docstring() {
    let text = "\"\"\"Settings.\"\"\"\nimport os\n";
    let module = parse_text(text);
    assert_eq!(&text[module.opening.range()], "import");
    assert_eq!(parse_text("").opening.range(), 0..0);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_fail(text in "(?s).{0,200}") {
        parse_text(text);
    }

    #[test]
    fn no_bytes_make_the_parser_fail(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        parse_text(bytes);
    }
}
