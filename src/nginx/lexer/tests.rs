use super::*;

/// Tokens as text: words in brackets as nginx stores them, signs as they are, faults behind a `!`.
fn lexed(text: &str) -> String {
    lexed_as(text.as_bytes(), Template::No)
}

fn lexed_as(text: &[u8], template: Template) -> String {
    let mut lexer = Lexer::new(text, 0, template);
    let mut shown = Vec::new();
    loop {
        let (token, fault) = lexer.next(true);
        shown.push(match &token {
            Token::Word(word) => format!("[{}]", String::from_utf8_lossy(&word.value(text))),
            Token::Semicolon(_) => ";".to_owned(),
            Token::Open(_) => "{".to_owned(),
            Token::Close(_) => "}".to_owned(),
            Token::Statement(range) => {
                format!("<{}>", String::from_utf8_lossy(&text[range.clone()]))
            }
            Token::End => String::new(),
        });
        if let Some(fault) = fault {
            let name = format!("{fault:?}");
            let name = name.split([' ', '{']).next().unwrap_or_default();
            shown.push(format!("!{name}"));
        }
        if token == Token::End {
            return shown.concat();
        }
    }
}

#[test]
fn words_end_where_nginx_ends_them() {
    for (text, tokens) in [
        ("a b;c{d}", "[a][b];[c]{[d}]"),
        ("a\tb\rc\nd", "[a][b][c][d]"),
        ("a\u{a0}b", "[a\u{a0}b]"),
        ("a#b #c;\n;", "[a#b];"),
        ("# a\r;\n;", ";"),
        ("fo\"o\"bar;", "[fo\"o\"bar];"),
        ("\"a;b\" 'c{d';", "[a;b][c{d];"),
        ("'a\nb'c", "[a]!UnclosedQuote[b'c]"),
        ("\"a\"b;", "[a]!AfterQuote[b];"),
        ("\"a\"#c", "[a]!AfterQuote"),
        ("(\"a\") {", "[(\"a\")]{"),
        ("= \"a\") {", "[=][a][)]{"),
        ("a\\;b\\ c;", "[a\\;b\\ c];"),
        ("\\\"a\\{4\\};", "[\"a\\{4\\}];"),
        ("\\.php${", "[\\.php${]"),
        ("\\.php${{ {", "[\\.php${{]{"),
        ("\\\\${a;", "[\\${a];"),
        ("x\\${", "[x\\$]{"),
        ("a };", "[a]};"),
        ("/a}b {", "[/a}b]{"),
        ("a\\", "[a\\]"),
        ("\\", "[\\]"),
        ("", ""),
    ] {
        assert_eq!(lexed(text), tokens, "{text:?}");
    }
}

#[test]
fn a_quantifier_without_quotes_is_a_fault_and_still_one_word() {
    assert_eq!(
        lexed("~ ^/(\\d{4})/x{2,} {"),
        "[~][^/(\\d{4})/x{2,}]!BraceInWord{"
    );
    assert_eq!(lexed("map $x{4 a;}"), "[map][$x]{[4][a];}");
}

#[test]
fn an_open_quote_ends_with_its_line() {
    assert_eq!(lexed("a \"b;\nc \"d\";"), "[a][b]!UnclosedQuote;[c][d];");
    assert_eq!(lexed("a \"b {\nc;"), "[a][b]!UnclosedQuote{[c];");
    assert_eq!(lexed("a 'b"), "[a][b]!UnclosedQuote");
}

/// Whether nginx 1.22 finds a word of `length` bytes too long, for what stands around it.
#[track_caller]
fn assert_too_long(open: &str, length: usize, close: &str, expected: bool) {
    let text = format!("{open}{}{close}", "x".repeat(length));
    let found = lexed(&text).contains("!TooLong") || lexed(&text).contains("!Unclosed");
    assert_eq!(found, expected, "{open} {length} {close:?}");
}

#[test]
fn a_word_must_end_within_4096_bytes() {
    assert_too_long("", 4095, ";", false);
    assert_too_long("", 4096, ";", true);
    // A blank counts to the word, unless the file ends behind it.
    assert_too_long("", 4094, " ;", false);
    assert_too_long("", 4095, " ;", true);
    assert_too_long("", 4095, " ", false);
    // The opening quote does not count, the closing one and what follows does.
    assert_too_long("\"", 4094, "\";", false);
    assert_too_long("\"", 4095, "\";", true);
    assert_too_long("#", 4094, "\n;", false);
    assert_too_long("#", 4095, "\n;", true);
}

#[test]
fn holes_are_part_of_words_in_templates_only() {
    let filled = |text: &str| lexed_as(text.as_bytes(), Template::Values);
    assert_eq!(
        filled("a {{ b | c(\"x\") }}/d;"),
        "[a][{{ b | c(\"x\") }}/d];"
    );
    assert_eq!(filled("a \"{{ b(\"x\") }}\";"), "[a][{{ b(\"x\") }}];");
    assert_eq!(filled("{{ all }}\na;"), "<{{ all }}>[a];");
    assert_eq!(filled("{% if a %}b;{# c; #}"), "<{% if a %}>[b];<{# c; #}>");
    assert_eq!(lexed("a {{ b }};"), "[a]{{[b]}};");
}
