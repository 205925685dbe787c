use std::path::PathBuf;

use super::*;
use crate::source::FileId;

fn source(text: &str) -> SourceFile {
    SourceFile::new(FileId(0), PathBuf::from("x"), text.as_bytes().to_vec())
}

/// What is read of a text, in short: scope, place, names, reason.
fn short(text: &str, program: Option<&'static str>) -> Vec<String> {
    let source = source(text);
    read(&source, program)
        .into_iter()
        .map(|read| match read {
            Read::NotUnderstood(span) => format!("? {}", source.text(span)),
            Read::Comment(comment) => {
                let names: Vec<String> = comment
                    .names
                    .iter()
                    .inspect(|name| assert_eq!(source.text(name.span), name.text))
                    .map(|name| name.text.clone())
                    .collect();
                assert!(source.text(comment.span).starts_with(['#', ';']));
                assert!(source.text(comment.request).ends_with(']'));
                let scope = match comment.scope {
                    Scope::Line => "line",
                    Scope::File => "file",
                };
                let place = match comment.place {
                    Place::OwnLine => "own",
                    Place::LineEnd => "end",
                    Place::InsideValue(_) => "inside",
                };
                let reason = if comment.has_reason { " why" } else { "" };
                format!("{scope} {place} {}{reason}", names.join(" "))
            }
        })
        .collect()
}

#[track_caller]
fn assert_short(text: &str, expected: &str) {
    assert_eq!(short(text, None), [expected], "{text}");
}

#[test]
fn a_comment_names_rules_and_says_why() {
    assert_short("# djlint: ignore[a/b] the reason", "line own a/b why");
    assert_short("#djlint:ignore[a/b]", "line own a/b");
    assert_short("## djlint:  ignore [a/b]: the reason", "line own a/b why");
    assert_short("; djlint: ignore[ a/b , c ] why", "line own a/b c why");
    assert_short("  # djlint: ignore[a/b,,] — why", "line own a/b why");
    assert_short("# djlint: ignore[a/b] --", "line own a/b");
    assert_short("# djlint: ignore[a/b] 2026", "line own a/b");
    assert_short("# djlint: ignore[a/b] 理由", "line own a/b why");
    assert_short("{# djlint: ignore[a/b] #}", "line end a/b");
    assert_short(
        "# djlint: file-ignore[nginx] a sample",
        "file own nginx why",
    );
    assert_short("x; # djlint: ignore[a/b] why", "line end a/b why");
    assert_short("x;# djlint: ignore[a/b] why\r\n", "line end a/b why");
    assert_short("# see # djlint: ignore[a/b] why", "line own a/b why");
    // A second one in the line is part of the first one's reason.
    assert_short(
        "# djlint: ignore[a/b] why # djlint: ignore[c/d]",
        "line own a/b why",
    );
}

#[test]
fn what_begins_like_one_and_is_none_is_not_passed_over() {
    for text in [
        "# djlint: ignore a/b",
        "# djlint: ignore",
        "# djlint: ignore[]",
        "# djlint: ignore[ , ]",
        "# djlint: ignore[a/b",
        "# djlint: ignore-file[a/b]",
        "# djlint: disable=a/b",
        "# djlint:",
    ] {
        assert_short(text, &format!("? {text}"));
    }
}

#[test]
fn what_is_no_comment_of_ours_is_left_alone() {
    for text in [
        "djlint: ignore[a/b]",
        "x = \"djlint: ignore[a/b]\"",
        "{# djlint:off #}",
        "{# djlint: on #}",
        "# djlint",
        "# see djlint: ignore",
        "",
    ] {
        assert_eq!(short(text, None), [""; 0], "{text}");
    }
}

#[test]
fn to_some_programs_a_comment_is_a_whole_line() {
    let short = |text| short(text, Some("uWSGI"));
    assert_eq!(
        short("a = b # djlint: ignore[a/b] why"),
        ["line inside a/b why"]
    );
    assert_eq!(
        short("a = b ; djlint: ignore[a/b] why"),
        ["line inside a/b why"]
    );
    assert_eq!(short(" ; djlint: ignore[a/b] why"), ["line own a/b why"]);
}

#[test]
fn a_file_of_nothing_but_comments_is_cut() {
    let many = "# djlint: nonsense\n".repeat(MAX_COMMENTS + 10);
    assert_eq!(short(&many, None).len(), MAX_COMMENTS);
    let one_line = "# djlint: ignore[a/b] why".repeat(100_000);
    assert_eq!(short(&one_line, None).len(), 1);
}
