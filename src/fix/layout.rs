//! Where a new line goes, and how one is taken out, in files as people lay them out: indentation and
//! line ends are those of the lines around, and a block on one line stays on one line.

use std::ops::Range;

use crate::finding::Edit;
use crate::source::{SourceFile, Span};

/// The text before `place`, on a line of its own. Where something else stands before it on its line, it
/// goes right before it.
pub fn before(source: &SourceFile, place: Span, text: &str) -> Edit {
    let start = place.range().start;
    let line = line_at(source, start);
    let indent = indentation(source, &line);
    let separator = match line.start + indent.len() == start {
        true => format!("{}{indent}", line_end(source, &line)),
        false => " ".to_owned(),
    };
    let text = laid_out(text, &separator);
    Edit::insert(place.file, start, format!("{text}{separator}"))
}

/// The text behind `place`, on a line of its own. Where something else than a comment follows on its
/// line, it goes right behind it.
pub fn after(source: &SourceFile, place: Span, text: &str) -> Edit {
    let range = place.range();
    let last = line_at(source, range.end);
    let rest = source.bytes()[range.end.min(last.end)..last.end].trim_ascii_start();
    if !(rest.is_empty() || rest.starts_with(b"#")) {
        return Edit::insert(place.file, range.end, format!(" {text}"));
    }
    let first = line_at(source, range.start);
    let indent = indentation(source, &first);
    let separator = format!("{}{indent}", line_end(source, &last));
    let text = laid_out(text, &separator);
    Edit::insert(place.file, last.end, format!("{separator}{text}"))
}

/// The text as the first line of the block that `open` ends, with the indentation of what stands first in it.
pub fn first_within(source: &SourceFile, open: Span, text: &str) -> Edit {
    let range = open.range();
    let line = line_at(source, range.end);
    let rest = source.bytes()[range.end.min(line.end)..line.end].trim_ascii_start();
    if !(rest.is_empty() || rest.starts_with(b"#")) {
        return Edit::insert(open.file, range.end, format!(" {text}"));
    }
    let outer = indentation(source, &line_at(source, range.start));
    let next = (source.line_of(range.end) + 1..=source.line_count())
        .map(|line| source.line_range(line))
        .find(|line| !source.bytes()[line.clone()].trim_ascii().is_empty());
    let inner = next.map(|next| indentation(source, &next));
    let indent = match inner {
        Some(inner) if inner.len() > outer.len() => inner,
        _ => format!("{outer}    "),
    };
    let line_end = line_end(source, &line);
    Edit::insert(open.file, line.end, format!("{line_end}{indent}{text}"))
}

/// `place` taken out: with its line where nothing else stands on it, else with the blanks behind it.
pub fn without(source: &SourceFile, place: Span) -> Edit {
    let range = place.range();
    let bytes = source.bytes();
    let (first, last) = (line_at(source, range.start), line_at(source, range.end));
    let is_alone = bytes[first.start..range.start].trim_ascii().is_empty()
        && bytes[range.end.min(last.end)..last.end]
            .trim_ascii()
            .is_empty();
    let gone = match is_alone {
        false => {
            let rest = &bytes[range.end..last.end.max(range.end)];
            let blanks = rest.len() - rest.trim_ascii_start().len();
            range.start..range.end + blanks
        }
        true => match after_line(source, &last) {
            Some(next) => first.start..next,
            // The line before it ends the file as it did.
            None => before_line(source, &first)..last.end,
        },
    };
    Edit::replace(Span::new(place.file, gone), "")
}

/// Several lines, each with the indentation of the place.
fn laid_out(text: &str, separator: &str) -> String {
    let is_one_line = separator == " ";
    let lines = text.lines().map(|line| match is_one_line {
        true => line.trim(),
        false => line,
    });
    let mut laid_out = String::new();
    for (index, line) in lines.enumerate() {
        match (index, line.is_empty()) {
            (0, _) => {}
            // An empty line has no indentation.
            (_, true) => laid_out.push_str(separator.trim_end_matches([' ', '\t'])),
            (_, false) => laid_out.push_str(separator),
        }
        laid_out.push_str(line);
    }
    laid_out
}

fn line_at(source: &SourceFile, offset: usize) -> Range<usize> {
    source.line_range(source.line_of(offset))
}

/// Blanks and tabs at a line's beginning.
fn indentation(source: &SourceFile, line: &Range<usize>) -> String {
    let bytes = source.bytes()[line.clone()].iter();
    bytes
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .map(|byte| char::from(*byte))
        .collect()
}

/// How this line ends, or the one before it where it is the last one.
fn line_end(source: &SourceFile, line: &Range<usize>) -> &'static str {
    let bytes = source.bytes();
    let ends_with_return = |end: usize| bytes[end..].starts_with(b"\r\n");
    let is_last = after_line(source, line).is_none();
    let returns = match is_last {
        true => bytes[..line.start].ends_with(b"\r\n"),
        false => ends_with_return(line.end),
    };
    if returns { "\r\n" } else { "\n" }
}

/// Where the next line begins.
fn after_line(source: &SourceFile, line: &Range<usize>) -> Option<usize> {
    let rest = &source.bytes()[line.end..];
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    Some(line.end + end + 1)
}

/// Where the line before ends, without its line end.
fn before_line(source: &SourceFile, line: &Range<usize>) -> usize {
    match source.line_of(line.start) {
        0 | 1 => line.start,
        number => source.line_range(number - 1).end,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::FileId;

    fn source(text: &str) -> SourceFile {
        SourceFile::new(FileId(0), "a.conf".into(), text.as_bytes().to_vec())
    }

    fn span(text: &str, word: &str) -> Span {
        let at = text.find(word).unwrap();
        Span::new(FileId(0), at..at + word.len())
    }

    fn applied(text: &str, edit: &Edit) -> String {
        let range = edit.span.range();
        [&text[..range.start], &edit.text, &text[range.end..]].concat()
    }

    #[test]
    fn a_line_comes_before_and_behind() {
        for (text, before_it, behind_it) in [
            ("{\n\ta;\n}", "{\n\tb;\n\ta;\n}", "{\n\ta;\n\tb;\n}"),
            ("{ a; }", "{ b; a; }", "{ a; b; }"),
            ("  a; # c", "  b;\n  a; # c", "  a; # c\n  b;"),
            (
                "x;\r\n a;\r\n",
                "x;\r\n b;\r\n a;\r\n",
                "x;\r\n a;\r\n b;\r\n",
            ),
            ("x;\r\n a;", "x;\r\n b;\r\n a;", "x;\r\n a;\r\n b;"),
            ("é; a; ü;", "é; b; a; ü;", "é; a; b; ü;"),
        ] {
            let (file, place) = (source(text), span(text, "a;"));
            assert_eq!(applied(text, &before(&file, place, "b;")), before_it);
            assert_eq!(applied(text, &after(&file, place, "b;")), behind_it);
        }
    }

    #[test]
    fn a_block_has_a_new_first_line() {
        for (text, expected) in [
            ("s {\n  a;\n}", "s {\n  b;\n  a;\n}"),
            ("s {\n\n\ta;\n}", "s {\n\tb;\n\n\ta;\n}"),
            ("s { a; }", "s { b; a; }"),
            ("s { # c\r\n}\r\n", "s { # c\r\n    b;\r\n}\r\n"),
            (" s {\n }", " s {\n     b;\n }"),
        ] {
            let edit = first_within(&source(text), span(text, "s {"), "b;");
            assert_eq!(applied(text, &edit), expected);
        }
    }

    #[test]
    fn a_line_is_taken_out() {
        for (text, expected) in [
            ("x;\n  a;\ny;\n", "x;\ny;\n"),
            ("x;\r\n\ta;\r\ny;", "x;\r\ny;"),
            ("x;\n a;", "x;"),
            ("a;", ""),
            ("a;\n", ""),
            ("{ a; y; }", "{ y; }"),
            (" a; # c\n", " # c\n"),
        ] {
            let edit = without(&source(text), span(text, "a;"));
            assert_eq!(applied(text, &edit), expected, "{text:?}");
        }
    }

    proptest! {
        // What is put in and taken out again leaves the text as it was.
        #[test]
        fn out_is_the_other_way_of_in(
            lines in proptest::collection::vec("[ \t]{0,3}(x;|# ü|é;|)", 1..6),
            at in 0usize..6,
            returns: bool,
            is_last: bool,
        ) {
            let line_end = if returns { "\r\n" } else { "\n" };
            let mut lines = lines;
            let at = at % lines.len();
            lines[at] = "  a;".to_owned();
            let mut text = lines.join(line_end);
            if is_last {
                text += line_end;
            }
            let place = span(&text, "a;");
            for edit in [before(&source(&text), place, "b;"), after(&source(&text), place, "b;")] {
                let more = applied(&text, &edit);
                prop_assert_eq!(more.matches('\r').count() > 0, returns && more.contains('\n') && text.contains('\r'));
                let again = without(&source(&more), span(&more, "b;"));
                prop_assert_eq!(&applied(&more, &again), &text);
            }
        }
    }
}
