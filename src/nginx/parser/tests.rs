use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::source::FileId;

fn source(text: &[u8]) -> SourceFile {
    SourceFile::new(FileId(0), PathBuf::from("site.conf"), text.to_vec())
}

/// The tree as `name(children)`.
fn tree(text: &str) -> String {
    let source = source(text.as_bytes());
    let ast = parse(&source, false, Braces::Meant, Context::Unknown);
    let mut shown = String::new();
    let mut stack = vec![(ast.first, false)];
    while let Some((next, _)) = stack.pop() {
        let Some(id) = next else {
            if !stack.is_empty() {
                shown.push(')');
            }
            continue;
        };
        stack.push((ast.get(id).next, false));
        for word in ast.words(id) {
            let value = String::from_utf8_lossy(&word.value(text.as_bytes())).into_owned();
            shown.push_str(&format!(" {value}"));
        }
        if ast.get(id).body == Body::Block {
            shown.push('(');
            stack.push((ast.get(id).first_child, true));
        }
    }
    shown.trim().to_owned()
}

/// `kind line:text` of every fault, and what nginx logs.
fn faults(text: &str) -> Vec<String> {
    let source = source(text.as_bytes());
    let ast = parse(&source, false, Braces::Meant, Context::Unknown);
    ast.faults
        .iter()
        .map(|fault| {
            let line = source.line_of(fault.place.range().start);
            let place = source.text(fault.place);
            let says = fault.log_line(&source).unwrap_or_default();
            format!("{:?} {line}:{place} | {says}", fault.kind)
        })
        .collect()
}

#[test]
fn blocks_nest() {
    assert_eq!(
        tree("user a; http { server { listen 80; } server { } }"),
        "user a http( server( listen 80) server())"
    );
    assert!(faults("http { server { location ~ \"a{2}\" { } } }").is_empty());
    assert!(faults("http { map $a $b { default 0; root 1; } types { a b; } }").is_empty());
    assert!(faults("").is_empty());
}

#[test]
fn a_missing_brace_is_told_where_it_is_missing() {
    // The tutorial's own: one brace is missing at the end.
    let text = "server {\n    location / {\n        root /x;\n    }\n";
    assert_eq!(
        faults(text),
        ["MissingClosingBrace 1:server | unexpected end of file, expecting \"}\" in site.conf:5"]
    );
    let text = "server {\n    location / {\n        root /x;\n    location /a {\n    }\n}\n";
    assert_eq!(
        faults(text),
        ["MissingClosingBrace 2:location | unexpected end of file, expecting \"}\" in site.conf:7"]
    );
    assert_eq!(tree(text), "server( location /( root /x) location /a())");
    let text = "server {\n    location / {\n        root /x;\n}\nserver {\n    listen 80;\n}\n";
    assert_eq!(
        faults(text),
        [
            "MissingClosingBrace 2:location | \"server\" directive is not allowed here in site.conf:5"
        ]
    );
    assert_eq!(
        tree(text),
        "server( location /( root /x)) server( listen 80)"
    );
    let text = "map $a $b {\n    default 0;\nserver {\n    listen 80;\n}\n";
    assert_eq!(
        faults(text),
        ["MissingClosingBrace 1:map | unexpected \"{\" in site.conf:3"]
    );
    assert_eq!(tree(text), "map $a $b( default 0) server( listen 80)");
}

#[test]
fn a_brace_too_many_is_told_where_it_stands() {
    let text = "server {\n    location / {\n        root /x;\n    }\n    }\n    listen 80;\n}\n";
    assert_eq!(faults(text).len(), 1);
    assert!(faults(text)[0].starts_with("StrayClosingBrace 5:}"));
    assert_eq!(tree(text), "server( location /( root /x) listen 80)");
    assert_eq!(
        faults("a { };"),
        ["StraySemicolon 1:; | unexpected \";\" in site.conf:1"]
    );
}

#[test]
fn what_nginx_says_is_what_it_meets_first() {
    for (text, says) in [
        (
            "server {\n    location /a {\n    location /b {\n    }\n}\n",
            "location \"/b\" is outside location \"/a\" in site.conf:3",
        ),
        (
            "upstream a {\n    server b:1;\nserver {\n}\n",
            "directive \"server\" is not terminated by \";\" in site.conf:3",
        ),
        (
            "http {\n    map $a $b {\n        c d;\n    }}\n    server {\n    }\n}\n",
            "\"server\" directive is not allowed here in site.conf:5",
        ),
    ] {
        let faults = faults(text);
        assert_eq!(faults.len(), 1, "{text}");
        assert!(faults[0].ends_with(says), "{faults:?}");
    }
    assert_eq!(
        faults("map $a $b {\n    c d\n    e f;\n}"),
        ["MissingSemicolon 2:d | invalid number of the map parameters in site.conf:3"]
    );
    assert!(faults("geo $a {\n    c d\n    e f;\n}").is_empty());
}

#[test]
fn a_missing_semicolon_is_told_on_its_own_line() {
    let text = "server {\n    root /x\n    index a;\n}\n";
    assert_eq!(
        faults(text),
        [
            "MissingSemicolon 2:/x | invalid number of arguments in \"root\" directive in site.conf:3"
        ]
    );
    assert_eq!(tree(text), "server( root /x index a)");
    assert_eq!(
        faults("server {\n    root /x\n    location / {\n    }\n}\n"),
        ["MissingSemicolon 2:/x | directive \"root\" is not terminated by \";\" in site.conf:3"]
    );
    assert_eq!(
        faults("server {\n    listen 80\n    server_name a;\n}\n"),
        ["MissingSemicolon 2:80 | invalid parameter \"server_name\" in site.conf:3"]
    );
    assert_eq!(
        faults("server {\n    root /x\n}\n"),
        ["MissingSemicolon 2:/x | unexpected \"}\" in site.conf:3"]
    );
    // nginx takes this: the root is a name of the server.
    assert_eq!(
        faults("server {\n    server_name a\n    root /x;\n}\n"),
        ["MissingSemicolon 2:a | "]
    );
}

#[test]
fn what_looks_like_a_missing_semicolon_and_is_none() {
    for text in [
        "server {\n    server_name a\n        b\n        c;\n}",
        "http {\n    log_format main '$status'\n        '$uri';\n}",
        "http { map $a $b {\n    root\n    index;\n} }",
        "rtmp { server { application live {\n    record\n    root /x;\n} } }",
        "more_set_headers a\n    root /x;",
        "content_by_lua_block {\n    local a = { b\n    root }\n}",
    ] {
        assert!(faults(text).is_empty(), "{text}");
    }
}

#[test]
fn a_block_without_its_brace_is_told() {
    assert_eq!(
        faults("server {\n    location /x;\n}"),
        ["MissingOpeningBrace 2:/x | directive \"location\" has no opening \"{\" in site.conf:2"]
    );
    let text = "server {\n    location /x\n        root /y;\n    }\n}";
    assert_eq!(
        faults(text),
        ["MissingOpeningBrace 2:/x | directive \"location\" has no opening \"{\" in site.conf:3"]
    );
    assert_eq!(tree(text), "server( location /x( root /y))");
}

#[test]
fn quotes_regexes_and_marks() {
    assert_eq!(
        faults("server {\n    add_header A \"b;\n    add_header C \"d\";\n}"),
        ["UnclosedQuote 2:\" | unexpected \"d\" in site.conf:3"]
    );
    assert_eq!(
        faults("server {\n    location ~ ^/\\d{4}/ {\n    }\n}"),
        ["BraceInRegex 2:^/\\d{4}/ | unknown directive \"4}/\" in site.conf:2"]
    );
    assert_eq!(
        faults("server {\n    rewrite ^/\\d{4}$ /a;\n}"),
        [
            "BraceInRegex 2:^/\\d{4}$ | directive \"rewrite\" is not terminated by \";\" in site.conf:2"
        ]
    );
    assert_eq!(faults("\u{feff}server { }").len(), 1);
}

#[test]
fn a_template_with_logic_is_not_judged() {
    assert!(faults("{% if a %}\nserver {\n{% else %}\nserver {\n{% endif %}\n}").is_empty());
    assert!(faults("server { listen {{ port }}; }").is_empty());
}

#[test]
fn hostile_files_end() {
    assert_eq!(faults(&"a {".repeat(100_000)).len(), 1);
    assert_eq!(faults(&"}".repeat(100_000)).len(), MAX_FAULTS);
    let deep = format!("{}{}", "location / {".repeat(5_000), "}".repeat(5_000));
    assert!(faults(&deep).is_empty());
    assert!(!faults(&"\"\n".repeat(5_000)).is_empty());
    assert!(faults(&format!("content_by_lua_block {{{}", "[".repeat(100_000))).len() <= 1);
}

proptest! {
    #[test]
    fn any_text_is_read(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "server", "location", " / ", "{", "}", ";", "\n", " ", "\"", "'", "\\", "$", "#", "a",
                "{{ x }}", "{%", "%}", "\u{feff}", "é", "root /x", "map $a $b", "x_by_lua_block", "[[",
            ]),
            0..60,
        )
    ) {
        let text = pieces.concat();
        let source = source(text.as_bytes());
        let ast = parse(&source, false, Braces::Meant, Context::Unknown);
        for directive in &ast.directives {
            prop_assert!(directive.start <= directive.end && directive.end as usize <= text.len());
        }
        for fault in &ast.faults {
            prop_assert!(source.whole().contains(fault.place));
            prop_assert!(source.whole().contains(fault.noticed));
        }
        let words: Vec<_> = ast.words.iter().map(|word| word.outer()).collect();
        prop_assert!(words.iter().all(|word| word.start <= word.end && word.end <= text.len()));
        prop_assert!(words.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}
