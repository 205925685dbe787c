//! The words and signs of a file, by nginx's own rules (ngx_conf_read_token).
//!
//! Blanks are space, tab, CR and LF, and nothing else. A quote counts at the
//! start of a word only, as do `#` and `}`; `;` and `{` end a word anywhere,
//! except for a `{` right behind a `$`. A backslash shields the next byte.

use std::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_till, take_till1, take_while};
use nom::combinator::{recognize, verify};
use nom::multi::{many0_count, many1_count};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::template::{self, Template};
use super::word::{Quote, Word};

/// The size of nginx's buffer (NGX_CONF_BUFFER): a word or a comment must end within it.
pub(super) const BUFFER: usize = 4096;

/// What a nom parser here makes of its input: a run of bytes and the rest.
type Bytes<'a> = IResult<&'a [u8], &'a [u8]>;

/// What the lexer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    Semicolon(usize),
    Open(usize),
    Close(usize),
    /// Something of a template that stands where a directive would: `{% … %}`, or a hole alone on its line.
    Statement(Range<usize>),
    End,
}

/// What nginx stumbles over inside the lexer. The token that it comes with is what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LexicalFault {
    /// A byte right behind a closing quote.
    AfterQuote { byte: usize },
    /// A quote that opens at `open` and is closed lines later by another word's quote, or not at all.
    UnclosedQuote { open: usize, noticed: Noticed },
    /// A `{4}` in a word without quotes, as regexes have it: the word ends before the `{`. The token is all that was meant.
    BraceInWord { word: Range<usize>, brace: usize },
    /// A word or comment that does not end within nginx's buffer.
    TooLong { range: Range<usize> },
}

/// Where nginx notices that a quote is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noticed {
    /// At the byte behind the quote that closes it by accident.
    At(usize),
    /// Where its buffer is full; it names the line of the quote.
    BufferFull,
    /// At the end of the file.
    End,
}

/// Reads tokens one by one; it holds no more than its place.
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    template: Template,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8], at: usize, template: Template) -> Self {
        Self { text, at, template }
    }

    /// How far it has read.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Reads on from `at`, past what is not nginx's.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.text.len());
    }

    /// The next token, and what nginx would not accept about it.
    pub(super) fn next(&mut self, starts_directive: bool) -> (Token, Option<LexicalFault>) {
        loop {
            self.skip(blanks);
            let start = self.at;
            let rest = &self.text[start..];
            let Some(first) = rest.first() else {
                return (Token::End, None);
            };
            if let Some(length) = self.statement(rest, starts_directive) {
                self.at += length;
                return (Token::Statement(start..self.at), None);
            }
            match first {
                _ if template::hole(rest, self.template).is_some() => return self.bare(),
                b'#' => {
                    self.skip(comment);
                    if self.is_too_long(start, self.at) {
                        let fault = LexicalFault::TooLong {
                            range: start..self.at,
                        };
                        // A comment is no token: the fault comes with what follows.
                        let (token, _) = self.next_after_comment(starts_directive);
                        return (token, Some(fault));
                    }
                }
                b';' => return (self.sign(Token::Semicolon), None),
                b'{' => return (self.sign(Token::Open), None),
                b'}' => return (self.sign(Token::Close), None),
                b'"' => return self.quoted(b'"', Quote::Double),
                b'\'' => return self.quoted(b'\'', Quote::Single),
                _ => return self.bare(),
            }
        }
    }

    fn next_after_comment(&mut self, starts_directive: bool) -> (Token, Option<LexicalFault>) {
        // Further comments that are too long add nothing; skip them here, so that this does not recurse.
        loop {
            self.skip(blanks);
            if self.text.get(self.at) != Some(&b'#') {
                break;
            }
            self.skip(comment);
        }
        self.next(starts_directive)
    }

    fn skip(&mut self, parser: fn(&[u8]) -> Bytes<'_>) {
        if let Ok((_, skipped)) = parser(&self.text[self.at..]) {
            self.at += skipped.len();
        }
    }

    fn sign(&mut self, token: fn(usize) -> Token) -> Token {
        self.at += 1;
        token(self.at - 1)
    }

    /// Whether nginx's buffer is full before it reads the byte at `end`, and there is one to read.
    fn is_too_long(&self, start: usize, end: usize) -> bool {
        end.saturating_sub(start) >= BUFFER && start + BUFFER < self.text.len()
    }

    /// The same for a word that ends at `end`: a blank there still counts to it, and nginx
    /// lets go of the word when it has read one byte more.
    fn is_word_too_long(&self, start: usize, end: usize) -> bool {
        let blank = self.text.get(end).is_some_and(|byte| is_blank(*byte));
        self.is_too_long(start, end + usize::from(blank))
    }

    fn statement(&self, rest: &[u8], starts_directive: bool) -> Option<usize> {
        if !self.template.is_template() {
            return None;
        }
        if rest.starts_with(b"{#") {
            return memchr::memmem::find(&rest[..rest.len().min(1 << 16)], b"#}").map(|at| at + 2);
        }
        let length = template::hole(rest, self.template)?;
        if rest.starts_with(b"{%") || (rest.starts_with(b"<%") && rest.get(2) != Some(&b'=')) {
            return Some(length);
        }
        let line_end = rest[length..]
            .iter()
            .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        (starts_directive && matches!(line_end, None | Some(b'\n'))).then_some(length)
    }

    fn bare(&mut self) -> (Token, Option<LexicalFault>) {
        let start = self.at;
        let rest = &self.text[start..];
        let parsed = match self.template {
            Template::No => bare_word(rest),
            Template::Values | Template::Logic => bare_word_with_holes(rest, self.template),
        };
        let mut length = parsed.map_or(0, |(_, word)| word.len());
        if rest[length..] == *b"\\" {
            // A backslash at the very end shields nothing: nginx reads on, and finds the end.
            length += 1;
        }
        self.at += length;
        if !self.is_word_too_long(start, self.at) && quantifier(&self.text[self.at..]).is_some() {
            return self.bare_with_quantifiers(start);
        }
        let word = Word::new(start..self.at, Quote::None);
        let fault = self
            .is_word_too_long(start, self.at)
            .then_some(LexicalFault::TooLong {
                range: start..self.at,
            });
        (Token::Word(word), fault)
    }

    /// A word that goes on behind a `{4}`, for what stands there makes no sense as a block.
    fn bare_with_quantifiers(&mut self, start: usize) -> (Token, Option<LexicalFault>) {
        let brace = self.at;
        while let Some(length) = quantifier(&self.text[self.at..]) {
            self.at += length;
            if let Ok((_, more)) = bare_word(&self.text[self.at..]) {
                self.at += more.len();
            }
        }
        let word = start..self.at;
        let token = Token::Word(Word::new(word.clone(), Quote::None));
        (token, Some(LexicalFault::BraceInWord { word, brace }))
    }

    fn quoted(&mut self, quote: u8, kind: Quote) -> (Token, Option<LexicalFault>) {
        let open = self.at;
        let start = open + 1;
        let window = &self.text[start..self.text.len().min(start + BUFFER)];
        let inside = match quoted_text(window, quote, self.template) {
            Ok((_, inside)) => inside.len(),
            Err(_) => window.len(),
        };
        let close = start + inside;
        if self.text.get(close) != Some(&quote) || inside >= window.len() {
            let noticed = if start + BUFFER < self.text.len() {
                Noticed::BufferFull
            } else {
                Noticed::End
            };
            return self.cut(open, noticed);
        }
        self.at = close + 1;
        let word = Word::new(start..close, kind);
        let fault = match self.text.get(self.at) {
            // The quote fits into the buffer, and the byte behind it does not.
            Some(_) if self.is_word_too_long(start, close + 1) => Some(LexicalFault::TooLong {
                range: open..self.at,
            }),
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' | b')') => None,
            // The quote that closes it opens another word, further down.
            Some(_) if memchr::memchr(b'\n', &self.text[start..close]).is_some() => {
                return self.cut(open, Noticed::At(close + 1));
            }
            Some(_) => Some(LexicalFault::AfterQuote { byte: self.at }),
        };
        (Token::Word(word), fault)
    }

    /// Takes a word whose quote is not closed to the end of its line, or to a `;` there.
    fn cut(&mut self, open: usize, noticed: Noticed) -> (Token, Option<LexicalFault>) {
        let start = open + 1;
        let window = &self.text[start..self.text.len().min(start + BUFFER)];
        let line = memchr::memchr(b'\n', window).map_or(window, |end| &window[..end]);
        let mut end = line.trim_ascii_end();
        for sign in [b';', b'{'] {
            if end.last() == Some(&sign) {
                end = end[..end.len() - 1].trim_ascii_end();
                break;
            }
        }
        self.at = start + end.len();
        let word = Word::new(start..self.at, Quote::Unclosed);
        (
            Token::Word(word),
            Some(LexicalFault::UnclosedQuote { open, noticed }),
        )
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn blanks(input: &[u8]) -> Bytes<'_> {
    take_while(is_blank).parse(input)
}

/// A CR does not end a comment: only LF does.
fn comment(input: &[u8]) -> Bytes<'_> {
    take_till(|byte| byte == b'\n').parse(input)
}

/// A backslash and the byte that it shields.
fn escape(input: &[u8]) -> Bytes<'_> {
    recognize(preceded(tag(&b"\\"[..]), take(1usize))).parse(input)
}

/// A `$` and every `{` right behind it, which are no signs there, whether a `}` follows or not.
fn dollar(input: &[u8]) -> Bytes<'_> {
    recognize(preceded(tag(&b"$"[..]), take_while(|byte| byte == b'{'))).parse(input)
}

fn plain(input: &[u8]) -> Bytes<'_> {
    take_till1(|byte| is_blank(byte) || matches!(byte, b';' | b'{' | b'\\' | b'$')).parse(input)
}

fn bare_word(input: &[u8]) -> Bytes<'_> {
    recognize(many1_count(alt((plain, escape, dollar)))).parse(input)
}

/// The length of a regex's `{4}`, `{4,}` or `{4,6}` at the start of `rest`.
fn quantifier(rest: &[u8]) -> Option<usize> {
    let inside = rest.strip_prefix(b"{")?;
    let length = inside
        .iter()
        .take(16)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b',')
        .count();
    let is_count = inside.first()?.is_ascii_digit();
    (is_count && inside.get(length) == Some(&b'}')).then_some(length + 2)
}

/// The same where another program fills holes first: a hole is part of the word, blanks inside and all.
fn bare_word_with_holes(input: &[u8], template: Template) -> Bytes<'_> {
    let hole = move |input| hole(input, template);
    let dollar_hole = recognize(preceded(tag(&b"$"[..]), hole));
    let less = recognize(tag(&b"<"[..]));
    let plain =
        take_till1(|byte| is_blank(byte) || matches!(byte, b';' | b'{' | b'\\' | b'$' | b'<'));
    recognize(many1_count(alt((
        hole,
        plain,
        escape,
        dollar_hole,
        dollar,
        less,
    ))))
    .parse(input)
}

fn hole(input: &[u8], template: Template) -> Bytes<'_> {
    let length = template::hole(input, template).unwrap_or(0);
    verify(take(length), |hole: &[u8]| !hole.is_empty()).parse(input)
}

/// What stands before the closing quote; holes are skipped over, quotes and all.
fn quoted_text(input: &[u8], quote: u8, template: Template) -> Bytes<'_> {
    let has_holes = template.is_template();
    let hole = move |input| hole(input, template);
    let plain = take_till1(move |byte| {
        byte == quote || byte == b'\\' || (has_holes && matches!(byte, b'{' | b'<' | b'$'))
    });
    let other = verify(take(1usize), move |byte: &[u8]| {
        byte[0] != quote && byte[0] != b'\\'
    });
    recognize(many0_count(alt((plain, escape, hole, other)))).parse(input)
}

#[cfg(test)]
mod tests;
