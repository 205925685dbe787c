//! What a template engine, a shell or a person is to fill in before uWSGI reads the file.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while_m_n};
use nom::character::complete::{char, satisfy};
use nom::combinator::recognize;
use nom::multi::many0_count;
use nom::sequence::delimited;
use nom::{IResult, Parser};

/// A tag is not longer than this; what is, is no tag.
const MAX_TAG: usize = 1000;
/// Nor is a hole. A hostile file asks at each of its bytes, so that this is short.
const MAX_HOLE: usize = 200;

/// What a piece of a template does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text is put in its place.
    Hole,
    /// `{% if … %}`: what follows may be left out or repeated.
    Open,
    /// `{% endif %}` and its like.
    Close,
    /// Whole lines may come from elsewhere here.
    Include,
    /// Nothing comes out of it: a comment, an `else`, an assignment.
    Nothing,
}

/// The piece of a template at the start of `input`, and its length.
pub(super) fn piece(input: &[u8]) -> Option<(Piece, usize)> {
    if !matches!(input.first(), Some(b'{' | b'$' | b'@' | b'<' | b'_')) {
        return None;
    }
    if let Some((piece, length)) = tag_piece(&input[..input.len().min(MAX_TAG)]) {
        return Some((piece, length));
    }
    let input = &input[..input.len().min(MAX_HOLE)];
    let line = &input[..memchr::memchr(b'\n', input).unwrap_or(input.len())];
    let (rest, _) = hole(line).ok()?;
    Some((Piece::Hole, line.len() - rest.len()))
}

/// A control tag or a comment. The tag ends before another one begins.
fn tag_piece(input: &[u8]) -> Option<(Piece, usize)> {
    let (opening, closing): (&[u8], &[u8]) = match input.get(..2)? {
        b"{%" => (b"{%", b"%}"),
        b"{#" => (b"{#", b"#}"),
        b"<%" if input.get(2) != Some(&b'=') => (b"<%", b"%>"),
        _ => return None,
    };
    let inside = &input[2..];
    let end = inside
        .windows(2)
        .position(|pair| pair == closing || pair == opening)
        .filter(|end| inside[*end..].starts_with(closing))?;
    let piece = match opening {
        b"{#" => Piece::Nothing,
        _ => kind(&inside[..end]),
    };
    Some((piece, end + 4))
}

fn hole(line: &[u8]) -> IResult<&[u8], &[u8]> {
    recognize(alt((
        // Jinja, Django, Go, Mustache
        recognize((tag("{{"), take_until("}}"), tag("}}"))),
        // ERB
        recognize((tag("<%="), take_until("%>"), tag("%>"))),
        // envsubst, the shell
        recognize((tag("${"), identifier, take_until("}"), char('}'))),
        recognize((char('$'), shout)),
        // autoconf, CMake
        recognize((char('@'), identifier, char('@'))),
        // str.format
        recognize((char('{'), identifier, char('}'))),
        // YunoHost
        recognize((tag("__"), take_while_m_n(1, 60, is_shouted), tag("__"))),
        recognize(delimited(tag("__"), shouted_words, tag("__"))),
        // "/home/<user>/…" of a README
        recognize((
            char('<'),
            identifier,
            take_while_m_n(0, 60, |byte: u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'.')
            }),
            char('>'),
        )),
    )))
    .parse(line)
}

fn identifier(input: &[u8]) -> IResult<&[u8], &[u8]> {
    recognize((
        satisfy(|letter| letter.is_ascii_alphabetic() || letter == '_'),
        many0_count(satisfy(|letter| {
            letter.is_ascii_alphanumeric() || letter == '_'
        })),
    ))
    .parse(input)
}

/// A name in capitals, of more than one letter: `$1` and a `$` that ends a regex are none.
fn shout(input: &[u8]) -> IResult<&[u8], &[u8]> {
    recognize((
        satisfy(|letter| letter.is_ascii_uppercase() || letter == '_'),
        take_while_m_n(1, 60, |byte| is_shouted(byte) || byte == b'_'),
    ))
    .parse(input)
}

fn is_shouted(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// `FINAL_PATH` between double underscores, itself with single ones.
fn shouted_words(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let end = input
        .windows(2)
        .take(60)
        .position(|pair| pair == b"__")
        .unwrap_or(0);
    let (word, rest) = input.split_at(end);
    if word.is_empty() || !word.iter().all(|byte| is_shouted(*byte) || *byte == b'_') {
        return Err(nom::Err::Error(nom::error::Error::new(
            input,
            nom::error::ErrorKind::Tag,
        )));
    }
    Ok((rest, word))
}

/// What a control tag does, by its first word.
fn kind(inside: &[u8]) -> Piece {
    let word: Vec<u8> = inside
        .iter()
        .skip_while(|byte| matches!(byte, b' ' | b'-' | b'+' | b'\t' | b'\n' | b'\r'))
        .take_while(|byte| byte.is_ascii_alphabetic())
        .copied()
        .collect();
    match word.as_slice() {
        b"if" | b"for" | b"unless" | b"with" | b"block" | b"macro" | b"call" | b"filter"
        | b"ifequal" | b"ifnotequal" | b"each" => Piece::Open,
        b"include" | b"extends" | b"import" => Piece::Include,
        word if word.starts_with(b"end") => Piece::Close,
        _ if inside.ends_with(b" do ") || inside.ends_with(b"| ") => Piece::Open,
        _ => Piece::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_seen() {
        for (text, expected) in [
            ("{{ name }}/x", Some((Piece::Hole, 10))),
            ("{{ name", None),
            ("{{ a\n}}", None),
            ("{% if x %}\n", Some((Piece::Open, 10))),
            ("{%- endfor -%}", Some((Piece::Close, 14))),
            ("{% else %}", Some((Piece::Nothing, 10))),
            ("{% include 'x' %}", Some((Piece::Include, 17))),
            ("<% if @x %>", Some((Piece::Open, 11))),
            ("<% end %>", Some((Piece::Close, 9))),
            ("<%= @x %>", Some((Piece::Hole, 9))),
            ("{# x\ny #}", Some((Piece::Nothing, 9))),
            ("${NAME}", Some((Piece::Hole, 7))),
            ("${NAME:-4}", Some((Piece::Hole, 10))),
            ("$NAME/x", Some((Piece::Hole, 5))),
            ("$(NAME)", None),
            ("$1", None),
            ("$", None),
            ("@PREFIX@", Some((Piece::Hole, 8))),
            ("@(file)", None),
            ("@name", None),
            ("{name}.sock", Some((Piece::Hole, 6))),
            ("{\"a\": 1}", None),
            ("__APP__/", Some((Piece::Hole, 7))),
            ("__FINAL_PATH__", Some((Piece::Hole, 14))),
            ("__main__", None),
            ("<user>/www", Some((Piece::Hole, 6))),
            ("<your project>", Some((Piece::Hole, 14))),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(piece(text.as_bytes()), expected, "{text:?}");
        }
    }
}
