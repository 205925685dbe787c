//! The end of a directive, and the `;` that is missing in it.
//!
//! nginx reads on over line ends: `root /srv` without its `;` swallows the next
//! line. That is seen where a line begins with the name of a directive that may
//! stand there, and both halves are whole directives.

use std::ops::Range;

use super::directives::{self, Context, Known};
use super::fault::FaultKind;
use super::parser::{Braces, End, Parser};
use super::word::{Quote, Word};

/// Directives whose further words nginx checks one by one.
const CHECKED: &[&[u8]] = &[
    b"listen",
    b"server",
    b"access_log",
    b"error_log",
    b"ssl_protocols",
];

/// Ends what is pending, as one directive or as the several that it was meant to be.
pub(super) fn finish(parser: &mut Parser<'_>, end: End) {
    let words = std::mem::take(&mut parser.pending);
    let name = words[0].value(parser.text).into_owned();
    parser.close_before(&name, words[0].outer().start, matches!(end, End::Open(_)));
    parser.check_place(&words, end.offset(), matches!(end, End::Open(_)));
    if is_two_rows_of_a_map(parser, &words, end) {
        let last = words[1].outer();
        let says = "invalid number of the map parameters".to_owned();
        parser.fault(
            FaultKind::MissingSemicolon,
            last.clone(),
            end.offset(),
            Some(says),
        );
        parser.ast.is_split = true;
        let id = parser.push_words(&words[..2], last.end);
        parser.link(id);
        return push(parser, &words[2..], end, &name);
    }
    if !parser.is_judged() {
        return push(parser, &words, end, &name);
    }
    let context = parser.context();
    let Some(known) = directives::find(&name).filter(|known| known.is_allowed_in(context)) else {
        return push(parser, &words, end, &name);
    };
    if known.can_be_block(context) && !known.can_be_simple(context) && !matches!(end, End::Open(_))
    {
        return block_without_brace(parser, &words, end, &name, known);
    }
    let Some(parts) = parts(parser, &words, end, context) else {
        if matches!(end, End::Open(_)) && !known.can_be_block(context) {
            let says = not_terminated(&name);
            let at = end.offset();
            parser.fault(FaultKind::StrayOpeningBrace, at..at + 1, at, Some(says));
        }
        return push(parser, &words, end, &name);
    };
    parser.ast.is_split = true;
    let says = refusal(
        known,
        context,
        &name,
        &words,
        parts[0].end,
        end,
        parser.text,
    );
    for part in &parts {
        let part_words = &words[part.clone()];
        let part_name = part_words[0].value(parser.text).into_owned();
        if part.end == words.len() {
            push(parser, part_words, end, &part_name);
            continue;
        }
        let last = part_words[part_words.len() - 1].outer();
        parser.fault(
            FaultKind::MissingSemicolon,
            last.clone(),
            end.offset(),
            says.clone(),
        );
        let id = parser.push_words(part_words, last.end);
        parser.link(id);
    }
}

/// A row of a `map` is two words: four of them, the third on a line of its own, are two rows.
fn is_two_rows_of_a_map(parser: &Parser<'_>, words: &[Word], end: End) -> bool {
    if parser.braces == Braces::Strict {
        return false;
    }
    let is_map = |name: &Word| name.raw(parser.text) == b"map";
    matches!(end, End::Semicolon(_))
        && words.len() == 4
        && parser.context() == Context::Data
        && parser.ast.is_structural()
        && parser
            .open
            .last()
            .and_then(|open| parser.ast.words(open.id).first())
            .is_some_and(is_map)
        && begins_line(parser.text, words, 2)
}

/// One directive, whatever ends it.
fn push(parser: &mut Parser<'_>, words: &[Word], end: End, name: &[u8]) {
    match end {
        End::Semicolon(at) => {
            let id = parser.push_words(words, at + 1);
            parser.link(id);
        }
        End::Open(at) => {
            let inside = parser.inside(name);
            let id = parser.push_words(words, at + 1);
            parser.link(id);
            parser.enter(id, at, inside);
        }
        End::Missing(at, says) => {
            let last = words[words.len() - 1].outer();
            // A quote that is not closed has been told about already, and took the `;` with it.
            if words[words.len() - 1].quote() != Quote::Unclosed {
                parser.fault(
                    FaultKind::MissingSemicolon,
                    last.clone(),
                    at,
                    Some(says.to_owned()),
                );
            }
            let id = parser.push_words(words, last.end);
            parser.link(id);
        }
    }
}

/// A `location /x` and its like that ends like a simple directive.
fn block_without_brace(
    parser: &mut Parser<'_>,
    words: &[Word],
    end: End,
    name: &[u8],
    known: Known,
) {
    let context = parser.context();
    let inside = parser.inside(name);
    let first = starts(parser, words, inside).first().copied();
    let first = first.filter(|_| parser.braces == Braces::Meant);
    let split = first.filter(|at| {
        let parts = parts(parser, &words[*at..], end, inside);
        let rest_is_whole = parts.is_some() || is_whole(parser.text, &words[*at..], end, inside);
        known.takes(context, at - 1, true) && rest_is_whole
    });
    let says = match end {
        End::Missing(_, says) => says.to_owned(),
        _ => format!(
            "directive \"{}\" has no opening \"{{\"",
            String::from_utf8_lossy(name)
        ),
    };
    let header = &words[..split.unwrap_or(words.len())];
    let last = header[header.len() - 1].outer();
    parser.fault(
        FaultKind::MissingOpeningBrace,
        last.clone(),
        end.offset(),
        Some(says),
    );
    let id = parser.push_words(header, last.end);
    parser.link(id);
    if let Some(at) = split {
        parser.ast.is_split = true;
        parser.enter(id, last.end, inside);
        let rest = &words[at..];
        let rest_name = rest[0].value(parser.text).into_owned();
        push(parser, rest, end, &rest_name);
    }
}

/// The directives that the words were meant to be, where they are more than one and every one is whole.
fn parts(
    parser: &Parser<'_>,
    words: &[Word],
    end: End,
    context: Context,
) -> Option<Vec<Range<usize>>> {
    if parser.braces == Braces::Strict {
        return None;
    }
    let starts = starts(parser, words, context);
    if starts.is_empty() {
        return None;
    }
    let mut parts = Vec::with_capacity(starts.len() + 1);
    let mut from = 0;
    for at in starts.into_iter().chain([words.len()]) {
        let ends = if at == words.len() {
            end
        } else {
            End::Semicolon(0)
        };
        if !is_whole(parser.text, &words[from..at], ends, context) {
            return None;
        }
        parts.push(from..at);
        from = at;
    }
    Some(parts)
}

/// The words that begin a line and are the name of a directive that may stand here.
fn starts(parser: &Parser<'_>, words: &[Word], context: Context) -> Vec<usize> {
    (1..words.len())
        .filter(|at| {
            let word = words[*at];
            word.quote() == Quote::None
                && begins_line(parser.text, words, *at)
                && directives::find(word.raw(parser.text))
                    .is_some_and(|known| known.is_allowed_in(context))
        })
        .collect()
}

/// Whether a line ends between a word and the one before it.
fn begins_line(text: &[u8], words: &[Word], at: usize) -> bool {
    let between = words[at - 1].outer().end..words[at].outer().start;
    memchr::memchr(b'\n', text.get(between).unwrap_or_default()).is_some()
}

/// Whether these words are a directive that is right where it stands, by nginx's table.
fn is_whole(text: &[u8], words: &[Word], end: End, context: Context) -> bool {
    let block = matches!(end, End::Open(_));
    directives::find(words[0].raw(text))
        .is_some_and(|known| known.takes(context, words.len() - 1, block))
}

/// What nginx says about a directive that swallowed the next line; nothing where it takes that.
fn refusal(
    known: Known,
    context: Context,
    name: &[u8],
    words: &[Word],
    own: usize,
    end: End,
    text: &[u8],
) -> Option<String> {
    match end {
        End::Missing(_, says) => Some(says.to_owned()),
        End::Open(_) if !known.can_be_block(context) => Some(not_terminated(name)),
        End::Open(_) => None,
        End::Semicolon(_) if !known.takes(context, words.len() - 1, false) => Some(format!(
            "invalid number of arguments in \"{}\" directive",
            String::from_utf8_lossy(name)
        )),
        End::Semicolon(_) if CHECKED.contains(&name) => {
            let swallowed = words[own].value(text);
            Some(format!(
                "invalid parameter \"{}\"",
                String::from_utf8_lossy(&swallowed)
            ))
        }
        End::Semicolon(_) => None,
    }
}

/// What nginx says of a simple directive with a block.
pub(super) fn not_terminated(name: &[u8]) -> String {
    format!(
        "directive \"{}\" is not terminated by \";\"",
        String::from_utf8_lossy(name)
    )
}
